/**
 * JSON Web Signature in the compact serialization, RFC 7515 §3.1 and §7.1:
 *
 *     BASE64URL(UTF8(JOSE Header)) . BASE64URL(JWS Payload) . BASE64URL(JWS Signature)
 *     ╰──────────────── JWS Signing Input ────────────────╯
 *
 * The payload may travel apart from the rest (detached, RFC 7515 appendix F), and may be signed as it is
 * instead of in base64url (RFC 7797).
 * https://www.rfc-editor.org/rfc/rfc7515
 */
import { isUint8Array } from "node:util/types";
import { decodeBase64url, encodeBase64url, isBase64url } from "./base64url.ts";
import { JwtError } from "./errors.ts";
import {
  checkCritical,
  checkUnderstood,
  encodeHeader,
  type HeaderOptions,
  type JoseHeader,
  malformed,
  parseHeader,
  rememberHeader,
} from "./header.ts";
import { checkKey, type Key } from "./key.ts";
import { chooseKey, type KeyChoice } from "./key-choice.ts";
import { checkLimits, type Limits, type TokenLimits, tokenTooLong } from "./limits.ts";
import { checkBoolean, checkOptions } from "./options.ts";

/** A JWS whose signature is right. */
export interface VerifiedJws {
  /** Frozen. */
  readonly header: JoseHeader;
  readonly payload: Buffer;
}

/** What {@link signJws} is told besides payload and key. */
export interface SignJwsOptions extends HeaderOptions {
  /** RFC 7515 appendix F: leaves the payload out of the token; the verifier gets it another way. */
  readonly detached?: boolean | undefined;
  /**
   * RFC 7797 §3: false signs the payload as it is, without base64url. One that is not detached must then be
   * printable ASCII without a full stop.
   */
  readonly b64?: boolean | undefined;
  readonly limits?: TokenLimits | undefined;
}

const signOptions: ReadonlySet<string> = new Set(["typ", "header", "crit", "detached", "b64", "limits"]);

/**
 * Signs bytes, or the UTF-8 bytes of a text.
 *
 * @throws {JwtError} `key/not-private`, `key/wrong-operations`
 * @throws {TypeError | RangeError} when an argument is not of its type or too long
 */
export function signJws(payload: Uint8Array | string, key: Key, options: SignJwsOptions = {}): string {
  checkSigner(key);
  checkOptions(options, signOptions, "signJws options");
  const { detached = false, b64 = true } = options;
  checkBoolean(detached, "detached");
  checkBoolean(b64, "b64");
  checkPayload(payload);
  const limits = checkLimits(options.limits);
  const header = encodeHeader(key, options, limits, b64);
  if (b64 && !detached) return signCompact(header, payload, key, limits);

  const signature = key.sign(signingInput(header, payload, b64));
  if (detached) return `${header}..${signature}`;
  const text = Buffer.from(payload).toString("latin1");
  if (!isUnencodable(text)) {
    throw new TypeError("An unencoded payload must be printable ASCII without a full stop, or detached");
  }
  return checkLength(`${header}.${text}.${signature}`, limits);
}

/** The whole token, of a header that is encoded already. For callers that have checked the rest. */
export function signCompact(header: string, payload: Uint8Array | string, key: Key, limits: Limits): string {
  const input = `${header}.${encodeBase64url(payload)}`;
  return checkLength(`${input}.${key.sign(input)}`, limits);
}

function checkLength(token: string, { maxTokenLength }: Limits): string {
  if (token.length > maxTokenLength) {
    throw new RangeError(`The token is longer than ${maxTokenLength} characters`);
  }
  return token;
}

/** @throws {JwtError} `key/not-private`, `key/wrong-operations` */
export function checkSigner(key: Key): void {
  checkKey(key);
  if (key.type === "public") throw new JwtError("key/not-private", "A public key verifies and cannot sign");
  if (!key.isFor("sign")) throw new JwtError("key/wrong-operations", `The key's "key_ops" lack "sign"`);
}

/** @throws {TypeError} unless `payload` is text or bytes */
export function checkPayload(payload: unknown): asserts payload is Uint8Array | string {
  if (typeof payload === "string") {
    // As bytes it would be that of other texts too.
    if (!payload.isWellFormed()) throw new TypeError("The payload has half of a surrogate pair");
  } else if (!isUint8Array(payload)) throw new TypeError("The payload must be a Uint8Array or a string");
}

/** The JWS Signing Input: RFC 7515 §5.1 step 5, and RFC 7797 §3 for a payload that stays as it is. */
export function signingInput(
  header: string,
  payload: Uint8Array | string,
  b64: boolean,
): string | Uint8Array {
  if (b64) return `${header}.${encodeBase64url(payload)}`;
  return Buffer.concat([Buffer.from(`${header}.`), Buffer.from(payload)]);
}

/** RFC 7797 §5.2: which payloads can stand unencoded between the two full stops. */
function isUnencodable(payload: string): boolean {
  return /^[\x20-\x2d\x2f-\x7e]*$/.test(payload);
}

