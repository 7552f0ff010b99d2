import { describe, expect, it } from "vitest";
import {
  checkCritical,
  checkHeader,
  checkUnderstood,
  encodeHeader,
  type JoseHeader,
  parseHeader,
  rememberHeader,
} from "../../src/jwt/header.ts";
import { importKey } from "../../src/jwt/key.ts";
import { checkLimits, defaultLimits } from "../../src/jwt/limits.ts";
import { refusal, secret, segment } from "./forge.ts";

const named = importKey(Buffer.alloc(32, 7), "HS256", { kid: "a" });
const textOf = (encoded: string) => Buffer.from(encoded, "base64url").toString();
const encode = (options: object, key = named) => textOf(encodeHeader(key, options, defaultLimits));

describe("RFC 7515 §4 a header that is read", () => {
  it("is what the JSON says, frozen at every depth", () => {
    const header = parseHeader(segment({ alg: "HS256", x: [{ a: 1 }] }), defaultLimits);
    expect(header).toEqual({ alg: "HS256", x: [{ a: 1 }] });
    expect(() => {
      (header as { alg: string }).alg = "none";
    }).toThrow(TypeError);
    expect(() => (header.x as { a: number }[])[0]!.a++).toThrow(TypeError);
  });

  it("keeps a member called __proto__ a member", () => {
    const header = parseHeader(segment('{"alg":"HS256","__proto__":{"kid":"a"}}'), defaultLimits);
    expect(header.kid).toBeUndefined();
    expect(Object.keys(header)).toEqual(["alg", "__proto__"]);
  });

  it("has registered parameters of their types", () => {
    const right = { alg: "x", kid: "", typ: "", cty: "", b64: true };
    expect(checkHeader({ ...right })).toEqual(right);
    for (const name of Object.keys(right)) {
      for (const wrong of [null, 1, [], {}]) {
        expect(
          refusal(() => checkHeader({ ...right, [name]: wrong })),
          name,
        ).toBe("jws/malformed");
      }
    }
    expect(refusal(() => checkHeader({ ...right, alg: undefined }))).toBe("jws/malformed");
  });

  it("may be as long as the limit, counted in octets, and no longer", () => {
    const limits = checkLimits({ maxHeaderLength: 30 });
    const header = (length: number) => segment('{"alg":"é"}'.padEnd(length - 1));
    expect(parseHeader(header(30), limits).alg).toBe("é");
    expect(refusal(() => parseHeader(header(31), limits))).toBe("jws/too-large");
  });
});

describe("the memory of headers", () => {
  it("gives the header of a verified token back, the same object, while the limits are the usual ones", () => {
    const text = segment({ alg: "HS256", remembered: true });
    const header = parseHeader(text, defaultLimits);
    expect(parseHeader(text, defaultLimits)).not.toBe(header);
    rememberHeader(text, header, defaultLimits);
    expect(parseHeader(text, defaultLimits)).toBe(header);
    expect(refusal(() => parseHeader(text, checkLimits({ maxHeaderLength: 8 })))).toBe("jws/too-large");
  });

  it("keeps none that is long, and none of other limits", () => {
    const long = segment({ alg: "HS256", x: "x".repeat(1_000) });
    const other = segment({ alg: "HS256", x: "other limits" });
    rememberHeader(long, parseHeader(long, defaultLimits), defaultLimits);
    rememberHeader(other, parseHeader(other, defaultLimits), checkLimits({ maxDepth: 3 }));
    for (const text of [long, other]) {
      expect(parseHeader(text, defaultLimits)).not.toBe(parseHeader(text, defaultLimits));
    }
  });

  it("forgets, rather than grow beyond 64", () => {
    const texts = Array.from({ length: 200 }, (_, index) => segment({ alg: "HS256", index }));
    for (const text of texts) rememberHeader(text, parseHeader(text, defaultLimits), defaultLimits);
    const [first, second] = [0, 1].map(() => texts.map((text) => parseHeader(text, defaultLimits)));
    const known = first!.filter((header, index) => header === second![index]);
    expect(known.length).toBeGreaterThan(0);
    expect(known.length).toBeLessThanOrEqual(64);
  });
});

