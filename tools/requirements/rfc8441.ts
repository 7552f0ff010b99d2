/** RFC 8441 §3 to §5: WebSocket over HTTP/2. */
import type { Requirement } from "./requirement.ts";

export const extendedConnect: readonly Requirement[] = [
  {
    section: "3",
    role: "server",
    quote: "The value of the parameter MUST be 0 or 1.",
  },
  {
    section: "3",
    role: "both",
    quote:
      "A sender MUST NOT send a SETTINGS_ENABLE_CONNECT_PROTOCOL parameter with the value of 0 after previously sending a value of 1.",
  },
  {
    section: "3",
    role: "client",
    level: "definition",
    quote:
      "If a client were to use the provisions of the extended CONNECT method … without first receiving a SETTINGS_ENABLE_CONNECT_PROTOCOL parameter, a non-supporting peer would detect a malformed request",
  },
  {
    section: "4",
    role: "client",
    quote:
      "On requests that contain the :protocol pseudo-header field, the :scheme and :path pseudo-header fields of the target URI … MUST also be included.",
  },
  {
    section: "4",
    role: "server",
    quote:
      "the server MUST NOT create a tunnel to the host indicated by the :authority as it would with a CONNECT method request that was not modified by this extension.",
  },
  {
    section: "5",
    role: "client",
    quote:
      'The :protocol pseudo-header field MUST be included in the CONNECT request, and it MUST have a value of "websocket"',
  },
  {
    section: "5",
    role: "client",
    quote:
      'The scheme of the target URI … MUST be "https" for "wss"-schemed WebSockets and "http" for "ws"-schemed WebSockets.',
  },
  {
    section: "5",
    role: "client",
    quote: "They MUST NOT be included in the CONNECT request defined here.",
  },
  {
    section: "5",
    role: "both",
    level: "definition",
    quote:
      "Implementations using this extended CONNECT to bootstrap WebSockets do not do the processing of the Sec-WebSocket-Key and Sec-WebSocket-Accept header fields",
  },
  {
    section: "5",
    role: "both",
    level: "definition",
    quote:
      "The Origin … Sec-WebSocket-Version, Sec-WebSocket-Protocol, and Sec-WebSocket-Extensions header fields are used in the CONNECT request and response-header fields as defined in",
  },
  {
    section: "5",
    role: "both",
    level: "should",
    quote:
      "After successfully processing the opening handshake, the peers should proceed with the WebSocket Protocol … using the HTTP/2 stream from the CONNECT transaction as if it were the TCP connection",
  },
  {
    section: "5",
    role: "both",
    level: "definition",
    quote: "Orderly TCP-level closures are represented as END_STREAM flags",
  },
  {
    section: "5",
    role: "both",
    level: "definition",
    quote: "RST exceptions are represented with the RST_STREAM frame … with the CANCEL error code",
  },
];
