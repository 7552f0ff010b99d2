/** RFC 7517 §4 and §5: keys that say things about themselves, and sets of keys. */
import type { Case } from "../../case.ts";
import { othersKeys, publicHalf, signingKeys } from "../keys.ts";
import type { Jwk, JwkSet, Question } from "../protocol.ts";
import { question } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const inSet = 'The JSON object MUST have a "keys" member, with its value being an array of JWKs.';
const ignored =
  'Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key type) values that are not understood by them, that are missing required members, or for which values are out of the supported ranges.';

const ours: Jwk = { ...publicHalf(signingKeys.ES256!), kid: "ours" };
const others: Jwk = { ...publicHalf(othersKeys.ES256), kid: "others" };

/** A good token by RS256, and a key that says these things too. */
function saying(members: Readonly<Record<string, unknown>>): (now: number) => Question {
  const trusted: Jwk = { ...publicHalf(signingKeys.RS256!), ...members };
  return (now) => question(now, { alg: "RS256", trusted });
}

/** A good token by ES256, its key being the one named `ours`, and a set of keys. */
function among(...keys: readonly unknown[]): (now: number) => Question {
  return (now) => question(now, { alg: "ES256", header: { kid: "ours" }, trusted: { keys } });
}

const members = [
  ...clause("rfc7517/4", [
    {
      number: 1,
      title: "members of a key that nobody knows",
      requirement:
        "Additional members can be present in the JWK; if not understood by implementations encountering them, they MUST be ignored.",
      level: "MUST",
      run: accepted(saying({ "https://example.com/tenant": 7, iat: 1 })),
    },
  ]),
  ...clause("rfc7517/4.1", [
    {
      number: 1,
      title: "a key without kty",
      requirement: "This member MUST be present in a JWK.",
      // It is the duty of who writes the JWK; and so below, but for what RFC 8812 demands.
      level: "MAY",
      run: refused((now) => {
        const { kty, ...trusted } = publicHalf(signingKeys.RS256!);
        return question(now, { alg: "RS256", trusted });
      }),
    },
  ]),
  ...clause("rfc7517/4.2", [
    {
      number: 1,
      title: "a key for encryption, it says",
      requirement: 'The "use" (public key use) parameter identifies the intended use of the public key.',
      level: "MAY",
      run: refused(saying({ use: "enc" })),
    },
    {
      number: 2,
      title: "a key for signatures, it says",
      requirement: 'The "use" (public key use) parameter identifies the intended use of the public key.',
      level: "MUST",
      run: accepted(saying({ use: "sig" })),
    },
  ]),
  ...clause("rfc7517/4.3", [
    {
      number: 1,
      title: "a key for encrypting alone, it says",
      requirement:
        'The "key_ops" (key operations) parameter identifies the operation(s) for which the key is intended to be used.',
      level: "MAY",
      run: refused(saying({ key_ops: ["encrypt"] })),
    },
    {
      number: 2,
      title: "a key for verifying and verifying, it says",
      requirement: "Duplicate key operation values MUST NOT be present in the array.",
      level: "MAY",
      run: refused(saying({ key_ops: ["verify", "verify"] })),
    },
    {
      number: 3,
      title: "a key for encryption and for verifying, it says",
      requirement:
        'The "use" and "key_ops" JWK members SHOULD NOT be used together; however, if both are used, the information they convey MUST be consistent.',
      level: "MAY",
      run: refused(saying({ use: "enc", key_ops: ["verify"] })),
    },
    {
      number: 4,
      title: "a key for verifying, it says",
      requirement:
        'The "key_ops" (key operations) parameter identifies the operation(s) for which the key is intended to be used.',
      level: "MUST",
      run: accepted(saying({ key_ops: ["verify"] })),
    },
  ]),
];

const sets = [
  ...clause("rfc7517/4.5", [
    {
      number: 1,
      title: "the second of two keys, by its kid",
      requirement: 'The "kid" (key ID) parameter is used to match a specific key.',
      level: "MUST",
      run: accepted(among(others, ours)),
    },
  ]),
  ...clause("rfc7517/5", [
    {
      number: 1,
      title: "a set of one key",
      requirement: inSet,
      level: "MUST",
      run: accepted(among(ours)),
    },
    {
      number: 2,
      title: "members of a set that nobody knows",
      requirement:
        "Additional members can be present in the JWK Set; if not understood by implementations encountering them, they MUST be ignored.",
      level: "MUST",
      run: accepted((now) => {
        const trusted: JwkSet = { "https://example.com/expires": 1, keys: [ours] };
        return question(now, { alg: "ES256", header: { kid: "ours" }, trusted });
      }),
    },
    {
      number: 3,
      title: "beside ours a key of a type that there is not",
      requirement: ignored,
      level: "SHOULD",
      run: accepted(among({ kty: "new", kid: "new", octets: "AAAA" }, ours)),
    },
    {
      number: 4,
      title: "beside ours a key that lacks a coordinate",
      requirement: ignored,
      level: "SHOULD",
      run: accepted(among({ ...others, y: undefined }, ours)),
    },
    {
      number: 5,
      title: "beside ours a key on a curve that there is not",
      requirement: ignored,
      level: "SHOULD",
      run: accepted(among({ ...others, crv: "P-257" }, ours)),
    },
    {
      number: 6,
      title: "a set of keys of which none is the token's",
      requirement: inSet,
      level: "MUST",
      run: refused(among(others)),
    },
    {
      number: 7,
      title: "a set without keys",
      requirement: inSet,
      level: "MUST",
      run: refused(among()),
    },
  ]),
];

export const keysAndSets: readonly Case<JwtTrial>[] = [...members, ...sets];
