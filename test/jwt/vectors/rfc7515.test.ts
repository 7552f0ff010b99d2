import { describe, expect, it } from "vitest";
import { importKey, verifyJws } from "../../../src/jwt/index.ts";
import { expectFragile, expectReproducible, expectSame, expectVerified, refusal } from "./proof.ts";
import { a1, a2, a3, a4, a5, payload } from "./rfc7515.ts";

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
