import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseObject } from "../../src/jwt/json.ts";
import { defaultLimits } from "../../src/jwt/limits.ts";

const { maxDepth } = defaultLimits;
const parse = (text: string) => parseObject(Buffer.from(text), maxDepth);

describe("RFC 7515 §4 and RFC 7519 §4 unique names", () => {
  const refused: readonly (readonly [why: string, text: string, twin: string])[] = [
    ["a name twice", '{"a":1,"a":2}', '{"a":1,"b":2}'],
    ["a name twice with the same value", '{"a":1,"a":1}', '{"a":1,"b":1}'],
    ["a name twice, once escaped", '{"exp":1,"\\u0065xp":2}', '{"exp":1,"\\u0065yp":2}'],
    ["a name twice in an object inside", '{"a":{"b":1,"b":2}}', '{"a":{"b":1,"c":2}}'],
    ["a name twice in an object in an array", '{"a":[{"b":1,"b":2}]}', '{"a":[{"b":1},{"b":2}]}'],
    ["__proto__ twice", '{"__proto__":1,"__proto__":2}', '{"__proto__":1,"_proto__":2}'],
    ["the empty name twice", '{"":1,"":2}', '{"":1," ":2}'],
    [
      "a name twice after a string that ends in a backslash",
      '{"a":"\\\\","b":1,"b":2}',
      '{"a":"\\\\","b":1,"c":2}',
    ],
  ];
  it.each(refused)("refuses %s", (_why, text, twin) => {
    expect(parse(text)).toBeUndefined();
    expect(parse(twin)).toEqual(JSON.parse(twin));
  });

  it("is not misled by colons, braces and quotation marks inside strings", () => {
    const text = JSON.stringify({ 'a":"b': '{"x":1,"x":2}', "c\\": ':[{"', d: ['\\\\"::', {}] });
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it("reads every JSON object as JSON.parse does (seed 8259)", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { seed: 8259, numRuns: 1_000 },
    );
  });

  it("refuses every JSON object in which one member is written again (seed 7515)", () => {
    const names = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(names, fc.nat(), fc.jsonValue({ maxDepth: 2 }), (all, at, value) => {
        const members = [...all, all[at % all.length]!].map(
          (name) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
        );
        expect(parse(`{${members.join(",")}}`)).toBeUndefined();
        expect(parse(`{${members.slice(0, -1).join(",")}}`)).toBeDefined();
      }),
      { seed: 7515, numRuns: 1_000 },
    );
  });
});

describe("RFC 8259 JSON objects", () => {
  it.each([
    ["nothing", ""],
    ["an array", "[]"],
    ["null", "null"],
    ["a number", "1"],
    ["a string", '"a"'],
    ["an object and more", "{}{}"],
    ["a trailing comma", '{"a":1,}'],
    ["a comment", "{}//"],
    ["single quotation marks", "{'a':1}"],
    ["a byte order mark", "\ufeff{}"],
    ["an unclosed string", '{"a'],
    ["an unclosed object", '{"a":1'],
    ["NaN", '{"a":NaN}'],
    ["a control character in a string", '{"a":"\n"}'],
  ])("refuses %s", (_why, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it("takes white space around and inside", () => {
    expect(parse(' \r\n\t{ "a" : 1 } ')).toEqual({ a: 1 });
  });

  it("keeps a member named __proto__ a member", () => {
    const value = parse('{"__proto__":{"admin":true}}')!;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(value.admin).toBeUndefined();
  });

  it("takes objects and arrays to a depth of 32 and refuses 33", () => {
    const arrays = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    const objects = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
    for (const nested of [arrays, objects]) {
      expect(parse(nested(maxDepth))).toBeDefined();
      expect(parse(nested(maxDepth + 1))).toBeUndefined();
    }
    expect(maxDepth).toBe(32);
  });

  it("counts depth, not how many objects there are", () => {
    expect(parse(`{"a":[${"{},".repeat(99)}[]]}`)).toBeDefined();
  });
});

describe("RFC 8259 §8.1 UTF-8", () => {
  const text = (...octets: number[]) =>
    Buffer.from([...Buffer.from('{"a":"'), ...octets, ...Buffer.from('"}')]);

  it.each([
    ["a stray continuation octet", [0x80]],
    ["a character cut short", [0xc3]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["an octet that UTF-8 never has", [0xff]],
  ])("refuses %s", (_why, octets) => {
    expect(parseObject(text(...octets), maxDepth)).toBeUndefined();
  });

  it("takes characters of two, three and four octets", () => {
    expect(parse('{"a":"é€𝄞"}')).toEqual({ a: "é€𝄞" });
  });

  it("takes the replacement character where it is really written", () => {
    expect(parse('{"a":"\ufffd"}')).toEqual({ a: "\ufffd" });
  });

  it("refuses UTF-16", () => {
    expect(parseObject(Buffer.from('{"a":1}', "utf16le"), maxDepth)).toBeUndefined();
  });
});
