import { describe, expect, it } from "vitest";
import { importKey, verifyJws, verifyJwsJson } from "../../../src/jwt/index.ts";
import {
  expectAllVerified,
  expectEachFragile,
  expectFragile,
  expectReproducible,
  expectSame,
  expectVerified,
  expectVerifiedFlattened,
  refusal,
} from "./proof.ts";
import { a1, a2, a3, a4, a5, a6, a7, payload } from "./rfc7515.ts";

const examples = [
  ["§A.1, HMAC SHA-256", a1, { typ: "JWT", alg: "HS256" }, payload],
  ["§A.2, RSASSA-PKCS1-v1_5 SHA-256", a2, { alg: "RS256" }, payload],
  ["§A.3, ECDSA P-256 SHA-256", a3, { alg: "ES256" }, payload],
  ["§A.4, ECDSA P-521 SHA-512", a4, { alg: "ES512" }, "Payload"],
] as const;

describe("RFC 7515 §A the examples", () => {
  it.each(examples)("verifies %s", (_title, example, header, text) => expectVerified(example, header, text));

  it.each(examples)("refuses %s with any character changed", (_title, example) => expectFragile(example));

  it("computes the signature of §A.1, whose header has a line end of its own", () => expectReproducible(a1));

  it("writes §A.2, letter for letter", () => expectSame(a2, payload));

  it("refuses §A.5, an Unsecured JWS, with every key", () => {
    for (const { key, alg } of [a1, a2, a3, a4]) {
      expect(refusal(() => verifyJws(a5, importKey(key, alg)))).toBe("jws/algorithm-mismatch");
    }
  });
});

describe("RFC 7515 §A.6 the general JSON serialization", () => {
  it("verifies with both keys", () => expectAllVerified(a6, payload));

  it("verifies with either key alone, unless that one signature is changed", () => expectEachFragile(a6));

  it("verifies with the key that each unprotected kid names", () => {
    const keys = new Map(a6.keys.map((key, i) => [key.kid, importKey(key, a6.algorithms[i]!)]));
    const { signatures } = verifyJwsJson(a6.jws, ({ kid }) => keys.get(kid));
    expect(signatures.map(({ unprotected }) => unprotected)).toEqual([
      { kid: "2010-12-29" },
      { kid: "e9bc097a-ce51-4036-9562-d2ade882db0d" },
    ]);
  });

  it("holds the signatures of §A.2 and §A.3", () => {
    for (const [i, { token }] of [a2, a3].entries()) {
      const { protected: encoded, signature } = a6.jws.signatures[i]!;
      expect(`${encoded}.${a6.jws.payload}.${signature}`).toBe(token);
    }
  });
});

describe("RFC 7515 §A.7 the flattened JSON serialization", () => {
  it("verifies, and is refused with any character changed", () => expectVerifiedFlattened(a7, payload));
});
