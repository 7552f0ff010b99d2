/**
 * JSON Web Signature in the JSON serialization, RFC 7515 §7.2: one payload, one or more signatures, each with
 * a header that it protects and perhaps one that it does not. For documents that several parties sign, and
 * for payloads that stay readable (RFC 7797) or travel apart (RFC 7515 appendix F).
 * https://www.rfc-editor.org/rfc/rfc7515#section-7.2
 */
import { isUtf8 } from "node:buffer";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { JwtError } from "./errors.ts";
import { checkCritical, checkUnderstood, encodeHeader, type JoseHeader, malformed } from "./header.ts";
import { checkPayload, checkSigner, onItsOwn, signingInput, verifySignature } from "./jws.ts";
import {
  type FlattenedJws,
  type GeneralJws,
  headerDepth,
  type JwsSignature,
  MOST_SIGNATURES,
  type ParsedJwsJson,
  type ParsedSignature,
  parseJwsJson,
  writeUnprotected,
} from "./jws-json-syntax.ts";
import { Key } from "./key.ts";
import { chooseKey, type KeyChoice } from "./key-choice.ts";
import { checkLimits, type Limits, type TokenLimits } from "./limits.ts";
import { checkBoolean, checkOptions, isPlainObject } from "./options.ts";

/** Who signs, and what the two headers of that signature say. */
export interface Signer {
  readonly key: Key;
  /** RFC 7515 §4.1.9: the type of the whole, in the protected header. */
  readonly typ?: string | undefined;
  /** Further parameters of the protected header: none of those that this module writes itself. */
  readonly protected?: Readonly<Record<string, unknown>> | undefined;
  /**
   * The unprotected header, which anybody may change on the way. Shares no name with the protected one, and
   * has no `alg`, `kid`, `crit` or `b64`: these are always protected.
   */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  /** RFC 7515 §4.1.11: those of `protected` that a recipient must understand. */
  readonly crit?: readonly string[] | undefined;
}

/** What {@link signJwsJson} is told besides payload and signers. */
export interface SignJwsJsonOptions {
  /** RFC 7515 appendix F: leaves the payload out; the verifier gets it another way. */
  readonly detached?: boolean | undefined;
  /**
   * RFC 7797 §3: false signs the payload as it is, without base64url, and writes it as text. One that is not
   * detached must then be valid UTF-8.
   */
  readonly b64?: boolean | undefined;
  readonly limits?: TokenLimits | undefined;
}

const signerMembers: ReadonlySet<string> = new Set(["key", "typ", "protected", "header", "crit"]);
const signOptions: ReadonlySet<string> = new Set(["detached", "b64", "limits"]);

/**
 * Signs bytes, or the UTF-8 bytes of a text: with one signer in the flattened syntax, with a list of 1 to 16
 * in the general one.
 *
 * @throws {JwtError} `key/not-private`, `key/wrong-operations`
 * @throws {TypeError | RangeError} when an argument is not of its type or too long
 */
export function signJwsJson(
  payload: Uint8Array | string,
  signer: Signer | Key,
  options?: SignJwsJsonOptions,
): FlattenedJws;
export function signJwsJson(
  payload: Uint8Array | string,
  signers: readonly (Signer | Key)[],
  options?: SignJwsJsonOptions,
): GeneralJws;
export function signJwsJson(
  payload: Uint8Array | string,
  signers: Signer | Key | readonly (Signer | Key)[],
  options: SignJwsJsonOptions = {},
): FlattenedJws | GeneralJws {
  checkPayload(payload);
  checkOptions(options, signOptions, "signJwsJson options");
  const { detached = false, b64 = true } = options;
  checkBoolean(detached, "detached");
  checkBoolean(b64, "b64");
  const limits = checkLimits(options.limits);
  const encoded = b64 ? encodeBase64url(payload) : undefined;
  const body = detached ? {} : { payload: encoded ?? plainText(payload) };
  const task = { inputOf: inputOver(payload, encoded), b64, limits };
  if (!isList(signers)) {
    return checkLength({ ...body, ...sign(signers, task, headerDepth.flattened) }, limits);
  }
  if (signers.length === 0) throw new TypeError("At least one signer is needed");
  if (signers.length > MOST_SIGNATURES) throw new RangeError(`More than ${MOST_SIGNATURES} signers`);
  const signatures = signers.map((one) => sign(one, task, headerDepth.general));
  return checkLength({ ...body, signatures }, limits);
}

function isList(signers: Signer | Key | readonly (Signer | Key)[]): signers is readonly (Signer | Key)[] {
  return Array.isArray(signers);
}

