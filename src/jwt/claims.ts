/**
 * Whether a token whose signature is right is what the application wants: RFC 7519 §4.1, RFC 8725 §3.
 *
 * Pure: the time is an argument. All times and durations here are in seconds, as in the RFC.
 * https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
import type { Claims } from "./claims-set.ts";
import { JwtError } from "./errors.ts";
import type { JoseHeader } from "./header.ts";
import { type Policy, unchecked } from "./policy.ts";

/**
 * RFC 7515 §4.1.9: "A recipient using the media type value MUST treat it as if "application/" were
 * prepended to any "typ" value not containing a '/'." Media types ignore case (RFC 2045 §5.1).
 *
 * @throws {JwtError} `claims/missing`, `claims/wrong-type`
 */
export function checkTyp(header: JoseHeader, { typ }: Policy): void {
  if (typ === unchecked || header.typ === typ) return;
  if (header.typ === undefined) throw missing("typ");
  if (mediaType(header.typ) !== mediaType(typ)) {
    throw new JwtError("claims/wrong-type", `The token's "typ" is not ${quote(typ)}`, { claim: "typ" });
  }
}

function mediaType(typ: string): string {
  // ASCII alone: beyond it, other letters have these for their lower case.
  const name = typ.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return name.includes("/") ? name : `application/${name}`;
}

/**
 * Holds claims whose signature is verified, and whose {@link mistypedClaim} is none, against `policy`.
 * Expiry comes last, so that `claims/expired` means a token in which everything else was right.
 *
 * @throws {JwtError} `claims/…`
 */
export function checkClaims(claims: Claims, policy: Policy, now: number): void {
  checkParties(claims, policy);
  for (const name of policy.required) {
    if (!Object.hasOwn(claims, name)) throw missing(name);
  }
  checkTimes(claims, policy, now);
  if (policy.accept === undefined) return;
  const accepted: unknown = policy.accept(claims);
  // A promise is truthy: an asynchronous hook would accept everything. Nobody will hear of its failure.
  if (accepted instanceof Promise) accepted.catch(() => {});
  if (typeof accepted !== "boolean") throw new TypeError("policy.accept must return true or false, at once");
  if (!accepted) throw new JwtError("claims/refused", "The policy does not accept these claims");
}

function checkParties({ iss, aud, sub }: Claims, { issuer, audience, subject }: Policy): void {
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

function checkTimes({ nbf, iat, exp }: Claims, policy: Policy, now: number): void {
  const { leeway, maxAge } = policy;
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
