/** Tokens and keys made and broken at random, and what must hold for every one of them. Shared by the short and the long run. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Algorithm, algorithmNames } from "../../src/jwt/algorithms.ts";
import { decodeJwt, type Jwt } from "../../src/jwt/decode.ts";
import { JwtError } from "../../src/jwt/errors.ts";
import { verifyJws } from "../../src/jwt/jws.ts";
import { verifyJwt } from "../../src/jwt/jwt.ts";
import { exportJwk, importKey, type Key } from "../../src/jwt/key.ts";
import { random } from "../websocket/random.ts";
import { claims, flawlessBy, forge, now, policy, seal, typ } from "./forge.ts";
import { hasMlDsa, keyOf } from "./hostile/pairs.ts";

type Next = () => number;

const upTo = (next: Next, most: number): number => Math.floor(next() * (most + 1));
const pick = <T>(next: Next, choices: readonly T[]): T => choices[Math.floor(next() * choices.length)]!;

/** Those with which a million tokens can be verified in a minute or two; and all of them. */
const quick: readonly Algorithm[] = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "PS256",
  "Ed25519",
  "EdDSA",
  "ES256",
];
const all = algorithmNames.filter((alg) => hasMlDsa || !alg.startsWith("ML-DSA"));
const good: ReadonlyMap<Algorithm, string> = new Map(all.map((alg) => [alg, flawlessBy(keyOf(alg))]));

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ODD = [...'=+/ \n\t.\0"{}[]:,\\%é😀', "..", "\ud800", "\u212a", "\ufeff", "%3D"];
const NAMES = [
  "alg",
  "typ",
  "kid",
  "cty",
  "crit",
  "b64",
  "jwk",
  "iss",
  "aud",
  "exp",
  "nbf",
  "iat",
  "sub",
  "jti",
  "",
  "__proto__",
];
const VALUES = [
  ...["HS256", "none", typ, "JWT", claims.iss, claims.aud, "", "b64", "x"],
  ...[now, now + 600, -1, 0.5, 1e308, true, false, null],
  ...[[], {}, ["b64"], ["x"], [claims.aud], [[]], { alg: "HS256" }],
];

function text(next: Next, length: number): string {
  let made = "";
  for (let i = 0; i < length; i++) made += next() < 0.9 ? pick(next, [...BASE64URL]) : pick(next, ODD);
  return made;
}

