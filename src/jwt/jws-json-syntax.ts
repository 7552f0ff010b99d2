/**
 * The JWS JSON Serialization taken apart, RFC 7515 §7.2: the general syntax (§7.2.1), which holds any number
 * of signatures over one payload, and the flattened one (§7.2.2), which holds a single one.
 *
 *     { "payload": …,                                    { "payload": …,
 *       "signatures": [                                    "protected": …, "header": …, "signature": …
 *         { "protected": …, "header": …, "signature": … }, }
 *         … ] }
 *
 * `protected` is base64url and signed. `header` is plain JSON that anybody on the way may have written.
 * https://www.rfc-editor.org/rfc/rfc7515#section-7.2
 */
import { isBase64url } from "./base64url.ts";
import { JwtError } from "./errors.ts";
import { checkHeader, decodeHeader, type JoseHeader, malformed } from "./header.ts";
import { freezeJson, parseObject } from "./json.ts";
import { headerTooLong, type Limits, tokenTooLong } from "./limits.ts";
import { isPlainObject } from "./options.ts";

/** RFC 7515 §7.2.1: one signature, with its two headers. */
export interface JwsSignature {
  /** The protected header, base64url. */
  readonly protected?: string | undefined;
  /** The unprotected header. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  /** Base64url. */
  readonly signature: string;
}

/** RFC 7515 §7.2.2: the syntax with a single signature. */
export interface FlattenedJws extends JwsSignature {
  /** Base64url, or with `b64` false the text itself (RFC 7797 §5.3). Absent when detached. */
  readonly payload?: string | undefined;
}

/** RFC 7515 §7.2.1: the syntax with a list of signatures. */
export interface GeneralJws {
  /** Base64url, or with `b64` false the text itself (RFC 7797 §5.3). Absent when detached. */
  readonly payload?: string | undefined;
  readonly signatures: readonly JwsSignature[];
}

/** Each costs a verification, over the whole payload. */
export const MOST_SIGNATURES = 16;

/** How deep the unprotected header lies in the whole: `{header}` and `{signatures:[{header}]}`. */
export const headerDepth: { readonly flattened: number; readonly general: number } = {
  flattened: 2,
  general: 4,
};

/** A JWS taken apart, of which nothing is verified. */
export interface ParsedJwsJson {
  /** As it stands there; `undefined` when detached. */
  readonly payload: string | undefined;
  /** RFC 7797 §3: whether the payload is signed in base64url. */
  readonly b64: boolean;
  readonly signatures: readonly ParsedSignature[];
}

/** One of its signatures. All objects are frozen, whole. */
export interface ParsedSignature {
  /** The JOSE Header: both headers together. */
  readonly header: JoseHeader;
  readonly protected: Readonly<Record<string, unknown>>;
  readonly unprotected: Readonly<Record<string, unknown>>;
  /** The protected header as it was signed; empty where there is none. */
  readonly encodedHeader: string;
  readonly signature: string;
}

const signatureMembers = ["protected", "header", "signature"] as const;
const allMembers = ["payload", "signatures", ...signatureMembers] as const;

/**
 * Takes either syntax apart, RFC 7515 §5.2 steps 1 to 4. One malformed signature makes the whole malformed,
 * however right the others are: of a JWS that can be read in part, two programs read different parts.
 *
 * An object is read once, so that no getter shows two faces, and only its own enumerable members count.
 *
 * @throws {JwtError} `jws/malformed`, `jws/too-large`
 */
export function parseJwsJson(jws: object | string, limits: Limits): ParsedJwsJson {
  // RFC 7515 §7.2.1: "Additional members can be present in both the JSON objects defined above; if not
  // understood by implementations encountering them, they MUST be ignored."
  const whole = typeof jws === "string" ? parseText(jws, limits) : jws;
  const { payload, signatures, ...single } = readMembers(whole, allMembers);
  const general = signatures !== undefined;
  // RFC 7515 §7.2.2: "The "signatures" member MUST NOT be present when using this syntax."
  if (general && Object.keys(single).length > 0) {
    throw malformed(`it mixes "signatures" with what belongs into one of them`);
  }
  const read = (general ? readList(signatures) : [single]).map(checkTypes);
  if (payload !== undefined && typeof payload !== "string") throw malformed(`"payload" is not a string`);
  let length = payload?.length ?? 0;
  for (const one of read) length += (one.protected?.length ?? 0) + one.signature.length;
  if (length > limits.maxTokenLength) throw tokenTooLong(limits);

  const depth = general ? headerDepth.general : headerDepth.flattened;
  const parsed = read.map((one) => parseSignature(one, limits, depth));
  const b64 = parsed[0]!.header.b64 !== false;
  // RFC 7797 §3: "If the JWS has multiple signatures and/or MACs, the "b64" Header Parameter value MUST be the
  // same for all of them."
  if (parsed.some(({ header }) => (header.b64 !== false) !== b64)) {
    throw malformed(`its signatures differ in "b64"`);
  }
  return { payload, b64, signatures: parsed };
}

/** `undefined` when it is no JSON object. */
function parseText(text: string, limits: Limits): unknown {
  if (text.length > limits.maxTokenLength) throw tokenTooLong(limits);
  // A half of a surrogate pair has no UTF-8; Buffer.from would put U+FFFD in its place.
  return text.isWellFormed() ? parseObject(Buffer.from(text), limits.maxDepth) : undefined;
}

