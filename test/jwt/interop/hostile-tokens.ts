/**
 * Tokens and keys made to be refused. What refuses them, and which of the three peers do not, is the table in
 * differential.test.ts.
 */
import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Algorithm } from "../../../src/jwt/index.ts";
import { claims, type Material, now, typ } from "./peers.ts";

/** A token and its verifier, which trusts HS256 and {@link secret} and has a name, unless it says otherwise. */
export interface Attempt {
  readonly token: string;
  readonly alg?: Algorithm;
  readonly key?: Material;
  /** The verifier has no name by which it could be addressed. */
  readonly nameless?: true;
}

export const secret: Buffer = Buffer.alloc(32, "a secret ");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const byRsa = { alg: "RS256", key: pem(rsa.publicKey) } as const;
const byEc = { alg: "ES256", key: pem(ec.publicKey) } as const;
const header = { alg: "HS256", typ };

const good = hmac(header, claims);
const [goodHeader, goodPayload, goodSignature] = good.split(".") as [string, string, string];
/** The claims as text, to write what JSON.stringify does not. */
const text = JSON.stringify(claims);

/** Nothing is wrong with these, one for each kind of key: who refuses them refuses all. */
export const flawless: Readonly<Record<string, Attempt>> = {
  HS256: { token: good },
  RS256: { token: rs256(), ...byRsa },
  ES256: { token: es256(), ...byEc },
};

const algorithms: Record<string, Attempt> = {
  "alg none, no signature": { token: `${segment({ alg: "none", typ })}.${goodPayload}.` },
  "alg nOnE, no signature": { token: `${segment({ alg: "nOnE", typ })}.${goodPayload}.` },
  "alg none, the right HMAC": { token: hmac({ alg: "none", typ }, claims) },
  "no signature": { token: `${goodHeader}.${goodPayload}.` },
  "HMAC with the text of the public key": { token: hmac(header, claims, byRsa.key), ...byRsa },
  "HS512, the key is for HS256": { token: hmac({ alg: "HS512", typ }, claims, secret, "sha512") },
  "PS256, the key is for RS256": { token: ps256(), ...byRsa },
  "no alg": { token: hmac({ typ }, claims) },
  "alg in an array": { token: hmac({ alg: ["HS256"], typ }, claims) },
  "alg in lower case": { token: hmac({ alg: "hs256", typ }, claims) },
  "a key in the header": { token: bringsItsKey(), ...byEc },
  "signature in DER": { token: es256(ec.privateKey, "der"), ...byEc },
  "signature (0, 0)": {
    token: es256().replace(/[^.]*$/, Buffer.alloc(64).toString("base64url")),
    ...byEc,
  },
};

const keys: Record<string, Attempt> = {
  "ES256 on secp256k1": onSecp256k1(),
  "RSA key of 1024 bits": withRsa(1024),
  "RSA exponent 3": withRsa(2048, 3),
  "secret of 5 octets": withSecret(Buffer.from("12345")),
  "PEM of a public key as secret": withSecret(byRsa.key),
  "text of a public JWK as secret": withSecret(
    Buffer.from(JSON.stringify(ec.publicKey.export({ format: "jwk" }))),
  ),
};

const encodings: Record<string, Attempt> = {
  "= after the header": { token: seal(`${goodHeader}=.${goodPayload}`) },
  "= after the payload": { token: seal(`${goodHeader}.${goodPayload}=`) },
  "= after the signature": { token: `${good}=` },
  "line feed after the signature": { token: `${good}\n` },
  "space in the signature": { token: good.replace(/(?=.{9}$)/, " ") },
  "+ and / in the payload": { token: seal(`${goodHeader}.${Buffer.from(wide()).toString("base64")}`) },
  "bits left over in the signature": { token: otherLastBits(good) },
  "bits left over in the payload": { token: seal(otherLastBits(`${goodHeader}.${segment(pad(text))}`)) },
  "four parts": { token: `${good}.${goodSignature}` },
  "two parts": { token: `${goodHeader}.${goodPayload}` },
  "claims not in UTF-8": { token: hmac(header, Buffer.from(text.replace("alice", "al\xefce"), "latin1")) },
  "byte order mark before the claims": { token: hmac(header, `\ufeff${text}`) },
};

const json: Record<string, Attempt> = {
  "header an array": { token: hmac([header], claims) },
  "claims an array": { token: hmac(header, [claims]) },
  "claims a text": { token: hmac(header, '"alice"') },
  "claims null": { token: hmac(header, "null") },
  "alg twice": { token: hmac(`{"alg":"none","typ":"${typ}","alg":"HS256"}`, claims) },
  "alg twice, once as \\u0061lg": {
    token: hmac(`{"\\u0061lg":"none","typ":"${typ}","alg":"HS256"}`, claims),
  },
  "sub twice": { token: hmac(header, text.replace("{", '{"sub":"root",')) },
};

