/**
 * Which checks a token passed, which it failed, and which nobody came to.
 *
 * The core stops at the first failure, so its one error says it all: what stands before the check that it
 * belongs to was passed; what stands after was never looked at, and is never called passed.
 */
import { type ClaimsPolicy, type Jwt, type JwtError, type JwtErrorCode, unchecked } from "../jwt/index.ts";
import { describeTime, duration } from "./relative-time.ts";

export type CheckResult =
  | "passed"
  | "failed"
  /** Neither the policy nor the token gave a reason to make it. */
  | "not-made"
  | "not-reached";

export type CheckName =
  | ("form" | "extensions" | "key" | "algorithm" | "signature" | "typ" | "claims")
  | ("issuer" | "audience" | "subject" | "required" | "not-before" | "issued" | "expiry" | "age" | "accept");

export interface Check {
  readonly name: CheckName;
  readonly result: CheckResult;
  /** What was expected or found. It may quote the token: escape it before a terminal sees it. */
  readonly detail: string;
}

/** A token and what it was held against. */
export interface Examined {
  /** What the token says; `undefined` when that cannot be read. */
  readonly jwt: Jwt | undefined;
  readonly policy: ClaimsPolicy;
  /** The algorithms that were allowed. */
  readonly algorithms: readonly string[];
  /** The key that was chosen, in words. */
  readonly key: string | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Why it was refused; `undefined`: it was not. */
  readonly error: JwtError | undefined;
}

type Readable = Examined & { readonly jwt: Jwt };

interface CheckRow {
  readonly name: CheckName;
  /** Whether the policy asks for it at all. */
  readonly asked?: ((policy: ClaimsPolicy) => boolean) | undefined;
  /** What there was to find right; `undefined` when there was nothing to check, which {@link idle} explains. */
  readonly passed: (examined: Readable) => string | undefined;
  readonly idle?: string | undefined;
  /** What was expected and found instead; by default, the error's own words. */
  readonly failed?: ((examined: Readable) => string) | undefined;
}

/** Every check that the policy asks for, in the order of the core, and how it went. */
export function listChecks(examined: Examined): readonly Check[] {
  const { policy, error, jwt } = examined;
  const asked = rows.filter((row) => row.asked?.(policy) ?? true);
  const culprit = error === undefined ? undefined : refusingCheck(error, examined);
  const failure = culprit === undefined ? asked.length : asked.findIndex(({ name }) => name === culprit);
  return asked.map(({ name, passed, idle = "", failed }, at) => {
    if (at > failure) return { name, result: "not-reached", detail: "not reached" };
    if (at === failure) {
      const found = jwt === undefined ? undefined : failed?.({ ...examined, jwt });
      return { name, result: "failed", detail: found ?? error?.message ?? "" };
    }
    const found = jwt === undefined ? "" : passed({ ...examined, jwt });
    return found === undefined
      ? { name, result: "not-made", detail: idle }
      : { name, result: "passed", detail: found };
  });
}

/** In the order of src/jwt/README.md. */
const rows: readonly CheckRow[] = [
  { name: "form", passed: () => "three parts in base64url, the header JSON" },
  { name: "extensions", passed: () => `none that has to be understood ("crit")` },
  {
    name: "key",
    passed: ({ key }) => key ?? "",
    failed: ({ jwt, error }) =>
      error?.code === "jws/unknown-key"
        ? `no key is known for ${jwt.header.kid === undefined ? jwt.header.alg : said(jwt.header.kid)}`
        : error!.message,
  },
  {
    name: "algorithm",
    passed: ({ jwt }) => jwt.header.alg,
    failed: ({ jwt, algorithms }) => expected(algorithms, jwt.header.alg),
  },
  { name: "signature", passed: () => "right" },
  {
    name: "typ",
    passed: ({ jwt, policy }) => (policy.typ === unchecked ? undefined : said(jwt.header.typ)),
    idle: "left out by --unchecked typ",
    failed: ({ jwt, policy }) => expected(policy.typ, jwt.header.typ),
  },
  { name: "claims", passed: () => "a JSON object, the registered names of their types" },
  {
    name: "issuer",
    passed: ({ jwt, policy }) => (policy.issuer === unchecked ? undefined : said(jwt.claims.iss)),
    idle: "left out by --unchecked issuer",
    failed: ({ jwt, policy }) => expected(policy.issuer, jwt.claims.iss),
  },
  {
    name: "audience",
    passed: ({ jwt, policy }) =>
      policy.audience === unchecked ? `none named, none wanted` : said(jwt.claims.aud),
    failed: ({ jwt, policy }) =>
      policy.audience === unchecked
        ? `the token is for ${said(jwt.claims.aud)}; with --unchecked audience it must be for nobody (RFC 7519 §4.1.3)`
        : expected(policy.audience, jwt.claims.aud),
  },
  {
    name: "subject",
    asked: ({ subject }) => subject !== undefined,
    passed: ({ jwt }) => said(jwt.claims.sub),
    failed: ({ jwt, policy }) => expected(policy.subject!, jwt.claims.sub),
  },
  {
    name: "required",
    asked: ({ required = [] }) => required.length > 0,
    passed: ({ policy }) => policy.required!.map(said).join(", "),
    failed: (examined) => `${said(absentAmong(examined))} is missing`,
  },
  {
    name: "not-before",
    passed: ({ jwt, now }) => (jwt.claims.nbf === undefined ? undefined : describeTime(jwt.claims.nbf, now)),
    idle: `the token has no "nbf"`,
    failed: ({ jwt, now }) => `good from ${describeTime(jwt.claims.nbf!, now)}`,
  },
  {
    name: "issued",
    asked: ({ maxAge }) => maxAge !== undefined,
    passed: ({ jwt, now }) => describeTime(jwt.claims.iat!, now),
    failed: ({ jwt: { claims }, now }) =>
      claims.iat === undefined
        ? `the token has no "iat", which --max-age needs`
        : `issued ${describeTime(claims.iat, now)}`,
  },
  {
    name: "expiry",
    passed: ({ jwt, now }) => (jwt.claims.exp === undefined ? undefined : describeTime(jwt.claims.exp, now)),
    idle: `the token never expires, which --unchecked exp allows`,
    failed: ({ jwt: { claims }, now }) =>
      claims.exp === undefined ? `the token has no "exp"` : `expired ${describeTime(claims.exp, now)}`,
  },
  {
    name: "age",
    asked: ({ maxAge }) => maxAge !== undefined,
    passed: ({ policy }) => `at most ${duration(policy.maxAge!)}`,
    failed: ({ jwt, policy, now }) =>
      `at most ${duration(policy.maxAge!)}; issued ${describeTime(jwt.claims.iat!, now)}`,
  },
  { name: "accept", asked: ({ accept }) => accept !== undefined, passed: () => "" },
];

