import { createHash, sign } from "node:crypto";
import type { Algorithm } from "../../../src/jwt/algorithms.ts";
import { importKey } from "../../../src/jwt/key.ts";
import { claims, flawlessBy, forge, signatureOf, typ, withSignature } from "../forge.ts";
import { hasMlDsa, keyOf, mlDsaPair } from "./pairs.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

const sets = ["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"] as const;

function mlDsa(parameters: (typeof sets)[number]): TokenTheme {
  const alg = parameters.toUpperCase() as Algorithm;
  const key = keyOf(alg);
  const flawless = flawlessBy(key);
  const raw = signatureOf(flawless);
  const input = Buffer.from(flawless.slice(0, flawless.lastIndexOf(".")));
  const other = importKey(mlDsaPair(parameters).privateKey, alg);
  const otherToken = forge({ alg, typ }, claims, other);
  const bad = (why: string, signature: Uint8Array): TokenCase => [
    why,
    withSignature(flawless, signature),
    "jws/bad-signature",
  ];
  const foreign = sets.filter((set) => set !== parameters).map((set) => set.toUpperCase() as Algorithm);
  return {
    rule: `RFC 9964 and FIPS 204 §5.3 the signature of ${alg}`,
    key,
    flawless,
    cases: [
      bad("none", Buffer.alloc(0)),
      bad("zeros", Buffer.alloc(raw.length)),
      bad("all bits set", Buffer.alloc(raw.length, 0xff)),
      bad("an octet short", raw.subarray(0, raw.length - 1)),
      bad("without its first octet", raw.subarray(1)),
      bad("an octet long", Buffer.concat([raw, Buffer.alloc(1)])),
      bad("an octet of zero in front", Buffer.concat([Buffer.alloc(1), raw])),
      bad("twice", Buffer.concat([raw, raw])),
      bad("of the hash of the token", sign(null, createHash("sha512").update(input).digest(), key.material)),
      bad("with hints that are not in order", Object.assign(Buffer.from(raw), { [raw.length - 1]: 0xff })),
      bad("in a context", sign(null, input, { key: key.material, context: Buffer.from("JWT") } as never)),
      ["another key's", otherToken, "jws/bad-signature", { token: otherToken, key: other }],
      bad("another token's", signatureOf(forge({ alg, typ }, {}, key))),
      ...foreign.flatMap((set): TokenCase[] => [
        [`${set} by its own key`, flawlessBy(keyOf(set)), "jws/algorithm-mismatch"],
        [`${set} in name`, forge({ alg: set, typ }, claims, key), "jws/algorithm-mismatch"],
        bad(`a signature of ${set}`, signatureOf(flawlessBy(keyOf(set)))),
      ]),
      ["the name in lower case", forge({ alg: parameters, typ }, claims, key), "jws/algorithm-mismatch"],
      ["the name with its hash", forge({ alg: `Hash${alg}`, typ }, claims, key), "jws/algorithm-mismatch"],
    ],
  };
}

/** None where the runtime has no ML-DSA; that it is refused there says ml-dsa.test.ts. */
export const themes: readonly TokenTheme[] = hasMlDsa ? sets.map(mlDsa) : [];
