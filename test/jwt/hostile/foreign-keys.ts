import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { importKey, type Key } from "../../../src/jwt/key.ts";
import { selfSigned } from "../../websocket/self-signed.ts";
import { claims, flawlessBy, forge, typ } from "../forge.ts";
import { ed25519, keyOf, rsa } from "./pairs.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

const trusted = keyOf("ES256");
const attacker = importKey(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey, "ES256");
const attackersJwk = createPublicKey(attacker.material).export({ format: "jwk" });
const certified = selfSigned();
const certifiedKey = importKey(certified.key, "ES256");
const certificate = certified.cert.split("\n").slice(1, -2).join("");
const es256 = { alg: "ES256", typ };

/** A header that brings a key, signed by that key; and the same header, signed by the one that is trusted. */
function bringing(why: string, more: object, by: Key = attacker): TokenCase {
  const header = { ...es256, ...more };
  return [why, forge(header, claims, by), "jws/bad-signature", forge(header, claims, trusted)];
}

const broughtAlong: TokenTheme = {
  rule: "RFC 8725 §3.10 and RFC 7515 §4.1.2 to RFC 7515 §4.1.8 a key in the header proves nothing",
  key: trusted,
  flawless: flawlessBy(trusted),
  cases: [
    bringing("the attacker's key in jwk", { jwk: attackersJwk }),
    bringing("the attacker's private key in jwk", { jwk: attacker.material.export({ format: "jwk" }) }),
    bringing("the attacker's key in jwk with the trusted name", { kid: "trusted", jwk: attackersJwk }),
    bringing("a set of keys in jwk", { jwk: { keys: [attackersJwk] } }),
    bringing("an address in jku", { jku: "https://evil.example/jwks.json" }),
    bringing("a file in jku", { jku: "file:///dev/stdin" }),
    bringing("the attacker's data in jku", { jku: `data:application/json,${JSON.stringify(attackersJwk)}` }),
    bringing("the own address with another's name before it in jku", {
      jku: "https://login.example@evil.example",
    }),
    bringing("an address in x5u", { x5u: "https://evil.example/chain.pem" }),
    bringing("the attacker's certificate in x5c", { x5c: [certificate] }, certifiedKey),
    bringing("the attacker's certificate twice in x5c", { x5c: [certificate, certificate] }, certifiedKey),
    bringing("the attacker's certificate as text in x5c", { x5c: certified.cert }, certifiedKey),
    bringing("the thumbprint of the attacker's certificate in x5t", { x5t: "AAAA" }, certifiedKey),
    bringing("the attacker's key in epk", { epk: attackersJwk }),
    bringing("the attacker's key as text in key", { key: certified.key }, certifiedKey),
  ],
};

/** A header that claims another algorithm, and a key for it. */
const otherKind: TokenTheme = {
  rule: "RFC 8725 §3.1 a key of another kind in the header",
  key: trusted,
  flawless: flawlessBy(trusted),
  cases: [
    [
      "a secret in jwk",
      forge({ alg: "HS256", typ, jwk: { kty: "oct", k: "AAAA" } }, claims, keyOf("HS256")),
      "jws/algorithm-mismatch",
    ],
    [
      "an RSA key in jwk",
      forge({ alg: "RS256", typ, jwk: rsa.publicKey.export({ format: "jwk" }) }, claims, keyOf("RS256")),
      "jws/algorithm-mismatch",
    ],
    [
      "an Ed25519 key in jwk",
      forge({ alg: "EdDSA", typ, jwk: ed25519.publicKey.export({ format: "jwk" }) }, claims, keyOf("EdDSA")),
      "jws/algorithm-mismatch",
    ],
  ],
};

const named = importKey(trusted.material, "ES256", { kid: "2026-1" });
const keys = new Map([["2026-1", named]]);
const choose = ({ kid }: { kid?: string }) => (kid === undefined ? undefined : keys.get(kid));
const emptyHmac = importKey(Buffer.alloc(32), "HS256");
const calling = (kid: unknown, by = named, alg = "ES256") => forge({ alg, typ, kid }, claims, by);

const names: TokenTheme = {
  rule: "RFC 8725 §3.10 and RFC 7515 §4.1.4 a kid is a name and nothing else",
  key: choose,
  flawless: calling("2026-1"),
  cases: [
    ["no kid", forge(es256, claims, named), "jws/unknown-key"],
    ["an empty kid", calling(""), "jws/unknown-key"],
    ["another kid", calling("2026-2"), "jws/unknown-key"],
    ["the kid and a space", calling("2026-1 "), "jws/unknown-key"],
    ["the kid and a NUL", calling("2026-1\0"), "jws/unknown-key"],
    ["the kid in wide digits", calling("２０２６-1"), "jws/unknown-key"],
    ["a path", calling("../../../../dev/null", emptyHmac, "HS256"), "jws/unknown-key"],
    ["a path to the kid", calling("./2026-1"), "jws/unknown-key"],
    ["a command", calling("2026-1|curl evil.example"), "jws/unknown-key"],
    ["an address", calling("https://evil.example/key"), "jws/unknown-key"],
    ["SQL", calling("x' UNION SELECT 'secret'; --", emptyHmac, "HS256"), "jws/unknown-key"],
    ["__proto__", calling("__proto__"), "jws/unknown-key"],
    ["a method of objects", calling("constructor"), "jws/unknown-key"],
    ["a list of the kid", calling(["2026-1"]), "jws/malformed"],
    ["an object", calling({ toString: "2026-1" }), "jws/malformed"],
    ["a number", calling(2026), "jws/malformed"],
    ["the kid with HS256", calling("2026-1", emptyHmac, "HS256"), "jws/algorithm-mismatch"],
    ["the kid on another's signature", calling("2026-1", attacker), "jws/bad-signature"],
    [
      "the kid, unsigned",
      `${Buffer.from(JSON.stringify({ alg: "none", kid: "2026-1" })).toString("base64url")}.e30.`,
      "jws/algorithm-mismatch",
    ],
    [
      "the kid with the signature of a text",
      `${calling("2026-1").split(".").slice(0, 2).join(".")}.${sign("sha256", Buffer.from("2026-1"), {
        key: named.material,
        dsaEncoding: "ieee-p1363",
      }).toString("base64url")}`,
      "jws/bad-signature",
    ],
  ],
};

export const themes: readonly TokenTheme[] = [broughtAlong, otherKind, names];
