/** RFC 9112 §6 and §9: content of requests that open a handshake, and connections that outlive a refusal. */

import type { Case } from "../../case.ts";
import { expectAccepted, expectOpened, finalResponse } from "../../peer/acceptance.ts";
import { finish } from "../../peer/closing.ts";
import type { Connection } from "../../peer/connection.ts";
import { textFrame } from "../../peer/early.ts";
import { expectAnswered, expectRefused } from "../../peer/refusal.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation, NotApplicable } from "../../verdict.ts";
import type { Head } from "../../wire/head.ts";
import { openingRequest, type RequestChange } from "../../wire/opening.ts";
import { accepts, acceptsWith, depart, plainHead, refuses, sendHead } from "../requests.ts";
import { must, type Rule, should } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

const CODED = must(
  "A server MUST NOT send a Transfer-Encoding header field in any response with a status code of 1xx (Informational) or 204 (No Content).",
);
const BOTH = must(
  "Regardless, the server MUST close the connection after responding to such a request to avoid the potential attacks.",
);
const NOT_FINAL = must(
  "If a Transfer-Encoding header field is present in a request and the chunked transfer coding is not the final encoding, the message body length cannot be determined reliably; the server MUST respond with the 400 (Bad Request) status code and then close the connection.",
);
const INVALID_LENGTH = {
  ...must(
    "If the unrecoverable error is in a request message, the server MUST respond with a 400 (Bad Request) status code and then close the connection.",
  ),
  statuses: [400],
};
const LENGTH = must(
  "If a valid Content-Length header field is present without Transfer-Encoding, its decimal value defines the expected message body length in octets.",
);
const CHUNKED = must(
  "If a Transfer-Encoding header field is present and the chunked transfer coding (Section 7.1) is the final encoding, the message body length is determined by reading and decoding the chunked data until the transfer coding indicates the data is complete.",
);
const PERSISTENT = should("HTTP implementations SHOULD support persistent connections.");
const CLOSE = must(
  'A server that sends a "close" connection option MUST initiate closure of the connection (see below) after it sends the response containing the "close" connection option.',
);

/** Content that is a frame, if it is taken for one. */
const SMUGGLED = "this is content, and no message";

/**
 * A request with content: it is read before the protocol is switched, or the request is refused. What must not be is
 * that the content is taken for the first frame.
 */
function withContent(
  number: number,
  title: string,
  rule: Rule,
  { change, frame }: { change: (frame: Buffer) => RequestChange; frame: (frame: Buffer) => Buffer },
): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    const smuggled = textFrame(trial, SMUGGLED);
    const { head, key } = plainHead(trial, change(smuggled));
    const handshake = await sendHead(trial, key, Buffer.concat([Buffer.from(head), frame(smuggled)]));
    const settled = { ...handshake, response: await finalResponse(handshake) };
    if (settled.response?.status !== 101) {
      await expectRefused(trial, settled, { plainHttp: true });
      return;
    }
    const peer = await expectAccepted(trial, settled);
    peer.text("a message");
    const expected = "the echo of the message behind the content";
    const { payload } = await peer.message(expected);
    if (payload.toString() === SMUGGLED) throw new Deviation(expected, "the content, taken for a frame");
    if (payload.toString() !== "a message") throw new Deviation(expected, "another message");
    await finish(peer);
  };
  return { number, title, ...rule, run };
}

/** A handshake that cannot succeed, refused on a connection that may go on. */
async function refused(trial: ServerTrial): Promise<{ connection: Connection; response: Head }> {
  const handshake = await depart(trial, { fields: { "Sec-WebSocket-Key": "none" } });
  // That is for the cases of RFC 6455 §4.2.1 to say.
  if (handshake.response?.status === 101)
    throw new NotApplicable("the server does not refuse a key that is none");
  const response = await expectRefused(trial, handshake);
  if (response === undefined) throw new NotApplicable("the server ends the connection without a response");
  return { connection: handshake.connection, response };
}

/** Reads the content of a response (RFC 9112 §6.3); `undefined` where only the end of the connection ends it. */
async function contentOf(connection: Connection, response: Head): Promise<Buffer | undefined> {
  const stated = response.value("Content-Length");
  if (response.status === 204 || response.status === 304) return Buffer.alloc(0);
  if (response.hasToken("Transfer-Encoding", "chunked")) {
    while (!connection.peek().toString("latin1").endsWith("0\r\n\r\n")) await someMore(connection, response);
    return connection.logUnread("chunks");
  }
  if (stated === undefined) return undefined;
  while (connection.unreadLength < Number(stated)) await someMore(connection, response);
  const content = connection.take(Number(stated));
  connection.log.octets(connection.number, "received", `content, ${content.length} octets`, content);
  return content;
}

async function someMore(connection: Connection, response: Head): Promise<void> {
  const state = await connection.more();
  if (state === "octets") return;
  const expected = `content of the length that the response states: ${response.value("Content-Length") ?? "chunked"}`;
  throw new Deviation(expected, `${connection.unreadLength} octets, then ${state}`, {
    level: "MUST",
    clause: "RFC 9112 §6.3",
  });
}

