/** RFC 6455 §4.2.2 to §4.4: the server's opening handshake. */
import type { Requirement } from "./requirement.ts";

export const answering: readonly Requirement[] = [
  {
    section: "4.2.2",
    role: "server",
    quote:
      "When a client establishes a WebSocket connection to a server, the server MUST complete the following steps to accept the connection",
    code: { file: "websocket/handshake/handshake.ts", anchor: "export function acceptUpgrade(" },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: 'describe("RFC 6455 §4.2.2 the server\'s answer"',
    },
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If this fails … then close the connection; otherwise, all further communication for the connection (including the server's handshake) MUST run through the encrypted tunnel",
    test: {
      file: "websocket/rfc6455-4.2-server.test.ts",
      title: "answers within the tunnel on a port of TLS, and closes what is no TLS",
    },
    reason: "TLS is the business of the `node:https` server that we are attached to.",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If the server does not wish to accept this connection, it MUST return an appropriate HTTP error code (e.g., 403 Forbidden) and abort the WebSocket handshake",
    code: { file: "websocket/handshake/handshake.ts", anchor: 'refuse(403, "this origin may not connect")' },
    test: [
      { file: "websocket/handshake/handshake.test.ts", title: '"§10.2: the own origin"' },
      { file: "websocket/refusals.test.ts", title: '"a foreign Origin"' },
    ],
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If this version does not match a version understood by the server, the server MUST abort … and instead send an appropriate HTTP error code (such as 426 Upgrade Required) and a |Sec-WebSocket-Version| header field",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "if (versions.length !== 1 || versions[0] !== VERSION)",
      cites: "4.4",
    },
    test: { file: "websocket/refusals.test.ts", title: '"another Version"' },
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If the requested service is not available, the server MUST send an appropriate HTTP error code (such as 404 Not Found) and abort the WebSocket handshake.",
    test: { file: "websocket/refusals.test.ts", title: '"another path"' },
    reason: "In server.ts, which answers 404 to a path that it does not serve.",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "The value chosen MUST be derived from the client's handshake, specifically by selecting one of the values from the |Sec-WebSocket-Protocol| field",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "offered.find((name) => subprotocols.includes(name))",
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: "when offered" },
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "if the server does not wish to agree to one of the suggested subprotocols, it MUST NOT send back a |Sec-WebSocket-Protocol| header field in its response",
    code: { file: "websocket/handshake/handshake.ts", anchor: 'if (subprotocol !== "") lines.push' },
    test: { file: "websocket/rfc6455-4.2-server.test.ts", title: "subprotocols of which it speaks none" },
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If the server supports multiple extensions, then the value MUST be derived from the client's handshake",
    code: { file: "websocket/handshake/handshake.ts", anchor: "acceptDeflateOffer(extensions, compression)" },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "accepts permessage-deflate when it is told to (RFC 7692 §5)",
    },
  },
  {
    section: "4.2.2",
    role: "server",
    quote: "Extensions not listed by the client MUST NOT be listed.",
    code: { file: "websocket/handshake/handshake.ts", anchor: 'if (extensions !== "") lines.push' },
    test: [
      {
        file: "websocket/handshake/handshake.test.ts",
        title: "accepts the handshake without what it cannot accept",
      },
      { file: "websocket/rfc6455-4.2-server.test.ts", title: "an extension that it does not know (§9.1)" },
    ],
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If the server chooses to accept the incoming connection, it MUST reply with a valid HTTP response indicating the following.",
    code: { file: "websocket/handshake/handshake.ts", anchor: "return { accepted: true, headers: lines" },
    test: {
      file: "websocket/server/server.test.ts",
      title: "answers the example of RFC 6455 §1.3, and nothing more",
    },
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote: "A Status-Line with a 101 response code as per RFC 2616",
    test: {
      file: "websocket/server/server.test.ts",
      title: "answers the example of RFC 6455 §1.3, and nothing more",
    },
    reason: "In opening.ts, which writes the status line.",
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote: 'An |Upgrade| header field with value "websocket" as per RFC 2616',
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: '["Upgrade", "websocket"],\n    ["Connection", "Upgrade"],',
    },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: 'describe("RFC 6455 §4.2.2 the server\'s answer"',
    },
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote: 'A |Connection| header field with value "Upgrade".',
    code: { file: "websocket/handshake/handshake.ts", anchor: '["Connection", "Upgrade"],' },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: 'describe("RFC 6455 §4.2.2 the server\'s answer"',
    },
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote:
      'A |Sec-WebSocket-Accept| header field. The value of this header field is constructed by concatenating /key/ … with the string "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", taking the SHA-1 hash',
    code: { file: "websocket/handshake/agreement.ts", anchor: 'return hash("sha1", key + GUID, "base64");' },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: 'it("is that of the example", () => expect(acceptValue(KEY))',
    },
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote:
      "Optionally, a |Sec-WebSocket-Protocol| header field, with a value /subprotocol/ as defined in step 4 in Section 4.2.2.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: 'lines.push(["Sec-WebSocket-Protocol", subprotocol])',
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: "when offered" },
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote:
      "Optionally, a |Sec-WebSocket-Extensions| header field, with a value /extensions/ as defined in step 4 in Section 4.2.2.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: 'lines.push(["Sec-WebSocket-Extensions", extensions])',
    },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "accepts permessage-deflate when it is told to (RFC 7692 §5)",
    },
  },
  {
    section: "4.3",
    role: "both",
    quote:
      "When using the quoted-string syntax variant, the value ; after quoted-string unescaping MUST conform to the ; 'token' ABNF.",
    code: {
      file: "websocket/handshake/header.ts",
      anchor: "return isToken(value) ? { name, value } : undefined;",
      cites: "9.1",
    },
    test: { file: "websocket/rfc6455-4.2-server.test.ts", title: "a quoted value that is no token (§9.1)" },
  },
  {
    section: "4.4",
    role: "server",
    quote:
      "If the server doesn't support the requested version, it MUST respond with a |Sec-WebSocket-Version| header field … containing all versions it is willing to use.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "if (versions.length !== 1 || versions[0] !== VERSION)",
    },
    test: {
      file: "websocket/rfc6455-4.2-server.test.ts",
      title: "names the version it speaks to whoever speaks another, and to nobody else (§4.4)",
    },
  },
];
