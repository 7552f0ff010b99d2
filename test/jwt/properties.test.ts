import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Claims } from "../../src/jwt/claims-set.ts";
import { decodeJwt } from "../../src/jwt/decode.ts";
import { JwtError } from "../../src/jwt/errors.ts";
import { signJwt, verifyJwt } from "../../src/jwt/jwt.ts";
import { claims, forge, lax, now, pair, policy, refusal, secret, segment, typ } from "./forge.ts";
import { unsecured } from "./vectors.ts";

const registered = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "toJSON"]);
const anyClaims = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  .map((all): Claims => Object.fromEntries(Object.entries(all).filter(([name]) => !registered.has(name))));

describe("decode(encode(x)) = x", () => {
  it.each([
    ["HS256", secret, 1_000],
    ["ES256", pair, 200],
  ] as const)("gives back any claims signed with %s (seed 7519)", (_alg, key, numRuns) => {
    fc.assert(
      fc.property(anyClaims, (stated) => {
        const token = signJwt(stated, key, { typ });
        const written = JSON.parse(JSON.stringify(stated));
        expect(verifyJwt(token, key, { ...lax, typ }, now).claims).toEqual(written);
        expect(decodeJwt(token).claims).toEqual(written);
      }),
      { seed: 7519, numRuns },
    );
  });
});

describe("any single-bit change of a token is refused", () => {
  // Every bit of every UTF-16 unit: so also those which only a careless conversion to bytes would drop.
  it.each([
    ["HS256", secret],
    ["ES256", pair],
  ] as const)("for each bit of a token signed with %s", (_alg, key) => {
    const token = signJwt({ ...claims, sub: "a" }, key, { typ });
    expect(refusal(() => verifyJwt(token, key, policy, now))).toBe("accepted");
    const accepted: string[] = [];
    for (let at = 0; at < token.length; at++) {
      for (let bit = 0; bit < 16; bit++) {
        const changed = String.fromCharCode(token.charCodeAt(at) ^ (1 << bit));
        const verdict = refusal(() =>
          verifyJwt(token.slice(0, at) + changed + token.slice(at + 1), key, policy, now),
        );
        if (!verdict.startsWith("jws/")) accepted.push(`character ${at}, bit ${bit}: ${verdict}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  it("for each bit of the octets of an ES256 signature", () => {
    const token = signJwt(claims, pair, { typ });
    const end = token.lastIndexOf(".") + 1;
    const signature = Buffer.from(token.slice(end), "base64url");
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = Buffer.from(signature);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const verdict = refusal(() =>
        verifyJwt(token.slice(0, end) + changed.toString("base64url"), pair, policy, now),
      );
      expect(verdict).toBe("jws/bad-signature");
    }
  });
});

describe("only a JwtError escapes", () => {
  const onlyRefused = (token: string) => {
    for (const key of [secret, pair])
      expect(refusal(() => verifyJwt(token, key, policy, now))).not.toBe("accepted");
    try {
      decodeJwt(token);
    } catch (error) {
      expect(error).toBeInstanceOf(JwtError);
    }
  };
  const base64ish = fc.string({ unit: fc.constantFrom(..."ABCDabcd0123-_=+/ .") });
  const json = fc.json({ maxDepth: 4 });

  it("from random text (seed 1)", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), onlyRefused), {
      seed: 1,
      numRuns: 2_000,
    });
  });

  it("from text that looks like tokens (seed 2)", () => {
    const tokens = fc.array(base64ish, { maxLength: 5 }).map((parts) => parts.join("."));
    fc.assert(fc.property(tokens, onlyRefused), { seed: 2, numRuns: 2_000 });
  });

  it("from random JSON in place of header and claims (seed 3)", () => {
    const tokens = fc
      .tuple(json, json, fc.uint8Array())
      .map(([a, b, c]) => `${segment(a)}.${segment(b)}.${segment(Buffer.from(c))}`);
    fc.assert(fc.property(tokens, onlyRefused), { seed: 3, numRuns: 2_000 });
  });

  it("from random bytes, rightly signed (seed 4)", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const token = forge({ alg: "HS256", typ }, Buffer.from(bytes));
        expect(refusal(() => verifyJwt(token, secret, policy, now))).toBe("claims/malformed");
      }),
      { seed: 4, numRuns: 1_000 },
    );
  });

  it("from random headers and claims, rightly signed (seed 5)", () => {
    const names = fc.constantFrom(
      "alg",
      "typ",
      "kid",
      "cty",
      "crit",
      "b64",
      "jwk",
      "iss",
      "aud",
      "exp",
      "nbf",
      "iat",
      "sub",
      "jti",
    );
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom("HS256", typ, claims.iss, claims.aud, now, now + 600, Number.MAX_VALUE),
    );
    const object = fc.dictionary(names, values);
    fc.assert(
      fc.property(object, object, (h, c) => {
        const verdict = refusal(() =>
          verifyJwt(forge({ alg: "HS256", typ, ...h }, { ...claims, ...c }), secret, policy, now),
        );
        expect(verdict).toMatch(/^(?:accepted|(?:jws|claims)\/[a-z-]+)$/);
      }),
      { seed: 5, numRuns: 3_000 },
    );
  });

  it("from good tokens that are cut, doubled and stirred (seed 6)", () => {
    const good = [signJwt(claims, secret, { typ }), signJwt(claims, pair, { typ }), unsecured];
    const change = fc.tuple(
      fc.constantFrom("cut", "insert", "repeat", "swap"),
      fc.nat(),
      fc.nat(),
      base64ish,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...good),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (token, changes) => {
          let changed = token;
          for (const [how, a, b, text] of changes) {
            const [from, to] = [a % (changed.length + 1), b % (changed.length + 1)].sort((x, y) => x - y) as [
              number,
              number,
            ];
            const [before, middle, after] = [
              changed.slice(0, from),
              changed.slice(from, to),
              changed.slice(to),
            ];
            if (how === "cut") changed = before + after;
            else if (how === "insert") changed = before + text + middle + after;
            else if (how === "repeat") changed = before + middle + middle + after;
            else changed = before + [...middle].reverse().join("") + after;
          }
          fc.pre(!good.includes(changed));
          onlyRefused(changed);
        },
      ),
      { seed: 6, numRuns: 3_000 },
    );
  });
});
