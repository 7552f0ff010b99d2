import { describe, expect, it } from "vitest";
import { decodeJwt } from "../../src/jwt/decode.ts";
import { claims, forge, refusal, segment } from "./forge.ts";
import { a1, a3, exampleClaims, unsecured } from "./vectors.ts";

describe("reading without verifying", () => {
  it("reads the examples of RFC 7519 §3.1, RFC 7519 §6.1 and RFC 7515 §A.3", () => {
    expect(decodeJwt(a1.token)).toEqual({ header: { typ: "JWT", alg: "HS256" }, claims: exampleClaims });
    expect(decodeJwt(a3.token)).toEqual({ header: { alg: "ES256" }, claims: exampleClaims });
    expect(decodeJwt(unsecured)).toEqual({ header: { alg: "none" }, claims: exampleClaims });
  });

  it("reads expired and forged tokens, and asks nobody", () => {
    const token = `${segment({ alg: "XY1", crit: ["x"], x: 1 })}.${segment({ ...claims, exp: 0 })}.AAAA`;
    expect(decodeJwt(token).claims.exp).toBe(0);
  });

  it.each([
    ["two parts", `${segment({ alg: "HS256" })}.${segment(claims)}`, "jws/malformed"],
    ["a signature that is not base64url", `${forge({ alg: "HS256" }, claims)}=`, "jws/malformed"],
    ["claims that are no object", forge({ alg: "HS256" }, "[]"), "claims/malformed"],
    ["a claim of a wrong type", forge({ alg: "HS256" }, { ...claims, exp: "never" }), "claims/malformed"],
    ["ten million characters", "a".repeat(10_000_000), "jws/too-large"],
  ])("refuses %s", (_why, token, code) => {
    expect(refusal(() => decodeJwt(token))).toBe(code);
  });

  it("throws a TypeError for what is no text", () => {
    for (const wrong of [undefined, null, 1, {}]) expect(() => decodeJwt(wrong as never)).toThrow(TypeError);
  });
});
