import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Check, type CheckName, listChecks } from "../../src/cli/checks.ts";
import {
  type ClaimsPolicy,
  decodeJwt,
  importKey,
  type Jwt,
  JwtError,
  type Key,
  unchecked,
  verifyJwt,
} from "../../src/jwt/index.ts";

const secret = Buffer.alloc(32, 7);
const key = importKey(secret, "HS256");
const now = 1_795_331_000;

/** A token in the making; each fault spoils one thing about it. */
interface Draft {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
  key: Key | undefined;
  /** Appended to the signed token. */
  tail: string;
}

const policy: ClaimsPolicy = {
  issuer: "https://id.example",
  audience: ["chat", "call"],
  typ: "at+jwt",
  subject: "alice",
  required: ["scope", "exp"],
  maxAge: 600,
};

function flawless(): Draft {
  return {
    header: { alg: "HS256", typ: "at+jwt" },
    claims: {
      ...{ iss: "https://id.example", aud: "chat", sub: "alice", scope: "read" },
      ...{ nbf: now - 60, iat: now - 60, exp: now + 60 },
    },
    key,
    tail: "",
  };
}

/** In the order in which the core looks. Those that cannot occur together stand in one row. */
const faults: readonly (readonly [CheckName, Record<string, (draft: Draft) => void>])[] = [
  ["form", { "a fourth part": (draft) => (draft.tail = ".") }],
  [
    "extensions",
    { "an extension nobody knows": ({ header }) => Object.assign(header, { crit: ["x"], x: 1 }) },
  ],
  ["key", { "a key nobody knows": (draft) => (draft.key = undefined) }],
  ["algorithm", { "another algorithm": ({ header }) => (header.alg = "HS512") }],
  ["signature", { "a changed signature": (draft) => (draft.key = importKey(Buffer.alloc(32, 8), "HS256")) }],
  [
    "typ",
    { "another typ": ({ header }) => (header.typ = "JWT"), "no typ": ({ header }) => delete header.typ },
  ],
  ["claims", { "a jti that is no string": ({ claims }) => (claims.jti = 1) }],
  [
    "issuer",
    { "another iss": ({ claims }) => (claims.iss = "x"), "no iss": ({ claims }) => delete claims.iss },
  ],
  [
    "audience",
    { "another aud": ({ claims }) => (claims.aud = "x"), "no aud": ({ claims }) => delete claims.aud },
  ],
  [
    "subject",
    { "another sub": ({ claims }) => (claims.sub = "x"), "no sub": ({ claims }) => delete claims.sub },
  ],
  ["required", { "no scope": ({ claims }) => delete claims.scope }],
  ["not-before", { "a later nbf": ({ claims }) => (claims.nbf = now + 30) }],
  [
    "issued",
    { "a later iat": ({ claims }) => (claims.iat = now + 30), "no iat": ({ claims }) => delete claims.iat },
  ],
  ["expiry", { "a past exp": ({ claims }) => (claims.exp = now - 30) }],
  ["age", { "an old iat": ({ claims }) => (claims.iat = now - 700) }],
];

