/** Choosing the key by the token's `kid`. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { importKey, KeySet, verifyJwt } from "../../src/jwt/index.ts";

import type { Bench } from "../harness/bench.ts";
import { compareCalls } from "../harness/calls.ts";
import { mapSamples } from "../harness/rounds.ts";
import { anyCallOf, callOf } from "./contender.ts";
import { claimsOf, generatePair, mint, NOW, policy } from "./tokens.ts";

const KEYS = 10;

export const bench: Bench = async (settings, progress) => {
  progress(`${KEYS} keys`);
  const pairs = Array.from({ length: KEYS }, (_, index) => ({
    ...generatePair("ES256"),
    kid: `key ${index}`,
  }));
  const set = new KeySet(pairs.map(({ publicKey, kid }) => importKey(publicKey, "ES256", { kid })));
  const theirs = createLocalJWKSet(set.publicJwks() as JSONWebKeySet);
  const ring = Array.from({ length: 64 }, (_, index) => {
    const pair = pairs[index % KEYS]!;
    const header = { alg: "ES256", typ: policy.typ, kid: pair.kid };
    return { ...mint(pair, claimsOf(), pair.kid), header, key: set.choose(header)! };
  });
  const { issuer, audience, typ } = policy;
  const currentDate = new Date(NOW * 1_000);
  const options = { algorithms: ["ES256"], issuer, audience, typ, requiredClaims: ["exp"], currentDate };
  const verifying = [
    callOf("key", ring, ({ text, key }) => verifyJwt(text, key, policy, NOW)),
    callOf("barewire", ring, ({ text }) => verifyJwt(text, set, policy, NOW)),
    await anyCallOf("jose", ring, ({ text }) => jwtVerify(text, theirs, options)),
  ];
  const choosing = [
    callOf("barewire", ring, ({ header }) => set.choose(header) !== undefined),
    await anyCallOf("jose", ring, ({ header }) => theirs(header)),
  ];
  const choices = await compareCalls(choosing, settings);
  return {
    title: "JWT key sets",
    tables: [
      {
        quantity: "CPU, µs per token",
        comparison: { reference: "key", ratio: "contender ÷ reference", subject: "barewire" },
        rows: [{ cell: `ES256 verify, ${KEYS} keys`, samples: await compareCalls(verifying, settings) }],
      },
      {
        quantity: "CPU, ns per choice",
        comparison: { reference: "barewire", ratio: "contender ÷ reference", subject: "barewire" },
        rows: [
          {
            cell: `by kid, ${KEYS} keys`,
            samples: mapSamples(choices, (microseconds) => microseconds * 1_000),
          },
        ],
      },
    ],
    notes: [
      "`barewire`: `verifyJwt` with a `KeySet`; `key`: with the right key at hand. `jose`: `jwtVerify` with `createLocalJWKSet` of the same keys. The tokens' `kid`s go through the whole set.",
    ],
    packages: ["jose"],
  };
};
