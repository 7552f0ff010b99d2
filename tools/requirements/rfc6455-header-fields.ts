/** RFC 6455 §11: URI schemes and header fields. */
import type { Requirement } from "./requirement.ts";

export const headerFields: readonly Requirement[] = [
  {
    section: "11.1.1",
    role: "client",
    quote:
      "Characters in the host component that are excluded by the syntax defined above MUST be converted from Unicode to ASCII",
    code: {
      file: "websocket/client/client-options.ts",
      anchor: "const url = webSocketUrl(URL.parse(String(text)));",
      cites: "3",
    },
    test: {
      file: "websocket/rfc6455-4.1-client.test.ts",
      title: "has a host in ASCII, whatever it was written in",
    },
  },
  {
    section: "11.1.1",
    role: "client",
    quote:
      "Characters in other components that are excluded by the syntax defined above MUST be converted … by first encoding the characters as UTF-8 and then replacing the corresponding bytes using their percent-encoded form",
    code: {
      file: "websocket/client/client-options.ts",
      anchor: "const url = webSocketUrl(URL.parse(String(text)));",
      cites: "3",
    },
    test: { file: "websocket/rfc6455-4.1-client.test.ts", title: "it(`is asked for:" },
  },
  {
    section: "11.1.2",
    role: "client",
    quote:
      "Characters in the host component that are excluded by the syntax defined above MUST be converted from Unicode to ASCII",
    code: {
      file: "websocket/client/client-options.ts",
      anchor: "const url = webSocketUrl(URL.parse(String(text)));",
      cites: "3",
    },
    test: { file: "websocket/rfc6455-4.1-client.test.ts", title: '"wss://xn--bcher-kva.invalid/"' },
  },
  {
    section: "11.1.2",
    role: "client",
    quote:
      "Characters in other components that are excluded by the syntax defined above MUST be converted … by first encoding the characters as UTF-8 and then replacing the corresponding bytes using their percent-encoded form",
    code: {
      file: "websocket/client/client-options.ts",
      anchor: "const url = webSocketUrl(URL.parse(String(text)));",
      cites: "3",
    },
    test: { file: "websocket/rfc6455-4.1-client.test.ts", title: "it(`is asked for:" },
  },
  {
    section: "11.3.1",
    role: "both",
    quote: "The |Sec-WebSocket-Key| header field MUST NOT appear more than once in an HTTP request.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "if (key === undefined || others.length > 0 || !isNonce(key))",
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: '"§11.3.1: one Key"' },
    reason: "What we send is an object with one field of the name.",
  },
  {
    section: "11.3.2",
    role: "both",
    quote: "the |Sec-WebSocket-Extensions| header field MUST NOT appear more than once in an HTTP response.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: 'if (extensions !== "") lines.push',
      cites: "4.2.2",
    },
    test: {
      file: "websocket/handshake/handshake.test.ts",
      title: "accepts permessage-deflate when it is told to (RFC 7692 §5)",
    },
    reason:
      "Binds who sends. As a client we read several lines as one list, as §4.2.2, item 5.6 and §9.1 allow.",
  },
  {
    section: "11.3.3",
    role: "both",
    quote: "The |Sec-WebSocket-Accept| header MUST NOT appear more than once in an HTTP response.",
    code: { file: "websocket/handshake/client-handshake.ts", anchor: "if (accepts.length !== 1" },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: '"item 4: once"' },
  },
  {
    section: "11.3.4",
    role: "both",
    quote: "the |Sec-WebSocket-Protocol| header field MUST NOT appear more than once in an HTTP response.",
    code: { file: "websocket/handshake/client-handshake.ts", anchor: "if (chosen.length > 1" },
    test: [
      { file: "websocket/handshake/client-handshake.test.ts", title: '"item 6: one subprotocol"' },
      {
        file: "websocket/rfc6455-4.2-server.test.ts",
        title: "chooses a subprotocol of the client's list, the client's first, and says so once",
      },
    ],
  },
  {
    section: "11.3.5",
    role: "both",
    quote: "the |Sec-WebSocket-Version| header field MUST NOT appear more than once in an HTTP request.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "if (versions.length !== 1 || versions[0] !== VERSION)",
      cites: "4.4",
    },
    test: { file: "websocket/handshake/handshake.test.ts", title: '"§11.3.5: one Version"' },
  },
];
