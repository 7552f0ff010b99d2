/**
 * RFC 7617: the 'Basic' authentication scheme, with UTF-8.
 *
 *     credentials = "Basic" 1*SP token68        token68 = base64(user-id ":" password)
 */
import { hasControl } from "../message/target.ts";

/** What a `Basic` field says; nobody has checked it yet. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * The credentials of an Authorization field; `undefined` when it has none of this scheme, `"malformed"`
 * when it has and they cannot be read.
 *
 * Stricter than RFC 7617 in one thing: only UTF-8 is read, which our challenge asks for; there is no
 * second try in another encoding (RFC 7617 Appendix B.2), because a wrong guess is a failed login.
 */
export function parseBasic(authorization: string | undefined): BasicCredentials | "malformed" | undefined {
  // RFC 9110 §11.1: the scheme is case-insensitive.
  const match = /^basic(?: +(.*))?$/is.exec(authorization ?? "");
  if (match === null) return undefined;
  const userPass = decodeUserPass(match[1] ?? "");
  // RFC 7617 §2: "The user-id and password MUST NOT contain any control characters".
  if (userPass === undefined || hasControl(userPass)) return "malformed";
  // RFC 7617 §2: "the first colon in a user-pass string separates user-id and password from one another".
  const colon = userPass.indexOf(":");
  if (colon < 0) return "malformed";
  return { username: userPass.slice(0, colon), password: userPass.slice(colon + 1) };
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** RFC 4648 §4, with its padding and without anything else: what encodes back to `token68`. */
function decodeUserPass(token68: string): string | undefined {
  const bytes = Buffer.from(token68, "base64");
  if (bytes.toString("base64") !== token68) return undefined;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The challenge `Basic realm="…", charset="UTF-8"` (RFC 7617 §2.1). A browser that receives it opens its
 * own login dialog.
 *
 * @param realm without quotes and backslashes
 */
export function basicChallenge(realm: string): string {
  return `Basic realm="${realm}", charset="UTF-8"`;
}
