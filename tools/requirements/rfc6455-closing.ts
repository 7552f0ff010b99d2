/** RFC 6455 §7.1: what closing and failing a connection mean. */
import type { Requirement } from "./requirement.ts";

export const closing: readonly Requirement[] = [
  {
    section: "7.1.1",
    role: "both",
    quote: "An endpoint SHOULD use a method that cleanly closes the TCP connection, as well as the TLS session, if applicable, discarding any trailing bytes that may have been received.",
  },
  {
    section: "7.1.1",
    role: "both",
    quote: "The underlying TCP connection, in most normal cases, SHOULD be closed first by the server, so that it holds the TIME_WAIT state and not the client",
  },
  {
    section: "7.1.1",
    role: "both",
    quote: "when a server is instructed to _Close the WebSocket Connection_ it SHOULD initiate a TCP Close immediately, and when a client is instructed to do the same, it SHOULD wait for a TCP Close from the server.",
  },
  {
    section: "7.1.2",
    role: "both",
    quote: "To _Start the WebSocket Closing Handshake_ with a status code (Section 7.4) /code/ and an optional close reason … an endpoint MUST send a Close control frame",
  },
  {
    section: "7.1.2",
    role: "both",
    quote: "Once an endpoint has both sent and received a Close control frame, that endpoint SHOULD _Close the WebSocket Connection_",
  },
  {
    section: "7.1.3",
    role: "both",
    level: "definition",
    quote: "Upon either sending or receiving a Close control frame, it is said that … the WebSocket connection is in the CLOSING state.",
  },
  {
    section: "7.1.4",
    role: "both",
    level: "definition",
    quote: "When the underlying TCP connection is closed, it is said that … the WebSocket connection is in the CLOSED state.",
  },
  {
    section: "7.1.4",
    role: "both",
    level: "definition",
    quote: "If the TCP connection was closed after the WebSocket closing handshake was completed, the WebSocket connection is said to have been closed _cleanly_.",
  },
  {
    section: "7.1.4",
    role: "both",
    level: "definition",
    quote: "If the WebSocket connection could not be established, it is also said that _The WebSocket Connection is Closed_, but not _cleanly_.",
  },
  {
    section: "7.1.5",
    role: "both",
    level: "definition",
    quote: "_The WebSocket Connection Close Code_ is defined as the status code (Section 7.4) contained in the first Close control frame received",
  },
  {
    section: "7.1.5",
    role: "both",
    level: "definition",
    quote: "If this Close control frame contains no status code, _The WebSocket Connection Close Code_ is considered to be 1005.",
  },
  {
    section: "7.1.5",
    role: "both",
    level: "definition",
    quote: "If _The WebSocket Connection is Closed_ and no Close control frame was received by the endpoint … _The WebSocket Connection Close Code_ is considered to be 1006.",
  },
  {
    section: "7.1.6",
    role: "both",
    level: "definition",
    quote: "_The WebSocket Connection Close Reason_ is defined as the UTF-8-encoded data following the status code … contained in the first Close control frame received",
  },
  {
    section: "7.1.6",
    role: "both",
    level: "definition",
    quote: "If there is no such data in the Close control frame, _The WebSocket Connection Close Reason_ is the empty string.",
  },
  {
    section: "7.1.7",
    role: "client",
    quote: "To do so, the client MUST _Close the WebSocket Connection_, and MAY report the problem to the user",
  },
  {
    section: "7.1.7",
    role: "server",
    quote: "Similarly, to do so, the server MUST _Close the WebSocket Connection_, and SHOULD log the problem.",
  },
  {
    section: "7.1.7",
    role: "both",
    quote: "If _The WebSocket Connection is Established_ prior to the point where the endpoint is required to _Fail … the endpoint SHOULD send a Close frame with an appropriate status code",
  },
  {
    section: "7.1.7",
    role: "both",
    quote: "An endpoint MUST NOT continue to attempt to process data (including a responding Close frame) from the remote endpoint after being instructed to _Fail the WebSocket Connection_.",
  },
  {
    section: "7.1.7",
    role: "client",
    quote: "Except as indicated above or as specified by the application layer (e.g., a script using the WebSocket API), clients SHOULD NOT close the connection.",
  },
];
