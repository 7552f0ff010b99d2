/** Keys made and broken at random, and what must hold for every one of them. Shared by the short and the long run. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { inspect } from "node:util";
import { type Algorithm, algorithmNames } from "../../src/jwt/algorithms.ts";
import { exportJwk, importKey } from "../../src/jwt/key.ts";
import { random } from "../websocket/random.ts";
import { attempt, check, type Next, pick, stir, upTo } from "./fuzzing.ts";
import { hasMlDsa, keyOf } from "./hostile/pairs.ts";

const all = algorithmNames.filter((alg) => hasMlDsa || !alg.startsWith("ML-DSA"));
const keyCodes = /^(?:key|alg)\/[a-z-]+$/;

type Source = Parameters<typeof importKey>[0];

/** A key in each of its forms, as it should be. RSA private keys are apart: each costs a signature. */
function formsOf(alg: Algorithm): readonly Source[] {
  const { material } = keyOf(alg);
  if (material.type === "secret")
    return [material.export(), { kty: "oct", ...material.export({ format: "jwk" }) }];
  const publicHalf = createPublicKey(material);
  return [
    { kty: "", ...publicHalf.export({ format: "jwk" }) },
    publicHalf.export({ format: "pem", type: "spki" }),
    publicHalf.export({ format: "der", type: "spki" }),
    ...(material.asymmetricKeyType === "rsa" ? [] : privateForms(material)),
  ];
}

function privateForms(material: KeyObject): readonly Source[] {
  return [
    { kty: "", ...material.export({ format: "jwk" }) },
    material.export({ format: "pem", type: "pkcs8" }),
  ];
}

const forms: ReadonlyMap<Algorithm, readonly Source[]> = new Map(all.map((alg) => [alg, formsOf(alg)]));
const privateRsa = privateForms(keyOf("RS256").material);

function makeSource(next: Next, alg: Algorithm): Source {
  const source =
    next() < 0.002 ? pick(next, privateRsa) : pick(next, forms.get(next() < 0.9 ? alg : pick(next, all))!);
  if (next() < 0.02) return source;
  if (typeof source === "string") return stir(next, source);
  if (source instanceof Uint8Array) return breakOctets(next, source);
  const jwk: Record<string, unknown> = { ...(source as object) };
  for (let times = upTo(next, 2); times >= 0; times--) breakJwk(next, jwk);
  return jwk as Source;
}

function breakOctets(next: Next, octets: Uint8Array): Source {
  const broken = Buffer.from(octets).subarray(0, next() < 0.5 ? octets.length : upTo(next, octets.length));
  if (broken.length > 0) broken[upTo(next, broken.length - 1)]! ^= 1 << upTo(next, 7);
  if (next() < 0.5) return broken;
  try {
    return next() < 0.8
      ? createPublicKey({ key: broken, format: "der", type: "spki" })
      : createPrivateKey({ key: broken, format: "der", type: "pkcs8" });
  } catch {
    // Node itself knows it for no key.
    return broken;
  }
}

const JWK_NAMES = [
  "kty",
  "crv",
  "alg",
  "use",
  "key_ops",
  "kid",
  "k",
  "x",
  "y",
  "d",
  "n",
  "e",
  "p",
  "q",
  "dp",
  "pub",
  "priv",
  "oth",
];
const JWK_VALUES = [
  ...[
    "",
    "EC",
    "OKP",
    "RSA",
    "oct",
    "AKP",
    "P-256",
    "P-521",
    "Ed25519",
    "Ed448",
    "X25519",
    "secp256k1",
    "sig",
    "enc",
  ],
  ...[
    "AQAB",
    "AA",
    "AQ",
    "ES256",
    "EdDSA",
    "RS256",
    ["sign"],
    ["verify"],
    ["sign", "verify"],
    ["sign", "sign"],
    [],
  ],
  ...[null, 1, true, {}, undefined],
];

function breakJwk(next: Next, jwk: Record<string, unknown>): void {
  const name = next() < 0.7 ? pick(next, Object.keys(jwk)) : pick(next, JWK_NAMES);
  const value = jwk[name];
  if (typeof value === "string" && next() < 0.5) jwk[name] = stir(next, value);
  else if (next() < 0.3) delete jwk[name];
  else jwk[name] = pick(next, JWK_VALUES);
}

/** Of the key that this seed makes: no error but a documented one escapes; what is taken in works, and goes out and in again. */
export function checkKey(seed: number): "accepted" | "refused" {
  const next = random(seed);
  const alg = pick(next, all);
  const source = makeSource(next, alg);
  const thorough = next() < 0.05;
  try {
    const key = attempt(
      () => importKey(source, alg),
      (code) => keyCodes.test(code),
    );
    if (key === undefined) return "refused";
    check(key.alg === alg && key.accepts(alg), "it is for another algorithm");
    if (key.type !== "public" && thorough)
      check(key.verify("a.b", key.sign("a.b")), "it cannot verify what it signs");
    const jwk = exportJwk(key, { private: key.type !== "public" });
    check(thorough === false || importKey(jwk, alg).type === key.type, "it does not come in again");
    return "accepted";
  } catch (error) {
    throw new Error(`seed ${seed}: for ${alg}, ${inspect(source, { maxStringLength: 1_000 })}`, {
      cause: error,
    });
  }
}
