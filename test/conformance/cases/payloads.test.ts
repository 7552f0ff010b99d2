import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { payloads } from "../../../src/conformance/cases/payloads.ts";

describe.each(payloads)("$name", ({ name, text, piece }) => {
  it("can be cut anywhere, and is of the length that was asked for", () => {
    for (const [at, length] of [
      [0, 16],
      [12_345, 131_072],
      [1_041_999, 8_192],
    ] as const) {
      const octets = piece(at, length);
      const characters = new TextDecoder("utf-8", { fatal: text }).decode(octets);
      expect(text ? characters.length : octets.length).toBe(length);
      expect(piece(at, length).equals(octets)).toBe(true);
    }
  });

  it("is another elsewhere", () => {
    expect(piece(0, 500).equals(piece(1, 500))).toBe(false);
  });

  it("is compressed as such things are", () => {
    const ratio = 100_000 / deflateRawSync(piece(0, 100_000)).length;
    const [least, most] = name === "a PDF" ? [1, 1.2] : name === "a bitmap" ? [1.1, 2] : [2.5, 6];
    expect(ratio).toBeGreaterThan(least!);
    expect(ratio).toBeLessThan(most!);
  });
});