/** A JSON object as text, with whatever members, some of them twice. */
function object(next: Next, base: object): string {
  const members = Object.entries(base).filter(() => next() < 0.95);
  for (let more = upTo(next, 3); more > 0; more--) members.push([pick(next, NAMES), pick(next, VALUES)]);
  const written = members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${written.join(",")}}`;
}

/** Cuts, doubles, turns round or replaces a piece. */
function stir(next: Next, whole: string): string {
  const [from, to] = [upTo(next, whole.length), upTo(next, whole.length)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  const end = next() < 0.5 ? Math.min(to, from + 4) : to;
  const [before, piece, after] = [whole.slice(0, from), whole.slice(from, end), whole.slice(end)];
  switch (upTo(next, 5)) {
    case 0:
      return before + after;
    case 1:
      return before + piece + piece + after;
    case 2:
      return before + [...piece].reverse().join("") + after;
    case 3:
      return before + text(next, upTo(next, 4)) + after;
    case 4:
      return before + after + piece;
    default:
      return (
        before +
        String.fromCharCode((piece.charCodeAt(0) || 0) ^ (1 << upTo(next, 15))) +
        piece.slice(1) +
        after
      );
  }
}

interface Input {
  readonly token: string;
  readonly key: Key;
  /** The signature is right by the way it was made, so it may be accepted, if its header and claims are. */
  readonly signed: boolean;
}

function makeToken(next: Next): Input {
  const alg = next() < 0.002 ? pick(next, all) : pick(next, quick);
  const key = keyOf(next() < 0.95 ? alg : pick(next, quick));
  const token = good.get(alg)!;
  const hs256 = keyOf("HS256");
  switch (upTo(next, 6)) {
    case 0:
      return { token: text(next, upTo(next, 60)), key, signed: false };
    case 1: {
      const parts = Array.from({ length: upTo(next, 4) }, () => text(next, upTo(next, 40)));
      return { token: parts.join("."), key, signed: false };
    }
    case 2:
    case 3: {
      const written = object(next, { alg: "HS256", typ });
      return { token: forge(written, object(next, claims), hs256), key: hs256, signed: true };
    }
    case 4: {
      const [header, payload] = [{ alg: "HS256", typ }, claims].map((part) => JSON.stringify(part)) as [
        string,
        string,
      ];
      const stirred =
        next() < 0.3 ? forge(stir(next, header), payload, hs256) : forge(header, stir(next, payload), hs256);
      return { token: stirred, key: hs256, signed: true };
    }
    case 5: {
      // Sealed after it was stirred: it is signed, and it may be no token.
      const [header, payload] = token.split(".") as [string, string];
      return {
        token: seal(stir(next, `${header}.${payload}`).replaceAll(/[^!-~]/g, ""), hs256),
        key: hs256,
        signed: true,
      };
    }
    default: {
      let changed = token;
      for (let times = upTo(next, 2); times >= 0; times--) changed = stir(next, changed);
      return { token: changed, key, signed: false };
    }
  }
}

/** What a token can be refused with. */
const tokenCodes: ReadonlySet<string> = new Set([
  ...["jws/malformed", "jws/too-large", "jws/critical", "jws/algorithm-mismatch", "jws/bad-signature"],
  ...[
    "claims/malformed",
    "claims/missing",
    "claims/wrong-type",
    "claims/wrong-issuer",
    "claims/wrong-audience",
  ],
  ...["claims/not-yet-valid", "claims/expired"],
]);
const keyCodes = /^(?:key|alg)\/[a-z-]+$/;

/** What `run` gives; `undefined` if it was refused as documented. Anything else that is thrown comes through. */
function attempt<T>(run: () => T, documented: (code: string) => boolean): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof JwtError) || !documented(error.code)) throw error;
    if (error.message.length > 200) throw new Error(`the message is long: ${error.message}`);
    return undefined;
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/**
 * Of the token that this seed makes: no error but a documented one escapes; nothing is accepted that was not
 * signed, or whose claims the policy does not want; what is decoded has no other spelling.
 */
export function checkToken(seed: number): "accepted" | "decoded" | "refused" {
  const { token, key, signed } = makeToken(random(seed));
  try {
    const isDocumented = (code: string) => tokenCodes.has(code);
    const decoded = attempt(() => decodeJwt(token), isDocumented);
    const verified = attempt(() => verifyJwt(token, key, policy, now), isDocumented);
    const jws = attempt(() => verifyJws(token, key), isDocumented);
    if (decoded !== undefined) check(respelt(token) === token, "it has another spelling");
    if (verified === undefined) return decoded === undefined ? "refused" : "decoded";
    check(signed || [...good.values()].includes(token), "it was accepted, and never signed");
    check(isWanted(verified, key), "it was accepted against the policy");
    check(isDeepStrictEqual(decoded, verified), "it was decoded otherwise than it was verified");
    check(jws !== undefined, "it is a JWT and no JWS");
    return "accepted";
  } catch (error) {
    throw new Error(`seed ${seed}: ${JSON.stringify(token)}`, { cause: error });
  }
}

function respelt(token: string): string {
  return token
    .split(".")
    .map((part) => Buffer.from(part, "base64url").toString("base64url"))
    .join(".");
}

/** The policy once more, said plainly. */
function isWanted({ header, claims: { iss, aud, exp, nbf = now } }: Jwt, key: Key): boolean {
  return (
    (header.alg === key.alg || (["EdDSA", "Ed25519"].includes(header.alg) && key.alg.startsWith("Ed"))) &&
    header.typ?.toLowerCase().replace("application/", "") === typ &&
    header.crit === undefined &&
    header.b64 !== false &&
    iss === claims.iss &&
    [aud].flat().includes(claims.aud) &&
    Number.isFinite(exp) &&
    exp! > now &&
    nbf <= now
  );
}

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
    throw new Error(`seed ${seed}: a key for ${alg}`, { cause: error });
  }
}
