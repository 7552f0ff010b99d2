/**
 * Credentials for TURN that expire: the convention of the TURN REST API, which coturn's `use-auth-secret` implements.
 *
 *     username   = <seconds since the epoch at which it expires> ":" <user>
 *     credential = base64(HMAC-SHA1(secret, username))
 *
 * The server that mints and the TURN server share a secret and need not speak to each other. The username goes over
 * the wire as the USERNAME, and the credential is the password, of the long-term credentials of RFC 8489 §9.2.
 *
 * When they expire: coturn looks at the time when a client first authenticates on a 5-tuple, and keeps the key for as
 * long as that lives. So an allocation (RFC 8656 §6) goes on over its refreshes after the end of the credentials it
 * was made with, and none can be made anew: they limit when a relay can be asked for, not how long a call lasts.
 *
 * https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00
 */
import { createHash, createHmac } from "node:crypto";
import type { IceServers, IceServersMember } from "./hub/hub-options.ts";
import { parseIceUrl } from "./ice-url.ts";
import type { IceServer } from "./protocol.ts";

/** How long credentials are good unless told otherwise, in milliseconds: one hour. */
export const defaultTurnLifetime: number = 3_600_000;

/** The longest that they can be told to be good, in milliseconds: what the draft (§2.2) recommends, a day. */
export const maxTurnLifetime: number = 24 * 3_600_000;

/** What credentials are minted of. */
export interface TurnCredentialsRequest {
  /** What the TURN server has as `static-auth-secret`. */
  readonly secret: string;
  /** Whom they are for, any text: so that the TURN server's log and quotas tell its users apart. */
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds; see {@link defaultTurnLifetime}. */
  readonly lifetime?: number | undefined;
}

/** As the members of an `RTCIceServer` are called. */
export interface TurnCredentials {
  readonly username: string;
  /** Secret, for as long as it lasts. */
  readonly credential: string;
}

/** Mints credentials that are good until `now + lifetime`, to the second. */
export function turnCredentials(request: TurnCredentialsRequest): TurnCredentials {
  const { secret, user, now, lifetime = defaultTurnLifetime } = request;
  const username = `${Math.floor((now + lifetime) / 1000)}:${wordOf(user)}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

/** What {@link iceServersOf} hands out. */
export interface IceServersOptions {
  /** `stun:` and `stuns:` (RFC 7064). */
  readonly stunUrls?: readonly string[] | undefined;
  /** `turn:` and `turns:` (RFC 7065). */
  readonly turnUrls?: readonly string[] | undefined;
  /**
   * Needed with `turnUrls`. The first mints; the others are what TURN servers may still accept while a secret is
   * being replaced, so that both sides can be given the same list: nothing is minted with them.
   */
  readonly secrets?: readonly string[] | undefined;
  /** Milliseconds, 60,000 to {@link maxTurnLifetime}; see {@link defaultTurnLifetime}. */
  readonly lifetime?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Makes the function that gives each member of a room its servers, with credentials of its own.
 *
 * @throws {IceUrlError} for a URL that is none of the kind
 * @throws {TypeError | RangeError} for TURN without a secret, an empty one, or a lifetime out of bounds
 */
export function iceServersOf(options: IceServersOptions): (member: IceServersMember) => IceServers {
  const { stunUrls = [], turnUrls = [], secrets = [], lifetime = defaultTurnLifetime, now } = options;
  checkSchemes(stunUrls, /^stuns?$/);
  checkSchemes(turnUrls, /^turns?$/);
  if (secrets.includes("")) throw new TypeError("A secret for TURN must not be empty");
  if (!(Number.isSafeInteger(lifetime) && lifetime >= 60_000 && lifetime <= maxTurnLifetime)) {
    throw new RangeError(`Credentials for TURN are good for 60,000 to ${maxTurnLifetime} milliseconds`);
  }
  const fixed: readonly IceServer[] = stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : [];
  if (turnUrls.length === 0) return () => ({ iceServers: fixed });
  const [secret] = secrets;
  if (secret === undefined)
    throw new TypeError("URLs of TURN servers need a secret to mint credentials with");
  const urls = [...turnUrls];
  return ({ user }) => ({
    iceServers: [...fixed, { urls, ...turnCredentials({ secret, user, now: now(), lifetime }) }],
    lifetime,
  });
}

/** The longest user that is written out. RFC 8489 §14.3 gives a USERNAME 508 bytes. */
const maxWord = 256;

/**
 * A text as one word of characters that neither the convention nor a TURN server takes for anything else: no ":", no
 * space, no quote. A long one gives its hash.
 */
function wordOf(user: string): string {
  const word = encodeURIComponent(user.toWellFormed()).replace(/[!'()*]/g, escapeAscii);
  return word.length <= maxWord ? word : `sha256-${createHash("sha256").update(user).digest("base64url")}`;
}

function escapeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function checkSchemes(urls: readonly string[], expected: RegExp): void {
  for (const url of urls) {
    const { scheme } = parseIceUrl(url);
    if (!expected.test(scheme))
      throw new TypeError(`${url} is of the other kind: STUN and TURN are told apart`);
  }
}
