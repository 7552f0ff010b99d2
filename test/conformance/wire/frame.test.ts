import { describe, expect, it } from "vitest";
import {
  closePayload,
  decodeFrame,
  encodeFrame,
  frameSize,
  Opcode,
} from "../../../src/conformance/wire/frame.ts";

/** RFC 6455 §5.7, octet by octet. */
const examples = [
  ["a text, unmasked", { opcode: Opcode.Text, payload: "Hello" }, "810548656c6c6f"],
  [
    "a text, masked",
    { opcode: Opcode.Text, payload: "Hello", maskingKey: hex("37fa213d") },
    "818537fa213d7f9f4d5158",
  ],
  ["a first fragment", { opcode: Opcode.Text, payload: "Hel", fin: false }, "010348656c"],
  ["a last fragment", { opcode: Opcode.Continuation, payload: "lo" }, "80026c6f"],
  ["a Ping", { opcode: Opcode.Ping, payload: "Hello" }, "890548656c6c6f"],
  [
    "a Pong, masked",
    { opcode: Opcode.Pong, payload: "Hello", maskingKey: hex("37fa213d") },
    "8a8537fa213d7f9f4d5158",
  ],
] as const;

describe("RFC 6455 §5.7 the examples", () => {
  it.each(examples)("%s", (_, frame, octets) => {
    expect(encodeFrame(frame).toString("hex")).toBe(octets);
    const decoded = decodeFrame(hex(octets))!;
    expect(decoded.size).toBe(octets.length / 2);
    expect(decoded.frame).toMatchObject({ opcode: frame.opcode, fin: "fin" in frame ? frame.fin : true });
    expect(decoded.frame.payload.toString()).toBe(frame.payload);
  });

  it.each([
    [256, "827e0100"],
    [65_536, "827f0000000000010000"],
  ])("%i octets of binary", (length, header) => {
    const octets = encodeFrame({ opcode: Opcode.Binary, payload: Buffer.alloc(length) });
    expect(octets.toString("hex", 0, octets.length - length)).toBe(header);
    expect(decodeFrame(octets)!.frame.payloadLength).toBe(length);
  });
});

describe("RFC 6455 §5.2 a frame that is not all there", () => {
  it.each([0, 5, 125, 126, 65_535, 65_536])("with %i octets is waited for, wherever it is cut", (length) => {
    const octets = encodeFrame({ opcode: 2, payload: Buffer.alloc(length, 1), maskingKey: hex("01020304") });
    for (let cut = 0; cut < Math.min(octets.length, 20); cut++) {
      expect(decodeFrame(octets.subarray(0, cut))).toBeUndefined();
    }
    expect(decodeFrame(octets.subarray(0, -1))).toBeUndefined();
    expect(frameSize(octets)).toBe(octets.length);
    expect(decodeFrame(octets)!.frame.payload.equals(Buffer.alloc(length, 1))).toBe(true);
  });
});

describe("a frame that is wrong on purpose", () => {
  it("has its length in more bits than it needs", () => {
    expect(encodeFrame({ opcode: 1, payload: "a", lengthBits: 16 }).toString("hex")).toBe("817e000161");
    const octets = hex("817f000000000000000161");
    expect(encodeFrame({ opcode: 1, payload: "a", lengthBits: 64 })).toEqual(octets);
    expect(decodeFrame(octets)!.frame).toMatchObject({ lengthBits: 64, payloadLength: 1 });
  });

  it("states another length than it has", () => {
    expect(encodeFrame({ opcode: 2, statedLength: 2n ** 63n, payload: "x" }).toString("hex")).toBe(
      "827f800000000000000078",
    );
  });

  it("sets any of the reserved bits", () => {
    expect(encodeFrame({ opcode: 2, rsv: 5 }).toString("hex")).toBe("d200");
    expect(decodeFrame(hex("b200"))!.frame.rsv).toBe(3);
  });
});

describe("RFC 6455 §5.5.1 the payload of a Close frame", () => {
  it("is empty, a code, or a code and a reason", () => {
    expect(closePayload().toString("hex")).toBe("");
    expect(closePayload(1000).toString("hex")).toBe("03e8");
    expect(closePayload(1001, "bye").toString("hex")).toBe("03e9627965");
  });
});

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}
