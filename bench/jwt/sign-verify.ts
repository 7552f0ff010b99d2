/** JSON Web Tokens: what signing and verifying cost beside the bare call of `node:crypto` on the same bytes. */
import { verify } from "node:crypto";
import type { Bench, Comparison, Row } from "../harness/bench.ts";
import { type Call, compareCalls } from "../harness/calls.ts";
import type { Samples } from "../harness/rounds.ts";
import { cacheNotes, compareCaches } from "./cache.ts";
import { callOf, type Library, signingCall, verifyingCall } from "./contender.ts";
import { barewire } from "./peers/barewire.ts";
import { fastJwt } from "./peers/fast-jwt.ts";
import { jose } from "./peers/jose.ts";
import { jsonwebtoken } from "./peers/jsonwebtoken.ts";
import {
  type BenchAlgorithm,
  bareCalls,
  claimsOf,
  generatePair,
  type KeyPair,
  p1363,
  RING,
  ringOf,
  type Token,
} from "./tokens.ts";

const libraries: readonly Library[] = [barewire, fastJwt, jsonwebtoken, jose];

interface Cell {
  readonly alg: BenchAlgorithm;
  readonly operation: "verify" | "sign";
  /** The most that our ratio to the bare call should be. */
  readonly goal?: number;
}

const cells: readonly Cell[] = [
  { alg: "HS256", operation: "verify", goal: 1.35 },
  { alg: "HS256", operation: "sign", goal: 1.1 },
  { alg: "ES256", operation: "verify", goal: 1.06 },
  { alg: "ES256", operation: "sign", goal: 1.1 },
  { alg: "RS256", operation: "verify", goal: 1.15 },
  { alg: "RS256", operation: "sign", goal: 1.05 },
  { alg: "PS256", operation: "verify", goal: 0.7 },
  { alg: "PS256", operation: "sign" },
  { alg: "EdDSA", operation: "verify", goal: 1.05 },
  { alg: "EdDSA", operation: "sign", goal: 1.08 },
  { alg: "HS512", operation: "verify" },
  { alg: "ES384", operation: "verify" },
];

const comparison: Comparison = { reference: "bare", ratio: "contender ÷ reference", subject: "barewire" };

export const bench: Bench = async (settings, progress) => {
  const rows: Row[] = [];
  for (const { alg, operation, goal } of cells) {
    const cell = `${alg} ${operation}`;
    progress(cell);
    const pair = generatePair(alg);
    const ring = ringOf(pair);
    const calls = operation === "verify" ? await verifyingCalls(pair, ring) : await signingCalls(pair, ring);
    const samples = await compareCalls(calls, settings);
    rows.push({ cell, samples, ...(goal !== undefined && { goal: { atMost: goal } }) });
  }
  const cached = await compareCaches(settings, progress);
  const drawn = [...rows, cached.rows[0]!];
  return {
    title: "JWT sign and verify",
    plots: [
      {
        name: "jwt",
        title: "JSON Web Tokens: sign and verify",
        quantity: "CPU time for a token, in multiples of the bare call of node:crypto",
        comparison,
        rows: drawn.map(({ samples, ...row }) => ({ ...row, samples: only(drawnNames, samples) })),
      },
    ],
    tables: [{ quantity: "CPU, µs per token", comparison, rows }, cached],
    notes: [
      `Claims of ${JSON.stringify(claimsOf()).length} bytes, ${RING} different tokens in turn, each one flat string; one process, alternating rounds. The CPU time is that of all threads: jose works in those of Web Crypto, and each of its answers is awaited.`,
      '`bare`: the call of `node:crypto` on the same bytes, with a bare `KeyObject`. HMAC: `createHmac(…).update(bytes).digest()`, to sign and to verify alike. ECDSA: DER signatures; `bare p1363`: the form that a token holds, `{ key, dsaEncoding: "ieee-p1363" }`. PSS: `{ key, padding, saltLength }`, as one has to for an ordinary RSA key.',
      "`barewire`: `signJwt` and `verifyJwt` whole. The others likewise, with their caches off: keys are imported before, the algorithm is given, and issuer, audience, typ and expiry are demanded of every token (of jsonwebtoken the application has to look at typ, and whether there is an `exp` at all).",
      "Before it is measured, each has proven that its tokens are good and that it reads the right claims. jsonwebtoken lacks EdDSA. RSA keys have 2,048 bits. The rows are measured in this order in one process, so from the second on everybody's code has met other algorithms before.",
      ...cacheNotes,
    ],
    packages: ["fast-jwt", "jsonwebtoken", "jose"],
  };
};

const BARE_P1363 = "bare p1363";

/** The plot is about the libraries. */
const drawnNames: ReadonlySet<string> = new Set(["bare", ...libraries.map(({ name }) => name)]);

function only(names: ReadonlySet<string>, samples: Samples): Samples {
  return Object.fromEntries(Object.entries(samples).filter(([name]) => names.has(name)));
}

async function verifyingCalls(pair: KeyPair, ring: readonly Token[]): Promise<readonly Call[]> {
  const { alg, publicKey: key } = pair;
  const { verify: bare, signOctets } = bareCalls[alg];
  const calls = [callOf("bare", ring, ({ signingInput, signature }) => bare(signingInput, key, signature))];
  if (signOctets !== undefined) {
    const hash = `sha${alg.slice(2)}`;
    calls.push(
      callOf(BARE_P1363, ring, ({ signingInput, octets }) =>
        verify(hash, signingInput, { key, ...p1363 }, octets),
      ),
    );
  }
  for (const library of libraries) calls.push(...(await verifyingCall(library, pair, ring)));
  return calls;
}

async function signingCalls(pair: KeyPair, ring: readonly Token[]): Promise<readonly Call[]> {
  const { alg, privateKey: key } = pair;
  const { sign: bare, signOctets } = bareCalls[alg];
  const calls = [callOf("bare", ring, ({ signingInput }) => bare(signingInput, key))];
  if (signOctets !== undefined) {
    calls.push(callOf(BARE_P1363, ring, ({ signingInput }) => signOctets(signingInput, key)));
  }
  for (const library of libraries) calls.push(...(await signingCall(library, pair, ring)));
  return calls;
}
