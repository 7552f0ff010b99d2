/**
 * JSON Web Signature in the compact serialization, RFC 7515 §3.1 and §7.1:
 *
 *     BASE64URL(UTF8(JOSE Header)) . BASE64URL(JWS Payload) . BASE64URL(JWS Signature)
 *     ╰──────────────── JWS Signing Input ────────────────╯
 *
 * https://www.rfc-editor.org/rfc/rfc7515
 */
import { algorithms } from "./algorithms.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { JwtError } from "./errors.ts";
import { parseObject } from "./json.ts";
import { checkKey, Key } from "./key.ts";
import { checkOptions, checkText, isPlainObject } from "./options.ts";

/** Characters in a token: 256 KiB. */
export const MAX_TOKEN_LENGTH = 262_144;
/** Octets in a header: 16 KiB. */
export const MAX_HEADER_LENGTH = 16_384;

/** RFC 7515 §4.1: the parameters this implementation reads, and whatever else the header holds. */
export interface JoseHeader {
  readonly alg: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly cty?: string;
  readonly [parameter: string]: unknown;
}

/**
 * Picks the key for a header that nobody has verified yet; `undefined` refuses the token. A key that the
 * header itself offers (`jwk`, `jku`, `x5u`, `x5c`) proves nothing: whoever made the token chose it.
 */
export type KeyChoice = (header: JoseHeader) => Key | undefined;

/** A JWS whose signature is right. */
export interface VerifiedJws {
  readonly header: JoseHeader;
  readonly payload: Buffer;
}

