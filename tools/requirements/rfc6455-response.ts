/** RFC 6455 §4.1: the response, as the client has to read it. */
import type { Requirement } from "./requirement.ts";

export const response: readonly Requirement[] = [
  {
    section: "4.1",
    role: "client",
    quote: "The client MUST validate the server's response as follows:",
    code: { file: "websocket/client/dial.ts", anchor: "const agreement = checkResponse(" },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: "fails on what breaks" },
  },
  {
    section: "4.1",
    role: "client",
    level: "step",
    quote:
      "If the status code received from the server is not 101, the client handles the response per HTTP [RFC2616] procedures.",
    code: { file: "websocket/client/dial.ts", anchor: 'http.once("response"' },
    test: { file: "websocket/client/client-failures.test.ts", title: "it(`says so with the status" },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'If the response lacks an |Upgrade| header field or the |Upgrade| header field contains a value that is not … "websocket", the client MUST _Fail the WebSocket Connection_.',
    code: { file: "websocket/handshake/client-handshake.ts", anchor: "if (upgrades.length !== 1" },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: "item 2: to websocket" },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'If the response lacks a |Connection| header field or the |Connection| header field doesn\'t contain a token that is … "Upgrade", the client MUST _Fail the WebSocket Connection_.',
    code: {
      file: "websocket/handshake/client-handshake.ts",
      anchor: 'if (!includesToken(valuesOf(headers, "connection"), "upgrade"))',
    },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: "item 3: with Upgrade" },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the response lacks a |Sec-WebSocket-Accept| header field or the |Sec-WebSocket-Accept| contains a value other than … the client MUST _Fail the WebSocket Connection_.",
    code: { file: "websocket/handshake/client-handshake.ts", anchor: "if (accepts.length !== 1" },
    test: { file: "websocket/handshake/client-handshake.test.ts", title: "item 4: of our key" },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If … this header field indicates the use of an extension that was not present in the client's handshake … the client MUST _Fail the WebSocket Connection_.",
    code: {
      file: "websocket/handshake/client-handshake.ts",
      anchor: 'invalidResponse("an extension was not offered")',
    },
    test: {
      file: "websocket/handshake/client-handshake.test.ts",
      title: "an extension that was not offered",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If … this header field indicates the use of a subprotocol that was not present in the client's handshake … the client MUST _Fail the WebSocket Connection_.",
    code: {
      file: "websocket/handshake/client-handshake.ts",
      anchor: 'invalidResponse("a subprotocol was not offered")',
    },
    test: {
      file: "websocket/handshake/client-handshake.test.ts",
      title: "item 6: no subprotocol we did not offer",
    },
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the server's response does not conform to the requirements for the server's handshake … the client MUST _Fail the WebSocket Connection_.",
    code: { file: "websocket/client/dial.ts", anchor: 'if (response.httpVersion !== "1.1")' },
    test: { file: "websocket/rfc6455-4.1-client.test.ts", title: "it(`fails the connection:" },
  },
  {
    section: "4.1",
    role: "client",
    level: "definition",
    quote:
      "The _Extensions In Use_ is defined to be a (possibly empty) string … equal to the value of the |Sec-WebSocket-Extensions| header field supplied by the server's handshake",
    code: { file: "websocket/handshake/client-handshake.ts", anchor: 'extensions: values.join(", ")' },
    test: {
      file: "websocket/handshake/client-handshake.test.ts",
      title: "finds the extension in use, as the server wrote it",
    },
  },
  {
    section: "4.1",
    role: "client",
    level: "definition",
    quote:
      "The _Subprotocol In Use_ is defined to be the value of the |Sec-WebSocket-Protocol| header field in the server's handshake or the null value",
    code: { file: "websocket/handshake/client-handshake.ts", anchor: 'subprotocol: chosen[0] ?? ""' },
    test: {
      file: "websocket/handshake/client-handshake.test.ts",
      title: "finds the subprotocol in use, or none",
    },
  },
];
