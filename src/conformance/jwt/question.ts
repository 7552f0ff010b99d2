/** Questions to a verifier: good ones, of which a case changes the one thing that it is about. */
import { publicHalf, signingKeys } from "./keys.ts";
import type { Jwk, JwkSet, Policy, Question } from "./protocol.ts";
import { compact } from "./sign.ts";

export const HOUR = 3_600;

/** What shall be other than in a token that nothing is wrong with. */
export interface Changes {
  /** The algorithm that the token is signed with. Default: HS256. */
  readonly alg?: string;
  /** Members of the header besides `alg` and `typ`; text and octets replace it whole. */
  readonly header?: Readonly<Record<string, unknown>> | string | Buffer;
  /** Claims besides `sub` and `exp`; text and octets replace them whole. A claim that is `undefined` is left out. */
  readonly claims?: Readonly<Record<string, unknown>> | string | Buffer;
  /** What signs. Default: the key for `alg`. */
  readonly key?: Jwk;
  /** What the verifier is told to trust. Default: the public half of the key for `alg`. */
  readonly trusted?: Jwk | JwkSet;
  /** Members of the policy besides `algorithms` and `now`, and in place of them. */
  readonly policy?: Partial<Policy>;
}

/** A question; without changes, one to which there is but one answer: accept. */
export function question(now: number, changes: Changes = {}): Question {
  const { alg = "HS256" } = changes;
  const key = signingKeys[alg]!;
  return {
    token: compact(headerOf(alg, changes), claimsOf(now, changes), alg, changes.key ?? key),
    key: changes.trusted ?? publicHalf(key),
    policy: { algorithms: [alg], now, ...changes.policy },
  };
}

function headerOf(alg: string, { header = {} }: Changes): unknown {
  return isWhole(header) ? header : { alg, typ: "JWT", ...header };
}

function claimsOf(now: number, { claims = {} }: Changes): unknown {
  return isWhole(claims) ? claims : { sub: "alice", exp: now + HOUR, ...claims };
}

function isWhole(value: object | string): value is string | Buffer {
  return typeof value === "string" || Buffer.isBuffer(value);
}

/** The same question, about a token with other octets for its signature. */
export function withSignature(asked: Question, change: (octets: Buffer) => Buffer): Question {
  const [header, payload, signature = ""] = asked.token.split(".");
  const octets = change(Buffer.from(signature, "base64url"));
  return { ...asked, token: `${header}.${payload}.${octets.toString("base64url")}` };
}

/** The same question, about a token with one bit of its signature changed. */
export function bitChanged(asked: Question): Question {
  return withSignature(asked, (octets) => {
    octets[octets.length >> 1]! ^= 1;
    return octets;
  });
}

/** The question that differs from `flawed` in nothing but that all is well with its token. */
export function flawlessFor({ policy }: Question): Question {
  const [alg = "HS256"] = policy.algorithms;
  const { issuer, audience, subject, typ, maxAge, now } = policy;
  return question(now, {
    alg,
    header: typ === undefined ? {} : { typ },
    claims: {
      ...(issuer !== undefined && { iss: issuer }),
      ...(audience !== undefined && { aud: audience }),
      ...(subject !== undefined && { sub: subject }),
      ...(maxAge !== undefined && { iat: now }),
    },
    policy,
  });
}
