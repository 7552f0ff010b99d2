/** Tokens that were verified before: what it costs to find them again, beside verifying them with HMAC. */
import { isDeepStrictEqual } from "node:util";
import { importKey, JwtVerifier } from "../../src/jwt/index.ts";
import type { Comparison, Row, Settings, Table } from "../harness/bench.ts";
import { compareCalls } from "../harness/calls.ts";
import { callOf, type Verifier } from "./contender.ts";
import { fastJwtVerifier } from "./peers/fast-jwt.ts";
import { bareCalls, generatePair, type KeyPair, NOW, policy, ringOf } from "./tokens.ts";

const comparison: Comparison = { reference: "bare", ratio: "contender ÷ reference", subject: "barewire" };

/** How many tokens there are, and how far our ratio should be below verifying. */
const cells: readonly { readonly tokens: number; readonly goal?: number }[] = [
  { tokens: 64, goal: 0.5 },
  { tokens: 10_000 },
];

/**
 * Verifying with a cache in which every token is found.
 *
 * A token comes from a socket: as bytes, of which a new string is made. What is cheap for a string that was
 * looked up before (its hash is kept in it) is not what a server pays, so every call makes its own.
 */
export async function compareCaches(
  settings: Settings,
  progress: (what: string) => void,
): Promise<Table & { readonly comparison: Comparison }> {
  const rows: Row[] = [];
  for (const { tokens, goal } of cells) {
    const cell = `HS256 cached, ${tokens.toLocaleString("en-US")} tokens`;
    progress(cell);
    const samples = await compareCalls(callsFor(generatePair("HS256"), tokens), settings);
    rows.push({ cell, samples, ...(goal !== undefined && { goal: { atMost: goal } }) });
  }
  return { quantity: "Every token found in a cache: CPU, µs per token", comparison, rows };
}

export const cacheNotes: readonly string[] = [
  "With a cache: `barewire` is a `JwtVerifier` with `cache`, `fast-jwt` its verifier with `cache`, which by default keeps tokens by their hash; `fast-jwt by text` has the token itself as `cacheKeyBuilder`. Every call makes a new string of the token's bytes, as one has that comes from a socket: that is within these figures, and alone in `text alone`. `bare` has its bytes already, and checks nothing.",
];

function callsFor(pair: KeyPair, tokens: number): ReturnType<typeof callOf>[] {
  const { publicKey } = pair;
  const ring = ringOf(pair, tokens).map((token) => ({ ...token, bytes: Buffer.from(token.text, "latin1") }));
  // Twice as many as there are, so that nobody drops one of them.
  const cache = 2 * tokens;
  const ours = new JwtVerifier(importKey(publicKey, "HS256"), policy, { cache });
  const verifiers: Readonly<Record<string, Verifier>> = {
    barewire: (text) => ours.verify(text, NOW).claims,
    "fast-jwt": fastJwtVerifier(pair, { cache }),
    "fast-jwt by text": fastJwtVerifier(pair, { cache, cacheKeyBuilder: (text) => text }),
  };
  for (const [name, verify] of Object.entries(verifiers)) {
    for (const { text, claims } of ring) {
      const first = verify(text);
      if (!isDeepStrictEqual(first, claims)) throw new Error(`${name} read other claims`);
      if (verify(text) !== first) throw new Error(`${name} has not kept a token`);
    }
  }
  return [
    callOf("bare", ring, ({ signingInput, signature }) =>
      bareCalls.HS256.verify(signingInput, publicKey, signature),
    ),
    ...Object.entries(verifiers).map(([name, verify]) =>
      callOf(name, ring, ({ bytes }) => verify(bytes.toString("latin1"))),
    ),
    callOf("text alone", ring, ({ bytes }) => bytes.toString("latin1")),
  ];
}
