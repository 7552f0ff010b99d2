/**
 * The JOSE Header, RFC 7515 §4: read strictly, and written so that it cannot lie.
 * https://www.rfc-editor.org/rfc/rfc7515#section-4
 */
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { JwtError } from "./errors.ts";
import { flat } from "./flat-text.ts";
import { freezeJson, parseObject } from "./json.ts";
import type { Key } from "./key.ts";
import { defaultLimits, headerTooLong, type Limits } from "./limits.ts";
import { checkNames, checkText, isPlainObject } from "./options.ts";

/** RFC 7515 §4.1: the parameters this implementation reads, and whatever else the header holds. */
export interface JoseHeader {
  readonly alg: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly cty?: string;
  readonly [parameter: string]: unknown;
}

/**
 * Headers of tokens that were verified, by their text: those of one issuer are all alike. Only verified ones
 * get in, so a stranger can neither fill this nor push others out. Saves a quarter of verifying with
 * HMAC, and more (bench/jwt/parts).
 */
const known = new Map<string, JoseHeader>();
const MOST_KNOWN = 64;
const LONGEST_KNOWN = 1_024;
/** The last of them that was met: to compare two texts costs less than to look one up. */
let latest: { readonly segment: string; readonly header: JoseHeader } | undefined;

/** Keeps the header of a token that was verified. */
export function rememberHeader(segment: string, header: JoseHeader, limits: Limits): void {
  if (header === latest?.header || limits !== defaultLimits || segment.length > LONGEST_KNOWN) return;
  if (known.size >= MOST_KNOWN) known.clear();
  latest = { segment: flat(segment), header };
  known.set(latest.segment, header);
}

/**
 * Reads a protected header. It is frozen, whole.
 * @throws {JwtError} `jws/malformed`, `jws/too-large`
 */
export function parseHeader(segment: string, limits: Limits): JoseHeader {
  if (limits === defaultLimits) {
    const header = segment === latest?.segment ? latest.header : known.get(segment);
    if (header !== undefined) return header;
  }
  return checkHeader(decodeHeader(segment, limits));
}

/**
 * The JSON object in a protected header, whatever it says.
 * @throws {JwtError} `jws/malformed`, `jws/too-large`
 */
export function decodeHeader(segment: string, limits: Limits): Record<string, unknown> {
  if (Math.floor((segment.length * 3) / 4) > limits.maxHeaderLength) throw headerTooLong(limits);
  const octets = decodeBase64url(segment);
  if (octets === undefined) throw malformed("the header is not base64url");
  const header = parseObject(octets, limits.maxDepth);
  if (header === undefined) throw malformed("the header is not a JSON object in UTF-8");
  return header;
}

/**
 * Freezes a header whose registered parameters are of their types.
 * @throws {JwtError} `jws/malformed`
 */
export function checkHeader(header: Record<string, unknown>): JoseHeader {
  const { alg, kid, typ, cty, b64 } = header;
  // RFC 7515 §4.1.1: "This Header Parameter MUST be present".
  if (typeof alg !== "string") throw malformed(`the header's "alg" is not a string`);
  if (kid !== undefined && typeof kid !== "string") throw malformed(`the header's "kid" is not a string`);
  if (typ !== undefined && typeof typ !== "string") throw malformed(`the header's "typ" is not a string`);
  if (cty !== undefined && typeof cty !== "string") throw malformed(`the header's "cty" is not a string`);
  if (b64 !== undefined && typeof b64 !== "boolean")
    throw malformed(`the header's "b64" is not true or false`);
  return freezeJson(header) as JoseHeader;
}

/** @returns the error for a JWS that is not what RFC 7515 says it is */
export function malformed(how: string): JwtError {
  return new JwtError("jws/malformed", `The token is malformed: ${how}`);
}

/** RFC 7515 §4.1 and RFC 7518 §4.1: the names that `crit` may not list. */
const registered: ReadonlySet<string> = new Set([
  ...["alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"],
  ...["enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"],
]);

/**
 * RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by
 * the recipient, then the JWS is invalid." And the list itself must be one: not empty, no name twice, no
 * registered name, and every name stands in the header.
 *
 * A `b64` of false (RFC 7797 §3) that `crit` does not list is refused too: RFC 7797 §6 demands that it be
 * listed, since who overlooks it misreads the payload.
 *
 * @param understood the extensions that the recipient knows what to do about
 * @throws {JwtError} `jws/critical`
 */
