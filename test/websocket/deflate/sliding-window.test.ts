import { describe, expect, it } from "vitest";
import { SlidingWindow } from "../../../src/websocket/deflate/sliding-window.ts";
import { random } from "../random.ts";

describe("SlidingWindow", () => {
  it("has no bytes at first, nor after an empty message", () => {
    const window = new SlidingWindow(9);
    expect(window.bytes).toBeUndefined();
    window.push(Buffer.alloc(0));
    expect(window.bytes).toBeUndefined();
  });

  it.each([8, 9, 12, 15])("keeps the last 2^%i bytes of what was pushed, however it came", (bits) => {
    const next = random(bits);
    const window = new SlidingWindow(bits);
    let all = Buffer.alloc(0);
    for (let i = 0; i < 200; i++) {
      const length = Math.floor(next() ** 3 * 2 ** (bits + 1));
      const text = Buffer.from(Uint8Array.from({ length }, () => next() * 256));
      all = Buffer.concat([all, text]).subarray(-(2 ** bits));
      window.push(text);
      text.fill(0xee); // it is the copy that counts
      if (all.length > 0) expect(window.bytes!.equals(all)).toBe(true);
    }
    expect(window.bytes).toHaveLength(2 ** bits);
  });

  it("holds memory of its own: little for short messages, 2^bits at most", () => {
    const window = new SlidingWindow(15);
    window.push(Buffer.alloc(100));
    expect(window.bytes!.buffer.byteLength).toBe(100);
    for (let i = 0; i < 1000; i++) {
      window.push(Buffer.alloc(100));
      expect(window.bytes!.buffer.byteLength).toBeLessThanOrEqual(
        Math.min(2 ** 15, 2 * window.bytes!.length),
      );
    }
    window.push(Buffer.alloc(1_000_000));
    expect(window.bytes!.buffer.byteLength).toBe(2 ** 15);
  });
});
