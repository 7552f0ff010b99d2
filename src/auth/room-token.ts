/**
 * Room tokens: leave to be in one room, as a role, until when; signed with the key of the access tokens, so that any
 * process that knows it can say what a peer may do.
 *
 *     {"typ":"room+jwt", …}  {"iss":…,"aud":…,"sub":"<user>","name":"Alice","room":"standup","role":"member",
 *                             "publish":true,"subscribe":true,"iat":…,"exp":…,"jti":…}
 *
 * RFC 8725 §3.11: the type is its own, so that neither kind of token passes for the other. A room token opens a socket
 * and nothing else: no route takes it, no ticket and no session comes of it. Its `sub` need not be an account: whoever
 * may mint may let in guests.
 *
 * https://www.rfc-editor.org/rfc/rfc8725
 */
import {
  type Claims,
  decodeJwt,
  type JoseHeader,
  JwtError,
  JwtVerifier,
  type Key,
  signJwt,
} from "../jwt/index.ts";
import type { AccessTokenOptions, Session } from "./access-token.ts";
import { AuthError } from "./errors.ts";
import { type RoomGrant, type RoomRole, roomRoles } from "./room-grant.ts";
import { socketsScope } from "./scope.ts";

/** How long a room token is good unless told otherwise, in seconds: one hour. */
export const defaultRoomTokenLifetime = 3_600;

/** How long it can be told to be good, in seconds: one day. One that says more ends then all the same. */
export const maxRoomTokenLifetime: number = 24 * 3_600;

const typ = "room+jwt";

/** RFC 3986 §2.3: the characters that a URL leaves as they are; "." and ".." a URL would not lead to (§5.2.4). */
const roomGrammar: RegExp = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/;

/** The longest user and name, in UTF-16 code units. */
const maxText = 128;

/** What a room token is to say. */
export interface RoomTokenRequest {
  /** Who: the id of an account, or any other name of 1 to 128 characters without controls. */
  readonly user: string;
  /** What people read, of the same length. */
  readonly name: string;
  /** 1 to 64 of the characters `A–Z a–z 0–9 - . _ ~`. */
  readonly room: string;
  /** `member` by default. */
  readonly role?: RoomRole | undefined;
  /** Whether it may send media and chat; by default all but viewers may. */
  readonly publish?: boolean | undefined;
  /** Whether it may receive; true by default. */
  readonly subscribe?: boolean | undefined;
  /** In whole seconds, up to {@link maxRoomTokenLifetime}; see {@link defaultRoomTokenLifetime}. */
  readonly lifetime?: number | undefined;
}

/** The key and the names of {@link AccessTokens}. */
export type RoomTokenOptions = Pick<AccessTokenOptions, "key" | "previousKeys" | "issuer" | "audience">;

/** Mints room tokens, and says whom and what one stands for. Knows no clock and no randomness. */
export class RoomTokens {
  readonly #key: Key;
  readonly #keys: ReadonlyMap<string | undefined, Key>;
  readonly #issuer: string;
  readonly #audience: string;
  readonly #verifier: JwtVerifier;

  /** @throws {TypeError} for a key that is not private */
  constructor({ key, previousKeys = [], issuer = "barewire", audience = "barewire" }: RoomTokenOptions) {
    if (key.type !== "private") throw new TypeError("Room tokens need a private key to be signed with");
    this.#key = key;
    this.#keys = new Map([...previousKeys, key].map((each) => [each.kid, each]));
    this.#issuer = issuer;
    this.#audience = audience;
    const policy = { issuer, audience, typ, required: ["sub", "jti", "iat", "name", "room", "role"] };
    this.#verifier = new JwtVerifier((header: JoseHeader) => this.#keys.get(header.kid), policy);
  }

  /** Whether `token` says that it is a room token. Nothing of it is verified. */
  static isRoomToken(token: string): boolean {
    try {
      return decodeJwt(token).header.typ === typ;
    } catch (error) {
      if (error instanceof JwtError) return false;
      throw error;
    }
  }