const closing: CaseInSection<ServerTrial> = {
  number: 1,
  title: "a refusal that says close, and the end of the connection behind its content",
  ...CLOSE,
  run: async (trial) => {
    const { connection, response } = await refused(trial);
    if (!response.hasToken("Connection", "close")) throw new NotApplicable("the refusal does not say close");
    const length = response.value("Content-Length");
    if ((await contentOf(connection, response)) === undefined) {
      while ((await connection.more()) === "octets");
      connection.logUnread("content");
    }
    const state = await connection.more();
    if (state === "end" || state === "reset") return;
    const came = state === "octets" ? `more than the ${length ?? ""} octets of content` : "nothing";
    throw new Deviation("the end of the connection", came);
  },
};

const persisting: CaseInSection<ServerTrial> = {
  number: 1,
  title: "a correct handshake on the connection on which one was refused",
  ...PERSISTENT,
  run: async (trial) => {
    const { connection, response } = await refused(trial);
    if (response.hasToken("Connection", "close")) throw new NotApplicable("the refusal says close");
    const content = await contentOf(connection, response);
    if (content === undefined) throw new NotApplicable("the content of the refusal ends with the connection");
    const key = trial.random.octets(16).toString("base64");
    const { startLine, fields } = openingRequest({ url: trial.url, key });
    connection.sendHead(startLine, fields);
    const next = await connection.readHead("an answer to the second request");
    if (next === undefined) {
      const came = "the end of the connection, which the refusal did not announce";
      throw new Deviation("a connection that persists, or |Connection|: close", came);
    }
    await expectAnswered(trial, { connection, key, response: next });
  },
};

const plainGet: CaseInSection<ServerTrial> = {
  number: 2,
  title: "a handshake behind a plain GET on the same connection",
  ...PERSISTENT,
  run: async (trial) => {
    const change = { fields: { Upgrade: undefined, Connection: undefined } };
    const { connection, response } = await depart(trial, change);
    const answer = await expectRefused(trial, { connection, key: "", response }, { plainHttp: true });
    if (answer === undefined || answer.hasToken("Connection", "close")) {
      throw new NotApplicable("the server does not keep the connection");
    }
    if ((await contentOf(connection, answer)) === undefined) {
      throw new NotApplicable("the content of the response ends with the connection");
    }
    const key = trial.random.octets(16).toString("base64");
    const { startLine, fields } = openingRequest({ url: trial.url, key });
    connection.sendHead(startLine, fields);
    const next = await connection.readHead("an answer to the handshake");
    if (next === undefined) {
      const came = "the end of the connection, which the response did not announce";
      throw new Deviation("a connection that persists, or |Connection|: close", came);
    }
    await expectOpened(trial, { connection, key, response: next });
  },
};

const profile = { profile: "handshake" } as const;

export const requestFraming: readonly Case<ServerTrial>[] = [
  ...forServers("rfc9112/6.1", profile, [
    acceptsWith(1, "101 has no Transfer-Encoding", {
      ...CODED,
      check: (response) => {
        const coding = response.value("Transfer-Encoding");
        if (coding !== undefined) throw new Deviation("no Transfer-Encoding with 101", coding);
      },
    }),
    refuses(2, "Content-Length and Transfer-Encoding", { ...BOTH, plainHttp: true }, (plain) =>
      plain.replace(/\r\n$/, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ),
  ]),
  ...forServers("rfc9112/6.3", profile, [
    accepts(1, "Content-Length: 0", LENGTH, { fields: { "Content-Length": "0" } }),
    withContent(2, "content with a Content-Length", LENGTH, {
      change: ({ length }) => ({ fields: { "Content-Length": `${length}` } }),
      frame: (frame) => frame,
    }),
    withContent(3, "content in chunks", CHUNKED, {
      change: () => ({ fields: { "Transfer-Encoding": "chunked" } }),
      frame: (frame) =>
        Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, Buffer.from("\r\n0\r\n\r\n")]),
    }),
    refuses(4, "a Content-Length that is no number", INVALID_LENGTH, {
      fields: { "Content-Length": "none" },
    }),
    refuses(5, "a Content-Length below zero", INVALID_LENGTH, { fields: { "Content-Length": "-1" } }),
    refuses(6, "two Content-Lengths that differ", INVALID_LENGTH, {
      fields: { "Content-Length": "0" },
      more: [["Content-Length", "1"]],
    }),
    refuses(
      7,
      "a transfer coding that nobody knows",
      { ...NOT_FINAL, plainHttp: true },
      {
        fields: { "Transfer-Encoding": "x-unknown" },
      },
    ),
  ]),
  ...forServers("rfc9112/9.3", profile, [persisting, plainGet]),
  ...forServers("rfc9112/9.6", profile, [closing]),
];
