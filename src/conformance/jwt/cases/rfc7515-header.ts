/** RFC 7515 §4, §4.1, §5.2, §5.3, §10.12 and §10.13: the JOSE Header, and its JSON. */
import type { Case } from "../../case.ts";
import { Deviation } from "../../verdict.ts";
import { claimIn, type Question } from "../protocol.ts";
import { type Changes, question } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const unique =
  'The Header Parameter names within the JOSE Header MUST be unique; JWS parsers MUST either reject JWSs with duplicate Header Parameter names or use a JSON parser that returns only the lexically last duplicate member name, as specified in Section 15.12 ("The JSON Object") of ECMAScript 5.1 [ECMAScript].';
const validJson =
  "Verify that the resulting octet sequence is a UTF-8-encoded representation of a completely valid JSON object conforming to RFC 7159 [RFC7159]; let the JWS Protected Header be this JSON object.";
const present =
  "This Header Parameter MUST be present and MUST be understood and processed by implementations.";
const supported =
  'The JWS Signature value is not valid if the "alg" value does not represent a supported algorithm or if there is not a key for use with that algorithm associated with the party that digitally signed or MACed the content.';
const caseSensitive = 'The "alg" value is a case-sensitive ASCII string containing a StringOrURI value.';
const compared =
  "These comparison rules MUST be used for all JSON string comparisons except in cases where the definition of the member explicitly calls out that a different comparison rule is to be used for that member value.";
const strictJson =
  "In particular, any JSON inputs not conforming to the JSON-text syntax defined in RFC 7159 MUST be rejected in their entirety by JSON parsers.";

/** Signed by HMAC SHA-256, with this header. */
function header(text: string | Buffer | Readonly<Record<string, unknown>>): (now: number) => Question {
  const changes: Changes = { header: typeof text === "string" || Buffer.isBuffer(text) ? text : json(text) };
  return (now) => question(now, changes);
}

/** The whole header: what `undefined` stands for is not in it. */
function json(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ typ: "JWT", ...value });
}

const parameters = clause("rfc7515/4", [
  {
    number: 1,
    title: "a header parameter that nobody knows",
    requirement:
      "Unless listed as a critical Header Parameter, per Section 4.1.11, all Header Parameters not defined by this specification MUST be ignored when not understood.",
    level: "MUST",
    run: accepted(header({ alg: "HS256", "https://example.com/new": { a: [1] } })),
  },
  {
    number: 2,
    title: "a typ that nobody asked for",
    requirement:
      "All other Header Parameters defined by this specification that are not so designated MUST be ignored when not understood.",
    level: "MUST",
    run: accepted(header({ alg: "HS256", typ: "example+jwt" })),
  },
  {
    number: 3,
    title: "alg twice, the last of them none",
    requirement: unique,
    level: "MUST",
    run: refused(header('{"alg":"HS256","alg":"none"}')),
  },
  {
    number: 4,
    title: "alg twice, the last of them none and spelt with an escape",
    requirement: unique,
    level: "MUST",
    run: refused(header('{"alg":"HS256","\\u0061lg":"none"}')),
  },
  {
    number: 5,
    title: "crit twice, the last of them with an extension that is not understood",
    requirement: unique,
    level: "MUST",
    run: refused(header('{"alg":"HS256","crit":["x"],"crit":["y"],"x":1,"y":1}')),
  },
]);

const alg = clause("rfc7515/4.1.1", [
  {
    number: 1,
    title: "no alg",
    requirement: present,
    level: "MUST",
    run: refused(header({})),
  },
  {
    number: 2,
    title: "alg null",
    requirement: present,
    level: "MUST",
    run: refused(header({ alg: null })),
  },
  {
    number: 3,
    title: "alg a number",
    requirement: caseSensitive,
    level: "MUST",
    run: refused(header({ alg: 256 })),
  },
  {
    number: 4,
    title: "alg in an array",
    requirement: caseSensitive,
    level: "MUST",
    run: refused(header({ alg: ["HS256"] })),
  },
  {
    number: 5,
    title: "alg in lower case",
    requirement: caseSensitive,
    level: "MUST",
    run: refused(header({ alg: "hs256" })),
  },
  {
    number: 6,
    title: "alg with a space behind it",
    requirement: supported,
    level: "MUST",
    run: refused(header({ alg: "HS256 " })),
  },
  {
    number: 7,
    title: "an alg that there is not",
    requirement: supported,
    level: "MUST",
    run: refused(header({ alg: "HS2560" })),
  },
  {
    number: 8,
    title: "alg the empty text",
    requirement: supported,
    level: "MUST",
    run: refused(header({ alg: "" })),
  },
]);