  /**
   * A token, and what it will be accepted as.
   *
   * @param tokenId its "jti", which nobody can guess and no other token has
   * @throws {AuthError} `rooms/invalid-grant` for a name, a role or a lifetime that none can have
   */
  issue(
    request: RoomTokenRequest,
    nowSeconds: number,
    tokenId: string,
  ): { readonly token: string; readonly grant: RoomGrant } {
    const { user, name, room, role = "member", lifetime = defaultRoomTokenLifetime } = request;
    checkText(user, "user");
    checkText(name, "name");
    if (!isRoomName(room))
      throw badGrant(`A room is called 1 to 64 of the characters "A-Z a-z 0-9 - . _ ~".`);
    if (!roomRoles.includes(role)) throw badGrant(`A role is one of ${roomRoles.join(", ")}.`);
    if (!Number.isSafeInteger(lifetime) || lifetime < 1 || lifetime > maxRoomTokenLifetime) {
      throw badGrant(`A room token is good for 1 to ${maxRoomTokenLifetime} whole seconds.`);
    }
    const iat = Math.floor(nowSeconds);
    const { publish = role !== "viewer", subscribe = true } = request;
    const grant: RoomGrant = { room, role, publish, subscribe, expiresAt: iat + lifetime };
    const claims = {
      iss: this.#issuer,
      aud: this.#audience,
      sub: user,
      name,
      ...{ room, role, publish, subscribe },
      iat,
      exp: grant.expiresAt,
      jti: tokenId,
    };
    return { token: signJwt(claims, this.#key, { typ }), grant };
  }

  /**
   * Whom `token` stands for: a session with a grant, which belongs to no login, so that its `sessionId` is none's.
   *
   * @throws {AuthError} `token/invalid`, `token/expired`
   */
  verify(token: string, nowSeconds: number): Session & { readonly grant: RoomGrant } {
    try {
      const { claims } = this.#verifier.verify(token, nowSeconds);
      const grant = grantOf(claims);
      const { sub, name, jti, iat } = claims;
      if (grant === undefined || !isText(sub) || !isText(name)) throw invalid();
      if (grant.expiresAt <= nowSeconds) throw expired();
      return {
        accountId: sub,
        username: name,
        sessionId: `${typ}:${jti}`,
        tokenId: jti!,
        scope: socketsScope,
        issuedAt: iat!,
        expiresAt: grant.expiresAt,
        grant,
      };
    } catch (error) {
      if (!(error instanceof JwtError)) throw error;
      throw error.code === "claims/expired" ? expired(error) : invalid(error);
    }
  }
}

/** Whether a room can be called so. */
export function isRoomName(text: string): boolean {
  return roomGrammar.test(text);
}

/** Strict: other backends may mint with our key, and what they get wrong must not become a right. */
function grantOf({ room, role: said, iat, exp, ...rights }: Claims): RoomGrant | undefined {
  const role = roomRoles.find((each) => each === said);
  if (typeof room !== "string" || !isRoomName(room) || role === undefined) return undefined;
  const { publish = role !== "viewer", subscribe = true } = rights;
  if (typeof publish !== "boolean" || typeof subscribe !== "boolean") return undefined;
  return { room, role, publish, subscribe, expiresAt: Math.min(exp!, iat! + maxRoomTokenLifetime) };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxText && !/\p{Cc}/u.test(value);
}

function checkText(text: string, what: string): void {
  if (!isText(text)) throw badGrant(`"${what}" has 1 to ${maxText} characters, none of them a control.`);
}

function badGrant(message: string): AuthError {
  return new AuthError("rooms/invalid-grant", message);
}

function expired(cause?: JwtError): AuthError {
  return new AuthError("token/expired", "The room token has expired.", cause && { cause });
}

function invalid(cause?: JwtError): AuthError {
  return new AuthError("token/invalid", "The room token is not valid here.", cause && { cause });
}
