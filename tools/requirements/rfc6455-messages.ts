/** RFC 6455 §6: sending and receiving data. */
import type { Requirement } from "./requirement.ts";

export const messages: readonly Requirement[] = [
  {
    section: "6.1",
    role: "both",
    quote:
      "To _Send a WebSocket Message_ comprising of /data/ over a WebSocket connection, an endpoint MUST perform the following steps.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "sendText(message: string, options?: SendOptions): Sent | undefined {",
    },
    test: { file: "websocket/interop.test.ts", title: "exchange %i bytes of text and of binary" },
  },
  {
    section: "6.1",
    role: "both",
    quote: "The endpoint MUST ensure the WebSocket connection is in the OPEN state",
    code: {
      file: "websocket/connection/connection.ts",
      anchor:
        'return this.#state === "open" ? this.#roomy(this.outgoing.text(message, options)) : undefined;',
    },
    test: {
      file: "websocket/endpoint/endpoint.test.ts",
      title: "does not let anything be sent before it is open, and ignores what is sent after",
    },
  },
  {
    section: "6.1",
    role: "both",
    quote:
      "If at any point the state of the WebSocket connection changes, the endpoint MUST abort the following steps.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: 'return this.#state === "open" && this.outgoing.part(opcode, payload, fin);',
    },
    test: {
      file: "websocket/connection/connection-closing.test.ts",
      title: "reads and sends nothing any more",
    },
  },
  {
    section: "6.1",
    role: "both",
    quote: "An endpoint MUST encapsulate the /data/ in a WebSocket frame as defined in Section 5.2.",
    code: { file: "websocket/wire/frame.ts", anchor: "export function writeHeader(", cites: "5.2" },
    test: { file: "websocket/connection/outbox.test.ts", title: "it(`holds a payload of " },
  },
  {
    section: "6.1",
    role: "both",
    quote:
      "The opcode (frame-opcode) of the first frame containing the data MUST be set to the appropriate value",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "return this.#roomy(this.outgoing.message(Opcode.Binary, message, options));",
    },
    test: {
      file: "websocket/connection/outbox.test.ts",
      title: "are sent octet by octet as they are printed",
    },
  },
  {
    section: "6.1",
    role: "both",
    quote: "The FIN bit (frame-fin) of the last frame containing the data MUST be set to 1",
    code: {
      file: "websocket/connection/outgoing.ts",
      anchor: "this.control(opcode, payload, fin ? FIN : 0);",
      cites: "5.4",
    },
    test: [
      {
        file: "websocket/rfc6455-5.4-sending.test.ts",
        title: "keeps others waiting until its last part, and control frames not",
      },
      { file: "websocket/connection/outbox.test.ts", title: "are sent octet by octet as they are printed" },
    ],
  },
  {
    section: "6.1",
    role: "client",
    quote: "If the data is being sent by the client, the frame(s) MUST be masked as defined in Section 5.3.",
    code: {
      file: "websocket/connection/outbox.ts",
      anchor: "readonly #drawKey: (() => number) | undefined;",
      cites: "5.1",
    },
    test: { file: "websocket/client/client.test.ts", title: "are masked, each with a key of its own" },
  },
  {
    section: "6.1",
    role: "both",
    quote: "The frame(s) that have been formed MUST be transmitted over the underlying network connection.",
    code: { file: "websocket/connection/connection.ts", anchor: "transmitted(blocked: boolean): boolean {" },
    test: {
      file: "websocket/endpoint/endpoint.test.ts",
      title: "carries all that is sent without anything received, in microtasks too",
    },
  },
  {
    section: "6.2",
    role: "both",
    quote: "Incoming data MUST be parsed as WebSocket frames as defined in Section 5.2.",
    code: { file: "websocket/connection/connection.ts", anchor: "this.#incoming.receive(chunk, lent);" },
    test: { file: "websocket/fuzz.test.ts", title: "agree on streams made and broken at random" },
  },
  {
    section: "6.2",
    role: "both",
    quote:
      "If a control frame (Section 5.5) is received, the frame MUST be handled as defined by Section 5.5.",
    code: {
      file: "websocket/connection/connection.ts",
      anchor: "control(opcode: Opcode, payload: Buffer): void {",
    },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "answers control frames between fragments at once",
    },
  },
  {
    section: "6.2",
    role: "both",
    quote:
      "Upon receiving a data frame (Section 5.6), the endpoint MUST note the /type/ of the data as defined by the opcode",
    code: { file: "websocket/wire/fragmentation.ts", anchor: "this.opcode = opcode;", cites: "5.4" },
    test: { file: "websocket/wire/assembly.test.ts", title: "makes a string of Text and a Buffer of Binary" },
  },
  {
    section: "6.2",
    role: "both",
    level: "definition",
    quote:
      'When the last fragment is received as indicated by the FIN bit … _A WebSocket Message Has Been Received_ with data /data/ (comprised of the concatenation of the "Application data" of the fragments)',
    code: { file: "websocket/wire/assembly.ts", anchor: "take(): string | Buffer {", cites: "5.4" },
    test: { file: "websocket/connection/connection.test.ts", title: "joins fragments, empty ones too" },
  },
  {
    section: "6.2",
    role: "both",
    quote: "Subsequent data frames MUST be interpreted as belonging to a new WebSocket message.",
    code: { file: "websocket/wire/fragmentation.ts", anchor: "finish(): void {", cites: "5.4" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "reads two fragmented messages one after the other",
    },
  },
  {
    section: "6.2",
    role: "server",
    quote: "A server MUST remove masking for data frames received from a client as described in Section 5.3.",
    code: { file: "websocket/wire/mask.ts", anchor: "export function mask(", cites: "5.3" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "reads a single-frame masked text message",
    },
  },
];
