/** Accounts, sessions and tickets over a clock that the test moves and bytes that are the same in every run. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import {
  AccessTokens,
  type Account,
  AuthError,
  type AuthStore,
  type ClientPlace,
  MemoryStore,
  Revocations,
  type Session,
  type SessionEnd,
  Sessions,
  type SessionsOptions,
} from "../../src/auth/index.ts";
import { generateKey, type Key } from "../../src/jwt/index.ts";

/** When every virtual clock begins: milliseconds since the epoch, on a whole second. */
export const beginning = 1_700_000_000_000;

/** Seconds, in milliseconds, and days. */
export const second = 1000;
export const day: number = 86_400 * second;

/** One key for all tests of a file: to make one takes longer than to sign with it. */
export const key: Key = await generateKey("ES256");

/** Two places that a login may be used from. */
export const home: ClientPlace = { device: "a browser", address: "192.0.2.1" };
export const elsewhere: ClientPlace = { device: "a browser", address: "198.51.100.7" };

export const alice: Account = {
  id: "a1",
  username: "Alice",
  passwordHash: "the first",
  passwordVersion: 0,
  createdAt: beginning,
};

/** Bytes that nobody foresaw, and the same in every run. */
export function countingBytes(): (length: number) => Uint8Array {
  let count = 0;
  return (length) => {
    count += 1;
    return createHash("sha512").update(String(count)).digest().subarray(0, length);
  };
}

/** A clock that goes when it is told to. */
export class VirtualClock {
  /** Milliseconds since the epoch. */
  time: number = beginning;
  readonly now = (): number => this.time;

  pass(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** Access tokens that are what they say and no more, for tests of thousands of them: a signature takes its time. */
class UnsignedTokens extends AccessTokens {
  override issue(...[bearer, nowSeconds, sessionEnd]: Parameters<AccessTokens["issue"]>): {
    readonly token: string;
    readonly session: Session;
  } {
    const issuedAt = Math.floor(nowSeconds);
    const expiresAt = Math.min(issuedAt + this.lifetime, Math.floor(sessionEnd));
    const session = { ...bearer, issuedAt, expiresAt };
    return { token: JSON.stringify(session), session };
  }

  override verify(token: string, nowSeconds: number): Session {
    const session = JSON.parse(token) as Session;
    if (session.expiresAt <= nowSeconds) throw new AuthError("token/expired", "The token has expired.");
    return session;
  }
}

/** What {@link openVirtualAuth} may be told; `served` is the store as the sessions see it. */
export interface VirtualAuthOptions
  extends Partial<
    Pick<SessionsOptions, "refreshLifetime" | "sessionLifetime" | "reuseGrace" | "sessionsPerAccount">
  > {
  readonly store?: AuthStore;
  readonly served?: AuthStore;
  readonly clock?: VirtualClock;
  readonly lifetime?: number;
  /** Whether access tokens are signed; they are unless told otherwise. */
  readonly signed?: boolean;
}

/** Sessions, with Alice among the accounts. */
export interface VirtualAuth {
  readonly clock: VirtualClock;
  readonly store: AuthStore;
  readonly sessions: Sessions;
  readonly accessTokens: AccessTokens;
  readonly revocations: Revocations;
  /** What the listeners were told. */
  readonly ends: SessionEnd[];
}

/** Opens them. Alice is registered where she is not yet. */
export async function openVirtualAuth(options: VirtualAuthOptions = {}): Promise<VirtualAuth> {
  const {
    store = new MemoryStore(),
    clock = new VirtualClock(),
    lifetime,
    served = store,
    signed = true,
    ...limits
  } = options;
  await store.createAccount(alice);
  const revocations = await Revocations.load(store, clock.time / second);
  const accessTokens = new (signed ? AccessTokens : UnsignedTokens)({ key, lifetime });
  const { now } = clock;
  const randomBytes = countingBytes();
  const sessions = new Sessions({ ...limits, store: served, accessTokens, revocations, now, randomBytes });
  const ends: SessionEnd[] = [];
  sessions.onEnd((end) => ends.push(end));
  return { clock, store, sessions, accessTokens, revocations, ends };
}

/** An error with this code, for `toEqual` and `rejects`. */
export function code(value: string): unknown {
  return expect.objectContaining({ code: value });
}