/** These members, each read once. One that is `undefined` counts as absent, as it does in JSON. */
function readMembers<Name extends string>(
  source: unknown,
  names: readonly Name[],
): { [N in Name]?: unknown } {
  if (!isPlainObject(source)) throw malformed("it, or one of its signatures, is not a JSON object");
  const members: { [N in Name]?: unknown } = Object.create(null);
  for (const name of names) {
    if (!Object.prototype.propertyIsEnumerable.call(source, name)) continue;
    const value = source[name];
    if (value !== undefined) members[name] = value;
  }
  return members;
}

function readList(signatures: unknown): { [N in (typeof signatureMembers)[number]]?: unknown }[] {
  if (!Array.isArray(signatures)) throw malformed(`"signatures" is not a list`);
  const { length } = signatures;
  if (length === 0) throw malformed(`"signatures" is empty`);
  if (length > MOST_SIGNATURES) {
    throw new JwtError("jws/too-large", `The token has more than ${MOST_SIGNATURES} signatures`);
  }
  return Array.from({ length }, (_, at) => readMembers(signatures[at], signatureMembers));
}

interface ReadSignature {
  readonly protected: string | undefined;
  readonly header: unknown;
  readonly signature: string;
}

function checkTypes(one: { [N in (typeof signatureMembers)[number]]?: unknown }): ReadSignature {
  const { protected: encoded, header, signature } = one;
  // RFC 7515 §7.2.1 wants a header that is empty to be absent: so there is one way to say it.
  if (encoded !== undefined && (typeof encoded !== "string" || encoded === "")) {
    throw malformed(`"protected" is not a header in base64url`);
  }
  if (typeof signature !== "string") throw malformed(`"signature" is not a string`);
  return { protected: encoded, header, signature };
}

function parseSignature(one: ReadSignature, limits: Limits, depth: number): ParsedSignature {
  if (!isBase64url(one.signature)) throw malformed("a signature is not base64url");
  const encodedHeader = one.protected ?? "";
  const signed = encodedHeader === "" ? {} : parseProtected(encodedHeader, limits);
  const unprotected = one.header === undefined ? {} : copyUnprotected(one.header, limits, depth);
  for (const name of Object.keys(unprotected)) {
    // RFC 7515 §7.2.1: "The Header Parameter names in the two locations MUST be disjoint."
    if (Object.hasOwn(signed, name)) throw malformed("a name is in the protected and the unprotected header");
  }
  // RFC 7797 §3: "it MUST occur only within the JWS Protected Header"
  if (Object.hasOwn(unprotected, "b64")) throw malformed(`"b64" is not protected`);
  return {
    // `alg` need not be the protected one: the key knows its algorithm, and what the header says is only
    // compared with that.
    header: checkHeader({ ...signed, ...unprotected }),
    protected: freezeJson(signed),
    unprotected: freezeJson(unprotected),
    encodedHeader,
    signature: one.signature,
  };
}

function parseProtected(segment: string, limits: Limits): Record<string, unknown> {
  const header = decodeHeader(segment, limits);
  if (Object.keys(header).length === 0) throw malformed("the protected header is empty");
  return header;
}

function copyUnprotected(header: unknown, limits: Limits, depth: number): Record<string, unknown> {
  if (!isPlainObject(header)) throw malformed("the unprotected header is not a JSON object");
  const copy = copyJson(header, { octets: limits.maxHeaderLength, limits }, depth) as Record<string, unknown>;
  if (Object.keys(copy).length === 0) throw malformed("the unprotected header is empty");
  if (Buffer.byteLength(JSON.stringify(copy)) > limits.maxHeaderLength) throw headerTooLong(limits);
  return copy;
}

/** How much more may be copied. */
interface Allowance {
  octets: number;
  readonly limits: Limits;
}

/** Every character is an octet of JSON at least, and so is every other value. */
function spend(allowance: Allowance, octets: number): void {
  allowance.octets -= octets;
  if (allowance.octets < 0) throw headerTooLong(allowance.limits);
}

/**
 * Copies what JSON can say; throws at anything else. Counts as it goes, since an object that holds the same
 * object twice, and that another one twice, and so on, is small and its copy is not.
 */
function copyJson(value: unknown, allowance: Allowance, depth: number): unknown {
  spend(allowance, typeof value === "string" ? value.length : 1);
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value;
  if (depth > allowance.limits.maxDepth) throw malformed("the unprotected header is nested too deep");
  if (Array.isArray(value)) {
    const { length } = value;
    spend(allowance, length);
    return Array.from({ length }, (_, at) => copyJson(value[at], allowance, depth + 1));
  }
  if (!isPlainObject(value)) throw malformed("the unprotected header holds what is no JSON");
  const entries = Object.entries(value).map(([name, member]) => {
    spend(allowance, name.length);
    return [name, copyJson(member, allowance, depth + 1)];
  });
  // Made from entries, never assigned: a member named "__proto__" stays a member.
  return Object.fromEntries(entries);
}

/**
 * The unprotected header that a signer asks for, as a reader of its JSON will see it.
 *
 * @param depth how deep it will lie in the whole
 * @throws {TypeError | RangeError} when it is no JSON, or too large
 */
export function writeUnprotected(
  header: Readonly<Record<string, unknown>>,
  limits: Limits,
  depth: number,
): Record<string, unknown> {
  for (const name of Object.keys(header)) {
    // A function named toJSON would write the whole header in our place.
    if (typeof header[name] === "function")
      throw new TypeError(`The header parameter "${name}" is a function`);
  }
  const octets = Buffer.from(JSON.stringify(header));
  if (octets.length > limits.maxHeaderLength) {
    throw new RangeError(`The header is longer than ${limits.maxHeaderLength} octets`);
  }
  const written = parseObject(octets, limits.maxDepth - depth + 1);
  if (written === undefined) throw new RangeError(`The token is nested deeper than ${limits.maxDepth}`);
  return written;
}
