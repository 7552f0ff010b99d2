import { describe, expect, it, vi } from "vitest";
import { WebSocketProtocolError } from "../../../src/websocket/errors.ts";
import {
  FIN,
  FrameDecoder,
  type FrameDecoderOptions,
  type FrameSink,
  headerSize,
  Opcode,
  writeHeader,
  writeMaskingKey,
} from "../../../src/websocket/wire/frame.ts";
import { encodeFrame } from "../naive-codec.ts";

/** Writes frames down, each when it is complete. */
class Frames implements FrameSink {
  readonly lines: string[] = [];
  decoder: FrameDecoder | undefined;
  stopAfter = Number.POSITIVE_INFINITY;
  #head = "";
  #payload = "";
  frameStart(fin: boolean, opcode: Opcode, rsv1: boolean, length: number): void {
    this.#head = `${fin ? "final" : "first"} ${opcode}${rsv1 ? " rsv1" : ""} ${length}`;
    this.#payload = "";
  }
  framePayload(chunk: Buffer, start: number, end: number): void {
    this.#payload += chunk.toString("hex", start, end);
  }
  frameEnd(): void {
    this.lines.push(`${this.#head} ${this.#payload}`.trim());
    if (this.lines.length >= this.stopAfter) this.decoder!.stop();
  }
}

const client: FrameDecoderOptions = { masked: false, rsv1: false, maxPayload: 1024 * 1024 };
const server: FrameDecoderOptions = { ...client, masked: true };

function decode(stream: Buffer, options: FrameDecoderOptions, size: number): string[] {
  const frames = new Frames();
  const decoder = new FrameDecoder(frames, options);
  try {
    for (let at = 0; at < stream.length; at += size)
      decoder.push(Buffer.from(stream.subarray(at, at + size)));
  } catch (error) {
    if (!(error instanceof WebSocketProtocolError)) throw error;
    frames.lines.push(`error ${error.closeCode}`);
  }
  return frames.lines;
}

/** The frames of a stream, which is fed whole and octet by octet. */
function framesOf(hex: string, options: FrameDecoderOptions): string[] {
  const stream = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const whole = decode(stream, options, stream.length);
  expect(decode(stream, options, 1)).toEqual(whole);
  return whole;
}

describe("RFC 6455 §5.7 examples", () => {
  it("finds a single-frame unmasked text message", () => {
    expect(framesOf("81 05 48 65 6c 6c 6f", client)).toEqual(["final 1 5 48656c6c6f"]);
  });
  it("finds a single-frame masked text message", () => {
    expect(framesOf("81 85 37 fa 21 3d 7f 9f 4d 51 58", server)).toEqual(["final 1 5 48656c6c6f"]);
  });
  it("finds a fragmented unmasked text message", () => {
    expect(framesOf("01 03 48 65 6c 80 02 6c 6f", client)).toEqual(["first 1 3 48656c", "final 0 2 6c6f"]);
  });
  it("finds an unmasked ping and a masked pong", () => {
    expect(framesOf("89 05 48 65 6c 6c 6f", client)).toEqual(["final 9 5 48656c6c6f"]);
    expect(framesOf("8a 85 37 fa 21 3d 7f 9f 4d 51 58", server)).toEqual(["final 10 5 48656c6c6f"]);
  });
  it("finds 256 bytes and 64 KiB of binary data in one frame", () => {
    const small = "61".repeat(256);
    const large = "62".repeat(65536);
    expect(framesOf(`82 7E 0100 ${small}`, client)).toEqual([`final 2 256 ${small}`]);
    expect(framesOf(`82 7F 0000000000010000 ${large}`, client)).toEqual([`final 2 65536 ${large}`]);
  });
});

