/** RFC 6455 §5.5 to §5.8: control frames and data frames. */
import type { Requirement } from "./requirement.ts";

export const controlAndData: readonly Requirement[] = [
  {
    section: "5.5",
    role: "both",
    quote: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented.",
    code: [
      {
        file: "websocket/wire/frame.ts",
        anchor: "if (opcode >= Opcode.Close && (length > MAX_CONTROL_PAYLOAD",
      },
      {
        file: "websocket/connection/connection.ts",
        anchor: 'throw new RangeError("a ping carries at most 125 bytes");',
      },
    ],
    test: [
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1002 when one is longer than 125 bytes",
      },
      { file: "websocket/connection/connection.test.ts", title: "fails with 1002 when one is fragmented" },
      { file: "websocket/connection/connection.test.ts", title: "is a ping of at most 125 bytes" },
    ],
  },
  {
    section: "5.5.1",
    role: "both",
    quote:
      "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in network byte order) representing a status code",
    code: { file: "websocket/wire/close.ts", anchor: "if (payload.length === 1) throw" },
    test: [
      { file: "websocket/wire/close.test.ts", title: "fails with 1002 when it is one octet" },
      {
        file: "websocket/rfc6455-7.1-closing.test.ts",
        title: "a Close of one octet, which would be the first of a code",
      },
    ],
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
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "this.outgoing.control(Opcode.Close, payload);",
    },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "sends its Close and waits for the peer's",
    },
    reason: "The transcripts of the tests refuse a frame of a client that is not masked.",
  },
  {
    section: "5.5.1",
    role: "both",
    quote: "The application MUST NOT send any more data frames after sending a Close frame.",
    code: { file: "websocket/connection/connection.ts", anchor: 'this.#state = "closing";' },
    test: [
      {
        file: "websocket/connection/connection-closing.test.ts",
        title: "sends nothing any more, neither messages nor Pings nor another Close",
      },
      {
        file: "websocket/endpoint/endpoint.test.ts",
        title: "does not let anything be sent before it is open, and ignores what is sent after",
      },
    ],
  },
  {
    section: "5.5.1",
    role: "both",
    quote:
      "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST send a Close frame in response.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: 'if (this.#state === "open") this.#sendClose(Buffer.from(payload), weEnd);',
    },
    test: [
      {
        file: "websocket/connection/connection-closing.test.ts",
        title: "echoes the Close, and ends the transport first if it is the server",
      },
      {
        file: "websocket/rfc6455-5.4-sending.test.ts",
        title: "comes behind the message, be it ours or the answer to the peer's",
      },
    ],
  },
  {
    section: "5.5.1",
    role: "both",
    quote: "It SHOULD do so as soon as practical.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: 'if (this.#state === "open") this.#sendClose(Buffer.from(payload), weEnd);',
    },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "echoes the Close, and ends the transport first if it is the server",
    },
  },
  {
    section: "5.5.1",
    role: "both",
    quote:
      "After both sending and receiving a Close message, an endpoint considers the WebSocket connection closed and MUST close the underlying TCP connection.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "else if (weEnd && this.#closeSent) this.#sink.end();",
    },
    test: [
      {
        file: "websocket/rfc6455-7.1-closing.test.ts",
        title: "is the server's to begin: it ends TCP at once, whoever closed first",
      },
      {
        file: "websocket/client/client.test.ts",
        title: "wait for the server to end the connection, no longer than the close timeout",
      },
    ],
  },
  {
    section: "5.5.1",
    role: "both",
    quote:
      "The server MUST close the underlying TCP connection immediately; the client SHOULD wait for the server to close the connection",
    code: { file: "websocket/connection/connection.ts", anchor: 'const weEnd = this.#role === "server";' },
    test: [
      {
        file: "websocket/rfc6455-7.1-closing.test.ts",
        title: "is the server's to begin: it ends TCP at once, whoever closed first",
      },
      {
        file: "websocket/rfc6455-7.1-closing.test.ts",
        title: "is not a client's: it waits for the server, who may still take its time",
      },
    ],
  },
  {
    section: "5.5.1",
    role: "both",
    level: "should",
    quote:
      "If a client and server both send a Close message at the same time, both endpoints … should consider the WebSocket connection closed and close the underlying TCP connection.",
    code: { file: "websocket/connection/connection.ts", anchor: 'const weEnd = this.#role === "server";' },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "meets the peer's Close half way: both are clean",
    },
  },
  {
    section: "5.5.2",
    role: "both",
    quote:
      "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already received a Close frame.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "this.outgoing.control(Opcode.Pong, payload);",
    },
    test: [
      {
        file: "websocket/connection/connection.test.ts",
        title: "answers a Ping of 0 to 125 bytes with the same bytes",
      },
      {
        file: "websocket/connection/connection-closing.test.ts",
        title: "discards everything after the Close, were it nonsense",
      },
    ],
  },
  {
    section: "5.5.2",
    role: "both",
    quote: "It SHOULD respond with Pong frame as soon as is practical.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "this.outgoing.control(Opcode.Pong, payload);",
    },
    test: [
      {
        file: "websocket/connection/connection.test.ts",
        title: "answers control frames between fragments at once",
      },
      {
        file: "websocket/backpressure.test.ts",
        title: "answers the latest of the Pings that come meanwhile: Pongs do not pile up (RFC 6455 §5.5.3)",
      },
    ],
    reason:
      "To a peer that does not take what it is sent, the answer to its latest Ping waits (§5.5.3 allows it).",
  },
  {
    section: "5.5.3",
    role: "both",
    level: "must",
    quote:
      'A Pong frame sent in response to a Ping frame must have identical "Application data" as found in the message body of the Ping frame',
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "this.outgoing.control(Opcode.Pong, payload);",
    },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "answers a Ping of 0 to 125 bytes with the same bytes",
    },
  },
  {
    section: "5.5.3",
    role: "both",
    level: "definition",
    quote: "A response to an unsolicited Pong frame is not expected.",
    code: { file: "websocket/connection/connection.ts", anchor: "this.#sink.pong(Buffer.from(payload));" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "takes a Pong that it did not ask for, and sends nothing",
    },
  },
  {
    section: "5.6",
    role: "both",
    quote:
      "a particular text frame might include a partial UTF-8 sequence; however, the whole message MUST contain valid UTF-8.",
    code: { file: "websocket/wire/utf8.ts", anchor: "export function decodeUtf8(", cites: "8.1" },
    test: [
      {
        file: "websocket/wire/utf8.test.ts",
        title: "fails with 1007 for every octet that cannot stand alone",
      },
      {
        file: "websocket/wire/assembly.test.ts",
        title: "fails with 1007 when its text ends within a character",
      },
    ],
  },
  {
    section: "5.8",
    role: "both",
    quote:
      "The endpoints of a connection MUST negotiate the use of any extensions during the opening handshake.",
    code: {
      file: "websocket/handshake/handshake.ts",
      anchor: "acceptDeflateOffer(extensions, compression)",
      cites: "9.1",
    },
    test: [
      {
        file: "websocket/handshake/handshake.test.ts",
        title: "accepts permessage-deflate when it is told to (RFC 7692 §5)",
      },
      {
        file: "websocket/rfc7692-6-framing.test.ts",
        title: "fails with 1002 on the bit where no compression was agreed on",
      },
    ],
  },
];
