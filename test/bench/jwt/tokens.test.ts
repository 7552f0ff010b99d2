import { describe, expect, it } from "vitest";
import {
  type BenchAlgorithm,
  bareCalls,
  generatePair,
  NOW,
  policy,
  RING,
  ringOf,
} from "../../../bench/jwt/tokens.ts";
import { importKey, verifyJwt } from "../../../src/jwt/index.ts";

describe.each(Object.keys(bareCalls) as BenchAlgorithm[])("the tokens for %s", (alg) => {
  const pair = generatePair(alg);
  const ring = ringOf(pair, 4);

  it("are good, and hold what they say", () => {
    const key = importKey(pair.publicKey, alg);
    for (const { text, claims } of ring) {
      expect(verifyJwt(text, key, policy, NOW)).toEqual({ header: { alg, typ: policy.typ }, claims });
    }
  });
  it("have a signature for the bare call, over the same bytes", () => {
    for (const { text, signingInput, signature, octets } of ring) {
      expect(text).toBe(`${signingInput}.${octets.toString("base64url")}`);
      const answer = bareCalls[alg].verify(signingInput, pair.publicKey, signature);
      if (typeof answer === "boolean") expect(answer).toBe(true);
      else expect(answer).toEqual(signature);
    }
  });
});

describe("a ring", () => {
  const ring = ringOf(generatePair("HS256"));

  it("has that many tokens, no two alike", () => {
    expect(new Set(ring.map(({ text }) => text)).size).toBe(RING);
  });
  it("has claims of about 200 bytes", () => {
    for (const { claims } of ring) expect(Math.abs(JSON.stringify(claims).length - 200)).toBeLessThan(10);
  });
});
