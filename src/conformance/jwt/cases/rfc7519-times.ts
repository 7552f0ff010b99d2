/** RFC 7519 §4.1.4, §4.1.5 and §4.1.6: expiration time, not before, issued at. */
import type { Case } from "../../case.ts";
import type { Policy, Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const mustBeBefore =
  'The processing of the "exp" claim requires that the current date/time MUST be before the expiration date/time listed in the "exp" claim.';
const mustNotBefore =
  'The processing of the "nbf" claim requires that the current date/time MUST be after or equal to the not-before date/time listed in the "nbf" claim.';
const onOrAfter =
  'The "exp" (expiration time) claim identifies the expiration time on or after which the JWT MUST NOT be accepted for processing.';
const number = "Its value MUST be a number containing a NumericDate value.";
const leeway =
  "Implementers MAY provide for some small leeway, usually no more than a few minutes, to account for clock skew.";
const age = "This claim can be used to determine the age of the JWT.";
const seconds =
  "A JSON numeric value representing the number of seconds from 1970-01-01T00:00:00Z UTC until the specified UTC date/time, ignoring leap seconds.";

/** Long past. For what only a verifier with a clock to set can be asked. */
const THEN = 1_700_000_000;
/** 2100-01-01. */
const LATER = 4_102_444_800;

type Claims = Readonly<Record<string, unknown>>;

function stating(claims: (now: number) => Claims, policy: Partial<Policy> = {}): (now: number) => Question {
  return (now) => question(now, { claims: claims(now), policy });
}

/** The claims in JSON, to write what JSON.stringify does not. */
function writing(claims: string): (now: number) => Question {
  return (now) => question(now, { claims: `{"sub":"alice",${claims}}` });
}

/** The same at {@link THEN}. */
function then(claims: Claims): () => Question {
  return () => question(THEN, { claims });
}

/** What is no NumericDate, though some would take it for one. */
const noDates: readonly [what: string, value: unknown][] = [
  ["a time as text", "2100-01-01T00:00:00Z"],
  ["a number as text", String(LATER)],
  ["null", null],
  ["a number in an array", [LATER]],
  ["true", true],
  ["an object", { seconds: LATER }],
];

const expiration = clause("rfc7519/4.1.4", [
  {
    number: 1,
    title: "expired two hours ago",
    requirement: mustBeBefore,
    level: "MUST",
    run: refused(stating((now) => ({ exp: now - 2 * HOUR }))),
  },
  {
    number: 2,
    title: "no exp",
    requirement: "Use of this claim is OPTIONAL.",
    level: "MAY",
    run: accepted(stating(() => ({ exp: undefined }))),
  },
  {
    number: 3,
    title: "exp is now",
    requirement: onOrAfter,
    level: "MUST",
    run: refused(then({ exp: THEN })),
  },
  {
    number: 4,
    title: "exp is in a second",
    requirement: mustBeBefore,
    level: "MUST",
    run: accepted(then({ exp: THEN + 1 })),
  },
  ...noDates.map(([what, value], at) => ({
    number: 5 + at,
    title: `exp is ${what}`,
    requirement: number,
    level: "MUST" as const,
    run: refused(stating(() => ({ exp: value }))),
  })),
  {
    number: 11,
    title: "exp is 0",
    requirement: mustBeBefore,
    level: "MUST",
    run: refused(stating(() => ({ exp: 0 }))),
  },
  {
    number: 12,
    title: "exp is -1",
    requirement: mustBeBefore,
    level: "MUST",
    run: refused(stating(() => ({ exp: -1 }))),
  },
  {
    number: 13,
    title: "expired two hours ago, where a minute's leeway is given",
    requirement: mustBeBefore,
    level: "MUST",
    run: refused(stating((now) => ({ exp: now - 2 * HOUR }), { clockTolerance: 60 })),
  },
  {
    number: 14,
    title: "expired half a minute ago, where an hour's leeway is given",
    requirement: leeway,
    level: "MAY",
    run: accepted(stating((now) => ({ exp: now - 30 }), { clockTolerance: HOUR })),
  },
]);

const numericDate = clause("rfc7519/2", [
  {
    number: 1,
    title: "exp with a fraction",
    requirement: seconds,
    level: "MUST",
    run: accepted(writing(`"exp":${LATER}.5`)),
  },
  {
    number: 2,
    title: "exp with an exponent",
    requirement: seconds,
    level: "MUST",
    run: accepted(writing('"exp":4.1024448e9')),
  },
  {
    number: 3,
    title: "exp is in half a second",
    requirement: seconds,
    // Who leaves fractions out refuses it half a second early, which nothing forbids.
    level: "MAY",
    run: accepted(() => question(THEN, { claims: `{"sub":"alice","exp":${THEN}.5}` })),
  },
  {
    number: 4,
    title: "exp in milliseconds, as they are now: far in the future",
    requirement: seconds,
    level: "MUST",
    run: accepted(stating((now) => ({ exp: now * 1000 }))),
  },
]);

const notBefore = clause("rfc7519/4.1.5", [
  {
    number: 1,
    title: "not before two hours from now",
    requirement: mustNotBefore,
    level: "MUST",
    run: refused(stating((now) => ({ exp: now + 3 * HOUR, nbf: now + 2 * HOUR }))),
  },
  {
    number: 2,
    title: "not before an hour ago",
    requirement: mustNotBefore,
    level: "MUST",
    run: accepted(stating((now) => ({ nbf: now - HOUR }))),
  },
  {
    number: 3,
    title: "nbf is now",
    requirement: mustNotBefore,
    level: "MUST",
    run: accepted(then({ nbf: THEN })),
  },
  {
    number: 4,
    title: "nbf is in a second",
    requirement: mustNotBefore,
    level: "MUST",
    run: refused(then({ nbf: THEN + 1 })),
  },
  {
    number: 5,
    title: "nbf is a number as text",
    requirement: number,
    level: "MUST",
    run: refused(stating((now) => ({ nbf: String(now - HOUR) }))),
  },
  {
    number: 6,
    title: "nbf is null",
    requirement: number,
    level: "MUST",
    run: refused(stating(() => ({ nbf: null }))),
  },
  {
    number: 7,
    title: "not before half a minute from now, where an hour's leeway is given",
    requirement: leeway,
    level: "MAY",
    run: accepted(stating((now) => ({ nbf: now + 30 }), { clockTolerance: HOUR })),
  },
]);

const issuedAt = clause("rfc7519/4.1.6", [
  {
    number: 1,
    title: "iat is a time as text",
    requirement: number,
    level: "MUST",
    run: refused(stating(() => ({ iat: "2020-01-01T00:00:00Z" }))),
  },
  {
    number: 2,
    title: "iat is null",
    requirement: number,
    level: "MUST",
    run: refused(stating(() => ({ iat: null }))),
  },
  {
    number: 3,
    title: "issued three hours ago, where two are allowed",
    requirement: age,
    level: "MAY",
    run: refused(stating((now) => ({ iat: now - 3 * HOUR }), { maxAge: 2 * HOUR })),
  },
  {
    number: 4,
    title: "issued an hour ago, where two are allowed",
    requirement: age,
    level: "MAY",
    run: accepted(stating((now) => ({ iat: now - HOUR }), { maxAge: 2 * HOUR })),
  },
  {
    number: 5,
    title: "no iat, where an age of two hours is allowed",
    requirement: age,
    level: "MAY",
    run: refused(stating(() => ({}), { maxAge: 2 * HOUR })),
  },
]);

export const times: readonly Case<JwtTrial>[] = [...numericDate, ...expiration, ...notBefore, ...issuedAt];
