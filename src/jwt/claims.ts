/**
 * The claims of a JWT, and whether they are what the application wants: RFC 7519 §4.1, RFC 8725 §3.
 *
 * Pure: the time is an argument. All times and durations here are in seconds, as in the RFC.
 * https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
import { JwtError } from "./errors.ts";
import { checkUnderstood, type JoseHeader } from "./header.ts";
import { parseObject } from "./json.ts";
import { checkLimits, type Limits, type TokenLimits } from "./limits.ts";
import { checkFinite, checkNames, checkText } from "./options.ts";

/** RFC 7519 §4.1: the registered claims, and whatever else the token states. */
export interface Claims {
  /** Issuer. */
  readonly iss?: string | undefined;
  /** Subject. */
  readonly sub?: string | undefined;
  /** Audience. */
  readonly aud?: string | readonly string[] | undefined;
  /** Expiration time, seconds since 1970-01-01T00:00:00Z (RFC 7519 §2, NumericDate). */
  readonly exp?: number | undefined;
  /** Not before, likewise. */
  readonly nbf?: number | undefined;
  /** Issued at, likewise. */
  readonly iat?: number | undefined;
  /** The token's own name. */
  readonly jti?: string | undefined;
  readonly [claim: string]: unknown;
}

/** Stands in a policy where a value would, and opts out of a check in a way that shows in review. */
export const unchecked: unique symbol = Symbol("unchecked");

/** What a token must be to be accepted. There is no default for whom to trust, so the first three are needed. */
export interface ClaimsPolicy {
  /** Whose tokens are accepted (RFC 8725 §3.8). `unchecked`: anybody's whose key it is. */
  readonly issuer: string | readonly string[] | typeof unchecked;
  /**
   * The name or names by which the application goes (RFC 8725 §3.9). `unchecked`: it has none, so tokens
   * need not be addressed; one that is addressed is not for us, and refused (RFC 7519 §4.1.3).
   */
  readonly audience: string | readonly string[] | typeof unchecked;
  /** The kind of token (RFC 8725 §3.11), so that none passes for another: `at+jwt`, `JWT`. */
  readonly typ: string | typeof unchecked;
  /** `unchecked`: the token need not expire. If it says when, that still counts. */
  readonly exp?: typeof unchecked | undefined;
  /** Clock skew allowed, in seconds; 0 by default. */
  readonly leeway?: number | undefined;
  /** How old the token may be by its `iat`, in seconds. */
  readonly maxAge?: number | undefined;
  readonly subject?: string | undefined;
  /** Claims that must be there, whatever they say. */
  readonly required?: readonly string[] | undefined;
  /** The last word, after every other check: false refuses. Synchronous. */
  readonly accept?: ((claims: Claims) => boolean) | undefined;
  /** RFC 7515 §4.1.11: the extensions that the application understands and processes itself; none by default. */
  readonly crit?: readonly string[] | undefined;
  readonly limits?: TokenLimits | undefined;
}

/**
 * Checks every member of a policy, and that there is none that is misspelt. One pass over the members there
 * are, since it is made for each token: a policy may have changed since the last one.
 *
 * @returns its limits
 * @throws {TypeError | RangeError} unless every member of `policy` is known and of its type
 */
export function checkPolicy(policy: ClaimsPolicy): Limits {
  if (typeof policy !== "object" || policy === null || Array.isArray(policy)) {
    throw new TypeError("policy must be an object");
  }
  for (const name in policy) checkMember(policy, name);
  if (policy.issuer === undefined)
    throw new TypeError("policy.issuer is needed: whom to trust, or unchecked");
  if (policy.audience === undefined)
    throw new TypeError("policy.audience is needed: who we are, or unchecked");
  if (policy.typ === undefined) throw new TypeError("policy.typ is needed: the kind of token, or unchecked");
  return checkLimits(policy.limits);
}

/** A policy that nobody else can change, lists and limits included. What is no policy is left to {@link checkPolicy}. */
export function copyPolicy(policy: ClaimsPolicy): ClaimsPolicy {
  if (typeof policy !== "object" || policy === null || Array.isArray(policy)) return policy;
  const copy: Record<string, unknown> = {};
  for (const name in policy) {
    const value: unknown = policy[name as keyof ClaimsPolicy];
    if (Array.isArray(value)) copy[name] = [...value];
    else copy[name] = name === "limits" && typeof value === "object" ? { ...value } : value;
  }
  return copy as unknown as ClaimsPolicy;
}

