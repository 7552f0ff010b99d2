import { expect, it } from "vitest";
import { LineSplitter } from "../../../src/conformance/jwt/line-splitter.ts";

const MIB = 1 << 20;

it("makes the same lines of octets however they arrive, without their ends and without empty ones", () => {
  const octets = Buffer.from('{"é":1}\r\n\n \n2\nunfinished');
  for (let size = 1; size <= octets.length; size++) {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (let at = 0; at < octets.length; at += size)
      expect(splitter.push(octets.subarray(at, at + size))).toBe(true);
    expect(lines).toEqual(['{"é":1}', "2"]);
  }
});

it("says when a line has no end, and goes on saying so", () => {
  const splitter = new LineSplitter(() => {});
  const chunk = Buffer.alloc(MIB, "a");
  for (let i = 0; i < 16; i++) expect(splitter.push(chunk)).toBe(true);
  for (let i = 0; i < 3; i++) expect(splitter.push(chunk)).toBe(false);
});