describe("RFC 6455 §5.2 base framing", () => {
  const failures: readonly (readonly [
    what: string,
    hex: string,
    code: number,
    options?: FrameDecoderOptions,
  ])[] = [
    ["RSV1 is set", "c1 00", 1002],
    ["RSV2 is set", "a1 00", 1002],
    ["RSV3 is set", "91 00", 1002],
    ["RSV2 is set though RSV1 has a meaning", "a1 00", 1002, { ...client, rsv1: true }],
    ...[3, 4, 5, 6, 7].map((opcode) => [`the opcode is ${opcode}`, `8${opcode} 00`, 1002] as const),
    ...["b", "c", "d", "e", "f"].map(
      (opcode) => [`the opcode is 0x${opcode}`, `8${opcode} 00`, 1002] as const,
    ),
    ["a client's frame is not masked", "81 00", 1002, server],
    ["a server's frame is masked", "81 80", 1002],
    ["125 bytes are announced in 3 octets", "82 7e 007d", 1002],
    ["0 bytes are announced in 3 octets", "82 7e 0000", 1002],
    ["65,535 bytes are announced in 9 octets", "82 7f 000000000000ffff", 1002],
    ["0 bytes are announced in 9 octets", "82 7f 0000000000000000", 1002],
    ["the length has its most significant bit set", "82 7f 8000000000000000", 1002],
    ["the length has all bits set", "82 7f ffffffffffffffff", 1002],
    ["the length is 2^63-1", "82 7f 7fffffffffffffff", 1009],
    ["the length is 2^53", "82 7f 0020000000000000", 1009],
    ["the length is 2^32, whose lower half is zero", "82 7f 0000000100000000", 1009],
    ["the length is one above the limit", "82 7f 0000000000100001", 1009],
    ["a short frame is above a low limit", "82 0b", 1009, { ...client, maxPayload: 10 }],
    ["a ping is fragmented", "09 00", 1002],
    ["a close is fragmented", "08 00", 1002],
    ["a pong is fragmented", "0a 00", 1002],
    ["a ping announces 126 bytes", "89 7e", 1002],
    ["a close announces 65,536 bytes", "88 7f", 1002],
  ];
  for (const [what, hex, code, options = client] of failures) {
    it(`fails with ${code} when ${what}, as soon as that is known`, () => {
      expect(framesOf(hex, options)).toEqual([`error ${code}`]);
    });
  }

  it("waits for the second octet before it judges the first, and for nothing more", () => {
    expect(framesOf("ff", client)).toEqual([]);
    expect(framesOf("ff ff", client)).toEqual(["error 1002"]);
  });

  it("reports RSV1 when it has a meaning", () => {
    expect(framesOf("c1 01 61", { ...client, rsv1: true })).toEqual(["final 1 rsv1 1 61"]);
  });

  it("lets a control frame of 125 bytes pass a lower limit of messages", () => {
    const payload = "00".repeat(125);
    expect(framesOf(`89 7d ${payload}`, { ...client, maxPayload: 10 })).toEqual([`final 9 125 ${payload}`]);
  });

  it("finds frames of every length class, masked and not, however the stream is cut", () => {
    const lengths = [0, 1, 2, 125, 126, 127, 255, 256, 65535, 65536, 65537];
    for (const key of [undefined, [0x9a, 0x00, 0xff, 0x31]]) {
      const frames = lengths.map((length) => ({ opcode: 2, payload: Buffer.alloc(length, length), key }));
      const stream = Buffer.concat(frames.map((frame) => encodeFrame(frame)));
      const expected = frames.map(({ payload }) =>
        `final 2 ${payload.length} ${payload.toString("hex")}`.trim(),
      );
      for (const size of [1, 2, 3, 5, 13, 14, 15, 100, 4096, 65536, stream.length]) {
        expect(decode(stream, key === undefined ? client : server, size)).toEqual(expected);
      }
    }
  });

  it("ignores everything after it was stopped, in the middle of a chunk too", () => {
    const stream = Buffer.from("810161 810162 810163".replaceAll(" ", ""), "hex");
    for (const size of [1, stream.length]) {
      const frames = new Frames();
      const decoder = new FrameDecoder(frames, client);
      frames.decoder = decoder;
      frames.stopAfter = 2;
      for (let at = 0; at < stream.length; at += size) decoder.push(stream.subarray(at, at + size));
      expect(frames.lines).toEqual(["final 1 1 61", "final 1 1 62"]);
    }
  });
});

describe("a decoder that is stopped in the middle of a frame", () => {
  it("does not report its end", () => {
    const frames = new Frames();
    const decoder = new FrameDecoder(frames, client);
    vi.spyOn(frames, "framePayload").mockImplementation(() => decoder.stop());
    decoder.push(Buffer.from("810161810162", "hex"));
    expect(frames.lines).toEqual([]);
  });
});

describe("the header of a frame", () => {
  const rows: readonly (readonly [length: number, header: string])[] = [
    [0, "8200"],
    [125, "827d"],
    [126, "827e007e"],
    [65535, "827effff"],
    [65536, "827f0000000000010000"],
    [2 ** 32 + 1, "827f0000000100000001"],
    [2 ** 53 - 1, "827f001fffffffffffff"],
  ];
  for (const [length, header] of rows) {
    it(`takes the fewest octets for ${length} bytes`, () => {
      const bytes = Buffer.alloc(16);
      const end = writeHeader(bytes, 1, FIN | Opcode.Binary, length);
      expect(bytes.toString("hex", 1, end)).toBe(header);
      expect(headerSize(length, false)).toBe(header.length / 2);
      expect(headerSize(length, true)).toBe(header.length / 2 + 4);
    });
  }

  it("carries a masking key behind the length, and says so", () => {
    const bytes = Buffer.alloc(8);
    const at = writeHeader(bytes, 0, FIN | Opcode.Text, 126);
    expect(writeMaskingKey(bytes, 0, at, 0x89abcdef)).toBe(8);
    expect(bytes.toString("hex")).toBe("81fe007e89abcdef");
  });
});
