/** RFC 6455 §4.2 to §4.4: the server's part of the opening handshake. */
import type { Requirement } from "./requirement.ts";

export const serverHandshake: readonly Requirement[] = [
  {
    section: "4.2.1",
    role: "server",
    quote:
      "If the server, while reading the handshake, finds that the client did not send a handshake that matches the description below … the server MUST stop processing … and return an HTTP response with an appropriate error code",
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      'An HTTP/1.1 or higher GET request, including a "Request-URI" … that should be interpreted as a /resource name/ defined in Section 3 (or an absolute HTTP/HTTPS URI containing the /resource name/).',
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote: "A |Host| header field containing the server's authority.",
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      'An |Upgrade| header field containing the value "websocket", treated as an ASCII case-insensitive value.',
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      'A |Connection| header field that includes the token "Upgrade", treated as an ASCII case-insensitive value.',
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      "A |Sec-WebSocket-Key| header field with a base64-encoded … value that, when decoded, is 16 bytes in length.",
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote: "A |Sec-WebSocket-Version| header field, with a value of 13.",
  },
  {
    section: "4.2.1",
    role: "server",
    quote:
      "A connection attempt lacking this header field SHOULD NOT be interpreted as coming from a browser client.",
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      "Optionally, a |Sec-WebSocket-Protocol| header field, with a list of values indicating which protocols the client would like to speak, ordered by preference.",
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote:
      "Optionally, a |Sec-WebSocket-Extensions| header field, with a list of values indicating which extensions the client would like to speak.",
  },
  {
    section: "4.2.1",
    role: "server",
    level: "step",
    quote: "Unknown header fields are ignored, as per [RFC2616].",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "When a client establishes a WebSocket connection to a server, the server MUST complete the following steps to accept the connection",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If this fails … then close the connection; otherwise, all further communication for the connection (including the server's handshake) MUST run through the encrypted tunnel",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If the server does not wish to accept this connection, it MUST return an appropriate HTTP error code (e.g., 403 Forbidden) and abort the WebSocket handshake",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If this version does not match a version understood by the server, the server MUST abort … and instead send an appropriate HTTP error code (such as 426 Upgrade Required) and a |Sec-WebSocket-Version| header field",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If the requested service is not available, the server MUST send an appropriate HTTP error code (such as 404 Not Found) and abort the WebSocket handshake.",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "The value chosen MUST be derived from the client's handshake, specifically by selecting one of the values from the |Sec-WebSocket-Protocol| field",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "if the server does not wish to agree to one of the suggested subprotocols, it MUST NOT send back a |Sec-WebSocket-Protocol| header field in its response",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If the server supports multiple extensions, then the value MUST be derived from the client's handshake",
  },
  {
    section: "4.2.2",
    role: "server",
    quote: "Extensions not listed by the client MUST NOT be listed.",
  },
  {
    section: "4.2.2",
    role: "server",
    quote:
      "If the server chooses to accept the incoming connection, it MUST reply with a valid HTTP response indicating the following.",
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote: "A Status-Line with a 101 response code as per RFC 2616",
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote: 'An |Upgrade| header field with value "websocket" as per RFC 2616',
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote: 'A |Connection| header field with value "Upgrade".',
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote:
      'A |Sec-WebSocket-Accept| header field. The value of this header field is constructed by concatenating /key/ … with the string "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", taking the SHA-1 hash',
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote:
      "Optionally, a |Sec-WebSocket-Protocol| header field, with a value /subprotocol/ as defined in step 4 in Section 4.2.2.",
  },
  {
    section: "4.2.2",
    role: "server",
    level: "step",
    quote:
      "Optionally, a |Sec-WebSocket-Extensions| header field, with a value /extensions/ as defined in step 4 in Section 4.2.2.",
  },
  {
    section: "4.3",
    role: "both",
    quote:
      "When using the quoted-string syntax variant, the value ; after quoted-string unescaping MUST conform to the ; 'token' ABNF.",
  },
  {
    section: "4.4",
    role: "server",
    quote:
      "If the server doesn't support the requested version, it MUST respond with a |Sec-WebSocket-Version| header field … containing all versions it is willing to use.",
  },
];
