/** What names in tokens mean, in a few words: for people who read a token, nothing is decided by it. */

/** RFC 7515 §4.1. Where a key could hide, the words say what is made of it. */
export const headerWords: Readonly<Record<string, string>> = {
  alg: "algorithm",
  typ: "type of the token",
  cty: "type of the content",
  kid: "name of the key",
  crit: "must be understood",
  b64: "is the payload base64url",
  jku: "address of keys, ignored",
  jwk: "a key, ignored",
  x5u: "address of a certificate, ignored",
  x5c: "certificates, ignored",
  x5t: "a certificate's SHA-1",
  "x5t#S256": "a certificate's SHA-256",
};

/** RFC 7519 §4.1, and what access tokens (RFC 9068) and ID tokens (OpenID Connect) say besides. */
export const claimWords: Readonly<Record<string, string>> = {
  iss: "issuer",
  sub: "subject: whom it is about",
  aud: "audience: whom it is for",
  exp: "expires",
  nbf: "not good before",
  iat: "issued",
  jti: "the token's own name",
  scope: "what it allows",
  client_id: "client that asked for it",
  azp: "client it was issued to",
  sid: "session",
  auth_time: "last login",
  acr: "class of that login",
  amr: "methods of that login",
  roles: "roles",
  groups: "groups",
  entitlements: "entitlements",
  nonce: "ties it to a request",
  at_hash: "hash of an access token",
  c_hash: "hash of a code",
  cnf: "key its bearer must prove",
  act: "who acts for the subject",
  may_act: "who may act for the subject",
  events: "security events",
  name: "full name",
  email: "e-mail address",
  email_verified: "whether it is theirs",
  preferred_username: "user name",
  updated_at: "profile last changed",
};

/** The claims that are times, NumericDate (RFC 7519 §2). */
export const timeClaims: ReadonlySet<string> = new Set(["exp", "nbf", "iat", "auth_time", "updated_at"]);

/** `exp` once it is over. */
export function wordsFor(claim: string, value: unknown, now: number): string {
  if (claim === "exp" && typeof value === "number" && value <= now) return "expired";
  return Object.hasOwn(claimWords, claim) ? claimWords[claim]! : "";
}