function examine(draft: Draft, held: ClaimsPolicy = policy): readonly Check[] {
  const input = [draft.header, draft.claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const token = `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}${draft.tail}`;
  let error: JwtError | undefined;
  let jwt: Jwt | undefined;
  try {
    verifyJwt(token, () => draft.key, held, now);
  } catch (thrown) {
    error = thrown as JwtError;
  }
  try {
    jwt = decodeJwt(token);
  } catch {
    // Not every token can be read.
  }
  return listChecks({ jwt, policy: held, algorithms: ["HS256"], key: "the key", now, error });
}

/** What of a list of checks matters here: `form:passed …`. */
function results(checks: readonly Check[]): readonly string[] {
  return checks.map(({ name, result }) => `${name}:${result}`);
}

/** The list in which `failing` failed. */
function expected(failing: CheckName): readonly string[] {
  const names = faults.map(([name]) => name);
  const at = names.indexOf(failing);
  const result = (index: number): string => (index < at ? "passed" : index === at ? "failed" : "not-reached");
  return names.map((name, index) => `${name}:${result(index)}`);
}

describe("listChecks", () => {
  it("lists every check of a flawless token as passed, with what was found", () => {
    const checks = examine(flawless());
    expect(results(checks)).toEqual(faults.map(([name]) => `${name}:passed`));
    expect(Object.fromEntries(checks.map(({ name, detail }) => [name, detail]))).toMatchObject({
      key: "the key",
      algorithm: "HS256",
      typ: '"at+jwt"',
      issuer: '"https://id.example"',
      audience: '"chat"',
      required: '"scope", "exp"',
      expiry: "2026-11-22 07:04:20 UTC, in 60 seconds",
      age: "at most 10 minutes",
    });
  });

  const single = faults.flatMap(([name, kinds]) =>
    Object.entries(kinds).map(([kind, spoil]) => ({ name, kind, spoil })),
  );

  it.each(single)("finds that $name refused a token with $kind", ({ name, spoil }) => {
    const draft = flawless();
    spoil(draft);
    expect(results(examine(draft))).toEqual(expected(name));
  });

  // What is listed is what the core did: of two faults it sees the one that stands higher.
  const pairs = single.flatMap((first) => {
    const later = faults.slice(faults.findIndex(([name]) => name === first.name) + 1);
    return later
      .flatMap(([name, kinds]) => Object.entries(kinds).map(([kind, spoil]) => ({ name, kind, spoil })))
      .filter((second) => !(first.name === "issued" && second.name === "age"))
      .map((second) => ({ first, second }));
  });

  it.each(pairs)("finds $first.kind before $second.kind", ({ first, second }) => {
    const draft = flawless();
    second.spoil(draft);
    first.spoil(draft);
    expect(results(examine(draft))).toEqual(expected(first.name));
  });

  it("calls a missing exp a matter of what is required, where it is, and of expiry elsewhere", () => {
    const draft = flawless();
    delete draft.claims.exp;
    expect(results(examine(draft))).toEqual(expected("required"));
    const checks = examine(draft, { ...policy, required: ["scope"] });
    expect(results(checks)).toEqual(expected("expiry"));
    expect(checks.find(({ name }) => name === "expiry")?.detail).toBe('the token has no "exp"');
  });

  it("does not call passed what nobody asked for or nothing could be said about", () => {
    const draft = flawless();
    for (const name of ["aud", "nbf", "exp", "sub"]) delete draft.claims[name];
    const lax: ClaimsPolicy = { issuer: unchecked, audience: unchecked, typ: unchecked, exp: unchecked };
    expect(results(examine(draft, lax))).toEqual([
      ...["form:passed", "extensions:passed", "key:passed", "algorithm:passed", "signature:passed"],
      ...["typ:not-made", "claims:passed", "issuer:not-made", "audience:passed"],
      ...["not-before:not-made", "expiry:not-made"],
    ]);
  });

  it("says that a token for somebody is refused where nobody is named (RFC 7519 §4.1.3)", () => {
    const checks = examine(flawless(), { ...policy, audience: unchecked });
    expect(results(checks)).toEqual(expected("audience"));
    expect(checks.find(({ result }) => result === "failed")?.detail).toContain("RFC 7519 §4.1.3");
  });

  it("tells what was expected and what the token says instead", () => {
    const draft = flawless();
    draft.claims.aud = ["mail"];
    expect(examine(draft).find(({ result }) => result === "failed")?.detail).toBe(
      'expected "chat" or "call"; the token says ["mail"]',
    );
  });

  it("puts what is wrong with the keys down to the key", () => {
    for (const code of ["jwks/unreachable", "key/private-in-set", "jws/ambiguous-key"] as const) {
      const error = new JwtError(code, "so it is");
      const checks = listChecks({
        ...{ jwt: undefined, policy, algorithms: ["HS256"], key: undefined, now },
        error,
      });
      expect(results(checks)).toEqual(expected("key"));
      expect(checks[2]?.detail).toBe("so it is");
    }
  });
});
