/**
 * RFC 6749 §3.3: what a token may be used for, as a list of names with spaces between them.
 */
import { AuthError } from "./errors.ts";

/** To change the password, and to see and end sessions. */
export const accountScope = "account";

/** To open WebSockets. */
export const socketsScope = "sockets";

/** To administer rooms. Only logins of administrators give it. */
export const roomsScope = "rooms";

/** What a login gives when it asks for nothing else: all that anybody's login gives. */
export const defaultScope: string = `${accountScope} ${socketsScope}`;

/** What a login of an administrator gives when it asks for nothing else: that, and {@link roomsScope}. */
export const administratorScope: string = `${defaultScope} ${roomsScope}`;

/** Whether `scope` has `name` in it. */
export function hasScope(scope: string, name: string): boolean {
  return scope.split(" ").includes(name);
}

/**
 * The scope of a login that asked for `requested`: each name once, in the order of `allowed`. All of it when
 * nothing was asked for. RFC 6749 §3.2: "Parameters sent without a value MUST be treated as if they were
 * omitted from the request."
 *
 * @throws {AuthError} `auth/invalid-scope` when a name is not in `allowed` (RFC 6749 §5.2: "invalid_scope")
 */
export function grantScope(requested: string | undefined, allowed: string = defaultScope): string {
  if (requested === undefined || requested === "") return allowed;
  const names = requested.split(" ");
  if (names.every((name) => hasScope(allowed, name))) {
    return allowed
      .split(" ")
      .filter((name) => names.includes(name))
      .join(" ");
  }
  throw new AuthError("auth/invalid-scope", `A login gives no more than the scope "${allowed}".`);
}

/** What of `scope` is still within `allowed`, which may be less than when it was granted. */
export function narrowScope(scope: string, allowed: string): string {
  return scope
    .split(" ")
    .filter((name) => hasScope(allowed, name))
    .join(" ");
}
