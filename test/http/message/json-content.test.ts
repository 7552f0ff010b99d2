import { describe, expect, it } from "vitest";
import { decodeJson } from "../../../src/http/message/json-content.ts";
import { HttpProblem } from "../../../src/http/message/problem.ts";

describe("RFC 8259 JSON", () => {
  it.each<[string, unknown]>([
    ['{"a":[1,"é"]}', { a: [1, "é"] }],
    [" null ", null],
    ['"\\u0000"', "\0"],
  ])("reads %s", (text, value) => {
    expect(decodeJson(Buffer.from(text))).toEqual(value);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", Buffer.alloc(0)],
    ["half a value", Buffer.from('{"a":')],
    ["two values", Buffer.from("{} {}")],
    ["a byte order mark (§8.1)", Buffer.from("\ufeff{}")],
    ["a cut character", Uint8Array.of(0x22, 0xc3, 0x22)],
    ["an overlong character", Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
    ["a surrogate", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ["UTF-16", Buffer.from('{"a":1}', "utf16le")],
    ["64 KiB of brackets", Buffer.alloc(65536, "[")],
  ])("refuses %s with 400", (_what, bytes) => {
    expect(() => decodeJson(bytes)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it("tells nothing of the content in its refusal", () => {
    const refusal = catchOf(() => decodeJson(Buffer.from('{"password":"correct horse"')));
    expect(refusal).toBeInstanceOf(HttpProblem);
    expect(JSON.stringify(refusal)).not.toContain("horse");
    expect((refusal as HttpProblem).message).not.toContain("horse");
  });
});

function catchOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
