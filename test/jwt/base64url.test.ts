import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url, isBase64url } from "../../src/jwt/base64url.ts";

describe("RFC 7515 §C base64url without padding", () => {
  it("encodes and decodes the example of the RFC", () => {
    const octets = Uint8Array.of(3, 236, 255, 224, 193);
    expect(encodeBase64url(octets)).toBe("A-z_4ME");
    expect(decodeBase64url("A-z_4ME")).toEqual(Buffer.from(octets));
  });

  it("encodes a text as its UTF-8 bytes", () => {
    expect(encodeBase64url("é")).toBe("w6k");
  });

  it("encodes the part of the memory that the view shows", () => {
    expect(encodeBase64url(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe("AgM");
  });

  it("decodes the empty text to no bytes", () => {
    expect(decodeBase64url("")).toEqual(Buffer.alloc(0));
  });

  it("gives back every byte string (seed 4648)", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(Buffer.from(bytes));
      }),
      { seed: 4648 },
    );
  });
});

describe("RFC 4648 §3.5 one spelling for each byte string", () => {
  const refused: readonly (readonly [why: string, text: string, twin: string])[] = [
    ["padding", "QQ==", "QQ"],
    ["half the padding", "QQ=", "QQ"],
    ["a length of 4n + 1", "QUJDR", "QUJDRA"],
    ["a single character", "Q", "QQ"],
    ["non-zero bits after one byte", "QR", "QQ"],
    ["non-zero bits after two bytes", "QUJ", "QUI"],
    ["the plus sign of plain base64", "-+-_", "----"],
    ["the slash of plain base64", "-_/_", "----"],
    ["a line feed at the end", "QUJD\n", "QUJD"],
    ["a space inside", "QU JD", "QUJD"],
    ["a leading space", " QUJD", "QUJD"],
    ["a NUL", "QUJ\0D", "QUJD"],
    ["a foreign character", "QU!D", "QUJD"],
    ["a letter beyond Latin-1 whose low byte is in the alphabet", "QUJ\u0144", "QUJD"],
    ["a full-width letter", "QUJ\uff24", "QUJD"],
    ["text after padding", "QQ==QUJD", "QQ"],
  ];
  it.each(refused)("refuses %s", (_why, text, twin) => {
    expect(decodeBase64url(text)).toBeUndefined();
    expect(decodeBase64url(twin)).toBeDefined();
  });

  it("takes exactly the last characters that leave no bits over", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const taken = (prefix: string) =>
      [...alphabet].filter((last) => decodeBase64url(prefix + last) !== undefined).join("");
    expect(taken("A")).toBe("AQgw");
    expect(taken("AA")).toBe("AEIMQUYcgkosw048");
    expect(taken("AAA")).toBe(alphabet);
  });

  it("never decodes two texts to the same bytes (seed 4648)", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = decodeBase64url(text);
        if (bytes !== undefined) expect(encodeBase64url(bytes)).toBe(text);
      }),
      { seed: 4648, numRuns: 2_000 },
    );
  });
});

describe("whether a text is base64url", () => {
  it("is what decoding it would say, without decoding it (seed 4648)", () => {
    const agree = (text: string) => {
      expect(isBase64url(text)).toBe(decodeBase64url(text) !== undefined);
    };
    const alphabet = fc.string({ unit: fc.constantFrom(..."ABCDEFQUYcgkosw048gz09-_"), maxLength: 12 });
    const anything = fc.string({ unit: "binary", maxLength: 12 });
    const near = fc.string({ unit: fc.constantFrom(..."AQgw-_=+/ .\n\u0141"), maxLength: 8 });
    fc.assert(fc.property(fc.oneof(alphabet, anything, near), agree), { seed: 4648, numRuns: 5_000 });
  });
});