function checkMember(policy: ClaimsPolicy, name: string): void {
  switch (name) {
    case "issuer":
      checkParty(policy.issuer, "policy.issuer");
      break;
    case "audience":
      checkParty(policy.audience, "policy.audience");
      break;
    case "typ":
      if (policy.typ !== unchecked) checkText(policy.typ, "policy.typ");
      break;
    case "exp":
      if (policy.exp === undefined || policy.exp === unchecked) break;
      throw new TypeError("policy.exp can only be unchecked");
    case "leeway":
      checkDuration(policy.leeway, "policy.leeway");
      break;
    case "maxAge":
      checkDuration(policy.maxAge, "policy.maxAge");
      break;
    case "subject":
      if (policy.subject !== undefined) checkText(policy.subject, "policy.subject");
      break;
    case "required":
      if (policy.required !== undefined) checkNames(policy.required, "policy.required");
      break;
    case "accept":
      if (policy.accept === undefined || typeof policy.accept === "function") break;
      throw new TypeError("policy.accept must be a function");
    case "crit":
      checkUnderstood(policy.crit);
      break;
    case "limits": // checkLimits
      break;
    default:
      throw new TypeError(`policy: there is no option "${name}"`);
  }
}

function checkParty(value: unknown, what: string): void {
  if (value === unchecked) return;
  if (!Array.isArray(value)) checkText(value, what);
  else if (value.length === 0) throw new TypeError(`${what} must not be an empty list`);
  else checkNames(value, what);
}

function checkDuration(value: unknown, what: string): void {
  if (value === undefined) return;
  checkFinite(value, what);
  if (value < 0) throw new RangeError(`${what} must not be negative`);
}

/**
 * Which registered claim is not of its type, RFC 7519 §4.1; `undefined` when all are.
 * A NumericDate is any finite number: JSON can spell infinity (`1e999`), and no time is that.
 */