/**
 * The JWS Signing Input for each protected header, RFC 7515 §5.1 step 5. `encoded` is the payload in base64url,
 * once for all signatures, or `undefined` where it is signed as it is (RFC 7797 §3).
 */
function inputOver(payload: Uint8Array | string, encoded: string | undefined): SigningInputOf {
  return (header) => (encoded === undefined ? signingInput(header, payload, false) : `${header}.${encoded}`);
}

type SigningInputOf = (encodedHeader: string) => string | Uint8Array;

/** RFC 7797 §5.3: the payload is a JSON string, and so must be text. */
function plainText(payload: Uint8Array | string): string {
  if (typeof payload === "string" ? payload.isWellFormed() : isUtf8(payload)) {
    return Buffer.from(payload).toString();
  }
  throw new TypeError("An unencoded payload must be valid UTF-8, or detached");
}

function checkLength<Jws extends FlattenedJws | GeneralJws>(jws: Jws, { maxTokenLength }: Limits): Jws {
  if (JSON.stringify(jws).length > maxTokenLength) {
    throw new RangeError(`The token is longer than ${maxTokenLength} characters`);
  }
  return jws;
}

/** What all signers of one JWS have in common. */
interface Task {
  readonly inputOf: SigningInputOf;
  readonly b64: boolean;
  readonly limits: Limits;
}

function sign(one: Signer | Key, { inputOf, b64, limits }: Task, depth: number): JwsSignature {
  const signer: Signer = one instanceof Key ? { key: one } : one;
  checkOptions(signer, signerMembers, "A signer");
  const { key, typ, crit } = signer;
  checkSigner(key);
  const further = copyHeader(signer.protected, "protected");
  const encoded = encodeHeader(key, { typ, header: further, crit }, limits, b64);
  const header = copyHeader(signer.header, "header");
  for (const name of Object.keys(header ?? {})) {
    if (protectedOnly.has(name)) throw new TypeError(`The header parameter "${name}" cannot be unprotected`);
    if (Object.hasOwn(further ?? {}, name) || (name === "typ" && typ !== undefined)) {
      throw new TypeError(`The header parameter "${name}" is in both headers`);
    }
  }
  const unprotected = header && writeUnprotected(header, limits, depth);
  return {
    protected: encoded,
    // RFC 7515 §7.2.1: "…MUST be present … when the JWS Unprotected Header value is non-empty; otherwise, it
    // MUST be absent."
    ...(unprotected !== undefined && Object.keys(unprotected).length > 0 && { header: unprotected }),
    signature: key.sign(inputOf(encoded)),
  };
}

/**
 * RFC 7515 §4.1.11 and RFC 7797 §3 demand it of `crit` and `b64`. That `alg` and `kid` are protected is our
 * choice: with `alg` it is one of the ways that RFC 7515 §10.7 names, and a name that can be changed is none.
 */
const protectedOnly: ReadonlySet<string> = new Set(["alg", "kid", "crit", "b64"]);

/** Copied before it is looked at, so that no getter shows two faces. */
function copyHeader(header: unknown, what: string): Record<string, unknown> | undefined {
  if (header === undefined) return undefined;
  if (!isPlainObject(header)) throw new TypeError(`${what} must be a plain object`);
  return { ...header };
}

/** What {@link verifyJwsJson} may be told. */
export interface VerifyJwsJsonOptions {
  /** RFC 7515 appendix F: the payload of a JWS that comes without it. One that brings its own is refused. */
  readonly payload?: Uint8Array | string | undefined;
  /** RFC 7515 §4.1.11: the extensions that the application understands and processes itself; none by default. */
  readonly crit?: readonly string[] | undefined;
  /** RFC 7515 §5.2: whether one right signature is enough, or none may be wrong; `any` by default. */
  readonly require?: "any" | "all" | undefined;
  readonly limits?: TokenLimits | undefined;
}

/** A JWS of which at least one signature is right. */
export interface VerifiedJwsJson {
  readonly payload: Buffer;
  /** The {@link VerifiedSignature.header} of the first signature that is right: not all of it need be protected. */
  readonly header: JoseHeader;
  /** Those that are right, in their order; the others are left out. Several may be by one key. */
  readonly signatures: readonly VerifiedSignature[];
}