/** Which check an error belongs to, where the code alone says it. */
const checkOf: Readonly<Record<Exclude<JwtErrorCode, "claims/missing" | "claims/not-yet-valid">, CheckName>> =
  {
    "alg/unsupported": "key",
    "alg/unavailable": "key",
    "key/malformed": "key",
    "key/wrong-type": "key",
    "key/wrong-algorithm": "key",
    "key/wrong-use": "key",
    "key/wrong-operations": "key",
    "key/wrong-curve": "key",
    "key/invalid-point": "key",
    "key/mismatched-halves": "key",
    "key/empty-secret": "key",
    "key/short-secret": "key",
    "key/modulus-length": "key",
    "key/weak-exponent": "key",
    "key/text-as-secret": "key",
    "key/not-private": "key",
    "key/not-public": "key",
    "key/duplicate-kid": "key",
    "key/private-in-set": "key",
    "jwks/malformed": "key",
    "jwks/too-large": "key",
    "jwks/unreachable": "key",
    "jws/malformed": "form",
    "jws/too-large": "form",
    "jws/critical": "extensions",
    "jws/unknown-key": "key",
    "jws/ambiguous-key": "key",
    "jws/algorithm-mismatch": "algorithm",
    "jws/bad-signature": "signature",
    "claims/malformed": "claims",
    "claims/wrong-type": "typ",
    "claims/wrong-issuer": "issuer",
    "claims/wrong-audience": "audience",
    "claims/wrong-subject": "subject",
    "claims/expired": "expiry",
    "claims/too-old": "age",
    "claims/refused": "accept",
  };

function refusingCheck({ code, claim }: JwtError, examined: Examined): CheckName {
  const { jwt } = examined;
  switch (code) {
    case "claims/not-yet-valid":
      return claim === "iat" ? "issued" : "not-before";
    case "claims/missing":
      // Nothing is missed before header and claims were read, but for "typ", which needs the header only.
      return jwt === undefined ? "typ" : firstAbsent({ ...examined, jwt });
    default:
      return checkOf[code];
  }
}

/**
 * Of what the policy needs, the first that the token lacks, in the order in which the core looks. The name that
 * the error gives would not do: `--require exp` comes before the look at the time.
 */
function firstAbsent(examined: Readable): CheckName {
  const {
    jwt: { header, claims },
    policy,
  } = examined;
  if (policy.typ !== unchecked && header.typ === undefined) return "typ";
  if (policy.issuer !== unchecked && claims.iss === undefined) return "issuer";
  if (policy.audience !== unchecked && claims.aud === undefined) return "audience";
  if (policy.subject !== undefined && claims.sub === undefined) return "subject";
  if (absentAmong(examined) !== undefined) return "required";
  return policy.maxAge !== undefined && claims.iat === undefined ? "issued" : "expiry";
}

function absentAmong({ jwt, policy }: Readable): string | undefined {
  return policy.required?.find((name) => !Object.hasOwn(jwt.claims, name));
}

function expected(names: ClaimsPolicy["issuer"], found: unknown): string {
  const wanted = names === unchecked ? "" : [names].flat().map(said).join(" or ");
  return `expected ${wanted}; the token says ${found === undefined ? "nothing" : said(found)}`;
}

function said(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
