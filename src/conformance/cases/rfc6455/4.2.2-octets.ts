/** RFC 6455 §4.2.2: the handshake as a stream of octets: in pieces, and with frames or requests behind it. */

import type { Case } from "../../case.ts";
import { expectAccepted, expectOpened } from "../../peer/acceptance.ts";
import { expectClosing, expectFailure } from "../../peer/closing.ts";
import { expectNotLost, textFrame } from "../../peer/early.ts";
import { expectRefused } from "../../peer/refusal.ts";
import type { Handshake, ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { encodeFrame, Opcode } from "../../wire/frame.ts";
import { plainHead, sendHead } from "../requests.ts";
import { must, should } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

/** TCP knows no messages: how a request is cut is nobody's choice. */
const stream = must(
  "When a client establishes a WebSocket connection to a server, the server MUST complete the following steps to accept the connection and send the server's opening handshake.",
);
const OPEN =
  "If the server finishes these steps without aborting the WebSocket handshake, the server considers the WebSocket connection to be established and that the WebSocket connection is in the OPEN state. At this point, the server may begin sending (and receiving) data.";
/** It is the client that breaks a rule here (RFC 6455 §4.1), so that a server is free to refuse. */
const early = should(OPEN);

/** Sends the octets in pieces, each a write of its own, and reads the response. */
async function sendPieces(trial: ServerTrial, key: string, pieces: readonly Buffer[]): Promise<Handshake> {
  const connection = await trial.dial();
  const sizes = pieces.map(({ length }) => length).join(", ");
  trial.context.log.event(connection.number, `a request in pieces of ${sizes} octets`);
  for (const piece of pieces) await connection.written(piece);
  return { connection, key, response: await connection.readHead("an answer to the opening handshake") };
}

/** The offsets at which to cut: within each word of the first lines, and in every way around line ends. */
function cuts(head: string): readonly number[] {
  const end = head.length;
  const lines = [head.indexOf("\r\n"), head.indexOf("\r\n", head.indexOf("Upgrade")), end - 4];
  const around = lines.flatMap((at) => [at, at + 1, at + 2]);
  const within = [1, 3, 4, 6, head.indexOf("HTTP/") + 6, head.indexOf("Key") + 1, head.indexOf("Key: ") + 12];
  return [...new Set([...within, ...around, end - 1])].filter((at) => at > 0 && at < end);
}

const splitEverywhere: CaseInSection<ServerTrial> = {
  number: 21,
  title: "requests in two pieces, cut in every kind of place",
  ...stream,
  run: async (trial) => {
    for (const at of cuts(plainHead(trial).head)) {
      const { head, key } = plainHead(trial);
      const octets = Buffer.from(head, "latin1");
      await expectAccepted(
        trial,
        await sendPieces(trial, key, [octets.subarray(0, at), octets.subarray(at)]),
      );
    }
  },
};

const pipelinedRequest: CaseInSection<ServerTrial> = {
  number: 36,
  title: "a second request behind the first",
  ...early,
  run: async (trial) => {
    const { head, key } = plainHead(trial);
    const handshake = await sendHead(trial, key, Buffer.from(head + head, "latin1"));
    if (handshake.response !== undefined && handshake.response.status !== 101) {
      await expectRefused(trial, handshake);
      return;
    }
    const peer = await expectAccepted(trial, handshake);
    const { connection } = handshake;
    if (connection.unreadLength < 5) await connection.more(trial.patience / 20);
    if (connection.peekStart(5).toString("latin1", 0, 5) === "HTTP/") {
      const came = JSON.stringify(connection.logUnread("another response").toString("latin1", 0, 40));
      throw new Deviation("no HTTP any more once the protocol is switched", came, { level: "MUST" });
    }
    // "GE" is a frame with reserved bits, an unknown opcode and no mask.
    await expectFailure(peer, 1002);
  },
};

/** A request with these octets behind it in the same write, of which `text` is echoed. */
function earlyText(
  number: number,
  title: string,
  text: string,
  pieces: (head: Buffer, frame: Buffer) => readonly Buffer[],
): CaseInSection<ServerTrial> {
  const run = async (trial: ServerTrial): Promise<void> => {
    const { head, key } = plainHead(trial);
    const octets = pieces(Buffer.from(head, "latin1"), textFrame(trial, text));
    await expectNotLost(trial, await sendPieces(trial, key, octets), text);
  };
  return { number, title, ...early, run };
}

const { concat } = Buffer;

export const handshakeOctets: readonly Case<ServerTrial>[] = forServers(
  "rfc6455/4.2.2",
  { profile: "handshake" },
  [
    {
      number: 20,
      title: "a request octet by octet",
      ...stream,
      run: async (trial) => {
        const { head, key } = plainHead(trial);
        const octets = [...Buffer.from(head, "latin1")].map((octet) => Buffer.from([octet]));
        await expectOpened(trial, await sendPieces(trial, key, octets));
      },
    },
    splitEverywhere,
    earlyText(30, "a frame in the same write as the request", "early", (head, frame) => [
      concat([head, frame]),
    ]),
    earlyText(31, "a frame with the last octet of the request", "early", (head, frame) => [
      head.subarray(0, -1),
      concat([head.subarray(-1), frame]),
    ]),
    earlyText(32, "half a frame with the request, the rest behind it", "cut in two", (head, frame) => [
      concat([head, frame.subarray(0, 7)]),
      frame.subarray(7),
    ]),
    earlyText(33, "the first octet of a frame with the request", "cut off", (head, frame) => [
      concat([head, frame.subarray(0, 1)]),
      frame.subarray(1),
    ]),
    earlyText(34, "100,000 octets of a frame with the request", "x".repeat(100_000), (head, frame) => [
      concat([head, frame]),
    ]),
    {
      number: 35,
      title: "a Close frame in the same write as the request",
      ...early,
      run: async (trial) => {
        const { head, key } = plainHead(trial);
        const payload = Buffer.from([0x03, 0xe8]);
        const maskingKey = trial.random.octets(4);
        const close = encodeFrame({ opcode: Opcode.Close, payload, maskingKey });
        const handshake = await sendHead(trial, key, concat([Buffer.from(head, "latin1"), close]));
        if (handshake.response !== undefined && handshake.response.status !== 101) {
          await expectRefused(trial, handshake);
          return;
        }
        await expectClosing(await expectAccepted(trial, handshake), 1000);
      },
    },
    pipelinedRequest,
  ],
);
