/** RFC 6455 §5.4 to §5.8: fragments, control frames and data frames. */
import type { Requirement } from "./requirement.ts";

export const fragmentsAndControl: readonly Requirement[] = [
  {
    section: "5.4",
    role: "both",
    level: "definition",
    quote: "A fragmented message consists of a single frame with the FIN bit clear and an opcode other than 0, followed by zero or more frames with the FIN bit clear and the opcode set to 0, and terminated by",
  },
  {
    section: "5.4",
    role: "both",
    quote: "Control frames themselves MUST NOT be fragmented.",
  },
  {
    section: "5.4",
    role: "both",
    quote: "Message fragments MUST be delivered to the recipient in the order sent by the sender.",
  },
  {
    section: "5.4",
    role: "both",
    quote: "The fragments of one message MUST NOT be interleaved between the fragments of another message",
  },
  {
    section: "5.4",
    role: "both",
    quote: "An endpoint MUST be capable of handling control frames in the middle of a fragmented message.",
  },
  {
    section: "5.4",
    role: "both",
    quote: "Clients and servers MUST support receiving both fragmented and unfragmented messages.",
  },
  {
    section: "5.4",
    role: "other",
    quote: "an intermediary MUST NOT attempt to change the fragmentation of a control frame.",
    reason: "Binds intermediaries.",
  },
  {
    section: "5.4",
    role: "other",
    quote: "An intermediary MUST NOT change the fragmentation of a message if any reserved bit values are used",
    reason: "Binds intermediaries.",
  },
  {
    section: "5.4",
    role: "other",
    quote: "An intermediary MUST NOT change the fragmentation of any message in the context of a connection where extensions have been negotiated",
    reason: "Binds intermediaries.",
  },
  {
    section: "5.4",
    role: "other",
    quote: "an intermediary that didn't see the WebSocket handshake … MUST NOT change the fragmentation of any message of such connection.",
    reason: "Binds intermediaries.",
  },
  {
    section: "5.4",
    role: "both",
    quote: "the type for all fragments in a message MUST be either text, binary, or one of the reserved opcodes.",
  },
  {
    section: "5.5",
    role: "both",
    quote: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented.",
  },
  {
    section: "5.5.1",
    role: "both",
    quote: "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in network byte order) representing a status code",
  },
  {
    section: "5.5.1",
    role: "other",
    quote: "As the data is not guaranteed to be human readable, clients MUST NOT show it to end users.",
    reason: "Binds the application: the reason is in the `close` event, and we show nothing to anybody.",
  },
  {
    section: "5.5.1",
    role: "client",
    level: "must",
    quote: "Close frames sent from client to server must be masked as per Section 5.3.",
  },
  {
    section: "5.5.1",
    role: "both",
    quote: "The application MUST NOT send any more data frames after sending a Close frame.",
  },
  {
    section: "5.5.1",
    role: "both",
    quote: "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST send a Close frame in response.",
  },
  {
    section: "5.5.1",
    role: "both",
    quote: "It SHOULD do so as soon as practical.",
  },
  {
    section: "5.5.1",
    role: "both",
    quote: "After both sending and receiving a Close message, an endpoint considers the WebSocket connection closed and MUST close the underlying TCP connection.",
  },
  {
    section: "5.5.1",
    role: "both",
    quote: "The server MUST close the underlying TCP connection immediately; the client SHOULD wait for the server to close the connection",
  },
  {
    section: "5.5.1",
    role: "both",
    level: "should",
    quote: "If a client and server both send a Close message at the same time, both endpoints … should consider the WebSocket connection closed and close the underlying TCP connection.",
  },
  {
    section: "5.5.2",
    role: "both",
    quote: "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already received a Close frame.",
  },
  {
    section: "5.5.2",
    role: "both",
    quote: "It SHOULD respond with Pong frame as soon as is practical.",
  },
  {
    section: "5.5.3",
    role: "both",
    level: "must",
    quote: "A Pong frame sent in response to a Ping frame must have identical \"Application data\" as found in the message body of the Ping frame",
  },
  {
    section: "5.5.3",
    role: "both",
    level: "definition",
    quote: "A response to an unsolicited Pong frame is not expected.",
  },
  {
    section: "5.6",
    role: "both",
    quote: "a particular text frame might include a partial UTF-8 sequence; however, the whole message MUST contain valid UTF-8.",
  },
  {
    section: "5.8",
    role: "both",
    quote: "The endpoints of a connection MUST negotiate the use of any extensions during the opening handshake.",
  },
];