const extensions: Record<string, Attempt> = {
  'crit ["x"], x unknown': { token: hmac({ ...header, crit: ["x"], x: true }, claims) },
  'crit ["exp"]': { token: hmac({ ...header, crit: ["exp"], exp: 1 }, claims) },
  'crit "x"': { token: hmac({ ...header, crit: "x", x: true }, claims) },
  "crit null": { token: hmac({ ...header, crit: null }, claims) },
  "crit 0": { token: hmac({ ...header, crit: 0 }, claims) },
  "crit []": { token: hmac({ ...header, crit: [] }, claims) },
  'crit ["alg"]': { token: hmac({ ...header, crit: ["alg"] }, claims) },
  'b64 false, crit ["b64"]': { token: hmac({ ...header, b64: false, crit: ["b64"] }, claims) },
  "b64 false, no crit": { token: hmac({ ...header, b64: false }, claims) },
};

const contents: Record<string, Attempt> = {
  "exp now": stating({ exp: now }),
  "exp as text": stating({ exp: String(now + 600) }),
  "exp null": stating({ exp: null }),
  "exp in an array": stating({ exp: [now + 600] }),
  "exp 1e999": { token: hmac(header, text.replace(/"exp":\d+/, '"exp":1e999')) },
  "nbf in a second": stating({ nbf: now + 1 }),
  "nbf as text": stating({ nbf: "0" }),
  "iat as text": stating({ iat: "then" }),
  "iss of another": stating({ iss: "https://other.example" }),
  "iss in an array": stating({ iss: [claims.iss] }),
  "no iss": stating({ iss: undefined }),
  "aud of another": stating({ aud: ["https://other.example"] }),
  "aud an object": stating({ aud: { 0: claims.aud } }),
  "aud with a number in it": stating({ aud: [5, claims.aud] }),
  "no aud": stating({ aud: undefined }),
  "aud, the verifier has no name": { token: good, nameless: true },
  "sub a number": stating({ sub: 1 }),
  "jti an object": stating({ jti: {} }),
  "typ of another kind": { token: hmac({ ...header, typ: "logout+jwt" }, claims) },
};

export const hostile: Readonly<Record<string, Attempt>> = {
  ...algorithms,
  ...keys,
  ...encodings,
  ...json,
  ...extensions,
  ...contents,
};

/** A token that deserves its signature, whatever is in it. Text and bytes stand as they are. */
function hmac(head: unknown, body: unknown, key: Material = secret, hash = "sha256"): string {
  return seal(`${segment(head)}.${segment(body)}`, key, hash);
}

/** Signs what need not be a JWS Signing Input at all. */
function seal(input: string, key: Material = secret, hash = "sha256"): string {
  return `${input}.${createHmac(hash, key).update(input).digest("base64url")}`;
}

function stating(changed: object): Attempt {
  return { token: hmac(header, { ...claims, ...changed }) };
}

function segment(value: unknown): string {
  const data = typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return Buffer.from(data as string).toString("base64url");
}

function rs256(key: KeyObject = rsa.privateKey): string {
  const input = `${segment({ alg: "RS256", typ })}.${goodPayload}`;
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

function ps256(): string {
  const input = `${segment({ alg: "PS256", typ })}.${goodPayload}`;
  const key = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

function es256(
  key: KeyObject = ec.privateKey,
  dsaEncoding: "ieee-p1363" | "der" = "ieee-p1363",
  more = {},
): string {
  const input = `${segment({ alg: "ES256", typ, ...more })}.${goodPayload}`;
  return `${input}.${sign("sha256", Buffer.from(input), { key, dsaEncoding }).toString("base64url")}`;
}

function bringsItsKey(): string {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return es256(privateKey, "ieee-p1363", { jwk: publicKey.export({ format: "jwk" }) });
}

function onSecp256k1(): Attempt {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
  return { token: es256(privateKey), alg: "ES256", key: pem(publicKey) };
}

function withRsa(modulusLength: number, publicExponent = 65537): Attempt {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength, publicExponent });
  return { token: rs256(privateKey), alg: "RS256", key: pem(publicKey) };
}

function withSecret(key: Material): Attempt {
  return { token: hmac(header, claims, key), key };
}

function pem(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

/** Claims whose base64 has + and / and no padding. */
function wide(): string {
  return pad(JSON.stringify({ ...claims, sub: "ûïþûïþ", name: "???>>>" }), 0);
}

/** JSON with spaces at its end until the length leaves `rest` octets over three. */
function pad(value: string, rest = 1): string {
  return Buffer.byteLength(value) % 3 === rest ? value : pad(`${value} `, rest);
}

/** The same octets in another spelling: the last character has bits to spare. */
function otherLastBits(encoded: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return encoded.slice(0, -1) + alphabet[alphabet.indexOf(encoded.at(-1)!) | 1];
}
