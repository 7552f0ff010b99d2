import { describe, expect, it } from "vitest";
import type { Jwk } from "../../src/jwt/jwk.ts";
import { thumbprint } from "../../src/jwt/thumbprint.ts";
import { refusal } from "./forge.ts";
import { a1, a3, okpThumbprint, rsaThumbprint } from "./vectors.ts";

describe("RFC 7638 §3 thumbprints", () => {
  it("computes the example of §3.1, whatever else the JWK says", () => {
    expect(thumbprint(rsaThumbprint.key)).toBe(rsaThumbprint.thumbprint);
  });

  it("computes the example of RFC 8037 §A.3", () => {
    expect(thumbprint(okpThumbprint.key)).toBe(okpThumbprint.thumbprint);
  });

  it("is the same for a private key and its public half", () => {
    const { d: _, ...publicHalf } = a3.key;
    expect(thumbprint(a3.key)).toBe(thumbprint(publicHalf));
    expect(thumbprint(a3.key)).toMatch(/^[\w-]{43}$/);
  });

  it("does not depend on the order of the members", () => {
    const turned = Object.fromEntries(Object.entries(a3.key).reverse()) as unknown as Jwk;
    expect(thumbprint(turned)).toBe(thumbprint(a3.key));
  });

  it("knows secrets too", () => {
    expect(thumbprint(a1.key)).toMatch(/^[\w-]{43}$/);
  });

  it.each([
    ["an unknown type", { kty: "XYZ" }, "key/wrong-type"],
    ["a type that is a method of objects", { kty: "toString" }, "key/wrong-type"],
    ["no type", {} as Jwk, "key/wrong-type"],
    ["a missing coordinate", { ...a3.key, y: undefined }, "key/malformed"],
    ["an empty coordinate", { ...a3.key, y: "" }, "key/malformed"],
    ["a coordinate that is no text", { ...a3.key, y: 1 }, "key/malformed"],
    ["a coordinate with padding", { ...a3.key, y: `${a3.key.y}=` }, "key/malformed"],
    [
      "a coordinate with bits left over",
      { ...a3.key, y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1" },
      "key/malformed",
    ],
  ])("refuses %s", (_why, jwk, code) => {
    expect(refusal(() => thumbprint(jwk as Jwk))).toBe(code);
  });

  it("throws a TypeError for what is no JWK at all", () => {
    for (const wrong of [null, "text", [], 1]) expect(() => thumbprint(wrong as never)).toThrow(TypeError);
  });
});

describe("RFC 7638 §3.2 one key has one thumbprint", () => {
  const rsa = rsaThumbprint.key;
  const zeroed = (number: unknown, octets: number) =>
    Buffer.concat([Buffer.alloc(octets), Buffer.from(number as string, "base64url")]).toString("base64url");

  it.each<[why: string, jwk: Jwk]>([
    ["an exponent with a zero in front", { ...rsa, e: "AAEAAQ" }],
    ["a modulus with a zero in front", { ...rsa, n: zeroed(rsa.n, 1) }],
    ["a modulus with three zeros in front", { ...rsa, n: zeroed(rsa.n, 3) }],
    ["a coordinate cut short", { ...okpThumbprint.key, x: "AA" }],
    ["a coordinate with a zero in front", { ...okpThumbprint.key, x: zeroed(okpThumbprint.key.x, 1) }],
  ])("so %s is refused", (_why, jwk) => {
    expect(refusal(() => thumbprint(jwk))).toBe("key/malformed");
  });
});
