/**
 * Tokens that must be refused, each beside a flawless twin that must be accepted, so that no refusal is for
 * another reason than the one in its name. Unless its name says otherwise, every token is rightly signed.
 */
import { describe, expect, it } from "vitest";
import { type Algorithm, algorithmNames } from "../../src/jwt/algorithms.ts";
import { isBase64url } from "../../src/jwt/base64url.ts";
import { verifyJwt } from "../../src/jwt/jwt.ts";
import { flawlessBy, forge, claims as goodClaims, policy as goodPolicy, now, refusal, typ } from "./forge.ts";
import { themes as algorithm } from "./hostile/algorithm.ts";
import { themes as claims } from "./hostile/claims.ts";
import { themes as critical } from "./hostile/critical.ts";
import { themes as ecdsa } from "./hostile/ecdsa.ts";
import { themes as eddsa } from "./hostile/eddsa.ts";
import { themes as foreignKeys } from "./hostile/foreign-keys.ts";
import { themes as form } from "./hostile/form.ts";
import { themes as header } from "./hostile/header.ts";
import { themes as hmac } from "./hostile/hmac.ts";
import { themes as mlDsa } from "./hostile/ml-dsa.ts";
import { hasMlDsa, keyOf } from "./hostile/pairs.ts";
import { themes as policy } from "./hostile/policy.ts";
import { themes as rsa } from "./hostile/rsa.ts";
import { themes as rsaPss } from "./hostile/rsa-pss.ts";
import { attempt } from "./hostile/theme.ts";
import { themes as unencoded } from "./hostile/unencoded.ts";

const everywhere = [form, header, algorithm, critical, foreignKeys, claims, policy, unencoded];
const themes = [...everywhere, hmac, rsa, rsaPss, ecdsa, eddsa].flat();

for (const theme of [...themes, ...mlDsa]) {
  describe(theme.rule, () => {
    it("accepts a flawless token", () => {
      expect(refusal(() => attempt(theme, theme.flawless))).toBe("accepted");
    });

    for (const [why, hostile, code, twin] of theme.cases) {
      it(`refuses ${why}`, () => {
        expect(refusal(() => attempt(theme, hostile))).toBe(code);
        if (twin !== undefined) expect(refusal(() => attempt(theme, twin))).toBe("accepted");
      });
    }
  });
}

describe("RFC 8725 §3.1 every algorithm's token with every algorithm's key", () => {
  const algorithms = algorithmNames.filter((alg) => hasMlDsa || !alg.startsWith("ML-DSA"));
  /** RFC 9864 §2.2: the names under which a key signs. The corpus has one key for EdDSA and Ed25519. */
  const others: Partial<Record<Algorithm, Algorithm>> = {
    EdDSA: "Ed25519",
    Ed25519: "EdDSA",
    Ed448: "EdDSA",
  };
  const isName = (name: Algorithm, alg: Algorithm) => name === alg || name === others[alg];
  const isSameKey = (one: Algorithm, other: Algorithm) => keyOf(one).material.equals(keyOf(other).material);
  const verdict = (token: string, alg: Algorithm) =>
    refusal(() => verifyJwt(token, keyOf(alg), goodPolicy, now));

  it.each(algorithms)("is accepted for %s by its own alone, and under its own names alone", (alg) => {
    for (const other of algorithms) {
      const renamed = forge({ alg: other, typ }, goodClaims, keyOf(alg));
      const named = isName(alg, other);
      const same = named && isSameKey(alg, other);
      const wrong = named ? "jws/bad-signature" : "jws/algorithm-mismatch";
      expect(verdict(flawlessBy(keyOf(alg)), other), `by ${other}`).toBe(same ? "accepted" : wrong);
      expect(verdict(renamed, alg), `as ${other}`).toBe(
        isName(other, alg) ? "accepted" : "jws/algorithm-mismatch",
      );
      expect(verdict(renamed, other), `as and by ${other}`).toBe(same ? "accepted" : "jws/bad-signature");
    }
  });
});

describe("RFC 7515 §5.2 what is wrong with a token before its signature", () => {
  const early: ReadonlySet<string> = new Set(["jws/malformed", "jws/too-large", "jws/critical"]);
  /** A signature that is not base64url is found later: once there is a key to verify it with. */
  const signatureIsText = (token: string) => isBase64url(token.slice(token.lastIndexOf(".") + 1));

  it("is found before any key is looked for", () => {
    let tried = 0;
    for (const theme of [form, header, critical].flat()) {
      const choose = () => expect.unreachable(theme.rule) as undefined;
      for (const [why, hostile, code] of theme.cases) {
        const tokenAlone = typeof hostile === "string" ? { token: hostile } : hostile;
        if (!early.has(code) || !signatureIsText(tokenAlone.token)) continue;
        expect(
          refusal(() => attempt(theme, { ...tokenAlone, key: choose })),
          why,
        ).toBe(code);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(150);
  });
});

describe("the hostile tokens", () => {
  it("do not become fewer, those of ML-DSA not counted", () => {
    const tokens = themes.flatMap(({ cases }) => cases.map(([, hostile]) => hostile));
    expect(tokens.length).toBeGreaterThanOrEqual(800);
  });

  it("each break one rule in one way", () => {
    for (const { rule, cases } of [...themes, ...mlDsa]) {
      const names = cases.map(([why]) => why);
      expect(names, rule).toEqual([...new Set(names)]);
    }
  });
});
