/** RFC 6455 §7.1: what closing and failing a connection mean. */
import type { Requirement } from "./requirement.ts";

export const closing: readonly Requirement[] = [
  {
    section: "7.1.1",
    role: "both",
    quote:
      "An endpoint SHOULD use a method that cleanly closes the TCP connection, as well as the TLS session, if applicable, discarding any trailing bytes that may have been received.",
    code: { file: "websocket/connection/connection-sink.ts", anchor: "end(): void;" },
    test: [
      {
        file: "websocket/rfc6455-7.1-closing.test.ts",
        title: "ends the TLS session with its closing alert before TCP ends",
      },
      { file: "websocket/rfc6455-7.1-closing.test.ts", title: "discards bytes that trail the Close" },
    ],
  },
  {
    section: "7.1.1",
    role: "both",
    quote:
      "The underlying TCP connection, in most normal cases, SHOULD be closed first by the server, so that it holds the TIME_WAIT state and not the client",
    code: { file: "websocket/connection/connection.ts", anchor: 'const weEnd = this.#role === "server";' },
    test: {
      file: "websocket/rfc6455-7.1-closing.test.ts",
      title: "is the server's to begin: it ends TCP at once, whoever closed first",
    },
  },
  {
    section: "7.1.1",
    role: "both",
    quote:
      "when a server is instructed to _Close the WebSocket Connection_ it SHOULD initiate a TCP Close immediately, and when a client is instructed to do the same, it SHOULD wait for a TCP Close from the server.",
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
    section: "7.1.2",
    role: "both",
    quote:
      "To _Start the WebSocket Closing Handshake_ with a status code (Section 7.4) /code/ and an optional close reason … an endpoint MUST send a Close control frame",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "close(code: number | undefined, reason: string, now: number): void {",
    },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "sends its Close and waits for the peer's",
    },
  },
  {
    section: "7.1.2",
    role: "both",
    quote:
      "Once an endpoint has both sent and received a Close control frame, that endpoint SHOULD _Close the WebSocket Connection_",
    code: { file: "websocket/connection/connection.ts", anchor: 'const weEnd = this.#role === "server";' },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "sends its Close and waits for the peer's",
    },
  },
  {
    section: "7.1.3",
    role: "both",
    level: "definition",
    quote:
      "Upon either sending or receiving a Close control frame, it is said that … the WebSocket connection is in the CLOSING state.",
    code: { file: "websocket/connection/connection.ts", anchor: 'this.#state = "closing";' },
    test: { file: "websocket/endpoint/endpoint.test.ts", title: "are connecting, open, closing and closed" },
  },
  {
    section: "7.1.4",
    role: "both",
    level: "definition",
    quote:
      "When the underlying TCP connection is closed, it is said that … the WebSocket connection is in the CLOSED state.",
    code: { file: "websocket/connection/connection.ts", anchor: 'this.#state = "closed";' },
    test: { file: "websocket/endpoint/endpoint.test.ts", title: "are connecting, open, closing and closed" },
  },
  {
    section: "7.1.4",
    role: "both",
    level: "definition",
    quote:
      "If the TCP connection was closed after the WebSocket closing handshake was completed, the WebSocket connection is said to have been closed _cleanly_.",
    code: { file: "websocket/connection/connection.ts", anchor: "this.#closeSent && this.#closeReceived" },
    test: [
      {
        file: "websocket/connection/connection-closing.test.ts",
        title: "reports code and reason, cleanly, once the transport has ended",
      },
      {
        file: "websocket/connection/connection-closing.test.ts",
        title: "is unclean when the transport ends without the peer's Close",
      },
    ],
  },
  {
    section: "7.1.4",
    role: "both",
    level: "definition",
    quote:
      "If the WebSocket connection could not be established, it is also said that _The WebSocket Connection is Closed_, but not _cleanly_.",
    code: { file: "websocket/reconnect/what-next.ts", anchor: "readonly code: number;", cites: "7.1.5" },
    test: { file: "websocket/client/client-failures.test.ts", title: "says so when nobody listens" },
  },
  {
    section: "7.1.5",
    role: "both",
    level: "definition",
    quote:
      "_The WebSocket Connection Close Code_ is defined as the status code (Section 7.4) contained in the first Close control frame received",
    code: { file: "websocket/connection/connection.ts", anchor: "this.#closeCode = status.code;" },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "meets the peer's Close half way: both are clean",
    },
  },
  {
    section: "7.1.5",
    role: "both",
    level: "definition",
    quote:
      "If this Close control frame contains no status code, _The WebSocket Connection Close Code_ is considered to be 1005.",
    code: {
      file: "websocket/wire/close.ts",
      anchor: 'return { code: CloseCode.NoStatusReceived, reason: "" };',
    },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "answers a Close without a code with the same, and reports 1005",
    },
  },
  {
    section: "7.1.5",
    role: "both",
    level: "definition",
    quote:
      "If _The WebSocket Connection is Closed_ and no Close control frame was received by the endpoint … _The WebSocket Connection Close Code_ is considered to be 1006.",
    code: { file: "websocket/connection/connection.ts", anchor: "#closeCode: number = CloseCode.Abnormal;" },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "is over with 1006, once, and never asks for the clock again",
    },
  },
  {
    section: "7.1.6",
    role: "both",
    level: "definition",
    quote:
      "_The WebSocket Connection Close Reason_ is defined as the UTF-8-encoded data following the status code … contained in the first Close control frame received",
    code: { file: "websocket/connection/connection.ts", anchor: "this.#closeReason = status.reason;" },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "reports code and reason, cleanly, once the transport has ended",
    },
  },
  {
    section: "7.1.6",
    role: "both",
    level: "definition",
    quote:
      "If there is no such data in the Close control frame, _The WebSocket Connection Close Reason_ is the empty string.",
    code: { file: "websocket/connection/connection.ts", anchor: '#closeReason = "";' },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "answers a Close without a code with the same, and reports 1005",
    },
  },
  {
    section: "7.1.7",
    role: "client",
    quote:
      "To do so, the client MUST _Close the WebSocket Connection_, and MAY report the problem to the user",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "fail(error: WebSocketProtocolError): void {",
    },
    test: {
      file: "websocket/rfc6455-7.1-closing.test.ts",
      title: ", ends TCP and is over with 1006 on both ends: ",
    },
  },
  {
    section: "7.1.7",
    role: "server",
    quote:
      "Similarly, to do so, the server MUST _Close the WebSocket Connection_, and SHOULD log the problem.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "fail(error: WebSocketProtocolError): void {",
    },
    test: [
      {
        file: "websocket/rfc6455-7.1-closing.test.ts",
        title: ", ends TCP and is over with 1006 on both ends: ",
      },
      {
        file: "websocket/endpoint/endpoint.test.ts",
        title: "is closing for whoever hears of the error that failed the connection",
      },
    ],
    reason: "The `error` event tells the application, which has the log.",
  },
  {
    section: "7.1.7",
    role: "both",
    quote:
      "If _The WebSocket Connection is Established_ prior to the point where the endpoint is required to _Fail … the endpoint SHOULD send a Close frame with an appropriate status code",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "else this.#sendClose(encodeClose(error.closeCode, error.message), true);",
    },
    test: {
      file: "websocket/rfc6455-7.1-closing.test.ts",
      title: ", ends TCP and is over with 1006 on both ends: ",
    },
  },
  {
    section: "7.1.7",
    role: "both",
    quote:
      "An endpoint MUST NOT continue to attempt to process data (including a responding Close frame) from the remote endpoint after being instructed to _Fail the WebSocket Connection_.",
    code: { file: "websocket/connection/incoming.ts", anchor: "stop(): void {", cites: "1.4" },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "reads nothing any more, the peer's Close included",
    },
  },
  {
    section: "7.1.7",
    role: "client",
    quote:
      "Except as indicated above or as specified by the application layer (e.g., a script using the WebSocket API), clients SHOULD NOT close the connection.",
    reason:
      "A client closes when its application says so: by calling close(), or by the limits that it set (heartbeat, `maxBufferedBytes`, those on messages).",
  },
];
