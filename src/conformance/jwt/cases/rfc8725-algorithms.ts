/** RFC 8725 §3.1 and §3.5: the algorithm is the verifier's choice, and so is the key's. */
import { createPublicKey, type KeyObject } from "node:crypto";
import type { Case } from "../../case.ts";
import { publicHalf, secretOf, signingKeys } from "../keys.ts";
import type { Jwk, Question } from "../protocol.ts";
import { type Changes, HOUR, question } from "../question.ts";
import { compact } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { clause, refused } from "./judging.ts";

const supportedSet =
  "Libraries MUST enable the caller to specify a supported set of algorithms and MUST NOT use any other algorithms when performing cryptographic operations.";
const sameAlgorithm =
  'The library MUST ensure that the "alg" or "enc" header specifies the same algorithm that is used for the cryptographic operation.';
const oneAlgorithm =
  "Moreover, each key MUST be used with exactly one algorithm, and this MUST be checked when the cryptographic operation is performed.";

/** A token that is well signed by `alg`, for an application that accepts others only. */
function notAmong(alg: string, ...algorithms: readonly string[]): (now: number) => Question {
  return (now) => question(now, { alg, policy: { algorithms } });
}

function publicKey(alg: string): KeyObject {
  return createPublicKey({ key: publicHalf(signingKeys[alg]!) as Record<string, string>, format: "jwk" });
}

function pem(alg: string, type: "spki" | "pkcs1" = "spki"): string {
  return publicKey(alg).export({ type, format: "pem" }) as string;
}

/** A token by HMAC, for which what everybody knows of the public key is the secret. */
function byHmac(alg: string, known: Buffer | string, algorithms = [alg]): (now: number) => Question {
  return (now) => {
    const claims = { sub: "root", exp: now + HOUR };
    const token = compact({ alg: "HS256", typ: "JWT" }, claims, "HS256", secretOf(known));
    return { ...question(now, { alg, policy: { algorithms } }), token };
  };
}

/** A good token by `alg`; its key is for another algorithm, it says, and the application accepts both. */
function keyFor(alg: string, other: string): (now: number) => Question {
  const trusted: Jwk = { ...publicHalf(signingKeys[alg]!), alg: other };
  const changes: Changes = { alg, trusted, policy: { algorithms: [alg, other] } };
  return (now) => question(now, changes);
}

const confusions: readonly [what: string, run: (trial: JwtTrial) => Promise<void>][] = [
  ["the PEM text of the RSA key", refused(byHmac("RS256", pem("RS256")))],
  ["the PEM text of the RSA key, without its last line end", refused(byHmac("RS256", pem("RS256").trim()))],
  ["the PEM text of the RSA key, in PKCS #1", refused(byHmac("RS256", pem("RS256", "pkcs1")))],
  ["the DER octets of the RSA key", refused(byHmac("RS256", derOf("RS256")))],
  ["the text of the RSA key's JWK", refused(byHmac("RS256", JSON.stringify(publicHalf(signingKeys.RS256!))))],
  ["the modulus of the RSA key", refused(byHmac("RS256", decoded(signingKeys.RS256!.n)))],
  ["the PEM text of the EC key", refused(byHmac("ES256", pem("ES256")))],
  ["the octets of the Ed25519 key", refused(byHmac("EdDSA", decoded(signingKeys.EdDSA!.x)))],
];

function derOf(alg: string): Buffer {
  return publicKey(alg).export({ type: "spki", format: "der" });
}

function decoded(text: unknown): Buffer {
  return Buffer.from(text as string, "base64url");
}

export const algorithmChoice: readonly Case<JwtTrial>[] = [
  ...clause("rfc8725/3.1", [
    {
      number: 1,
      title: "HS256, where HS512 alone is accepted, with the same key",
      requirement: supportedSet,
      level: "MUST",
      run: refused(notAmong("HS256", "HS512")),
    },
    {
      number: 2,
      title: "RS256, where PS256 alone is accepted, with the same key",
      requirement: supportedSet,
      level: "MUST",
      run: refused(notAmong("RS256", "PS256")),
    },
    {
      number: 3,
      title: "RS512, where RS256 and RS384 are accepted, with the same key",
      requirement: supportedSet,
      level: "MUST",
      run: refused(notAmong("RS512", "RS256", "RS384")),
    },
    ...confusions.map(([what, run], at) => ({
      number: 4 + at,
      title: `by HMAC, with ${what} for a secret`,
      requirement: sameAlgorithm,
      level: "MUST" as const,
      run,
    })),
    {
      number: 12,
      title: "by HMAC, with the PEM text of the RSA key, where HS256 is accepted too",
      requirement: oneAlgorithm,
      level: "MUST",
      run: refused(byHmac("RS256", pem("RS256"), ["RS256", "HS256"])),
    },
    {
      number: 13,
      title: "HS256, where the key is for HS512, it says",
      requirement: oneAlgorithm,
      level: "MUST",
      run: refused(keyFor("HS256", "HS512")),
    },
    {
      number: 14,
      title: "RS256, where the key is for PS256, it says",
      requirement: oneAlgorithm,
      level: "MUST",
      run: refused(keyFor("RS256", "PS256")),
    },
  ]),
  ...clause("rfc8725/3.5", [
    {
      number: 1,
      title: "a password for a key",
      requirement:
        'In particular, human-memorizable passwords MUST NOT be directly used as the key to a keyed-MAC algorithm such as "HS256".',
      level: "MUST",
      run: refused((now) => {
        const key = secretOf("correct horse battery");
        return question(now, { key, trusted: key });
      }),
    },
  ]),
];
