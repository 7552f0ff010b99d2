/** JSON Web Tokens: what signing and verifying cost beside the bare call of `node:crypto` on the same bytes. */
import {
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
  verify,
} from "node:crypto";
import {
  type Claims,
  type ClaimsPolicy,
  importKey,
  type Key,
  signJwt,
  verifyJwt,
} from "../../src/jwt/index.ts";
import type { Bench } from "../harness/bench.ts";
import { type Call, compareCalls } from "../harness/calls.ts";

/** Different tokens in turn, as they come in. */
const RING = 64;
/** Any moment will do, in seconds: the clock is not what is measured. */
const NOW = 1_750_000_000;
const TYP = "at+jwt";
const policy: ClaimsPolicy = {
  issuer: "https://login.example.org",
  audience: "https://api.example.org",
  typ: TYP,
};

/** One token in the forms in which the contenders want it. */
interface Token {
  readonly claims: Claims;
  readonly text: string;
  /** The JWS Signing Input, and the signature over it in both encodings of an ECDSA signature. */
  readonly signingInput: Buffer;
  readonly der: Buffer;
  readonly p1363: Buffer;
}

export const bench: Bench = async (settings, progress) => {
  const cells: Readonly<Record<string, readonly Call[]>> = { ...hs256(), ...es256() };
  const tables = [];
  for (const algorithm of ["HS256", "ES256"]) {
    const rows = [];
    for (const [cell, calls] of Object.entries(cells).filter(([cell]) => cell.startsWith(algorithm))) {
      progress(cell);
      rows.push({ cell, samples: await compareCalls(calls, settings) });
    }
    tables.push({
      quantity: `${algorithm}: CPU, µs per token`,
      comparison: { reference: "bare", ratio: "contender ÷ reference", subject: "barewire" } as const,
      rows,
    });
  }
  return {
    title: "JWT sign and verify",
    tables,
    notes: [
      `Claims of ${JSON.stringify(claimsOf()).length} bytes, ${RING} different tokens in turn; one process, alternating rounds.`,
      "`barewire`: `signJwt` and `verifyJwt` whole, with JSON and the claims checked (issuer, audience, typ, times).",
      '`bare` HS256: `createHmac("sha256", KeyObject).update(bytes).digest()`, for sign and verify alike.',
      '`bare` ES256: `crypto.sign` and `crypto.verify` with a bare `KeyObject` and DER signatures; `bare p1363`: the same with `dsaEncoding: "ieee-p1363"`, the form that a token holds.',
    ],
    packages: [],
  };
};

function hs256(): Readonly<Record<string, readonly Call[]>> {
  const secret = createSecretKey(randomBytes(32));
  const key = importKey(secret, "HS256");
  const tokens = ringOf(key, undefined);
  const bare = (): Call =>
    callOf("bare", tokens, ({ signingInput }) => createHmac("sha256", secret).update(signingInput).digest());
  return {
    "HS256 sign": [signing(key, tokens), bare()],
    "HS256 verify": [verifying(key, tokens), bare()],
  };
}

function es256(): Readonly<Record<string, readonly Call[]>> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = importKey(privateKey, "ES256");
  const tokens = ringOf(key, privateKey);
  const p1363 = { dsaEncoding: "ieee-p1363" } as const;
  return {
    "ES256 sign": [
      signing(key, tokens),
      callOf("bare", tokens, ({ signingInput }) => sign("sha256", signingInput, privateKey)),
      callOf("bare p1363", tokens, ({ signingInput }) =>
        sign("sha256", signingInput, { key: privateKey, ...p1363 }),
      ),
    ],
    "ES256 verify": [
      verifying(importKey(publicKey, "ES256"), tokens),
      callOf("bare", tokens, (token) => verify("sha256", token.signingInput, publicKey, token.der)),
      callOf("bare p1363", tokens, (token) =>
        verify("sha256", token.signingInput, { key: publicKey, ...p1363 }, token.p1363),
      ),
    ],
  };
}

function signing(key: Key, tokens: readonly Token[]): Call {
  return callOf("barewire", tokens, ({ claims }) => signJwt(claims, key, { typ: TYP }));
}

function verifying(key: Key, tokens: readonly Token[]): Call {
  return callOf("barewire", tokens, ({ text }) => verifyJwt(text, key, policy, NOW));
}

function callOf(name: string, tokens: readonly Token[], call: (token: Token) => unknown): Call {
  return {
    name,
    run: (times) => {
      let last: unknown;
      for (let i = 0; i < times; i++) last = call(tokens[i % RING]!);
      // What a contender refuses it does not do, so its time would mean nothing.
      if (last === false) throw new Error(`${name} refused a good signature`);
      return last;
    },
  };
}

function claimsOf(): Claims {
  return {
    iss: "https://login.example.org",
    aud: "https://api.example.org",
    sub: "6f1c2d9a",
    iat: NOW - 60,
    exp: NOW + 540,
    jti: randomUUID(),
    scope: "rooms.read rooms.write",
  };
}

function ringOf(key: Key, ecKey: KeyObject | undefined): readonly Token[] {
  return Array.from({ length: RING }, () => {
    const claims = claimsOf();
    // Through bytes, so that it is one flat string, as it is when it comes from a header field.
    const text = Buffer.from(signJwt(claims, key, { typ: TYP })).toString("latin1");
    const dot = text.lastIndexOf(".");
    const signingInput = Buffer.from(text.slice(0, dot));
    return {
      claims,
      text,
      signingInput,
      der: ecKey === undefined ? Buffer.alloc(0) : sign("sha256", signingInput, ecKey),
      p1363: Buffer.from(text.slice(dot + 1), "base64url"),
    };
  });
}
