/** RFC 6455 §4.1: the response, as the client has to read it. */
import type { Requirement } from "./requirement.ts";

export const response: readonly Requirement[] = [
  {
    section: "4.1",
    role: "client",
    quote: "The client MUST validate the server's response as follows:",
  },
  {
    section: "4.1",
    role: "client",
    level: "step",
    quote:
      "If the status code received from the server is not 101, the client handles the response per HTTP [RFC2616] procedures.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'If the response lacks an |Upgrade| header field or the |Upgrade| header field contains a value that is not … "websocket", the client MUST _Fail the WebSocket Connection_.',
  },
  {
    section: "4.1",
    role: "client",
    quote:
      'If the response lacks a |Connection| header field or the |Connection| header field doesn\'t contain a token that is … "Upgrade", the client MUST _Fail the WebSocket Connection_.',
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the response lacks a |Sec-WebSocket-Accept| header field or the |Sec-WebSocket-Accept| contains a value other than … the client MUST _Fail the WebSocket Connection_.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If … this header field indicates the use of an extension that was not present in the client's handshake … the client MUST _Fail the WebSocket Connection_.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If … this header field indicates the use of a subprotocol that was not present in the client's handshake … the client MUST _Fail the WebSocket Connection_.",
  },
  {
    section: "4.1",
    role: "client",
    quote:
      "If the server's response does not conform to the requirements for the server's handshake … the client MUST _Fail the WebSocket Connection_.",
  },
  {
    section: "4.1",
    role: "client",
    level: "definition",
    quote:
      "The _Extensions In Use_ is defined to be a (possibly empty) string … equal to the value of the |Sec-WebSocket-Extensions| header field supplied by the server's handshake",
  },
  {
    section: "4.1",
    role: "client",
    level: "definition",
    quote:
      "The _Subprotocol In Use_ is defined to be the value of the |Sec-WebSocket-Protocol| header field in the server's handshake or the null value",
  },
];