describe("RFC 7515 §4.1.11 crit", () => {
  const header = (more: object): JoseHeader => ({ alg: "HS256", ...more });

  it("may be missing, or list what is understood", () => {
    for (const more of [{}, { b64: true }, { x: 1, crit: ["x"] }, { x: undefined, crit: ["x"] }]) {
      expect(refusal(() => checkCritical(header(more), ["x"]))).toBe("accepted");
    }
  });

  it("lists b64 if b64 is false, and then it must be understood", () => {
    expect(refusal(() => checkCritical(header({ b64: false, crit: ["b64"] }), ["b64"]))).toBe("accepted");
    expect(refusal(() => checkCritical(header({ b64: false, crit: ["b64"] }), []))).toBe("jws/critical");
    expect(refusal(() => checkCritical(header({ b64: false, x: 1, crit: ["x"] }), ["x", "b64"]))).toBe(
      "jws/critical",
    );
    expect(refusal(() => checkCritical(header({ b64: false }), ["b64"]))).toBe("jws/critical");
  });

  it("may not be said to be understood where it is no extension", () => {
    checkUnderstood(undefined);
    checkUnderstood(["x"]);
    for (const wrong of [["alg"], ["x", "b64"], ["crit"], [""], [1], "x", {}, null]) {
      expect(() => checkUnderstood(wrong as never)).toThrow(TypeError);
    }
  });
});

describe("RFC 7515 §4 a header that is written", () => {
  it("says algorithm, type and name of the key, then what the caller adds", () => {
    expect(encode({})).toBe('{"alg":"HS256","kid":"a"}');
    expect(encode({ typ: "JWT", header: { cty: "x", n: 1 } })).toBe(
      '{"alg":"HS256","typ":"JWT","kid":"a","cty":"x","n":1}',
    );
    expect(encode({ header: { x: 1 }, crit: ["x"] })).toBe('{"alg":"HS256","kid":"a","x":1,"crit":["x"]}');
    expect(textOf(encodeHeader(named, { header: { x: 1 }, crit: ["x"] }, defaultLimits, false))).toBe(
      '{"alg":"HS256","kid":"a","x":1,"b64":false,"crit":["b64","x"]}',
    );
  });

  it("is remembered for a key and a type, and for no other", () => {
    for (let round = 0; round < 2; round++) {
      expect(encode({ typ: "JWT" })).toBe('{"alg":"HS256","typ":"JWT","kid":"a"}');
      expect(encode({ typ: "at+jwt" })).toBe('{"alg":"HS256","typ":"at+jwt","kid":"a"}');
      expect(encode({ typ: "JWT" }, secret)).toBe('{"alg":"HS256","typ":"JWT"}');
      expect(encode({ typ: "JWT", header: { x: 1 } })).toBe('{"alg":"HS256","typ":"JWT","kid":"a","x":1}');
      expect(encode({})).toBe('{"alg":"HS256","kid":"a"}');
    }
  });

  it.each(["alg", "kid", "typ", "crit", "b64"])("cannot be made to say another %s", (name) => {
    expect(() => encode({ header: { [name]: "x" } })).toThrow(TypeError);
    expect(() => encode({ header: { [name]: undefined } })).toThrow(TypeError);
    expect(encode({ header: { [`${name}_`]: "x" } })).toContain(`"${name}_":"x"`);
  });

  it("keeps a member called __proto__ a member", () => {
    expect(encode({ header: JSON.parse('{"__proto__":{"alg":"none"}}') })).toBe(
      '{"alg":"HS256","kid":"a","__proto__":{"alg":"none"}}',
    );
  });

  it("announces as critical only what it has, once, and no registered name", () => {
    const header = { x: 1, jwk: {} };
    for (const crit of [["y"], ["x", "x"], ["jwk"], ["alg"], ["b64"], [""], "x", {}, null]) {
      expect(() => encode({ header, crit })).toThrow(TypeError);
    }
    expect(encode({ header, crit: ["x"] })).toContain('"crit":["x"]');
    expect(encode({ header, crit: [] })).not.toContain("crit");
  });

  it("is not longer than the limit", () => {
    const limits = checkLimits({ maxHeaderLength: 40 });
    const header = { x: "é".repeat(4) };
    expect(textOf(encodeHeader(named, { header }, limits))).toHaveLength(36);
    expect(() => encodeHeader(named, { header: { x: "é".repeat(5) } }, limits)).toThrow(RangeError);
  });
});
