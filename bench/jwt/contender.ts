/** Who takes part: libraries that sign and verify, set to demand the same of a token. */
import { isDeepStrictEqual } from "node:util";
import { type Claims, importKey, verifyJwt } from "../../src/jwt/index.ts";
import type { Call } from "../harness/calls.ts";
import { type KeyPair, NOW, policy, type Token } from "./tokens.ts";

/** A library that signs and verifies. */
export interface Library {
  readonly name: string;
  /** Signs claims under {@link policy}'s `typ`; undefined when the library lacks the algorithm. */
  signer(pair: KeyPair): Promise<Signer | undefined>;
  /** Verifies, and checks all of {@link policy}; undefined when the library lacks the algorithm. */
  verifier(pair: KeyPair): Promise<Verifier | undefined>;
}

/** Claims into a token. */
export type Signer = (claims: Claims) => string | Promise<string>;

/** A token into its claims. Throws, or rejects, when it is refused. */
export type Verifier = (text: string) => Claims | Promise<Claims>;

/**
 * A call that goes through the ring. `false` is a refusal: what a contender refuses it does not do, so its
 * time would mean nothing.
 */
export function callOf<Item>(name: string, ring: readonly Item[], step: (item: Item) => unknown): Call {
  return {
    name,
    run: (times) => {
      let last: unknown;
      for (let i = 0; i < times; i++) {
        last = step(ring[i % ring.length]!);
        if (last === false) throw new Error(`${name} refused a good signature`);
      }
      return last;
    },
  };
}

/**
 * The same for a contender that may answer later: each answer is awaited before the next question. Those that
 * answer at once are not made to wait: an `await` costs as much as a tenth of an HMAC.
 */
export async function anyCallOf<Item>(
  name: string,
  ring: readonly Item[],
  step: (item: Item) => unknown,
): Promise<Call> {
  const answer = step(ring[0]!);
  if (!(answer instanceof Promise)) return callOf(name, ring, step);
  await answer;
  const run = async (times: number): Promise<unknown> => {
    let last: unknown;
    for (let i = 0; i < times; i++) last = await step(ring[i % ring.length]!);
    return last;
  };
  return { name, run };
}

/** The library's signing as a call, once it is proven to sign these claims; none when it lacks the algorithm. */
export async function signingCall(
  { name, signer }: Library,
  pair: KeyPair,
  ring: readonly Token[],
): Promise<readonly Call[]> {
  const sign = await signer(pair);
  if (sign === undefined) return [];
  const key = importKey(pair.publicKey, pair.alg);
  for (const { claims } of ring) {
    const signed = verifyJwt(await sign(claims), key, policy, NOW);
    if (!isDeepStrictEqual(signed.claims, claims)) throw new Error(`${name} signed other claims`);
  }
  return [await anyCallOf(name, ring, ({ claims }) => sign(claims))];
}

/** The library's verifying as a call, once it is proven to read these claims; none when it lacks the algorithm. */
export async function verifyingCall(
  { name, verifier }: Library,
  pair: KeyPair,
  ring: readonly Token[],
): Promise<readonly Call[]> {
  const verify = await verifier(pair);
  if (verify === undefined) return [];
  for (const { text, claims } of ring) {
    if (!isDeepStrictEqual({ ...(await verify(text)) }, claims)) throw new Error(`${name} read other claims`);
  }
  return [await anyCallOf(name, ring, ({ text }) => verify(text))];
}