export function checkCritical(header: JoseHeader, understood: readonly string[]): void {
  const crit: unknown = header.crit;
  if (crit === undefined) {
    if (header.b64 === false) throw critical(`"b64" is not listed in "crit"`);
    return;
  }
  if (!Array.isArray(crit) || crit.length === 0) throw critical(`"crit" is not a list of names`);
  if (new Set(crit).size !== crit.length) throw critical(`"crit" lists a name twice`);
  for (const name of crit) {
    if (typeof name !== "string") throw critical(`"crit" is not a list of names`);
    if (registered.has(name)) throw critical(`"crit" lists a name that is no extension`);
    if (!Object.hasOwn(header, name)) throw critical(`"crit" lists a name that is not in the header`);
    if (!understood.includes(name)) throw critical("it asks for an extension that is not understood");
  }
  if (header.b64 === false && !crit.includes("b64")) throw critical(`"b64" is not listed in "crit"`);
}

function critical(how: string): JwtError {
  return new JwtError("jws/critical", `The header is refused: ${how}`);
}

/**
 * Checks the names that the calling code says it understands.
 * @throws {TypeError}
 */
export function checkUnderstood(crit: readonly string[] | undefined): void {
  if (crit === undefined) return;
  checkNames(crit, "crit");
  for (const name of crit) {
    if (registered.has(name) || name === "b64") throw new TypeError(`"${name}" is not an extension`);
  }
}

/** What a signer may say in the header. */
export interface HeaderOptions {
  /** RFC 7515 §4.1.9: the type of the whole, such as `JWT`. */
  readonly typ?: string | undefined;
  /** Further header parameters: none of those that this module writes itself. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  /** RFC 7515 §4.1.11: those of them that a recipient must understand. */
  readonly crit?: readonly string[] | undefined;
}

/** The last header written with each key, while nothing was in it but `alg`, `typ` and `kid`. */
const written = new WeakMap<Key, { readonly typ: string | undefined; readonly segment: string }>();

/**
 * Writes a protected header, base64url.
 *
 * @throws {TypeError} when an option is not of its type, {@link RangeError} when the header becomes too long
 */
export function encodeHeader(key: Key, options: HeaderOptions, limits: Limits, b64 = true): string {
  // Read once, so that no getter shows two faces.
  const { typ, header, crit } = options;
  const usual = b64 && header === undefined && crit === undefined && limits === defaultLimits;
  if (usual) {
    const memo = written.get(key);
    if (memo !== undefined && memo.typ === typ) return memo.segment;
  }
  const text = JSON.stringify(buildHeader(key, { typ, header, crit }, b64));
  if (Buffer.byteLength(text) > limits.maxHeaderLength) {
    throw new RangeError(`The header is longer than ${limits.maxHeaderLength} octets`);
  }
  if (!usual) checkWritten(text, limits);
  const segment = encodeBase64url(text);
  if (usual) written.set(key, { typ, segment });
  return segment;
}

/** What was written is what a verifier will accept: JSON.stringify asks values that have a toJSON for another. */
function checkWritten(text: string, { maxDepth }: Limits): void {
  const header = parseObject(Buffer.from(text), maxDepth);
  if (header === undefined) throw new RangeError(`The header is nested more than ${maxDepth} deep`);
  try {
    const { crit = [] } = checkHeader(header) as { crit?: readonly string[] };
    checkCritical(header as JoseHeader, crit);
  } catch (error) {
    if (error instanceof JwtError) throw new TypeError(`Nobody could accept it: ${error.message}`);
    throw error;
  }
}

/**
 * What the caller may not write: `alg`, `kid` and `typ` come from the key and the options, so that a header
 * cannot lie about its signature; `crit` and `b64` from the options that bring about what they announce.
 */
const reserved: ReadonlySet<string> = new Set(["alg", "kid", "typ", "crit", "b64"]);

function buildHeader(key: Key, options: HeaderOptions, b64: boolean): Record<string, unknown> {
  const { typ, header = {}, crit } = options;
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
  const announced = [...(b64 ? [] : ["b64"]), ...checkAnnounced(crit, further)];
  return {
    alg: key.alg,
    ...(typ !== undefined && { typ }),
    ...(key.kid !== undefined && { kid: key.kid }),
    ...further,
    ...(!b64 && { b64 }),
    ...(announced.length > 0 && { crit: announced }),
  };
}

function checkAnnounced(
  crit: readonly string[] | undefined,
  further: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (crit === undefined) return [];
  checkUnderstood(crit);
  for (const name of crit) {
    // RFC 7515 §4.1.11: "Producers MUST NOT include … names that do not occur as Header Parameter names".
    if (!Object.hasOwn(further, name)) throw new TypeError(`crit lists "${name}", which header lacks`);
  }
  if (new Set(crit).size !== crit.length) throw new TypeError("crit lists a name twice");
  return crit;
}
