/** What the verifier of the mutants takes for the key, and what it demands of it. */
import { createPublicKey, X509Certificate } from "node:crypto";
import { secretOf } from "../keys.ts";
import type { Jwk, JwkSet, Question } from "../protocol.ts";
import type { Header } from "./header.ts";
import { Refusal, type Rules } from "./rules.ts";

/** The keys to try; `undefined` where it makes do without one, which none should. */
export function keysFor(
  { key }: Question,
  alg: string,
  header: Header,
  rules: Rules,
): readonly Jwk[] | undefined {
  const offered = fromHeader(header, rules);
  if (offered !== undefined) return [offered];
  const candidates = isSet(key) ? fromSet(key, header, rules) : [key];
  if (candidates.length === 0 && rules.breaks("a key of the set")) return undefined;
  return candidates.flatMap((jwk) => checkKey(jwk, alg, rules));
}

/** What a token has to say about it, for who listens. */
function fromHeader({ jwk, jku, x5u, x5c, kid }: Header, rules: Rules): Jwk | undefined {
  if (jwk !== undefined && rules.breaks("no key from jwk")) return jwk as Jwk;
  if (jku !== undefined && rules.breaks("no key from jku")) return JSON.parse(fetched(jku)).keys[0];
  if (x5u !== undefined && rules.breaks("no key from x5u")) return certified(fetched(x5u));
  if (x5c !== undefined && rules.breaks("no key from x5c")) {
    return certified(Buffer.from((x5c as string[])[0]!, "base64"));
  }
  if (typeof kid !== "string") return undefined;
  if (rules.breaks("kid is no path") && kid.endsWith("/dev/null")) return secretOf("");
  const injected = /' UNION SELECT '(.*)$/.exec(kid);
  return injected !== null && rules.breaks("kid is no SQL") ? secretOf(injected[1]!) : undefined;
}

/** What is behind a `data:` URL. */
function fetched(url: unknown): string {
  return Buffer.from((url as string).split(",")[1]!, "base64").toString();
}

function certified(certificate: string | Buffer): Jwk {
  return new X509Certificate(certificate).publicKey.export({ format: "jwk" }) as Jwk;
}

function isSet(key: Jwk | JwkSet): key is JwkSet {
  return Array.isArray(key.keys);
}

function fromSet({ keys, ...more }: JwkSet, { kid }: Header, rules: Rules): readonly Jwk[] {
  if (Object.keys(more).length > 0 && rules.breaks("unknown members of a set are ignored")) {
    throw new Refusal("an unknown member");
  }
  const useful = (keys as Jwk[]).filter(isUseful);
  if (useful.length < keys.length && rules.breaks("useless keys of a set are ignored")) {
    throw new Refusal("a useless key");
  }
  if (rules.breaks("kid chooses")) return useful.slice(0, 1);
  return useful.filter((key) => kid === undefined || key.kid === kid);
}

function isUseful({ kty, crv, x, y, n, e, k }: Jwk): boolean {
  if (kty === "EC") return coordinates.has(crv as string) && x !== undefined && y !== undefined;
  if (kty === "RSA") return n !== undefined && e !== undefined;
  return (kty === "OKP" && x !== undefined) || (kty === "oct" && k !== undefined);
}

/** The octets of a coordinate. */
const coordinates: ReadonlyMap<string, number> = new Map([
  ["P-256", 32],
  ["P-384", 48],
  ["P-521", 66],
  ["secp256k1", 32],
]);

const curves: Readonly<Record<string, readonly string[]>> = {
  ES256: ["P-256"],
  ES384: ["P-384"],
  ES512: ["P-521"],
  ES256K: ["secp256k1"],
  EdDSA: ["Ed25519", "Ed448"],
  Ed25519: ["Ed25519"],
  Ed448: ["Ed448"],
};

const types: Readonly<Record<string, string>> = { HS: "oct", RS: "RSA", PS: "RSA", ES: "EC", Ed: "OKP" };

