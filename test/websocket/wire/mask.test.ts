import { describe, expect, it } from "vitest";
import { mask } from "../../../src/websocket/wire/mask.ts";

/** RFC 6455 §5.3, literally: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", j = i MOD 4. */
function maskedOctetByOctet(bytes: Uint8Array, key: number, phase: number): Uint8Array {
  const octets = [key >>> 24, (key >>> 16) & 0xff, (key >>> 8) & 0xff, key & 0xff];
  return bytes.map((octet, i) => octet ^ octets[(i + phase) % 4]!);
}

const numbers = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 7 + 3) & 0xff));

describe("RFC 6455 §5.3 masking", () => {
  it("unmasks the Hello of RFC 6455 §5.7", () => {
    const payload = Buffer.from("7f9f4d5158", "hex");
    mask(payload, 0, 5, 0x37fa213d, 0);
    expect(payload.toString()).toBe("Hello");
  });

  const lengths = [
    0, 1, 2, 3, 4, 5, 7, 8, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 110, 125, 1000,
    1003,
  ];
  for (const key of [0x37fa213d, 0xffffffff, 0x80000001, 0x000000ff]) {
    it(`masks every length at every alignment and phase as octet by octet does (key ${key.toString(16)})`, () => {
      for (const length of lengths) {
        for (let alignment = 0; alignment < 8; alignment++) {
          for (let phase = 0; phase < 4; phase++) {
            const memory = Buffer.from(new ArrayBuffer(length + 16), 0, length + 16);
            const start = 4 + alignment;
            memory.set(numbers(length), start);
            mask(memory, start, start + length, key, phase);
            const expected = Buffer.alloc(length + 16);
            expected.set(maskedOctetByOctet(numbers(length), key, phase), start);
            expect(memory.equals(expected), `length ${length}, alignment ${alignment}, phase ${phase}`).toBe(
              true,
            );
          }
        }
      }
    });
  }

  it("finds the alignment of a view into a larger buffer", () => {
    const memory = new ArrayBuffer(512);
    const view = new Uint8Array(memory, 3, 400);
    view.set(numbers(400));
    mask(view, 1, 399, 0x01020304, 0);
    const expected = Uint8Array.from(numbers(400));
    expected.set(maskedOctetByOctet(numbers(400).subarray(1, 399), 0x01020304, 0), 1);
    expect(view).toEqual(expected);
    expect(new Uint8Array(memory, 0, 3)).toEqual(new Uint8Array(3));
  });

  it("gives the original back when applied twice", () => {
    const payload = numbers(333);
    mask(payload, 5, 300, 0xdeadbeef, 2);
    mask(payload, 5, 300, 0xdeadbeef, 2);
    expect(payload).toEqual(numbers(333));
  });

  it("leaves the payload as it is when the key is zero", () => {
    const payload = numbers(200);
    mask(payload, 0, 200, 0, 1);
    expect(payload).toEqual(numbers(200));
  });
});
