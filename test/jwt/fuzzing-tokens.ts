/** Tokens made and broken at random, and what must hold for every one of them. Shared by the short and the long run. */
import { isDeepStrictEqual } from "node:util";
import { type Algorithm, algorithmNames } from "../../src/jwt/algorithms.ts";
import { decodeJwt, type Jwt } from "../../src/jwt/decode.ts";
import { verifyJws } from "../../src/jwt/jws.ts";
import { verifyJwt } from "../../src/jwt/jwt.ts";
import type { Key } from "../../src/jwt/key.ts";
import { random } from "../websocket/random.ts";
import { claims, flawlessBy, forge, now, policy, seal, typ } from "./forge.ts";
import { attempt, check, type Next, pick, stir, text, upTo } from "./fuzzing.ts";
import { hasMlDsa, keyOf } from "./hostile/pairs.ts";

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

/** A JSON object as text, with whatever members, some of them twice. */
function object(next: Next, base: object): string {
  const members = Object.entries(base).filter(() => next() < 0.95);
  for (let more = upTo(next, 3); more > 0; more--) members.push([pick(next, NAMES), pick(next, VALUES)]);
  const written = members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${written.join(",")}}`;
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
