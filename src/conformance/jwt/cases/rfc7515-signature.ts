/** RFC 7515 §3, §5.2, §7.1 and §10.6: three parts, the last of which is a signature over the two others. */
import type { Case } from "../../case.ts";
import { othersKeys, signingKeys } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { bitChanged, HOUR, question } from "../question.ts";
import { compact, seal, segment, signatureOf } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const validate =
  "However, in all cases, at least one JWS Signature value MUST successfully validate, or the JWS MUST be considered invalid.";
const concatenation =
  "In the JWS Compact Serialization, a JWS is represented as the concatenation: BASE64URL(UTF8(JWS Protected Header)) || '.' || BASE64URL(JWS Payload) || '.' || BASE64URL(JWS Signature)";
const corresponds =
  'When using such libraries, as part of the algorithm validation performed, implementations MUST ensure that the algorithm information encoded in the signature corresponds to that specified with the "alg" Header Parameter.';

const key = signingKeys.HS256!;

/** A good token, its parts put together in another way. */
function rebuilt(now: number, build: (parts: [string, string, string]) => string): Question {
  const good = question(now);
  return { ...good, token: build(good.token.split(".") as [string, string, string]) };
}

/** The header says `alg`, the signature is made by another. */
function mislabelled(now: number, alg: string, madeBy: string): Question {
  const token = compact({ alg, typ: "JWT" }, { sub: "alice", exp: now + HOUR }, madeBy, signingKeys[alg]!);
  return { ...question(now, { alg }), token };
}

const integrity = clause("rfc7515/5.2", [
  {
    number: 31,
    title: "no signature, where one has to be",
    requirement: validate,
    level: "MUST",
    run: refused((now) => rebuilt(now, ([header, payload]) => `${header}.${payload}.`)),
  },
  {
    number: 32,
    title: "a header that was changed after it was signed",
    requirement: validate,
    level: "MUST",
    run: refused((now) =>
      rebuilt(
        now,
        ([, payload, mac]) => `${segment({ alg: "HS256", typ: "JWT", kid: "a" })}.${payload}.${mac}`,
      ),
    ),
  },
  {
    number: 33,
    title: "claims that were changed after they were signed",
    requirement: validate,
    level: "MUST",
    run: refused((now) =>
      rebuilt(now, ([header, , mac]) => `${header}.${segment({ sub: "root", exp: now + HOUR })}.${mac}`),
    ),
  },
  {
    number: 34,
    title: "signed with somebody else's key",
    requirement: validate,
    level: "MUST",
    run: refused((now) => question(now, { key: othersKeys.HS256 })),
  },
  {
    number: 35,
    title: "a signature over the claims, not over their base64url",
    requirement:
      "Validate the JWS Signature against the JWS Signing Input ASCII(BASE64URL(UTF8(JWS Protected Header)) || '.' || BASE64URL(JWS Payload)) in the manner defined for the algorithm being used, which MUST be accurately represented by the value of the \"alg\" (algorithm) Header Parameter, which MUST be present.",
    level: "MUST",
    run: refused((now) =>
      rebuilt(now, ([header, payload]) => {
        const mac = signatureOf(`${header}.${Buffer.from(payload, "base64url")}`, "HS256", key);
        return `${header}.${payload}.${mac.toString("base64url")}`;
      }),
    ),
  },
  ...["ES256K", "EdDSA", "Ed448"].map((alg, at) => ({
    number: 36 + at,
    title: `${alg}: a bit of the signature changed`,
    requirement: validate,
    level: "MUST" as const,
    run: refused((now) => bitChanged(question(now, { alg }))),
  })),
]);

const serialization = clause("rfc7515/3.1", [
  {
    number: 1,
    title: "a fourth part",
    requirement: concatenation,
    level: "MUST",
    run: refused((now) => rebuilt(now, (parts) => `${parts.join(".")}.${parts[2]}`)),
  },
  {
    number: 2,
    title: "five parts, of which the first three make a good token",
    requirement: concatenation,
    level: "MUST",
    run: refused((now) => rebuilt(now, (parts) => `${parts.join(".")}.AAAA.AAAA`)),
  },
  {
    number: 3,
    title: "a full stop after a good token",
    requirement: concatenation,
    level: "MUST",
    run: refused((now) => rebuilt(now, (parts) => `${parts.join(".")}.`)),
  },
  {
    number: 4,
    title: "two parts",
    requirement: concatenation,
    level: "MUST",
    run: refused((now) => rebuilt(now, ([header, payload]) => `${header}.${payload}`)),
  },
  {
    number: 5,
    title: "a payload that went another way, with the signature over it",
    requirement: concatenation,
    level: "MUST",
    run: refused((now) => rebuilt(now, ([header]) => seal(`${header}.`, "HS256", key))),
  },
]);

const whitespace = clause("rfc7515/3", [
  {
    number: 1,
    title: "white space in the JSON of the header",
    requirement:
      "These JSON data structures MAY contain whitespace and/or line breaks before or after any JSON values or structural characters, in accordance with Section 2 of RFC 7159 [RFC7159].",
    level: "MUST",
    run: accepted((now) => question(now, { header: ' {\t"typ" : "JWT",\r\n "alg" :\n"HS256" }\n' })),
  },
]);

const algorithm = clause("rfc7515/10.6", [
  {
    number: 1,
    title: "RS256 in the header, SHA-512 in the signature",
    requirement: corresponds,
    level: "MUST",
    run: refused((now) => mislabelled(now, "RS256", "RS512")),
  },
  {
    number: 2,
    title: "PS256 in the header, SHA-512 in the signature",
    requirement: corresponds,
    level: "MUST",
    run: refused((now) => mislabelled(now, "PS256", "PS512")),
  },
  {
    number: 3,
    title: "ES256 in the header, a signature over SHA-384",
    requirement: corresponds,
    level: "MUST",
    run: refused((now) => mislabelled(now, "ES256", "ES384")),
  },
  {
    number: 4,
    title: "HS256 in the header, a MAC by SHA-512",
    requirement: corresponds,
    level: "MUST",
    run: refused((now) => mislabelled(now, "HS256", "HS512")),
  },
]);

export const signature: readonly Case<JwtTrial>[] = [
  ...whitespace,
  ...serialization,
  ...integrity,
  ...algorithm,
];
