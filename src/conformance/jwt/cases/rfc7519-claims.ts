/** RFC 7519 §1, §3, §4, §7 and §8, RFC 8259 §8.1: the claims, and their JSON. */
import type { Case } from "../../case.ts";
import { Deviation } from "../../verdict.ts";
import { claimIn, type Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const unique =
  'The Claim Names within a JWT Claims Set MUST be unique; JWT parsers MUST either reject JWTs with duplicate Claim Names or use a JSON parser that returns only the lexically last duplicate member name, as specified in Section 15.12 ("The JSON Object") of ECMAScript 5.1 [ECMAScript].';
const claimsSet =
  "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely valid JSON object conforming to RFC 7159 [RFC7159]; let the JWT Claims Set be this JSON object.";
const recommended =
  'It is RECOMMENDED that implementations also support RSASSA-PKCS1-v1_5 with the SHA-256 hash algorithm ("RS256") and ECDSA using the P-256 curve and the SHA-256 hash algorithm ("ES256").';
/** A token with these octets for its claims. */
function payload(text: string | Buffer | ((now: number) => string)): (now: number) => Question {
  return (now) => question(now, { claims: typeof text === "function" ? text(now) : text });
}

function stating(claims: Readonly<Record<string, unknown>>): (now: number) => Question {
  return (now) => question(now, { claims });
}

/** Ends with a good exp. */
function alice(now: number): string {
  return `"sub":"alice","exp":${now + HOUR}`;
}

const serialization = clause("rfc7519/1", [
  {
    number: 1,
    title: "a good token, but in the JWS JSON Serialization",
    requirement:
      "JWTs are always represented using the JWS Compact Serialization or the JWE Compact Serialization.",
    level: "MUST",
    run: refused((now) => {
      const asked = question(now);
      const [header, claims, signature] = asked.token.split(".");
      return { ...asked, token: JSON.stringify({ protected: header, payload: claims, signature }) };
    }),
  },
]);

const json = clause("rfc7519/3", [
  {
    number: 1,
    title: "white space in the JSON of the claims",
    requirement:
      "This JSON object MAY contain whitespace and/or line breaks before or after any JSON values or structural characters, in accordance with Section 2 of RFC 7159 [RFC7159].",
    level: "MUST",
    run: accepted(payload((now) => ` {\t"sub" : "alice",\r\n "exp" :\n${now + HOUR} }\n`)),
  },
]);

const names = clause("rfc7519/4", [
  {
    number: 1,
    title: "claims that nobody knows",
    requirement:
      "However, in the absence of such requirements, all claims that are not understood by implementations MUST be ignored.",
    level: "MUST",
    run: accepted(stating({ "https://example.com/is_root": true, groups: [{ name: "x" }] })),
  },
  {
    number: 2,
    title: "exp twice, the last of them past",
    requirement: unique,
    level: "MUST",
    run: refused(payload((now) => `{${alice(now)},"exp":${now - 2 * HOUR}}`)),
  },
  {
    number: 3,
    title: "exp twice, the last of them past and spelt with an escape",
    requirement: unique,
    level: "MUST",
    run: refused(payload((now) => `{${alice(now)},"\\u0065xp":${now - 2 * HOUR}}`)),
  },
  {
    number: 4,
    title: "aud twice, the last of them another's",
    requirement: unique,
    level: "MUST",
    run: refused((now) =>
      question(now, {
        claims: `{${alice(now)},"aud":"https://api.example","aud":"https://other.example"}`,
        policy: { audience: "https://api.example" },
      }),
    ),
  },
  {
    number: 5,
    title: "sub twice: refused, or the last of them",
    requirement: unique,
    level: "MUST",
    run: async (trial) => {
      const { now } = trial;
      const answer = await trial.answers(question(now, { claims: `{${alice(now)},"sub":"bob"}` }));
      const sub = answer.verdict === "accepted" ? claimIn(answer.claims, "sub") : undefined;
      if (sub === undefined || sub === "bob") return;
      throw new Deviation('the token to be refused, or its sub to be "bob"', JSON.stringify(sub));
    },
  },
]);

const types = clause("rfc7519/4.1.2", [
  {
    number: 1,
    title: "sub a number",
    requirement: 'The "sub" value is a case-sensitive string containing a StringOrURI value.',
    level: "MAY",
    run: refused(stating({ sub: 42 })),
  },
]);

const identifier = clause("rfc7519/4.1.7", [
  {
    number: 1,
    title: "jti a number",
    requirement: 'The "jti" value is a case-sensitive string.',
    level: "MAY",
    run: refused(stating({ jti: 42 })),
  },
]);

/** What is no claims set, though it is well signed. */
const noClaims: readonly [what: string, text: string | Buffer][] = [
  ["a text", '"alice"'],
  ["an array", '[{"sub":"alice","exp":4102444800}]'],
  ["null", "null"],
  ["a number", "42"],
  ["nothing", ""],
  ["no JSON", "alice"],
  ["an object, and something after it", '{"sub":"alice","exp":4102444800}{"sub":"root"}'],
  ["an object that is not closed", '{"sub":"alice","exp":4102444800'],
  ["an object with NaN", '{"sub":"alice","exp":4102444800,"n":NaN}'],
  ["not in UTF-8", Buffer.from('{"sub":"caf\xe9","exp":4102444800}', "latin1")],
];

const validation = clause("rfc7519/7.2", [
  ...noClaims.map(([what, text], at) => ({
    number: 1 + at,
    title: `the claims are ${what}`,
    requirement: claimsSet,
    level: "MUST" as const,
    run: refused(payload(text)),
  })),
  {
    number: 11,
    title: "an empty token",
    requirement: "Verify that the JWT contains at least one period ('.') character.",
    level: "MUST",
    run: refused((now) => ({ ...question(now), token: "" })),
  },
  {
    number: 12,
    title: "two full stops, and nothing else",
    requirement:
      "If any of the listed steps fail, then the JWT MUST be rejected -- that is, treated by the application as an invalid input.",
    level: "MUST",
    run: refused((now) => ({ ...question(now), token: ".." })),
  },
]);

const byteOrderMark = clause("rfc8259/8.1", [
  {
    number: 1,
    title: "a byte order mark before the claims",
    requirement:
      "In the interests of interoperability, implementations that parse JSON texts MAY ignore the presence of a byte order mark rather than treating it as an error.",
    level: "MAY",
    run: refused(payload((now) => `\ufeff{${alice(now)}}`)),
  },
]);

const comparison = clause("rfc7519/7.3", [
  {
    number: 1,
    title: "an issuer that is spelt with escapes",
    requirement:
      "These comparison rules MUST be used for all JSON string comparisons except in cases where the definition of the member explicitly calls out that a different comparison rule is to be used for that member value.",
    level: "MUST",
    run: accepted((now) =>
      question(now, {
        claims: `{${alice(now)},"\\u0069ss":"\\u0068ttps:\\/\\/issuer.example"}`,
        policy: { issuer: "https://issuer.example" },
      }),
    ),
  },
]);

const support = clause("rfc7519/8", [
  ...["RS256", "ES256"].map((alg, at) => ({
    number: 1 + at,
    title: `${alg} is supported`,
    requirement: recommended,
    level: "SHOULD" as const,
    run: async (trial: JwtTrial) => {
      if (await trial.supports(question(trial.now, { alg }))) return;
      throw new Deviation(`${alg} to be supported`, "it is not");
    },
  })),
]);

export const claims: readonly Case<JwtTrial>[] = [
  ...serialization,
  ...json,
  ...names,
  ...types,
  ...identifier,
  ...validation,
  ...comparison,
  ...support,
  ...byteOrderMark,
];
