/**
 * What the calling code may get wrong. A check must never be switched off by an option misspelt or of another
 * type, so each is a TypeError (or a RangeError, where the type is right) at once: before the token is looked
 * at, and even if the token is flawless.
 */
import { describe, expect, it } from "vitest";
import { decodeJwt } from "../../src/jwt/decode.ts";
import { verifyJws } from "../../src/jwt/jws.ts";
import { signJwt, verifyJwt, verifyJwtAsync } from "../../src/jwt/jwt.ts";
import type { ClaimsPolicy } from "../../src/jwt/policy.ts";
import { JwtVerifier } from "../../src/jwt/verifier.ts";
import { claims, flawlessBy, now, policy, secret, typ } from "./forge.ts";
import { isMisuse, values } from "./misuse.ts";

const flawless = flawlessBy(secret);
const texts = ["a text", "a number as text"];
const lists = ["an empty list", "a list of a text"];
const parties = [...texts, "a list of a text", "what opts out"];
const durations = ["zero", "a fraction", "a number"];

/** What is right for each member of a policy: all the rest is refused, `undefined` apart. */
const policyMembers: Readonly<Record<keyof ClaimsPolicy, readonly string[]>> = {
  issuer: parties,
  audience: parties,
  typ: [...texts, "what opts out"],
  exp: ["what opts out"],
  leeway: durations,
  maxAge: durations,
  subject: texts,
  required: lists,
  accept: ["a function"],
  crit: lists,
  limits: ["an object"],
};

/** Every way in which a policy is used, with a token in which nothing is wrong, and with none at all. */
const uses: readonly ((wrong: ClaimsPolicy) => unknown)[] = [
  (wrong) => verifyJwt(flawless, secret, wrong, now),
  (wrong) => verifyJwt("", secret, wrong, now),
  (wrong) => new JwtVerifier(secret, wrong),
];

describe.each(Object.entries(policyMembers))("policy.%s", (member, right) => {
  const wrong = Object.entries(values).filter(([name]) => !right.includes(name));

  it.each(wrong)("is never %s", async (_name, value) => {
    const misused = { ...policy, [member]: value } as ClaimsPolicy;
    for (const use of uses) expect(() => use(misused)).toThrow(isMisuse);
    await expect(verifyJwtAsync(flawless, secret, misused, now)).rejects.toThrow(isMisuse);
  });

  it("may be of its own type", () => {
    for (const name of right) {
      expect(
        () => new JwtVerifier(secret, { ...policy, [member]: values[name] } as ClaimsPolicy),
      ).not.toThrow();
    }
  });
});

describe("a policy", () => {
  it.each(["issuer", "audience", "typ"])("names %s, or says that it does not", (member) => {
    const { [member as "issuer"]: _, ...rest } = policy;
    for (const wrong of [rest, { ...rest, [member]: undefined }]) {
      expect(() => verifyJwt(flawless, secret, wrong as ClaimsPolicy, now)).toThrow(TypeError);
    }
  });

  it.each([
    ...[
      "Issuer",
      "iss",
      "aud",
      "audiance",
      "type",
      "sub",
      "maxage",
      "clockTolerance",
      "algorithms",
      "ignoreExpiration",
    ],
    ...["require", "requiredClaims", "nbf", "iat", "jti", "constructor", "toString", "__proto_", ""],
  ])("has no member %j", async (name) => {
    const misspelt = { ...policy, [name]: undefined } as ClaimsPolicy;
    for (const use of uses) expect(() => use(misspelt)).toThrow(TypeError);
    await expect(verifyJwtAsync(flawless, secret, misspelt, now)).rejects.toThrow(TypeError);
  });

  it.each(Object.entries(values).filter(([name]) => name !== "an object"))(
    "is never %s",
    async (_name, value) => {
      for (const use of uses) expect(() => use(value as ClaimsPolicy)).toThrow(TypeError);
      await expect(verifyJwtAsync(flawless, secret, value as ClaimsPolicy, now)).rejects.toThrow(TypeError);
    },
  );

  it("is a plain object: what a class or a prototype adds is not overlooked", async () => {
    class Stricter {
      readonly issuer = policy.issuer;
      readonly audience = policy.audience;
      readonly typ = policy.typ;
      accept(): boolean {
        return false;
      }
    }
    const prototypes = [new Stricter(), Object.create(policy), Object.create({ ...policy, subject: "bob" })];
    for (const wrong of prototypes) {
      for (const use of uses) expect(() => use(wrong)).toThrow(TypeError);
      await expect(verifyJwtAsync(flawless, secret, wrong, now)).rejects.toThrow(TypeError);
    }
    expect(verifyJwt(flawless, secret, Object.assign(Object.create(null), policy), now).claims).toEqual(
      claims,
    );
  });

  it("counts in members that do not show when it is listed", async () => {
    const strict = Object.defineProperty({ ...policy }, "subject", { value: "bob" });
    const refused = expect.objectContaining({ code: "claims/wrong-subject" });
    expect(() => verifyJwt(flawless, secret, strict, now)).toThrow(refused);
    expect(() => new JwtVerifier(secret, strict).verify(flawless, now)).toThrow(refused);
    await expect(verifyJwtAsync(flawless, secret, strict, now)).rejects.toThrow(refused);
    const wrong = Object.defineProperty({ ...policy }, "leeway", { value: Number.NaN });
    for (const use of uses) expect(() => use(wrong)).toThrow(TypeError);
  });
});

describe("the time", () => {
  const numbers = ["zero", "minus one", "a fraction", "a number"];

  it.each(Object.entries(values).filter(([name]) => !numbers.includes(name)))(
    "is never %s",
    async (_name, value) => {
      expect(() => verifyJwt(flawless, secret, policy, value as number)).toThrow(TypeError);
      expect(() => new JwtVerifier(secret, policy).verify(flawless, value as number)).toThrow(TypeError);
      expect(() => signJwt(claims, secret, { typ, now: value as number })).toThrow(TypeError);
      await expect(verifyJwtAsync(flawless, secret, policy, value as number)).rejects.toThrow(TypeError);
    },
  );
});

describe("a token", () => {
  const others = Object.entries<unknown>({ ...values, octets: Buffer.from(flawless), undefined });

  it.each(others.filter(([, value]) => typeof value !== "string"))("is never %s", async (_name, value) => {
    const token = value as string;
    expect(() => verifyJwt(token, secret, policy, now)).toThrow(TypeError);
    expect(() => new JwtVerifier(secret, policy, { cache: 2 }).verify(token, now)).toThrow(TypeError);
    expect(() => verifyJws(token, secret)).toThrow(TypeError);
    expect(() => decodeJwt(token)).toThrow(TypeError);
    await expect(verifyJwtAsync(token, secret, policy, now)).rejects.toThrow(TypeError);
  });
});
