/**
 * What happens to a session when a refresh token is presented (RFC 9700 §4.14.2, RFC 6749 §10.4): a pure
 * decision, as a list of effects.
 *
 *                       ┌── it is the current one ────────────▶ rotate: a successor becomes the current one
 *     a secret comes ───┼── spent less than 10 s ago, and the
 *                       │   successor was used from here only ▶ the current one is handed out again
 *                       └── spent before, or used elsewhere ──▶ somebody has a copy: the session ends
 *
 * Two tabs of one browser hold the same token and may both use it in the same moment. Without the middle way
 * the slower one would be taken for a thief. The successor is stored sealed, so that only whoever has the spent
 * token can have it again; from there the chain of rotations leads to the current one.
 *
 * RFC 9700 §4.14.2: "If a refresh token is compromised and subsequently used by both the attacker and the
 * legitimate client, one of them will present an invalidated refresh token, which will inform the
 * authorization server of the breach." Who of the two it is nobody can know, so both have to log in again.
 */
import type { AuthErrorCode } from "./errors.ts";
import { hashOf, isHashOf, openSuccessor, type RefreshToken, sealSuccessor } from "./refresh-token.ts";
import type { Rotation, StoredSession } from "./store.ts";

/** How long a spent token still gives its successor, in milliseconds, unless told otherwise. */
export const defaultReuseGrace = 10_000;

/**
 * The most rotations that are remembered for the grace. A client that rotates more often within it, which no
 * tabs do, loses the grace of the oldest.
 */
const mostRotations = 8;

/** Where a refresh comes from. */
export interface ClientPlace {
  /** What it runs on, in its own words. */
  readonly device: string;
  readonly address: string;
}

/** What the decision needs besides the session and the token. */
export interface RefreshContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly place: ClientPlace;
  /** 32 random bytes that nobody has seen. */
  readonly successor: Uint8Array;
  /** When the session ends if nobody uses it again, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Milliseconds. */
  readonly reuseGrace: number;
}

/** What is to be done, in this order. */
export type RefreshEffect =
  /** Store this, if nobody has changed the session since it was read; otherwise read it and decide again. */
  | { readonly type: "save"; readonly session: StoredSession }
  /** Give out tokens of this session, the refresh token with this secret. */
  | { readonly type: "issue"; readonly session: StoredSession; readonly secret: Uint8Array }
  /** End the session: a spent token was used. */
  | { readonly type: "end"; readonly session: StoredSession }
  | { readonly type: "refuse"; readonly code: RefreshRefusal };

/** Why a refresh token is refused. */
export type RefreshRefusal = Extract<AuthErrorCode, `refresh/${string}`>;

/** Decides what becomes of `session`, the one whose family `token` names, if there is one. */
export function decideRefresh(
  session: StoredSession | undefined,
  { secret }: Pick<RefreshToken, "secret">,
  context: RefreshContext,
): readonly RefreshEffect[] {
  if (session === undefined) return [{ type: "refuse", code: "refresh/invalid" }];
  // The second of these where the lifetimes became shorter since the session was stored.
  if (Math.min(session.expiresAt, context.expiresAt) <= context.now)
    return [{ type: "refuse", code: "refresh/expired" }];
  if (isHashOf(session.current, secret)) return rotate(session, secret, context);
  const current = currentThrough(session, secret, context);
  if (current !== undefined) return [{ type: "issue", session, secret: current }];
  return [
    { type: "end", session },
    { type: "refuse", code: "refresh/reused" },
  ];
}

function rotate(
  session: StoredSession,
  spent: Uint8Array,
  context: RefreshContext,
): readonly RefreshEffect[] {
  const { now, place, successor, expiresAt } = context;
  const rotation: Rotation = {
    spent: session.current,
    sealedSuccessor: sealSuccessor(successor, spent),
    at: now,
    by: nameOf(place),
  };
  const rotated: StoredSession = {
    ...session,
    ...place,
    lastSeenAt: now,
    expiresAt,
    current: hashOf(successor),
    rotations: [...withinGrace(session, context), rotation].slice(-mostRotations),
    version: session.version + 1,
  };
  return [
    { type: "save", session: rotated },
    { type: "issue", session: rotated, secret: successor },
  ];
}

/**
 * The secret of the current token, for whoever has one that was spent within the grace. Undefined when it is
 * none of these, or when one of the tokens between was used from somewhere else: two places that both use what
 * only one should have.
 */
function currentThrough(
  session: StoredSession,
  secret: Uint8Array,
  context: RefreshContext,
): Uint8Array | undefined {
  const rotations = withinGrace(session, context);
  const from = rotations.findIndex(({ spent }) => isHashOf(spent, secret));
  if (from < 0) return undefined;
  const [first, ...later] = rotations.slice(from);
  const here = nameOf(context.place);
  if (later.some(({ by }) => by !== here)) return undefined;
  let current = openSuccessor(first!.sealedSuccessor, secret);
  for (const { sealedSuccessor } of later) current = openSuccessor(sealedSuccessor, current);
  return current;
}

/** On both sides, so that a clock that is set back brings no spent token to life again. */
function withinGrace({ rotations }: StoredSession, { now, reuseGrace }: RefreshContext): readonly Rotation[] {
  return rotations.filter(({ at }) => Math.abs(now - at) < reuseGrace);
}

/** A line feed is in neither part. */
function nameOf({ address, device }: ClientPlace): string {
  return `${address}\n${device}`;
}