/** A signature that is right, and what it says. All headers are frozen. */
export interface VerifiedSignature {
  /** Its place among the signatures of the JWS, from 0. */
  readonly index: number;
  /** The key that it is right with: says who signed, where a `kid` that is not protected does not. */
  readonly key: Key;
  /** The JOSE Header: both headers together. For decisions read {@link protected}. */
  readonly header: JoseHeader;
  /** What the signature covers. */
  readonly protected: Readonly<Record<string, unknown>>;
  /** What it does not cover: anybody may have written it. */
  readonly unprotected: Readonly<Record<string, unknown>>;
}

const verifyOptions: ReadonlySet<string> = new Set(["payload", "crit", "require", "limits"]);

/**
 * Verifies a JWS in either JSON syntax, RFC 7515 §5.2: an object, or the JSON text of one, with at most 16
 * signatures. A {@link KeyChoice} is asked for each of them; a key given directly is tried on each.
 *
 * When too few are right, and they are refused for several reasons, the error is `jws/bad-signature` if that
 * is among them (a key was found, and it says no), else the first signature's.
 *
 * @throws {JwtError} `jws/…`; `key/wrong-operations` when the key is not for verifying
 * @throws {TypeError} when an argument is not of its type
 */
export function verifyJwsJson(
  jws: object | string,
  keyOrChoice: Key | KeyChoice,
  options: VerifyJwsJsonOptions = {},
): VerifiedJwsJson {
  if (typeof jws !== "string" && typeof jws !== "object") {
    throw new TypeError("The JWS must be an object or text");
  }
  checkOptions(options, verifyOptions, "verifyJwsJson options");
  const { payload: detached, crit = [], require = "any" } = options;
  if (detached !== undefined) checkPayload(detached);
  checkUnderstood(crit);
  if (require !== "any" && require !== "all") throw new TypeError('require must be "any" or "all"');
  const parsed = parseJwsJson(jws, checkLimits(options.limits));
  const payload = decodePayload(parsed, detached);
  const encoded = parsed.b64 ? parsed.payload || encodeBase64url(payload) : undefined;
  const inputOf = inputOver(payload, encoded);

  const signatures: VerifiedSignature[] = [];
  const refusals: JwtError[] = [];
  for (const [index, one] of parsed.signatures.entries()) {
    const key = verifyOne(one, inputOf, keyOrChoice, ["b64", ...crit]);
    if (key instanceof JwtError) refusals.push(key);
    else {
      const { header, protected: signed, unprotected } = one;
      signatures.push({ index, key, header, protected: signed, unprotected });
    }
  }
  // RFC 7515 §5.2: "at least one JWS Signature value MUST successfully validate, or the JWS MUST be considered
  // invalid."
  const first = signatures[0];
  if (first === undefined || (require === "all" && refusals.length > 0)) {
    throw refusals.find(({ code }) => code === "jws/bad-signature") ?? refusals[0]!;
  }
  return { payload: onItsOwn(payload), header: first.header, signatures };
}

function decodePayload({ payload, b64 }: ParsedJwsJson, detached: Uint8Array | string | undefined): Buffer {
  if (detached !== undefined) {
    // An empty one is no payload where another is given: some write it so (RFC 7797 §4.2 leaves it out).
    if (payload !== undefined && payload !== "") {
      throw malformed("it brings a payload, and is to be detached from it");
    }
    return Buffer.from(detached);
  }
  if (payload === undefined) throw malformed("it has no payload");
  if (b64) {
    const octets = decodeBase64url(payload);
    if (octets === undefined) throw malformed("the payload is not base64url");
    return octets;
  }
  // JSON can spell half of a surrogate pair; UTF-8 cannot.
  if (!payload.isWellFormed()) throw malformed("the unencoded payload is not Unicode text");
  return Buffer.from(payload);
}

/** The key that the signature is right with, or why it is not. */
function verifyOne(
  one: ParsedSignature,
  inputOf: SigningInputOf,
  keyOrChoice: Key | KeyChoice,
  understood: readonly string[],
): Key | JwtError {
  const { header, encodedHeader, signature } = one;
  try {
    // RFC 7515 §4.1.11: "it MUST occur only within the JWS Protected Header"
    if (Object.hasOwn(one.unprotected, "crit")) {
      throw new JwtError("jws/critical", `The header is refused: "crit" is not protected`);
    }
    // What must be understood must be protected too, or anybody could change it: stricter than the RFC, which
    // wants it in one of the two headers.
    checkCritical({ ...one.protected, alg: header.alg }, understood);
    const key = chooseKey(keyOrChoice, header);
    verifySignature({ header, signature, signingInput: inputOf(encodedHeader) }, key);
    return key;
  } catch (error) {
    if (error instanceof JwtError) return error;
    throw error;
  }
}
