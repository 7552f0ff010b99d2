/** RFC 6455 §4.2.2: the response that accepts a handshake, and what must not be in it. */

import type { Case } from "../../case.ts";
import { expectAccepted } from "../../peer/acceptance.ts";
import { finish } from "../../peer/closing.ts";
import type { ServerTrial } from "../../server/server-trial.ts";
import { Deviation } from "../../verdict.ts";
import { readExtensions } from "../../wire/extensions.ts";
import type { Head } from "../../wire/head.ts";
import { accepts, acceptsWith, depart } from "../requests.ts";
import { must } from "../rule.ts";
import { type CaseInSection, forServers } from "../section.ts";

const ACCEPT =
  'A |Sec-WebSocket-Accept| header field. The value of this header field is constructed by concatenating /key/, defined above in step 4 in Section 4.2.2, with the string "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", taking the SHA-1 hash of this concatenated value to obtain a 20-byte value and base64-encoding (see Section 4 of [RFC4648]) this 20-byte hash.';
const VALID =
  "If the server chooses to accept the incoming connection, it MUST reply with a valid HTTP response indicating the following.";
const PROTOCOL =
  "The value chosen MUST be derived from the client's handshake, specifically by selecting one of the values from the |Sec-WebSocket-Protocol| field that the server is willing to use for this connection (if any).";
const NULL_PROTOCOL =
  "If the client's handshake did not contain such a header field or if the server does not agree to any of the client's requested subprotocols, the only acceptable value is null.";

/** A server may insist on a subprotocol of its own: "If the server chooses to accept the incoming connection". */
const protocol = { ...must(PROTOCOL), mayRefuse: "RFC 6455 §4.2.2" };

function withKey(key: string): { fields: Record<string, string> } {
  return { fields: { "Sec-WebSocket-Key": key } };
}

/** The response names one of these subprotocols, once, or none. */
function oneOf(...offered: readonly string[]): (response: Head) => void {
  return (response) => {
    const chosen = response.all("Sec-WebSocket-Protocol");
    if (chosen.length === 0) return;
    if (chosen.length === 1 && offered.includes(chosen[0]!)) return;
    const expected = offered.length === 0 ? "no subprotocol" : `one of ${offered.join(" and ")}, or none`;
    throw new Deviation(expected, JSON.stringify(chosen));
  };
}

/** The response names no extension but these. */
function extensionsOf(...offered: readonly string[]): (response: Head) => void {
  return (response) => {
    const field = response.value("Sec-WebSocket-Extensions");
    if (field === undefined) return;
    const names = readExtensions(field).map(({ name }) => name);
    if (names.length > 0 && names.every((name) => offered.includes(name))) return;
    throw new Deviation(offered.length === 0 ? "no extension" : `none but ${offered.join()}`, field);
  };
}

/** RFC 9112 §5: a field line, as senders have to write it. */
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function wellFormed(response: Head, trial: ServerTrial): void {
  if (!/^HTTP\/1\.1 101 [\t\x20-\x7e\x80-\xff]*$/.test(response.startLine)) {
    throw new Deviation("HTTP/1.1, 101, and a reason phrase or none", JSON.stringify(response.startLine));
  }
  const options = response.value("Connection") ?? "";
  if (response.list("Connection").length > 1) {
    const expected = 'a |Connection| header field with value "Upgrade", and nothing else';
    trial.note({ severity: "info", expected, came: options });
  }
  const odd = response.fields.find(([name, value]) => !FIELD_NAME.test(name) || !FIELD_VALUE.test(value));
  if (odd === undefined) return;
  throw new Deviation("fields of a name, a colon and a value", JSON.stringify(odd.join(": ")));
}

function once(name: string): (response: Head) => void {
  return (response) => {
    const values = response.all(name);
    if (values.length !== 1) throw new Deviation(`|${name}| once`, JSON.stringify(values));
  };
}

/** The RFC prints what this field says to its example, so that no calculation of ours stands between. */
function saysAccept(value: string): (response: Head) => void {
  return (response) => {
    const came = response.value("Sec-WebSocket-Accept");
    if (came !== value) throw new Deviation(value, came ?? "none");
  };
}

/** Sixteen connections at a time, each with a key of its own; the response has to fit each. */
const manyKeys: CaseInSection<ServerTrial> = {
  number: 6,
  title: "sixteen connections at once, each with a key of its own",
  ...must(ACCEPT),
  run: async (trial) => {
    const handshakes = await Promise.all(Array.from({ length: 16 }, async () => depart(trial, {})));
    for (const handshake of handshakes) await finish(await expectAccepted(trial, handshake));
  },
};

export const response: readonly Case<ServerTrial>[] = forServers("rfc6455/4.2.2", { profile: "handshake" }, [
  acceptsWith(1, "a status line and fields that are well-formed", { ...must(VALID), check: wellFormed }),
  acceptsWith(
    2,
    "the key of the RFC's own example",
    { ...must(ACCEPT), check: saysAccept("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") },
    withKey("dGhlIHNhbXBsZSBub25jZQ=="),
  ),
  accepts(3, "a key of plus signs and slashes", must(ACCEPT), withKey("+/+/+/+/+/+/+/+/+/+/+w==")),
  accepts(4, "a key of zeros", must(ACCEPT), withKey("AAAAAAAAAAAAAAAAAAAAAA==")),
  accepts(5, "a key of ones", must(ACCEPT), withKey("/////////////////////w==")),
  manyKeys,
  acceptsWith(7, "Upgrade is there once", {
    ...must('An |Upgrade| header field with value "websocket" as per RFC 2616 [RFC2616].'),
    check: once("Upgrade"),
  }),
  acceptsWith(8, "no subprotocol where none was offered", { ...must(NULL_PROTOCOL), check: oneOf() }),
  acceptsWith(
    9,
    "one of two subprotocols that nobody knows, or none",
    { ...protocol, check: oneOf("x-first", "x-second") },
    { fields: { "Sec-WebSocket-Protocol": "x-first, x-second" } },
  ),
  acceptsWith(
    10,
    "one of a list without spaces, or none",
    { ...protocol, check: oneOf("x-first", "x-second") },
    { fields: { "Sec-WebSocket-Protocol": "x-first,x-second" } },
  ),
  acceptsWith(
    11,
    "subprotocols named like properties of objects",
    { ...protocol, check: oneOf("constructor", "__proto__", "toString") },
    { fields: { "Sec-WebSocket-Protocol": "constructor, __proto__, toString" } },
  ),
  acceptsWith(12, "no extension where none was offered", {
    ...must("Extensions not listed by the client MUST NOT be listed."),
    check: extensionsOf(),
  }),
  acceptsWith(
    13,
    "no extension but the one that was offered",
    {
      ...must("Extensions not listed by the client MUST NOT be listed."),
      check: extensionsOf("permessage-deflate"),
    },
    { fields: { "Sec-WebSocket-Extensions": "permessage-deflate" } },
  ),
]);
