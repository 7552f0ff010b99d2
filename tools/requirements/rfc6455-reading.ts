/** RFC 6455 §4.2.1: reading the client's opening handshake. */
import type { Requirement } from "./requirement.ts";

export const reading: readonly Requirement[] = [
  {
    section: "4.2.1",
    role: "server",
    quote:
      "If the server, while reading the handshake, finds that the client did not send a handshake that matches the description below … the server MUST stop processing … and return an HTTP response with an appropriate error code",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "const refused = checkLine(request) ?? checkHost(request)",
    },
    test: [
      { file: "websocket/handshake/handshake.test.ts", title: ", and accepts what does not" },
      { file: "websocket/refusals.test.ts", title: '["no Host", handshake(' },
    ],
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      'An HTTP/1.1 or higher GET request, including a "Request-URI" … that should be interpreted as a /resource name/ defined in Section 3 (or an absolute HTTP/HTTPS URI containing the /resource name/).',
    code: { file: "websocket/handshake/handshake.ts", anchor: "const TARGET = /" },
    test: [
      { file: "websocket/handshake/handshake.test.ts", title: '"item 1: HTTP/1.1 or higher"' },
      { file: "websocket/handshake/handshake.test.ts", title: '"item 1: no relative path"' },
      { file: "websocket/server/server.test.ts", title: "reads the absolute form of a request's target" },
    ],
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote: "A |Host| header field containing the server's authority.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "if (host === undefined || others.length > 0)",
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: '"item 2: one Host"' },
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      'An |Upgrade| header field containing the value "websocket", treated as an ASCII case-insensitive value.',
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: 'if (!includesToken(valuesOf(headers, "upgrade"), "websocket"))',
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: '"item 3: to websocket"' },
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      'A |Connection| header field that includes the token "Upgrade", treated as an ASCII case-insensitive value.',
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: 'if (!includesToken(valuesOf(headers, "connection"), "upgrade"))',
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: '"item 4: as a token"' },
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      "A |Sec-WebSocket-Key| header field with a base64-encoded … value that, when decoded, is 16 bytes in length.",
    code: { file: "websocket/handshake/handshake.ts", anchor: "return /^[A-Za-z0-9+/]{22}==$/.test(text);" },
    test: [
      { file: "websocket/handshake/handshake.test.ts", title: '"item 5: of 16 bytes, not 15"' },
      { file: "websocket/rfc6455-4.2-server.test.ts", title: "the key of the RFC's own example" },
    ],
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote: "A |Sec-WebSocket-Version| header field, with a value of 13.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "if (versions.length !== 1 || versions[0] !== VERSION)",
      cites: "4.4",
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: '"item 6: a Version"' },
  },
  {
    section: "4.2.1",
    role: "server",
    quote:
      "A connection attempt lacking this header field SHOULD NOT be interpreted as coming from a browser client.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "if (origin === undefined) return undefined;",
      cites: "10.2",
    },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "do not bind a client that is no browser and sends none",
    },
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      "Optionally, a |Sec-WebSocket-Protocol| header field, with a list of values indicating which protocols the client would like to speak, ordered by preference.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "offered.find((name) => subprotocols.includes(name))",
      cites: "4.2.2",
    },
    test: {
      file: "websocket/rfc6455-4.2-server.test.ts",
      title: "chooses a subprotocol of the client's list, the client's first, and says so once",
    },
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      "Optionally, a |Sec-WebSocket-Extensions| header field, with a list of values indicating which extensions the client would like to speak.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "const extensions = parseExtensions(",
      cites: "9.1",
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: "finds offers on any line, in order" },
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote: "Unknown header fields are ignored, as per [RFC2616].",
    code: { file: "websocket/handshake/handshake.ts", anchor: "export function acceptUpgrade(" },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "does not mind the order of the headers, nor others",
    },
  },
];
