import { describe, expect, it } from "vitest";
import { LineSplitter } from "../../../src/conformance/jwt/line-splitter.ts";
import { claimIn, readLine, writeQuestion } from "../../../src/conformance/jwt/protocol.ts";
import { question } from "../../../src/conformance/jwt/question.ts";

describe("a question", () => {
  it("is one line, whatever is in the token", () => {
    const line = writeQuestion(7, { ...question(1), token: "a\n\0\ud800" });
    expect(line).toMatch(/^\{"id":7,"token":"a\\n\\u0000\\ud800","key":\{/);
  });
});

describe("an answer", () => {
  it.each([
    ['{"id":1,"accept":true}', { verdict: "accepted" }],
    ['{"id":1,"accept":true,"claims":{"sub":"a"}}', { verdict: "accepted", claims: { sub: "a" } }],
    ['{"id":1,"accept":true,"claims":null}', { verdict: "accepted", claims: null }],
    ['{"id":1,"accept":false,"claims":{}}', { verdict: "refused" }],
    ['{"id":1,"accept":false,"reason":"late"}', { verdict: "refused", reason: "late" }],
    ['{"id":1,"unsupported":true,"reason":"ES512"}', { verdict: "unsupported", reason: "ES512" }],
    ['{"id":1,"accept":false,"unsupported":true}', { verdict: "unsupported" }],
    ['{"id":1,"accept":true,"unsupported":false,"x":[]}', { verdict: "accepted" }],
  ])("is read: %s", (line, answer) => {
    expect(readLine(line)).toEqual({ id: 1, answer });
  });

  it("may be what the verifier says of itself", () => {
    expect(readLine('{"hello":true}')).toEqual({ hello: { clock: false } });
    expect(readLine('{"hello":true,"clock":true,"name":"x 1"}')).toEqual({
      hello: { clock: true, name: "x 1" },
    });
  });

  it.each([
    ["listening on stdin", "it is not JSON"],
    ["[1]", "it is not an object"],
    ["null", "it is not an object"],
    ['{"id":"1","accept":true}', '"id" is not the number of a question'],
    ['{"accept":true}', '"id" is not the number of a question'],
    ['{"id":1,"accepted":true}', '"accept" is neither true nor false'],
    ['{"id":1,"accept":"true"}', '"accept" is neither true nor false'],
    ['{"id":1,"accept":false,"reason":1}', '"reason" is not a string'],
    ['{"hello":1}', '"hello" is not true'],
    ['{"hello":true,"clock":"yes"}', '"clock" is neither true nor false'],
    ['{"hello":true,"name":1}', '"name" is not a string'],
  ])("is none: %s", (line, why) => {
    expect(() => readLine(line)).toThrow(
      `it wrote a line that is no answer (${why}): ${JSON.stringify(line)}`,
    );
  });

  it("is shown in part where it is none and long", () => {
    expect(() => readLine("x".repeat(1000))).toThrow(`"${"x".repeat(80)}…"`);
  });
});

describe("claims that a verifier tells", () => {
  it("need not be an object", () => {
    expect([{ sub: "a" }, ["sub"], "sub", null, undefined].map((claims) => claimIn(claims, "sub"))).toEqual([
      "a",
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("lines", () => {
  it("are the same however they are cut", () => {
    const octets = Buffer.from('{"a":"é"}\r\n\n  \nb\n\nunfinished');
    for (const size of [1, 2, 3, octets.length]) {
      const lines: string[] = [];
      const splitter = new LineSplitter((line) => lines.push(line));
      for (let at = 0; at < octets.length; at += size) splitter.push(octets.subarray(at, at + size));
      expect(lines).toEqual(['{"a":"é"}', "b"]);
    }
  });

  it("have bounds", () => {
    const splitter = new LineSplitter(() => {});
    const chunk = Buffer.alloc(4 * 1024 * 1024, "x");
    expect(Array.from({ length: 5 }, () => splitter.push(chunk))).toEqual([true, true, true, true, false]);
  });
});
