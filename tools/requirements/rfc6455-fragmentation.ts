/** RFC 6455 §5.4: fragmentation. */
import type { Requirement } from "./requirement.ts";

export const fragmentation: readonly Requirement[] = [
  {
    section: "5.4",
    role: "both",
    level: "definition",
    quote:
      "A fragmented message consists of a single frame with the FIN bit clear and an opcode other than 0, followed by zero or more frames with the FIN bit clear and the opcode set to 0, and terminated by",
    code: {
      file: "websocket/wire/fragmentation.ts",
      anchor: "if (midMessage !== (opcode === Opcode.Continuation)) {",
    },
    test: { file: "websocket/connection/connection.test.ts", title: "joins fragments, empty ones too" },
  },
  {
    section: "5.4",
    role: "both",
    quote: "Control frames themselves MUST NOT be fragmented.",
    code: {
      file: "websocket/connection/outgoing.ts",
      anchor: "control(opcode: Opcode, payload: Uint8Array, flags: number = FIN): void {",
    },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "never has the bit on a control frame or on a fragment",
    },
  },
  {
    section: "5.4",
    role: "both",
    quote: "Message fragments MUST be delivered to the recipient in the order sent by the sender.",
    code: { file: "websocket/wire/fragments.ts", anchor: "export class Fragments {" },
    test: { file: "websocket/wire/fragments.test.ts", title: "are joined in order" },
  },
  {
    section: "5.4",
    role: "both",
    quote: "The fragments of one message MUST NOT be interleaved between the fragments of another message",
    code: [
      { file: "websocket/connection/outgoing.ts", anchor: "this.#obstacles = Obstacle.Parts;" },
      {
        file: "websocket/wire/fragmentation.ts",
        anchor: "if (midMessage !== (opcode === Opcode.Continuation)) {",
      },
    ],
    test: [
      {
        file: "websocket/rfc6455-5.4-sending.test.ts",
        title: "keeps others waiting until its last part, and control frames not",
      },
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1002 when a message begins within another",
      },
    ],
  },
  {
    section: "5.4",
    role: "both",
    quote: "An endpoint MUST be capable of handling control frames in the middle of a fragmented message.",
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
    section: "5.4",
    role: "both",
    quote: "Clients and servers MUST support receiving both fragmented and unfragmented messages.",
    code: {
      file: "websocket/wire/fragmentation.ts",
      anchor: "start(opcode: Opcode, rsv1: boolean, length: number): void {",
    },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "reads two fragmented messages one after the other",
    },
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
    quote:
      "An intermediary MUST NOT change the fragmentation of a message if any reserved bit values are used",
    reason: "Binds intermediaries.",
  },
  {
    section: "5.4",
    role: "other",
    quote:
      "An intermediary MUST NOT change the fragmentation of any message in the context of a connection where extensions have been negotiated",
    reason: "Binds intermediaries.",
  },
  {
    section: "5.4",
    role: "other",
    quote:
      "an intermediary that didn't see the WebSocket handshake … MUST NOT change the fragmentation of any message of such connection.",
    reason: "Binds intermediaries.",
  },
  {
    section: "5.4",
    role: "both",
    quote:
      "the type for all fragments in a message MUST be either text, binary, or one of the reserved opcodes.",
    code: { file: "websocket/wire/fragmentation.ts", anchor: "this.opcode = opcode;" },
    test: {
      file: "websocket/wire/assembly.test.ts",
      title: "takes the kind of a message from its first frame",
    },
  },
];
