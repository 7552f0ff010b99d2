import { describe, expect, it } from "vitest";
import { bytesOf, type MessageData, SharedMessage } from "../../../src/websocket/connection/message.ts";
import { MessageInflater } from "../../../src/websocket/deflate/deflate.ts";
import { encodeFrame } from "../naive-codec.ts";

describe("a message that is encoded once", () => {
  for (const length of [0, 1, 125, 126, 65535, 65536, 100_000]) {
    it(`is one unmasked frame of ${length} bytes, text or binary`, () => {
      const bytes = Buffer.alloc(length, "x");
      expect(new SharedMessage(bytes).plain.equals(encodeFrame({ opcode: 2, payload: bytes }))).toBe(true);
      expect(
        new SharedMessage("x".repeat(length)).plain.equals(encodeFrame({ opcode: 1, payload: bytes })),
      ).toBe(true);
    });
  }

  it("has the length of its UTF-8", () => {
    const text = "é€😀".repeat(20);
    expect(new SharedMessage(text).plain).toEqual(encodeFrame({ opcode: 1, payload: text }));
  });
});

describe("a message that is compressed once", () => {
  it("is the same frame for all who agreed to the same window, and inflates to what it was", () => {
    const text = "to whom it may concern, ".repeat(100);
    const message = new SharedMessage(text);
    const frame = message.compressed(15, -1)!;
    expect(message.compressed(15, -1)).toBe(frame);
    expect(message.compressed(9, -1)).not.toBe(frame);
    const [first = 0] = frame;
    expect(first).toBe(0xc1); // FIN, RSV1, Text
    const inflater = new MessageInflater({
      windowBits: 15,
      contextTakeover: false,
      maxBytes: 10_000,
      maxRatio: 1000,
    });
    const payload = frame.subarray(frame[1]! === 126 ? 4 : 2);
    expect(inflater.inflateNow(payload)?.toString()).toBe(text);
  });

  it("is left as it is when it would take too long", () => {
    expect(new SharedMessage(Buffer.alloc(100_000)).compressed(15, -1)).toBeUndefined();
  });
});

describe("the bytes of a message", () => {
  const memory = Uint8Array.of(0, 1, 2, 3, 4, 5);

  it("are those of any view, without a copy", () => {
    expect([...bytesOf(memory.subarray(2, 4))]).toEqual([2, 3]);
    expect([...bytesOf(Buffer.from("ab"))]).toEqual([97, 98]);
    expect([...bytesOf(new DataView(memory.buffer, 1, 3))]).toEqual([1, 2, 3]);
    expect([...bytesOf(memory.buffer)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(bytesOf(new DataView(memory.buffer)).buffer).toBe(memory.buffer);
    expect([...bytesOf(Uint16Array.of(0x0102) as unknown as DataView)]).toHaveLength(2);
  });

  it("are refused with a TypeError when they are none", () => {
    for (const data of [null, undefined, 7, true, {}, [1, 2]]) {
      expect(() => bytesOf(data as unknown as ArrayBuffer), String(data)).toThrow(TypeError);
      expect(() => new SharedMessage(data as unknown as MessageData), String(data)).toThrow(TypeError);
    }
  });
});