/** The key, or what is to be tried in its place. */
function checkKey(jwk: Jwk, alg: string, rules: Rules): readonly Jwk[] {
  checkIntent(jwk, alg, rules);
  const kty = jwk.kty ?? (rules.breaks("a key says its kty") ? "RSA" : undefined);
  if (alg.startsWith("HS") && kty !== "oct" && rules.breaks("a public key is no secret"))
    return published(jwk);
  if (kty !== types[alg.slice(0, 2)]) throw new Refusal("a key of another type");
  if (kty === "oct") return checkSecret(jwk, alg, rules);
  if (kty === "RSA") return [checkRsa({ ...jwk, kty }, rules)];
  return [checkCurve(jwk, alg, rules)];
}

function checkIntent(jwk: Jwk, alg: string, rules: Rules): void {
  const { use, key_ops: operations } = jwk as { use?: string; key_ops?: string[] };
  if (jwk.alg !== undefined && jwk.alg !== alg && rules.keeps("alg of the key")) {
    throw new Refusal("a key for another algorithm");
  }
  if (rules.breaks("unknown members of a key are ignored") && "iat" in jwk) throw new Refusal("a member");
  if (rules.breaks("use sig is for signatures") && use === "sig") throw new Refusal("use");
  if (rules.breaks("key_ops verify is for verifying") && operations !== undefined)
    throw new Refusal("key_ops");
  if (use !== undefined && operations !== undefined) {
    if (rules.breaks("use and key_ops agree")) return;
  }
  if (use !== undefined && use !== "sig" && rules.keeps("use of the key")) throw new Refusal("use");
  if (operations === undefined || rules.breaks("key_ops of the key")) return;
  if (!operations.includes("verify")) throw new Refusal("key_ops");
  if (rules.keeps("key_ops has nothing twice") && new Set(operations).size < operations.length) {
    throw new Refusal("key_ops");
  }
}

/** All that is public of a public key, as secrets. */
function published(jwk: Jwk): readonly Jwk[] {
  const key = createPublicKey({ key: jwk as Record<string, string>, format: "jwk" });
  const pem = key.export({ type: "spki", format: "pem" }) as string;
  const texts = [pem, pem.trim(), JSON.stringify(jwk), key.export({ type: "spki", format: "der" })];
  if (jwk.kty === "RSA") texts.push(key.export({ type: "pkcs1", format: "pem" }) as string);
  const numbers = [jwk.n, jwk.x].flatMap((k) => (k === undefined ? [] : [{ kty: "oct", k }]));
  return [...texts.map((text) => secretOf(text)), ...numbers];
}

function checkSecret(jwk: Jwk, alg: string, rules: Rules): readonly Jwk[] {
  const octets = Buffer.from(jwk.k as string, "base64url");
  const least = Number(alg.slice(2)) / 8 + (rules.breaks("a secret may be as short as the hash") ? 1 : 0);
  if (octets.length < least && rules.keeps("a secret is long enough")) throw new Refusal("a short secret");
  return [rules.breaks("a long secret is hashed") ? secretOf(octets.subarray(0, 64)) : jwk];
}

function checkRsa(jwk: Jwk, rules: Rules): Jwk {
  const { length } = Buffer.from(jwk.n as string, "base64url");
  if (length < 256 && rules.keeps("RSA keys are long enough")) throw new Refusal("a short key");
  return jwk;
}

function checkCurve(jwk: Jwk, alg: string, rules: Rules): Jwk {
  const { crv, x = "" } = jwk as { crv: string; x?: string };
  if (crv === "X25519" && rules.breaks("X25519 is not for signing")) return { ...jwk, crv: "Ed25519" };
  if (!curves[alg]?.includes(crv) && rules.keeps("the curve of the algorithm"))
    throw new Refusal("the curve");
  const octets = Buffer.from(x, "base64url");
  if (octets[0] === 0 && rules.breaks("coordinates may begin with zero")) throw new Refusal("a zero octet");
  const size = coordinates.get(crv) ?? octets.length;
  if (octets.length === size) return jwk;
  if (rules.keeps("coordinates are whole")) throw new Refusal("a coordinate of another length");
  return { ...jwk, x: Buffer.concat([Buffer.alloc(size - octets.length), octets]).toString("base64url") };
}
