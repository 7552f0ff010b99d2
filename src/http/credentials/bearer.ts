/**
 * RFC 6750: bearer tokens in the Authorization field (§2.1), the only one of its three places we read:
 * a token in the query string (§2.3) ends in logs, histories and Referer fields.
 *
 *     b64token    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
 *     credentials = "Bearer" 1*SP b64token
 */

/** What a `Bearer` field says; nobody has verified the token yet. */
export interface BearerCredentials {
  readonly token: string;
}

/**
 * The token of an Authorization field; `undefined` when it has none of this scheme, `"malformed"` when
 * it has and it is no b64token.
 */
export function parseBearer(authorization: string | undefined): BearerCredentials | "malformed" | undefined {
  // RFC 9110 §11.1: the scheme is case-insensitive.
  const match = /^bearer(?: +(.*))?$/is.exec(authorization ?? "");
  if (match === null) return undefined;
  const token = match[1] ?? "";
  return /^[\w\-.~+/]+=*$/.test(token) ? { token } : "malformed";
}

/** Why a token that was sent is refused (RFC 6750 §3.1). */
export interface BearerError {
  readonly error: "invalid_request" | "invalid_token" | "insufficient_scope";
  /** For developers; without quotes and backslashes. */
  readonly description: string;
  /** What the token should have been given for, with `insufficient_scope`. */
  readonly scope?: string | undefined;
}

/**
 * The challenge of RFC 6750 §3. Give `error` only when a token was sent: RFC 6750 §3.1: "If the request
 * lacks any authentication information […], the resource server SHOULD NOT include an error code or
 * other error information."
 */
export function bearerChallenge(realm: string, error?: BearerError): string {
  // RFC 6750 §3: "This scheme MUST be followed by one or more auth-param values."
  const challenge = `Bearer realm="${realm}"`;
  if (error === undefined) return challenge;
  const { error: code, description, scope } = error;
  const needed = scope === undefined ? "" : `, scope="${scope}"`;
  return `${challenge}, error="${code}", error_description="${description}"${needed}`;
}