export function mistypedClaim(claims: Readonly<Record<string, unknown>>): string | undefined {
  const { iss, sub, aud, exp, nbf, iat, jti } = claims;
  if (iss !== undefined && typeof iss !== "string") return "iss";
  if (sub !== undefined && typeof sub !== "string") return "sub";
  if (aud !== undefined && typeof aud !== "string" && !isListOfText(aud)) return "aud";
  if (exp !== undefined && !Number.isFinite(exp)) return "exp";
  if (nbf !== undefined && !Number.isFinite(nbf)) return "nbf";
  if (iat !== undefined && !Number.isFinite(iat)) return "iat";
  if (jti !== undefined && typeof jti !== "string") return "jti";
  return undefined;
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

/**
 * RFC 7519 §7.2 step 10: the payload as a JWT Claims Set, the registered claims of their types.
 *
 * @throws {JwtError} `claims/malformed`
 */
export function parseClaims(payload: Buffer, maxDepth: number): Claims {
  const claims = parseObject(payload, maxDepth);
  if (claims === undefined) {
    throw new JwtError("claims/malformed", "The claims are not a JSON object in UTF-8");
  }
  const mistyped = mistypedClaim(claims);
  if (mistyped !== undefined) {
    throw new JwtError("claims/malformed", `The claim "${mistyped}" is not of its type`, { claim: mistyped });
  }
  return claims as Claims;
}

/**
 * RFC 7515 §4.1.9: "A recipient using the media type value MUST treat it as if "application/" were
 * prepended to any "typ" value not containing a '/'." Media types ignore case (RFC 2045 §5.1).
 *
 * @throws {JwtError} `claims/missing`, `claims/wrong-type`
 */
export function checkTyp(header: JoseHeader, { typ }: ClaimsPolicy): void {
  if (typ === unchecked || header.typ === typ) return;
  if (header.typ === undefined) throw missing("typ");
  if (mediaType(header.typ) !== mediaType(typ)) {
    throw new JwtError("claims/wrong-type", `The token's "typ" is not ${quote(typ)}`, { claim: "typ" });
  }
}

function mediaType(typ: string): string {
  return (typ.includes("/") ? typ : `application/${typ}`).toLowerCase();
}

/**
 * Holds claims whose signature is verified, and whose {@link mistypedClaim} is none, against `policy`.
 * Expiry comes last, so that `claims/expired` means a token in which everything else was right.
 *
 * @throws {JwtError} `claims/…`
 */
export function checkClaims(claims: Claims, policy: ClaimsPolicy, now: number): void {
  checkParties(claims, policy);
  for (const name of policy.required ?? []) {
    if (!Object.hasOwn(claims, name)) throw missing(name);
  }
  checkTimes(claims, policy, now);
  if (policy.accept === undefined) return;
  const accepted: unknown = policy.accept(claims);
  // A promise is truthy: an asynchronous hook would accept everything.
  if (typeof accepted !== "boolean") throw new TypeError("policy.accept must return true or false, at once");
  if (!accepted) throw new JwtError("claims/refused", "The policy does not accept these claims");
}

function checkParties({ iss, aud, sub }: Claims, { issuer, audience, subject }: ClaimsPolicy): void {
  if (issuer !== unchecked) {
    if (iss === undefined) throw missing("iss");
    if (!isAmong(iss, issuer)) throw wrong("iss", "claims/wrong-issuer", issuer);
  }
  if (audience !== unchecked) {
    if (aud === undefined) throw missing("aud");
    const addressed =
      typeof aud === "string" ? isAmong(aud, audience) : aud.some((name) => isAmong(name, audience));
    if (!addressed) throw wrong("aud", "claims/wrong-audience", audience);
  } else if (aud !== undefined) {
    // RFC 7519 §4.1.3: "If the principal processing the claim does not identify itself with a value in the
    // "aud" claim when this claim is present, then the JWT MUST be rejected."
    throw new JwtError("claims/wrong-audience", `The token has an "aud", and the policy names no audience`, {
      claim: "aud",
    });
  }
  if (subject !== undefined) {
    if (sub === undefined) throw missing("sub");
    if (sub !== subject) throw wrong("sub", "claims/wrong-subject", subject);
  }
}

function isAmong(name: string, names: string | readonly string[]): boolean {
  return typeof names === "string" ? name === names : names.includes(name);
}

function checkTimes({ nbf, iat, exp }: Claims, policy: ClaimsPolicy, now: number): void {
  const { leeway = 0, maxAge } = policy;
  // RFC 7519 §4.1.5: "the current date/time MUST be after or equal to the not-before date/time".
  if (nbf !== undefined && now + leeway < nbf) {
    throw new JwtError("claims/not-yet-valid", "The token is not valid yet", { claim: "nbf" });
  }
  if (maxAge !== undefined) {
    if (iat === undefined) throw missing("iat");
    if (now + leeway < iat) {
      throw new JwtError("claims/not-yet-valid", "The token was issued in the future", { claim: "iat" });
    }
  }
  if (exp === undefined) {
    if (policy.exp !== unchecked) throw missing("exp");
  } else if (now - leeway >= exp) {
    // RFC 7519 §4.1.4: "the current date/time MUST be before the expiration date/time": at `exp` it is over.
    throw new JwtError("claims/expired", "The token has expired", { claim: "exp" });
  }
  if (maxAge !== undefined && now - leeway > iat! + maxAge) {
    throw new JwtError("claims/too-old", `The token is older than ${maxAge} seconds`, { claim: "iat" });
  }
}

function missing(name: string): JwtError {
  return new JwtError("claims/missing", `The token lacks the required "${name}"`, { claim: name });
}

/** What was expected is the policy's own, and may be told; what the token says is not repeated. */
function wrong(
  claim: string,
  code: "claims/wrong-issuer" | "claims/wrong-audience" | "claims/wrong-subject",
  expected: string | readonly string[],
): JwtError {
  return new JwtError(code, `The token's "${claim}" is not ${quote(expected)}`, { claim });
}

function quote(expected: string | readonly string[]): string {
  return typeof expected === "string" ? JSON.stringify(expected) : `one of ${JSON.stringify(expected)}`;
}
