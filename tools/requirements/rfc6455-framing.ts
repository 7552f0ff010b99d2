/** RFC 6455 §5.1 to §5.3: frames and their masking. */
import type { Requirement } from "./requirement.ts";

export const framing: readonly Requirement[] = [
  {
    section: "5.1",
    role: "client",
    quote: "a client MUST mask all frames that it sends to the server",
    code: {
      file: "websocket/connection/outbox.ts",
      anchor: "readonly #drawKey: (() => number) | undefined;",
    },
    test: { file: "websocket/client/client.test.ts", title: "are masked, each with a key of its own" },
  },
  {
    section: "5.1",
    role: "server",
    quote: "The server MUST close the connection upon receiving a frame that is not masked.",
    code: { file: "websocket/wire/frame.ts", anchor: "if (masked !== this.#masked) {" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "fails with 1002 at the first frame that is masked wrongly, whatever it is",
    },
  },
  {
    section: "5.1",
    role: "server",
    quote: "A server MUST NOT mask any frames that it sends to the client.",
    code: {
      file: "websocket/connection/outbox.ts",
      anchor: "readonly #drawKey: (() => number) | undefined;",
    },
    test: {
      file: "websocket/connection/outbox.test.ts",
      title: "are sent octet by octet as they are printed",
    },
  },
  {
    section: "5.1",
    role: "client",
    quote: "A client MUST close a connection if it detects a masked frame.",
    code: { file: "websocket/wire/frame.ts", anchor: "if (masked !== this.#masked) {" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "fails with 1002 at the first frame that is masked wrongly, whatever it is",
    },
  },
  {
    section: "5.2",
    role: "both",
    quote: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values.",
    code: { file: "websocket/wire/frame.ts", anchor: "if ((first & RSV2_AND_RSV3) !== 0" },
    test: [
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1002 when a reserved bit is set, on any frame and between messages",
      },
      {
        file: "websocket/rfc7692-6-framing.test.ts",
        title: "does without the bit, as it is, when it is short",
      },
    ],
  },
  {
    section: "5.2",
    role: "both",
    quote:
      "If a nonzero value is received and none of the negotiated extensions defines the meaning … the receiving endpoint MUST _Fail the WebSocket Connection_.",
    code: { file: "websocket/wire/frame.ts", anchor: "if ((first & RSV2_AND_RSV3) !== 0" },
    test: [
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1002 when a reserved bit is set, on any frame and between messages",
      },
      {
        file: "websocket/rfc7692-6-framing.test.ts",
        title: "fails with 1002 when a bit is set that no extension has given a meaning",
      },
    ],
  },
  {
    section: "5.2",
    role: "both",
    quote: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_.",
    code: { file: "websocket/wire/frame.ts", anchor: "if (opcode > Opcode.Pong ||" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "fails with 1002 at every reserved opcode, with and without a payload",
    },
  },
  {
    section: "5.2",
    role: "both",
    quote:
      "the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit MUST be 0) are the payload length.",
    code: { file: "websocket/wire/frame.ts", anchor: "if ((bytes[at + 2]! & 0x80) !== 0)" },
    test: { file: "websocket/wire/frame.test.ts", title: "the length has its most significant bit set" },
  },
  {
    section: "5.2",
    role: "both",
    level: "definition",
    quote: "Multibyte length quantities are expressed in network byte order.",
    code: { file: "websocket/wire/frame.ts", anchor: "length = readUint16(bytes, at + 2);" },
    test: {
      file: "websocket/wire/frame.test.ts",
      title: "finds frames of every length class, masked and not, however the stream is cut",
    },
  },
  {
    section: "5.2",
    role: "both",
    quote: "Note that in all cases, the minimal number of bytes MUST be used to encode the length",
    code: { file: "websocket/wire/frame.ts", anchor: "if (length < least) throw" },
    test: [
      {
        file: "websocket/connection/connection.test.ts",
        title: "fails with 1002 when a length takes more octets than it needs",
      },
      { file: "websocket/wire/frame.test.ts", title: "it(`takes the fewest octets for " },
    ],
  },
  {
    section: "5.2",
    role: "other",
    quote:
      'Any extension MUST specify the length of the "Extension data" … and how the extension use MUST be negotiated during the opening handshake.',
    reason:
      'Binds the authors of extensions. The only one we speak, permessage-deflate, has no "Extension data".',
  },
  {
    section: "5.2",
    role: "both",
    quote: "frame-rsv1 = %x0 / %x1 ; 1 bit in length, MUST be 0 unless ; negotiated otherwise",
    code: { file: "websocket/wire/frame.ts", anchor: "if ((first & RSV2_AND_RSV3) !== 0" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "fails with 1002 when a reserved bit is set, on any frame and between messages",
    },
  },
  {
    section: "5.2",
    role: "both",
    quote: "frame-rsv2 = %x0 / %x1 ; 1 bit in length, MUST be 0 unless ; negotiated otherwise",
    code: { file: "websocket/wire/frame.ts", anchor: "if ((first & RSV2_AND_RSV3) !== 0" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "fails with 1002 when a reserved bit is set, on any frame and between messages",
    },
  },
  {
    section: "5.2",
    role: "both",
    quote: "frame-rsv3 = %x0 / %x1 ; 1 bit in length, MUST be 0 unless ; negotiated otherwise",
    code: { file: "websocket/wire/frame.ts", anchor: "if ((first & RSV2_AND_RSV3) !== 0" },
    test: {
      file: "websocket/connection/connection.test.ts",
      title: "fails with 1002 when a reserved bit is set, on any frame and between messages",
    },
  },
  {
    section: "5.3",
    role: "client",
    quote: "A masked frame MUST have the field frame-masked set to 1",
    code: {
      file: "websocket/wire/frame.ts",
      anchor: "bytes[header + 1] = bytes[header + 1]! | MASK;",
      cites: "5.2",
    },
    test: {
      file: "websocket/wire/frame.test.ts",
      title: "carries a masking key behind the length, and says so",
    },
  },
  {
    section: "5.3",
    role: "client",
    quote:
      "When preparing a masked frame, the client MUST pick a fresh masking key from the set of allowed 32-bit values.",
    code: { file: "websocket/wire/masking-key.ts", anchor: "export function maskingKeys(" },
    test: [
      {
        file: "websocket/wire/masking-key.test.ts",
        title: "never gives an octet out twice, and asks for more when all are used",
      },
      { file: "websocket/connection/outbox.test.ts", title: "have a key each (RFC 6455 §5.3)" },
    ],
  },
  {
    section: "5.3",
    role: "client",
    quote:
      "the masking key MUST be derived from a strong source of entropy, and the masking key for a given frame MUST NOT make it simple … to predict the masking key for a subsequent frame.",
    code: { file: "websocket/wire/masking-key.ts", anchor: "random(pool);" },
    test: [
      {
        file: "websocket/wire/masking-key.test.ts",
        title: "never gives an octet out twice, and asks for more when all are used",
      },
      { file: "websocket/client/client.test.ts", title: "are masked, each with a key of its own" },
    ],
  },
  {
    section: "5.3",
    role: "both",
    level: "definition",
    quote:
      'Octet i of the transformed data ("transformed-octet-i") is the XOR of octet i of the original data … with octet at index i modulo 4 of the masking key',
    code: { file: "websocket/wire/mask.ts", anchor: "export function mask(" },
    test: {
      file: "websocket/wire/mask.test.ts",
      title: "it(`masks every length at every alignment and phase as octet by octet does",
    },
  },
];
