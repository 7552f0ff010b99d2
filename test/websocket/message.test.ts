import { describe, expect, it } from "vitest";
import { bytesOf, encodeMessage, type MessageData } from "../../src/websocket/message.ts";
import { encodeFrame } from "./naive-codec.ts";

describe("a message that is encoded once", () => {
  for (const length of [0, 1, 125, 126, 65535, 65536, 100_000]) {
    it(`is one unmasked frame of ${length} bytes, text or binary`, () => {
      const bytes = Buffer.alloc(length, "x");
      expect(encodeMessage(bytes).equals(encodeFrame({ opcode: 2, payload: bytes }))).toBe(true);
      expect(encodeMessage("x".repeat(length)).equals(encodeFrame({ opcode: 1, payload: bytes }))).toBe(true);
    });
  }

  it("has the length of its UTF-8", () => {
    const text = "é€😀".repeat(20);
    expect(encodeMessage(text)).toEqual(encodeFrame({ opcode: 1, payload: text }));
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
      expect(() => encodeMessage(data as unknown as MessageData), String(data)).toThrow(TypeError);
    }
  });
});