const kid = clause("rfc7515/4.1.4", [
  {
    number: 1,
    title: "kid a number",
    requirement: "Its value MUST be a case-sensitive string.",
    // Who has one key has no use for kid, and may ignore it whole.
    level: "MAY",
    run: refused(header({ alg: "HS256", kid: 1 })),
  },
]);

const typ = clause("rfc7515/4.1.9", [
  {
    number: 1,
    title: "a typ with application/ before it",
    requirement:
      'A recipient using the media type value MUST treat it as if "application/" were prepended to any "typ" value not containing a \'/\'.',
    level: "MUST",
    run: accepted((now) =>
      question(now, { header: { typ: "application/example+jwt" }, policy: { typ: "example+jwt" } }),
    ),
  },
  {
    number: 2,
    title: "a typ in upper case",
    requirement:
      "Per RFC 2045 [RFC2045], all media type values, subtype values, and parameter names are case insensitive.",
    level: "MAY",
    run: accepted((now) => question(now, { header: { typ: "EXAMPLE+JWT" }, policy: { typ: "example+jwt" } })),
  },
]);

const object = clause("rfc7515/5.2", [
  {
    number: 21,
    title: "the header an array",
    requirement: validJson,
    level: "MUST",
    run: refused(header('[{"alg":"HS256"}]')),
  },
  {
    number: 22,
    title: "the header a text",
    requirement: validJson,
    level: "MUST",
    run: refused(header('"HS256"')),
  },
  {
    number: 23,
    title: "the header null",
    requirement: validJson,
    level: "MUST",
    run: refused(header("null")),
  },
  {
    number: 24,
    title: "the header an empty text",
    requirement: validJson,
    level: "MUST",
    run: refused(header("")),
  },
  {
    number: 25,
    title: "the header not in UTF-8",
    requirement: validJson,
    level: "MUST",
    run: refused(header(Buffer.from('{"alg":"HS256","kid":"caf\xe9"}', "latin1"))),
  },
]);

const comparison = clause("rfc7515/5.3", [
  {
    number: 1,
    title: "alg spelt with an escape",
    requirement: compared,
    level: "MUST",
    run: accepted(header('{"\\u0061lg":"HS256"}')),
  },
  {
    number: 2,
    title: "HS256 spelt with escapes",
    requirement: compared,
    level: "MUST",
    run: accepted(header('{"alg":"HS\\u0032\\u00356"}')),
  },
]);

const strictness = clause("rfc7515/10.12", [
  {
    number: 1,
    title: "text after the header's object",
    requirement: "Implementations MUST consider JWSs containing such input to be invalid.",
    level: "MUST",
    run: refused(header('{"alg":"HS256"}ABCD')),
  },
  {
    number: 2,
    title: "a header that is not closed",
    requirement: strictJson,
    level: "MUST",
    run: refused(header('{"alg":"HS256"')),
  },
  {
    number: 3,
    title: "a header in single quotes",
    requirement: strictJson,
    level: "MUST",
    run: refused(header("{'alg':'HS256'}")),
  },
  {
    number: 4,
    title: "a comma after the last member of the header",
    requirement: strictJson,
    level: "MUST",
    run: refused(header('{"alg":"HS256",}')),
  },
  {
    number: 5,
    title: "a comment in the header",
    requirement: strictJson,
    level: "MUST",
    run: refused(header('{"alg":"HS256"/* as usual */}')),
  },
  {
    number: 6,
    title: "NaN in the header",
    requirement: strictJson,
    level: "MUST",
    run: refused(header('{"alg":"HS256","n":NaN}')),
  },
]);

/** 𝄞, outside of the Basic Multilingual Plane. */
const clef = "\u{1d11e}";

const planes = clause("rfc7515/10.13", [
  {
    number: 1,
    title: "a claim with a character beyond the Basic Multilingual Plane",
    requirement:
      "Ideally, JWS implementations SHOULD ensure that characters outside the Basic Multilingual Plane are preserved and compared correctly; alternatively, if this is not possible due to these characters exercising limitations present in the underlying JSON implementation, then input containing them MUST be rejected.",
    level: "SHOULD",
    run: async (trial) => {
      const claims = await trial.accepts(
        question(trial.now, { claims: { sub: clef }, policy: { subject: clef } }),
      );
      const sub = claimIn(claims, "sub");
      if (sub === undefined || sub === clef) return;
      throw new Deviation(`the sub to be ${clef}`, JSON.stringify(sub), { level: "MUST" });
    },
  },
]);

export const headers: readonly Case<JwtTrial>[] = [
  ...parameters,
  ...alg,
  ...kid,
  ...typ,
  ...object,
  ...comparison,
  ...strictness,
  ...planes,
];
