/** RFC 8725 §3.7, §3.8, §3.9 and §3.12: encoding, issuer, subject, audience, and the kind of token. */
import type { Case } from "../../case.ts";
import type { Policy, Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const utf8 =
  "Implementations and applications MUST do this and not use or admit the use of other Unicode encodings for these purposes.";
const issuersKeys =
  'When a JWT contains an "iss" (issuer) claim, the application MUST validate that the cryptographic keys used for the cryptographic operations in the JWT belong to the issuer. If they do not, the application MUST reject the JWT.';
const invalidPair = "If the issuer, subject, or the pair are invalid, the application MUST reject the JWT.";
const audiencePresent =
  "In such cases, the relying party or application MUST validate the audience value, and if the audience value is not present or not associated with the recipient, it MUST reject the JWT.";
const exclusive =
  "If more than one kind of JWT can be issued by the same issuer, the validation rules for those JWTs MUST be written such that they are mutually exclusive, rejecting JWTs of the wrong kind.";

const issuer = "https://issuer.example";

function stating(
  claims: Readonly<Record<string, unknown>>,
  policy: Partial<Policy>,
): (now: number) => Question {
  return (now) => question(now, { claims, policy });
}

function issuedBy(iss: unknown): (now: number) => Question {
  return stating({ iss }, { issuer });
}

function typed(typ: unknown): (now: number) => Question {
  return (now) => question(now, { header: { typ }, policy: { typ: "example+jwt" } });
}

/** JSON in another encoding than UTF-8, with the mark that says so. */
function utf16(text: string): Buffer {
  return Buffer.from(`\ufeff${text}`, "utf16le");
}

function utf32(text: string): Buffer {
  const octets = Buffer.alloc(4 * text.length);
  for (let at = 0; at < text.length; at++) octets.writeUInt32BE(text.charCodeAt(at), 4 * at);
  return octets;
}

function alice(now: number): string {
  return `{"sub":"alice","exp":${now + HOUR}}`;
}

const encodings = clause("rfc8725/3.7", [
  {
    number: 1,
    title: "the header in UTF-16",
    requirement: utf8,
    level: "MUST",
    run: refused((now) => question(now, { header: utf16('{"alg":"HS256"}') })),
  },
  {
    number: 2,
    title: "the claims in UTF-16",
    requirement: utf8,
    level: "MUST",
    run: refused((now) => question(now, { claims: utf16(alice(now)) })),
  },
  {
    number: 3,
    title: "the claims in UTF-32",
    requirement: utf8,
    level: "MUST",
    run: refused((now) => question(now, { claims: utf32(alice(now)) })),
  },
]);

const parties = clause("rfc8725/3.8", [
  {
    number: 1,
    title: "the issuer that is expected",
    requirement: issuersKeys,
    level: "MUST",
    run: accepted(issuedBy(issuer)),
  },
  {
    number: 2,
    title: "another issuer",
    requirement: issuersKeys,
    level: "MUST",
    run: refused(issuedBy("https://other.example")),
  },
  {
    number: 3,
    title: "a list of issuers, the one that is expected among them",
    requirement: issuersKeys,
    level: "MUST",
    run: refused(issuedBy(["https://attacker.example", issuer])),
  },
  {
    number: 4,
    title: "the issuer in upper case",
    requirement: issuersKeys,
    level: "MUST",
    run: refused(issuedBy(issuer.toUpperCase())),
  },
  {
    number: 5,
    title: "the issuer with another character for its full stop",
    requirement: issuersKeys,
    level: "MUST",
    run: refused(issuedBy(issuer.replace(".", "-"))),
  },
  {
    number: 6,
    title: "the issuer with a slash behind it",
    requirement: issuersKeys,
    level: "MUST",
    run: refused(issuedBy(`${issuer}/`)),
  },
  {
    number: 7,
    title: "an issuer that begins with the one that is expected",
    requirement: issuersKeys,
    level: "MUST",
    run: refused(issuedBy(`${issuer}.attacker.example`)),
  },
  {
    number: 8,
    title: "the subject that is expected",
    requirement: invalidPair,
    level: "MUST",
    run: accepted(stating({ sub: "bob" }, { subject: "bob" })),
  },
  {
    number: 9,
    title: "another subject",
    requirement: invalidPair,
    level: "MUST",
    run: refused(stating({ sub: "bob" }, { subject: "alice" })),
  },
  {
    number: 10,
    title: "a number for a subject, the same as a text being expected",
    requirement: invalidPair,
    level: "MUST",
    run: refused(stating({ sub: 42 }, { subject: "42" })),
  },
]);

const audiences = clause("rfc8725/3.9", [
  {
    number: 1,
    title: "no aud, where one is expected",
    requirement: audiencePresent,
    level: "MUST",
    run: refused(stating({}, { audience: "https://api.example" })),
  },
  {
    number: 2,
    title: "aud null, where one is expected",
    requirement: audiencePresent,
    level: "MUST",
    run: refused(stating({ aud: null }, { audience: "https://api.example" })),
  },
]);

const kinds = clause("rfc8725/3.12", [
  {
    number: 1,
    title: "a token of another kind",
    requirement: exclusive,
    level: "MUST",
    run: refused(typed("logout+jwt")),
  },
  {
    number: 2,
    title: "a token that does not say of what kind it is",
    requirement: exclusive,
    level: "MUST",
    run: refused(typed(undefined)),
  },
  {
    number: 3,
    title: "a kind whose name begins with that of the one that is expected",
    requirement: exclusive,
    level: "MUST",
    run: refused(typed("example+jwt2")),
  },
  {
    number: 4,
    title: "typ an array with the kind that is expected",
    requirement: exclusive,
    level: "MUST",
    run: refused(typed(["example+jwt"])),
  },
]);

export const trustedClaims: readonly Case<JwtTrial>[] = [...encodings, ...parties, ...audiences, ...kinds];
