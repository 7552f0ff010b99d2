/** RFC 6455 §7.2 to §8: abnormal and normal closure, status codes, errors in UTF-8. */
import type { Requirement } from "./requirement.ts";

export const statusCodes: readonly Requirement[] = [
  {
    section: "7.2.1",
    role: "client",
    quote: "To do so, the client MUST _Fail the WebSocket Connection_ as defined in Section 7.1.7.",
    code: { file: "websocket/client/dial.ts", anchor: "finish(failure(cause))", cites: "4.1" },
    test: { file: "websocket/client/client-failures.test.ts", title: '["another Upgrade"' },
  },
  {
    section: "7.2.1",
    role: "client",
    quote:
      "If at any point the underlying transport layer connection is unexpectedly lost, the client MUST _Fail the WebSocket Connection_.",
    code: { file: "websocket/endpoint/transport.ts", anchor: 'stream.on("close", ended);', cites: "7.1.5" },
    test: {
      file: "websocket/endpoint/transport.test.ts",
      title: "is 1006 when the peer resets, in any state",
    },
  },
  {
    section: "7.2.1",
    role: "client",
    quote:
      "Except as indicated above or as specified by the application layer (e.g., a script using the WebSocket API), clients SHOULD NOT close the connection.",
    reason:
      "A client closes when its application says so: by calling close(), or by the limits that it set (heartbeat, `maxBufferedBytes`, those on messages).",
  },
  {
    section: "7.2.2",
    role: "server",
    quote: "To do so, the server MUST simply _Close the WebSocket Connection_ (Section 7.1.1).",
    test: {
      file: "websocket/refusals.test.ts",
      title: "does not leave the connection open for a peer that never closes its half",
    },
    reason: "In response.ts: it answers, closes its half, and drops who does not close the other.",
  },
  {
    section: "7.2.3",
    role: "client",
    quote:
      "To prevent this, clients SHOULD use some form of backoff when trying to reconnect after abnormal closures",
    code: {
      file: "websocket/reconnect/backoff.ts",
      anchor: 'if (next.action === "back off") return longestDelay',
    },
    test: {
      file: "websocket/reconnect/backoff.test.ts",
      title: "is any point from 0 to the longest, full jitter, from the first on",
    },
  },
  {
    section: "7.2.3",
    role: "client",
    quote: "The first reconnect attempt SHOULD be delayed by a random amount of time.",
    code: {
      file: "websocket/reconnect/backoff.ts",
      anchor: 'if (next.action === "back off") return longestDelay',
    },
    test: {
      file: "websocket/reconnect/backoff.test.ts",
      title: "is any point from 0 to the longest, full jitter, from the first on",
    },
  },
  {
    section: "7.2.3",
    role: "client",
    quote:
      "subsequent reconnect attempts SHOULD be delayed by increasingly longer amounts of time, using a method such as truncated binary exponential backoff.",
    code: {
      file: "websocket/reconnect/backoff.ts",
      anchor: "return Math.min(policy.maxDelay, policy.initialDelay * policy.factor ** losses);",
    },
    test: {
      file: "websocket/reconnect/backoff.test.ts",
      title: "doubles from half a second to half a minute",
    },
  },
  {
    section: "7.3",
    role: "client",
    quote: "Clients SHOULD NOT close the WebSocket connection arbitrarily.",
    reason:
      "A client closes when its application says so: by calling close(), or by the limits that it set (heartbeat, `maxBufferedBytes`, those on messages).",
  },
  {
    section: "7.4.1",
    role: "both",
    quote:
      "1005 is a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint.",
    code: { file: "websocket/wire/close.ts", anchor: "export function mayBeSent(code: number): boolean {" },
    test: {
      file: "websocket/wire/close.test.ts",
      title: "are read and written when they may be sent, and refused when not, every one",
    },
  },
  {
    section: "7.4.1",
    role: "both",
    quote:
      "1006 is a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint.",
    code: { file: "websocket/wire/close.ts", anchor: "export function mayBeSent(code: number): boolean {" },
    test: {
      file: "websocket/wire/close.test.ts",
      title: "are read and written when they may be sent, and refused when not, every one",
    },
  },
  {
    section: "7.4.1",
    role: "client",
    quote: "The list of extensions that are needed SHOULD appear in the /reason/ part of the Close frame.",
    reason: "We never close with 1010: without the compression that it offered a client does as well.",
  },
  {
    section: "7.4.1",
    role: "both",
    quote:
      "1015 is a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint.",
    code: { file: "websocket/wire/close.ts", anchor: "export function mayBeSent(code: number): boolean {" },
    test: {
      file: "websocket/wire/close.test.ts",
      title: "are read and written when they may be sent, and refused when not, every one",
    },
  },
  {
    section: "7.4.2",
    role: "both",
    level: "definition",
    quote: "Status codes in the range 0-999 are not used.",
    code: { file: "websocket/wire/close.ts", anchor: "export function mayBeSent(code: number): boolean {" },
    test: {
      file: "websocket/wire/close.test.ts",
      title: "may be sent as the registry says, every one from 0 to 5000",
    },
  },
  {
    section: "7.4.2",
    role: "both",
    level: "definition",
    quote:
      "Status codes in the range 1000-2999 are reserved for definition by this protocol, its future revisions, and extensions",
    code: { file: "websocket/wire/close.ts", anchor: "export function mayBeSent(code: number): boolean {" },
    test: {
      file: "websocket/wire/close.test.ts",
      title: "may be sent as the registry says, every one from 0 to 5000",
    },
  },
  {
    section: "7.4.2",
    role: "both",
    level: "definition",
    quote:
      "Status codes in the range 3000-3999 are reserved for use by libraries, frameworks, and applications.",
    code: { file: "websocket/wire/close.ts", anchor: "export function mayBeSent(code: number): boolean {" },
    test: {
      file: "websocket/wire/close.test.ts",
      title: "may be sent as the registry says, every one from 0 to 5000",
    },
  },
  {
    section: "7.4.2",
    role: "both",
    level: "definition",
    quote: "Status codes in the range 4000-4999 are reserved for private use",
    code: { file: "websocket/wire/close.ts", anchor: "export function mayBeSent(code: number): boolean {" },
    test: {
      file: "websocket/wire/close.test.ts",
      title: "may be sent as the registry says, every one from 0 to 5000",
    },
  },
  {
    section: "8.1",
    role: "both",
    quote:
      "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_.",
    code: {
      file: "websocket/wire/utf8.ts",
      anchor: 'throw new WebSocketProtocolError(1007, "text is not UTF-8");',
    },
    test: {
      file: "websocket/wire/utf8.test.ts",
      title: "fails with 1007 for every octet that cannot stand alone",
    },
  },
];
