/** What is remembered, and how. The figures behind src/jwt/header.ts and verified-tokens.ts. */
import { parseHeader, rememberHeader } from "../../../src/jwt/header.ts";
import { importKey } from "../../../src/jwt/index.ts";
import { defaultLimits, type Limits } from "../../../src/jwt/limits.ts";
import { type Policy, readPolicy } from "../../../src/jwt/policy.ts";
import { parseJwt, readJwt } from "../../../src/jwt/verification.ts";
import { type VerifiedToken, VerifiedTokens } from "../../../src/jwt/verified-tokens.ts";
import type { Settings, Table } from "../../harness/bench.ts";
import { type Call, compareCalls } from "../../harness/calls.ts";
import { callOf } from "../contender.ts";
import { generatePair, NOW, policy, ringOf } from "../tokens.ts";

/** The headers of one issuer's tokens: read each time, and found by their text. */
export async function compareHeaders(settings: Settings): Promise<Table> {
  const pair = generatePair("HS256");
  const key = importKey(pair.publicKey, "HS256");
  const ring = ringOf(pair);
  // Headers are remembered under the limits that hold by default, under no others.
  const ways: Readonly<Record<string, Limits>> = {
    "read each time": { ...defaultLimits },
    remembered: defaultLimits,
  };
  const segment = segmentOf(ring[0]!.text);
  rememberHeader(segment, parseHeader(segment, defaultLimits), defaultLimits);
  const reading = eachWay(ways, (name, limits) =>
    callOf(name, ring, ({ text }) => parseHeader(segmentOf(text), limits)),
  );
  const verifying = eachWay(ways, (name, limits) => {
    const read: Policy = { ...readPolicy(policy), limits };
    return callOf(name, ring, ({ text }) => readJwt(parseJwt(text, read), key, read));
  });
  return {
    quantity: "Headers: CPU, µs per token",
    comparison: { reference: "read each time", ratio: "contender ÷ reference", subject: "remembered" },
    rows: [
      { cell: "the header alone", samples: await compareCalls(reading, settings) },
      { cell: "HS256 verify", samples: await compareCalls(verifying, settings) },
    ],
  };
}

function eachWay(
  ways: Readonly<Record<string, Limits>>,
  call: (name: string, limits: Limits) => Call,
): readonly Call[] {
  return Object.entries(ways).map(([name, limits]) => call(name, limits));
}

/** A new string each time, whose hash is not known yet: as verifying makes it. */
function segmentOf(token: string): string {
  return token.slice(0, token.indexOf("."));
}

/** Finding a verified token: in the exact order of use, and by generations. */
export async function compareCache(settings: Settings): Promise<Table> {
  const pair = generatePair("HS256");
  const key = importKey(pair.publicKey, "HS256");
  const ring = ringOf(pair).map(({ text }) => Buffer.from(text, "latin1"));
  const verified: VerifiedToken = { jwt: { header: { alg: "HS256" }, claims: {} }, key, exp: NOW };
  const exact = new ExactOrder(2 * ring.length);
  const generations = new VerifiedTokens(2 * ring.length);
  for (const bytes of ring) {
    exact.add(bytes.toString("latin1"), verified);
    generations.add(bytes.toString("latin1"), verified);
  }
  const calls = [
    callOf("exact order", ring, (bytes) => exact.find(bytes.toString("latin1")) === verified),
    callOf("verified-tokens.ts", ring, (bytes) => generations.find(bytes.toString("latin1")) === verified),
  ];
  return {
    quantity: "Cache: CPU, µs per token found",
    comparison: { reference: "exact order", ratio: "contender ÷ reference", subject: "verified-tokens.ts" },
    rows: [{ cell: `${ring.length} tokens`, samples: await compareCalls(calls, settings) }],
  };
}

/** The least recently used goes first: a map keeps the order in which things were put in. */
class ExactOrder {
  readonly #capacity: number;
  readonly #tokens = new Map<string, VerifiedToken>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  find(token: string): VerifiedToken | undefined {
    const verified = this.#tokens.get(token);
    if (verified === undefined) return undefined;
    this.#tokens.delete(token);
    this.#tokens.set(token, verified);
    return verified;
  }

  add(token: string, verified: VerifiedToken): void {
    if (this.#tokens.size >= this.#capacity) this.#tokens.delete(this.#tokens.keys().next().value!);
    this.#tokens.set(token, verified);
  }
}
