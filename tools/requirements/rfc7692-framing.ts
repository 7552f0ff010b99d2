/** RFC 7692 §6: compression has a bit in the frame. */
import type { Requirement } from "./requirement.ts";

export const compressedFraming: readonly Requirement[] = [
  {
    section: "6",
    role: "both",
    level: "definition",
    quote:
      "On a WebSocket connection where a PMCE is in use, this bit indicates whether a message is compressed or not.",
    code: { file: "websocket/wire/frame.ts", anchor: "export const RSV1" },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "has the Per-Message Compressed bit and DEFLATE as its payload, under its own opcode",
    },
  },
  {
    section: "6.1",
    role: "both",
    quote:
      "An endpoint MUST use the following algorithm to send a message in the form of a compressed message.",
    code: { file: "websocket/deflate/compression.ts", anchor: "get deflater(): MessageDeflater {" },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "has the Per-Message Compressed bit and DEFLATE as its payload, under its own opcode",
    },
  },
  {
    section: "6.1",
    role: "both",
    level: "step",
    quote:
      'build frame(s) using the compressed data instead of the original data for the message payload, set the "Per-Message Compressed" bit of the first frame',
    code: { file: "websocket/deflate/compression.ts", anchor: "get deflater(): MessageDeflater {" },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "has the Per-Message Compressed bit and DEFLATE as its payload, under its own opcode",
    },
  },
  {
    section: "6.1",
    role: "both",
    quote:
      "An endpoint MUST use the following algorithm to send a message in the form of an uncompressed message.",
    code: { file: "websocket/deflate/compression.ts", anchor: "this.threshold =" },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "does without the bit, as it is, when it is short",
    },
  },
  {
    section: "6.1",
    role: "both",
    level: "step",
    quote:
      'build frame(s) using the original data for the payload data portion as is, unset the "Per-Message Compressed" bit of the first frame',
    code: { file: "websocket/deflate/compression.ts", anchor: "this.threshold =" },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "does without the bit, as it is, when it is short",
    },
  },
  {
    section: "6.1",
    role: "both",
    quote:
      'An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames and non-first fragments of a data message.',
    code: { file: "websocket/wire/frame.ts", anchor: "export const RSV1", cites: "6" },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "never has the bit on a control frame or on a fragment",
    },
  },
  {
    section: "6.1",
    role: "both",
    quote: "An endpoint receiving such a frame MUST _Fail the WebSocket Connection_.",
    code: [
      { file: "websocket/wire/frame.ts", anchor: '"RSV1 on a control frame"' },
      { file: "websocket/wire/fragmentation.ts", anchor: '"RSV1 on a continuation frame"' },
    ],
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "fails with 1002 when the bit is set on a control frame or on a later fragment",
    },
  },
  {
    section: "6.1",
    role: "both",
    level: "definition",
    quote:
      "PMCEs do not change the opcode field. The opcode of the first frame of a compressed message indicates the opcode of the original message.",
    code: { file: "websocket/wire/fragmentation.ts", anchor: "this.compressed = rsv1;" },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "is inflated, in one frame and in fragments, with control frames in between",
    },
  },
  {
    section: "6.1",
    role: "both",
    level: "definition",
    quote:
      "At the receiver, the payload data portion after decompression is subject to the constraints for the original data type again.",
    code: {
      file: "websocket/connection/incoming.ts",
      anchor: "this.#deliverInflated(message);",
      cites: "7.2.2",
    },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "fails with 1007 when it inflates to text that is no UTF-8",
    },
  },
  {
    section: "6.2",
    role: "both",
    quote:
      "An endpoint MUST use the following algorithm to receive a message in the form of a compressed message.",
    code: {
      file: "websocket/connection/incoming.ts",
      anchor: "this.#inflate(assembly.takeCompressed());",
      cites: "7.2.2",
    },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "is inflated, in one frame and in fragments, with control frames in between",
    },
  },
  {
    section: "6.2",
    role: "both",
    level: "step",
    quote: "Concatenate the payload data portion of the received frames of the compressed message.",
    code: {
      file: "websocket/connection/incoming.ts",
      anchor: "this.#inflate(assembly.takeCompressed());",
      cites: "7.2.2",
    },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "is inflated, in one frame and in fragments, with control frames in between",
    },
  },
  {
    section: "6.2",
    role: "both",
    level: "step",
    quote: "Decompress the concatenation by following the decompression procedure of the PMCE.",
    code: {
      file: "websocket/connection/incoming.ts",
      anchor: "const message = inflater.inflateNow(payload);",
      cites: "7.2.2",
    },
    test: {
      file: "websocket/rfc7692-6-framing.test.ts",
      title: "is inflated, in one frame and in fragments, with control frames in between",
    },
  },
  {
    section: "6.2",
    role: "both",
    quote:
      "An endpoint MUST use the following algorithm to receive a message in the form of an uncompressed message.",
    code: {
      file: "websocket/connection/incoming.ts",
      anchor: "const message = assembly.take();",
      cites: "7.2.2",
    },
    test: { file: "websocket/rfc7692-6-framing.test.ts", title: "is taken as it is without the bit" },
  },
  {
    section: "6.2",
    role: "both",
    level: "step",
    quote:
      "deliver the _A WebSocket Message Has Been Received_ event to the application layer with the received message payload and header values as is.",
    code: {
      file: "websocket/connection/incoming.ts",
      anchor: "const message = assembly.take();",
      cites: "7.2.2",
    },
    test: { file: "websocket/rfc7692-6-framing.test.ts", title: "is taken as it is without the bit" },
  },
];