/** What {@link verifyJws} may be told. */
export interface VerifyJwsOptions {
  /** RFC 7515 appendix F: the payload of a token that comes without it. One that brings its own is refused. */
  readonly payload?: Uint8Array | string | undefined;
  /** RFC 7515 §4.1.11: the extensions that the application understands and processes itself; none by default. */
  readonly crit?: readonly string[] | undefined;
  readonly limits?: TokenLimits | undefined;
}

const verifyOptions: ReadonlySet<string> = new Set(["payload", "crit", "limits"]);
const none: VerifyJwsOptions = Object.freeze({});

/**
 * Verifies a compact JWS, RFC 7515 §5.2, with a key or with the one that a {@link KeyChoice} picks.
 *
 * @throws {JwtError} `jws/…`; `key/wrong-operations` when the key is not for verifying
 * @throws {TypeError} when an argument is not of its type
 */
export function verifyJws(
  token: string,
  keyOrChoice: Key | KeyChoice,
  options: VerifyJwsOptions = none,
): VerifiedJws {
  checkOptions(options, verifyOptions, "verifyJws options");
  const { payload, crit = [] } = options;
  if (payload !== undefined) checkPayload(payload);
  checkUnderstood(crit);
  const limits = checkLimits(options.limits);
  const jws = parseCompact(token, limits, payload);
  checkCritical(jws.header, ["b64", ...crit]);
  const { header, payload: signed } = verifyParsed(jws, chooseKey(keyOrChoice, jws.header), limits);
  return { header, payload: onItsOwn(signed) };
}

/** In memory of its own: what is handed out must not have a pool behind it in which other things were. */
export function onItsOwn(payload: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(payload.length);
  payload.copy(own);
  return own;
}

/**
 * The last steps, for a header whose `crit` has been looked at and whose key has been found.
 * @throws {JwtError} `jws/algorithm-mismatch`, `jws/bad-signature`, `jws/malformed`, `key/wrong-operations`
 */
export function verifyParsed(jws: ParsedJws, key: Key, limits: Limits): VerifiedJws {
  verifySignature(jws, key);
  rememberHeader(jws.encodedHeader, jws.header, limits);
  return jws;
}

/** What a signature is verified over, and under which header. */
export interface Signed {
  readonly header: JoseHeader;
  readonly signingInput: string | Uint8Array;
  /** As it stands in the token: not yet known to be base64url. */
  readonly signature: string;
}

/** @throws {JwtError} `jws/algorithm-mismatch`, `jws/bad-signature`, `jws/malformed`, `key/wrong-operations` */
export function verifySignature({ header, signingInput, signature }: Signed, key: Key): void {
  // RFC 8725 §3.1: "The library MUST ensure that the "alg" or "enc" header specifies the same algorithm
  // that is used for the cryptographic operation."
  if (!key.accepts(header.alg)) {
    throw new JwtError(
      "jws/algorithm-mismatch",
      `The key is for ${key.alg}, the token names another algorithm`,
    );
  }
  if (!key.isFor("verify")) throw new JwtError("key/wrong-operations", `The key's "key_ops" lack "verify"`);
  if (!key.verify(signingInput, signature)) throw badSignature(signature);
}

/** No algorithm takes a signature that is not strict base64url, so what it is matters only for the message. */
function badSignature(signature: string): JwtError {
  return isBase64url(signature)
    ? new JwtError("jws/bad-signature", "The signature is wrong: forged, changed, or made with another key")
    : malformed("the signature is not base64url");
}

/** A JWS taken apart, of which nothing is verified. */
export interface ParsedJws extends Signed, VerifiedJws {
  readonly encodedHeader: string;
}

/**
 * Takes a compact JWS apart, RFC 7515 §5.2 steps 1 to 7.
 *
 * @param detached the payload, if it came another way
 * @throws {JwtError} `jws/malformed`, `jws/too-large`
 */
export function parseCompact(token: string, limits: Limits, detached?: Uint8Array | string): ParsedJws {
  if (typeof token !== "string") throw new TypeError("The token must be a string");
  if (token.length > limits.maxTokenLength) {
    throw tokenTooLong(limits);
  }
  const headerEnd = token.indexOf(".");
  const payloadEnd = token.indexOf(".", headerEnd + 1);
  if (headerEnd === -1 || payloadEnd === -1 || token.includes(".", payloadEnd + 1)) {
    throw malformed("it does not have three parts");
  }
  const encodedHeader = token.slice(0, headerEnd);
  const header = parseHeader(encodedHeader, limits);
  const segment = token.slice(headerEnd + 1, payloadEnd);
  const signature = token.slice(payloadEnd + 1);
  const b64 = header.b64 !== false;
  if (detached !== undefined) {
    if (segment !== "") throw malformed("it brings a payload, and is to be detached from it");
    const input = signingInput(encodedHeader, detached, b64);
    return { header, payload: Buffer.from(detached), encodedHeader, signingInput: input, signature };
  }
  const payload = b64 ? decodeBase64url(segment) : plainPayload(segment);
  if (payload === undefined) throw malformed("the payload is not base64url");
  return { header, payload, encodedHeader, signingInput: token.slice(0, payloadEnd), signature };
}

function plainPayload(segment: string): Buffer {
  if (!isUnencodable(segment)) throw malformed("the unencoded payload is not printable ASCII");
  return Buffer.from(segment, "latin1");
}
