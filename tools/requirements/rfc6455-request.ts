/** RFC 6455 §4.1: the request that a client sends. */
import type { Requirement } from "./requirement.ts";

export const request: readonly Requirement[] = [
  {
    section: "4.1",
    role: "client",
    quote:
      "Once a connection to the server has been established … the client MUST send an opening handshake to the server.",
    code: { file: "websocket/client/dial.ts", anchor: "http.end();" },
    test: {
      file: "websocket/client/client.test.ts",
      title: "asks for what the URL names, with every header that the RFC wants",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote: "The handshake MUST be a valid HTTP request as specified by [RFC2616].",
    code: { file: "websocket/client/dial.ts", anchor: "const http = httpRequest({" },
    test: {
      file: "websocket/rfc6455-4.1-client.test.ts",
      title: "sends its request, with or without subprotocols, and then nothing",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote: "The method of the request MUST be GET, and the HTTP version MUST be at least 1.1.",
    code: { file: "websocket/client/dial.ts", anchor: "const http = httpRequest({" },
    test: {
      file: "websocket/client/client.test.ts",
      title: "asks for what the URL names, with every header that the RFC wants",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'The "Request-URI" part of the request MUST match the /resource name/ defined in Section 3 (a relative URI)',
    code: { file: "websocket/client/dial.ts", anchor: "path: url.pathname + url.search" },
    test: [
      {
        file: "websocket/client/client.test.ts",
        title: "asks for / when the URL names nothing, without subprotocols when there are none",
      },
      { file: "websocket/rfc6455-4.1-client.test.ts", title: "it(`is asked for:" },
    ],
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'The request MUST contain a |Host| header field whose value contains /host/ plus optionally ":" followed by /port/ (when not using the default port).',
    code: { file: "websocket/client/dial.ts", anchor: "Host: url.host," },
    test: [
      {
        file: "websocket/client/client.test.ts",
        title: "asks for what the URL names, with every header that the RFC wants",
      },
      {
        file: "websocket/rfc6455-4.1-client.test.ts",
        title: "has no port in it that is the default of its scheme",
      },
    ],
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'The request MUST contain an |Upgrade| header field whose value MUST include the "websocket" keyword.',
    code: { file: "websocket/handshake/client-handshake.ts", anchor: 'Upgrade: "websocket",' },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: "is accepted by our server" },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'The request MUST contain a |Connection| header field whose value MUST include the "Upgrade" token.',
    code: { file: "websocket/handshake/client-handshake.ts", anchor: 'Connection: "Upgrade",' },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: "is accepted by our server" },
  },
  {
    section: "4.1",
    role: "client",
    quote: "The request MUST include a header field with the name |Sec-WebSocket-Key|.",
    code: { file: "websocket/handshake/client-handshake.ts", anchor: '"Sec-WebSocket-Key": key,' },
    test: {
      file: "websocket/client/client.test.ts",
      title: "asks for what the URL names, with every header that the RFC wants",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "The value of this header field MUST be a nonce consisting of a randomly selected 16-byte value that has been base64-encoded",
    code: { file: "websocket/client/dial.ts", anchor: 'const key = randomBytes(16).toString("base64");' },
    test: {
      file: "websocket/client/client.test.ts",
      title: "asks for what the URL names, with every header that the RFC wants",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote: "The nonce MUST be selected randomly for each connection.",
    code: { file: "websocket/client/dial.ts", anchor: 'const key = randomBytes(16).toString("base64");' },
    test: { file: "websocket/client/client.test.ts", title: "uses another key for each connection" },
  },
  {
    section: "4.1",
    role: "other",
    quote:
      "The request MUST include a header field with the name |Origin| [RFC6454] if the request is coming from a browser client.",
    reason:
      "Binds browsers. Ours is no browser; an application that wants to be taken for one gives the header itself.",
  },
  {
    section: "4.1",
    role: "client",
    quote: "The request MUST include a header field with the name |Sec-WebSocket-Version|.",
    code: { file: "websocket/handshake/client-handshake.ts", anchor: '"Sec-WebSocket-Version": VERSION,' },
    test: {
      file: "websocket/client/client.test.ts",
      title: "asks for what the URL names, with every header that the RFC wants",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote: "The value of this header field MUST be 13.",
    code: { file: "websocket/handshake/agreement.ts", anchor: 'export const VERSION = "13";' },
    test: {
      file: "websocket/client/client.test.ts",
      title: "asks for what the URL names, with every header that the RFC wants",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021 to U+007E … and MUST all be unique strings.",
    code: { file: "websocket/handshake/client-handshake.ts", anchor: "if (!subprotocols.every(isToken)" },
    test: {
      file: "websocket/handshake/client-handshake.test.ts",
      title: "is refused with a SyntaxError for the subprotocols",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "Once the client's opening handshake has been sent, the client MUST wait for a response from the server before sending any further data.",
    code: { file: "websocket/client/client.ts", anchor: 'this.attach({ stream, role: "client"' },
    test: {
      file: "websocket/rfc6455-4.1-client.test.ts",
      title: "sends its request, with or without subprotocols, and then nothing",
    },
  },
];