/** What {@link signJws} is told besides payload and key. */
export interface SignJwsOptions {
  /** RFC 7515 §4.1.9: the type of the whole, such as `JWT`. */
  readonly typ?: string | undefined;
  /** Further header parameters: none of those that this module writes itself or has to understand. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
}

const signOptions: ReadonlySet<string> = new Set(["typ", "header"]);

/**
 * Signs bytes, or the UTF-8 bytes of a text.
 *
 * @throws {JwtError} `key/not-private`, `key/wrong-operations`
 * @throws {TypeError | RangeError} when an argument is not of its type or too long
 */
export function signJws(payload: Uint8Array | string, key: Key, options: SignJwsOptions = {}): string {
  checkKey(key);
  checkOptions(options, signOptions, "signJws options");
  if (typeof payload !== "string" && !(payload instanceof Uint8Array)) {
    throw new TypeError("The payload must be a Uint8Array or a string");
  }
  if (key.type === "public") throw new JwtError("key/not-private", "A public key verifies and cannot sign");
  if (!key.isFor("sign")) throw new JwtError("key/wrong-operations", `The key's "key_ops" lack "sign"`);

  const header = JSON.stringify(buildHeader(key, options));
  if (Buffer.byteLength(header) > MAX_HEADER_LENGTH) {
    throw new RangeError(`The header is longer than ${MAX_HEADER_LENGTH} octets`);
  }
  const signingInput = `${encodeBase64url(header)}.${encodeBase64url(payload)}`;
  const token = `${signingInput}.${algorithms[key.alg].sign(key.material, signingInput)}`;
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new RangeError(`The token is longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  return token;
}

/**
 * What the caller may not write: `alg`, `kid` and `typ` come from the key and the options, so that a header
 * cannot lie about its signature; `crit` and `b64` would announce extensions that are not there.
 */
const reserved: ReadonlySet<string> = new Set(["alg", "kid", "typ", "crit", "b64"]);

function buildHeader(key: Key, { typ, header = {} }: SignJwsOptions): Record<string, unknown> {
  if (typ !== undefined) checkText(typ, "typ");
  if (!isPlainObject(header)) throw new TypeError("header must be a plain object");
  // Copied before it is looked at, so that no getter shows two faces. Spread, never assigned: a member named
  // "__proto__" stays a member.
  const further: Record<string, unknown> = { ...header };
  for (const name of Object.keys(further)) {
    if (reserved.has(name)) throw new TypeError(`The header parameter "${name}" cannot be set`);
    // A function named toJSON would write the whole header in our place.
    if (typeof further[name] === "function")
      throw new TypeError(`The header parameter "${name}" is a function`);
  }
  return {
    alg: key.alg,
    ...(typ !== undefined && { typ }),
    ...(key.kid !== undefined && { kid: key.kid }),
    ...further,
  };
}

/**
 * Verifies a compact JWS, RFC 7515 §5.2, with a key or with the one that a {@link KeyChoice} picks.
 *
 * @throws {JwtError} `jws/…`; `key/wrong-operations` when the key is not for verifying
 * @throws {TypeError} when an argument is not of its type
 */
export function verifyJws(token: string, keyOrChoice: Key | KeyChoice): VerifiedJws {
  const { header, payload, signingInput, signature } = parseCompact(token);
  // RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by
  // the recipient, then the JWS is invalid." None is understood. The one that exists, "b64" (RFC 7797 §3),
  // is refused without "crit" as well: we would misread the payload.
  if (header.crit !== undefined || (header.b64 !== undefined && header.b64 !== true)) {
    throw new JwtError("jws/critical", "The header asks for an extension that is not supported");
  }
  const key = chooseKey(keyOrChoice, header);
  if (key === undefined) throw new JwtError("jws/unknown-key", "No key is known for this token");
  // RFC 8725 §3.1: "The library MUST ensure that the "alg" or "enc" header specifies the same algorithm
  // that is used for the cryptographic operation."
  if (header.alg !== key.alg) {
    throw new JwtError(
      "jws/algorithm-mismatch",
      `The key is for ${key.alg}, the token names another algorithm`,
    );
  }
  if (!key.isFor("verify")) throw new JwtError("key/wrong-operations", `The key's "key_ops" lack "verify"`);
  if (!algorithms[key.alg].verify(key.verifier, signingInput, signature)) throw badSignature(signature);
  return { header, payload };
}

function chooseKey(keyOrChoice: Key | KeyChoice, header: JoseHeader): Key | undefined {
  if (keyOrChoice instanceof Key) return keyOrChoice;
  if (typeof keyOrChoice !== "function") throw new TypeError("A Key or a function that picks one is needed");
  const key = keyOrChoice(header);
  if (key !== undefined) checkKey(key);
  return key;
}

/** No algorithm takes a signature that is not strict base64url, so what it is matters only for the message. */
function badSignature(signature: string): JwtError {
  return decodeBase64url(signature) === undefined
    ? malformed("the signature is not base64url")
    : new JwtError("jws/bad-signature", "The signature is wrong: forged, changed, or made with another key");
}

/** A JWS taken apart, of which nothing is verified. */
export interface ParsedJws {
  readonly header: JoseHeader;
  readonly payload: Buffer;
  readonly signingInput: string;
  /** As it stands in the token: not yet known to be base64url. */
  readonly signature: string;
}

/**
 * Takes a compact JWS apart, RFC 7515 §5.2 steps 1 to 7.
 *
 * @throws {JwtError} `jws/malformed`, `jws/too-large`
 */
export function parseCompact(token: string): ParsedJws {
  if (typeof token !== "string") throw new TypeError("The token must be a string");
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new JwtError("jws/too-large", `The token is longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  const headerEnd = token.indexOf(".");
  const payloadEnd = token.indexOf(".", headerEnd + 1);
  if (headerEnd === -1 || payloadEnd === -1 || token.includes(".", payloadEnd + 1)) {
    throw malformed("it does not have three parts");
  }
  const header = parseHeader(token.slice(0, headerEnd));
  const payload = decodeBase64url(token.slice(headerEnd + 1, payloadEnd));
  if (payload === undefined) throw malformed("the payload is not base64url");
  return {
    header,
    payload,
    signingInput: token.slice(0, payloadEnd),
    signature: token.slice(payloadEnd + 1),
  };
}

function parseHeader(segment: string): JoseHeader {
  if (Math.floor((segment.length * 3) / 4) > MAX_HEADER_LENGTH) {
    throw new JwtError("jws/too-large", `The header is longer than ${MAX_HEADER_LENGTH} octets`);
  }
  const octets = decodeBase64url(segment);
  if (octets === undefined) throw malformed("the header is not base64url");
  const header = parseObject(octets);
  if (header === undefined) throw malformed("the header is not a JSON object in UTF-8");
  const { alg, kid, typ, cty } = header;
  // RFC 7515 §4.1.1: "This Header Parameter MUST be present".
  if (typeof alg !== "string") throw malformed(`the header's "alg" is not a string`);
  if (kid !== undefined && typeof kid !== "string") throw malformed(`the header's "kid" is not a string`);
  if (typ !== undefined && typeof typ !== "string") throw malformed(`the header's "typ" is not a string`);
  if (cty !== undefined && typeof cty !== "string") throw malformed(`the header's "cty" is not a string`);
  return header as JoseHeader;
}

function malformed(how: string): JwtError {
  return new JwtError("jws/malformed", `The token is malformed: ${how}`);
}
