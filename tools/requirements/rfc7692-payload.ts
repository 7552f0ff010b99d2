/** RFC 7692 §7.2 to §8: compressing and decompressing. */
import type { Requirement } from "./requirement.ts";

export const payload: readonly Requirement[] = [
  {
    section: "7.2.1",
    role: "both",
    level: "definition",
    quote: "An endpoint uses the following algorithm to compress a message.",
    code: { file: "websocket/deflate/deflate.ts", anchor: "deflated = deflateRawSync(payload, options);" },
    test: [
      {
        file: "websocket/deflate/deflate.test.ts",
        title: "RFC 7692 §7.2.3.1 a message compressed using one compressed DEFLATE block",
      },
      {
        file: "websocket/deflate/deflate-interop.test.ts",
        title: "reads what we write with %j, on either side",
      },
    ],
  },
  {
    section: "7.2.1",
    role: "both",
    level: "step",
    quote: "Compress all the octets of the payload of the message using DEFLATE.",
    code: { file: "websocket/deflate/deflate.ts", anchor: "deflated = deflateRawSync(payload, options);" },
    test: [
      {
        file: "websocket/deflate/deflate.test.ts",
        title: "RFC 7692 §7.2.3.1 a message compressed using one compressed DEFLATE block",
      },
      {
        file: "websocket/deflate/deflate-interop.test.ts",
        title: "reads what we write with %j, on either side",
      },
    ],
  },
  {
    section: "7.2.1",
    role: "both",
    level: "step",
    quote:
      "If the resulting data does not end with an empty DEFLATE block with no compression … append an empty DEFLATE block with no compression to the tail end.",
    code: { file: "websocket/deflate/deflate.ts", anchor: "finishFlush: constants.Z_SYNC_FLUSH," },
    test: { file: "websocket/deflate/deflate.test.ts", title: "is what we make of nothing (%j)" },
  },
  {
    section: "7.2.1",
    role: "both",
    level: "step",
    quote: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end.",
    code: { file: "websocket/deflate/deflate.ts", anchor: "deflated.subarray(0, -4)" },
    test: {
      file: "websocket/deflate/deflate.test.ts",
      title: "RFC 7692 §7.2.3.1 a message compressed using one compressed DEFLATE block",
    },
  },
  {
    section: "7.2.1",
    role: "both",
    quote:
      'When any DEFLATE block with the "BFINAL" bit set to 1 doesn\'t end at a byte boundary, an endpoint MUST add minimal padding bits of 0',
    test: { file: "websocket/deflate/deflate.test.ts", title: "fails with 1007 when its padding is missing" },
    reason: "We send no block with BFINAL set: zlib ends ours with a sync flush.",
  },
  {
    section: "7.2.1",
    role: "both",
    quote: "Note that for non-final fragments, the removal of 0x00 0x00 0xff 0xff MUST NOT be done.",
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "never has the bit on a control frame or on a fragment",
    },
    reason: "A compressed message is one frame; what is sent in parts is not compressed.",
  },
  {
    section: "7.2.1",
    role: "both",
    quote:
      "An endpoint MUST NOT use an LZ77 sliding window longer than 32,768 bytes to compress messages to send.",
    code: {
      file: "websocket/deflate/deflate.ts",
      anchor: "windowBits: Math.min(this.#windowBits, bitsFor(reach + MIN_LOOKAHEAD)),",
    },
    test: {
      file: "websocket/deflate/deflate.test.ts",
      title: '.each([8, 7, 16, 9.5, Number.NaN])("throws a RangeError for windowBits',
    },
  },
  {
    section: "7.2.1",
    role: "client",
    quote:
      'If the "agreed parameters" contain the "client_no_context_takeover" extension parameter, the client MUST start compressing each new message with an empty LZ77 sliding window.',
    code: { file: "websocket/deflate/deflate.ts", anchor: "const dictionary = this.#window?.bytes;" },
    test: [
      { file: "websocket/deflate/deflate.test.ts", title: "is not done without context takeover" },
      {
        file: "websocket/rfc7692-6-framing.test.ts",
        title: "is the example of §7.2.3.1, and of §7.2.3.2 with context takeover",
      },
    ],
  },
  {
    section: "7.2.1",
    role: "server",
    quote:
      'If the "agreed parameters" contain the "server_no_context_takeover" extension parameter, the server MUST start compressing each new message with an empty LZ77 sliding window.',
    code: { file: "websocket/deflate/deflate.ts", anchor: "const dictionary = this.#window?.bytes;" },
    test: [
      { file: "websocket/deflate/deflate.test.ts", title: "is not done without context takeover" },
      {
        file: "websocket/rfc7692-6-framing.test.ts",
        title: "is the example of §7.2.3.1, and of §7.2.3.2 with context takeover",
      },
    ],
  },
  {
    section: "7.2.1",
    role: "client",
    quote:
      'If the "agreed parameters" contain the "client_max_window_bits" extension parameter with a value of w, the client MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes',
    code: {
      file: "websocket/deflate/deflate.ts",
      anchor: "windowBits: Math.min(this.#windowBits, bitsFor(reach + MIN_LOOKAHEAD)),",
    },
    test: [
      { file: "websocket/deflate/deflate.test.ts", title: "RFC 7692 §7.2.1 the LZ77 sliding window" },
      {
        file: "websocket/rfc7692-6-framing.test.ts",
        title: "is not compressed at all when the agreed window is one that zlib cannot keep to (§7.2.1)",
      },
    ],
  },
  {
    section: "7.2.1",
    role: "server",
    quote:
      'If the "agreed parameters" contain the "server_max_window_bits" extension parameter with a value of w, the server MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes',
    code: {
      file: "websocket/deflate/deflate.ts",
      anchor: "windowBits: Math.min(this.#windowBits, bitsFor(reach + MIN_LOOKAHEAD)),",
    },
    test: [
      { file: "websocket/deflate/deflate.test.ts", title: "RFC 7692 §7.2.1 the LZ77 sliding window" },
      {
        file: "websocket/rfc7692-6-framing.test.ts",
        title: "is not compressed at all when the agreed window is one that zlib cannot keep to (§7.2.1)",
      },
    ],
  },
  {
    section: "7.2.2",
    role: "both",
    level: "step",
    quote: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message.",
    code: { file: "websocket/deflate/inflation.ts", anchor: "this.#rest.set(TAIL, payload.length);" },
    test: {
      file: "websocket/deflate/deflate.test.ts",
      title: 'describe("RFC 7692 §7.2.3.5 two DEFLATE blocks in one message"',
    },
  },
  {
    section: "7.2.2",
    role: "both",
    level: "step",
    quote: "Decompress the resulting data using DEFLATE.",
    code: { file: "websocket/deflate/inflation.ts", anchor: "options(): ZlibOptions {" },
    test: {
      file: "websocket/deflate/deflate-interop.test.ts",
      title: "are the same however they are made and read, with %j",
    },
  },
  {
    section: "7.2.2",
    role: "client",
    quote:
      "Otherwise, the client MUST decompress each new message using the LZ77 sliding window used to process the last compressed message.",
    code: { file: "websocket/deflate/inflation.ts", anchor: "dictionary: this.#dictionary," },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "may refer to earlier messages where that was agreed, whatever uncompressed ones come between",
    },
  },
  {
    section: "7.2.2",
    role: "server",
    quote:
      "Otherwise, the server MUST decompress each new message using the LZ77 sliding window used to process the last compressed message.",
    code: { file: "websocket/deflate/inflation.ts", anchor: "dictionary: this.#dictionary," },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "may refer to earlier messages where that was agreed, whatever uncompressed ones come between",
    },
  },
  {
    section: "7.2.2",
    role: "server",
    quote:
      'even if the client has included the "client_no_context_takeover" extension parameter in its offer, the server MUST decompress … using the LZ77 sliding window used to process the last … if the "agreed parameters" don\'t contain',
    code: { file: "websocket/deflate/inflation.ts", anchor: "dictionary: this.#dictionary," },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "may refer to earlier messages where that was agreed, whatever uncompressed ones come between",
    },
  },
  {
    section: "7.2.2",
    role: "client",
    quote:
      "Otherwise, the client MUST use a 32,768-byte LZ77 sliding window to decompress received messages.",
    code: { file: "websocket/deflate/inflation.ts", anchor: "windowBits: 15," },
    test: {
      file: "websocket/deflate/deflate.test.ts",
      title: 'describe("RFC 7692 §7.2.2 the window of a peer"',
    },
  },
  {
    section: "7.2.2",
    role: "server",
    quote:
      "Otherwise, the server MUST use a 32,768-byte LZ77 sliding window to decompress received messages.",
    code: { file: "websocket/deflate/inflation.ts", anchor: "windowBits: 15," },
    test: {
      file: "websocket/deflate/deflate.test.ts",
      title: 'describe("RFC 7692 §7.2.2 the window of a peer"',
    },
  },
  {
    section: "7.2.2",
    role: "client",
    quote:
      'even if the client has included in its offer … a value smaller than one in the "agreed parameters", the client MUST use an LZ77 sliding window of a size that conforms the "agreed parameters" to compress messages to send.',
    code: {
      file: "websocket/deflate/compression.ts",
      anchor: "windowBits: agreed.clientMaxWindowBits,",
      cites: "7",
    },
    test: {
      file: "websocket/deflate/permessage-deflate.test.ts",
      title: '["; client_max_window_bits=12", { ...EASY, clientMaxWindowBits: 10 }, "S15 C10"]',
    },
  },
  {
    section: "7.2.3.2",
    role: "both",
    level: "definition",
    quote:
      "Note that even if some uncompressed messages (with the RSV1 bit unset) are inserted … they don't affect the LZ77 sliding window.",
    code: {
      file: "websocket/deflate/compression.ts",
      anchor: "get inflater(): MessageInflater {",
      cites: "6",
    },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "may refer to earlier messages where that was agreed, whatever uncompressed ones come between",
    },
  },
  {
    section: "7.2.3.4",
    role: "both",
    level: "definition",
    quote:
      'This is the payload of a message containing "Hello" compressed using a DEFLATE block with "BFINAL" set to 1.',
    code: {
      file: "websocket/deflate/inflation.ts",
      anchor: "if (this.#parts.length > FREE_STREAMS",
      cites: "7.2.1",
    },
    test: {
      file: "websocket/deflate/deflate.test.ts",
      title: "describe('RFC 7692 §7.2.3.4 a DEFLATE block with \"BFINAL\" set to 1'",
    },
  },
  {
    section: "7.3",
    role: "both",
    quote:
      "To obtain a useful compression ratio, an LZ77 sliding window size of 1,024 or more is RECOMMENDED.",
    code: {
      file: "websocket/deflate/permessage-deflate-options.ts",
      anchor: "export const LARGEST_WINDOW = 15;",
      cites: "7.1.2.1",
    },
    test: {
      file: "websocket/deflate/permessage-deflate-options.test.ts",
      title: "have defaults that hold no window between messages",
    },
    reason: "32,768 bytes unless somebody asks for less.",
  },
  {
    section: "8",
    role: "both",
    level: "should",
    quote:
      "There is a known exploit when history-based compression is combined with a secure transport [CRIME]. Implementors should pay attention to this point",
    code: {
      file: "websocket/deflate/permessage-deflate.ts",
      anchor: "serverNoContextTakeover: offered.serverNoContextTakeover ||",
      cites: "7.1.1.1",
    },
    test: {
      file: "websocket/deflate/permessage-deflate-options.test.ts",
      title: "have defaults that hold no window between messages",
    },
    reason:
      "Compression is off unless asked for, history is off even then, and `send` can leave a message uncompressed that holds a secret.",
  },
];
