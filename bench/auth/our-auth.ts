/** Our accounts and sessions, put together for a benchmark: everything at its default but what the duty says. */
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  AccessTokens,
  Accounts,
  type AuthStore,
  MemoryStore,
  Revocations,
  Sessions,
  SqliteStore,
  Tickets,
} from "../../src/auth/index.ts";
import { generateKey } from "../../src/jwt/index.ts";
import { PasswordHasher, type ScryptCost } from "../../src/password/index.ts";

/** What is wanted. */
export interface AuthDuty {
  /** How many accounts are registered beforehand; their names by {@link usernameOf}. */
  readonly accounts: number;
  /** The folder for an SQLite database; in memory without. */
  readonly data?: string | undefined;
  /** What a hash costs; the default of `PasswordHasher` without. */
  readonly cost?: ScryptCost | undefined;
}

/** So cheap that what is beside the hash can be seen. */
export const lowCost: ScryptCost = { ln: 4, r: 8, p: 1 };

/** The password of every account. */
export const password = "correct horse battery staple";

/** The name of an account. Of the same length for all, and for those that are nobody's. */
export function usernameOf(number: number, prefix: "user" | "none" = "user"): string {
  return `${prefix}-${String(number).padStart(6, "0")}`;
}

/** A store with its accounts, and what works on it. */
export interface OurAuth {
  readonly store: AuthStore;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly revocations: Revocations;
}

/**
 * Puts it together. Whoever gave a folder calls `store.close`.
 *
 * @param now milliseconds since the epoch
 */
export async function openOurAuth(
  { accounts: count, data, cost }: AuthDuty,
  now: () => number = Date.now,
): Promise<OurAuth> {
  const store: AuthStore =
    data === undefined ? new MemoryStore() : await SqliteStore.open(join(data, "bench.db"));
  // All logins come from one address here, where in the world each has its own.
  const hasher = new PasswordHasher({ cost, queuePerClient: 64 });
  const accounts = new Accounts({ store, hasher, now, randomId: randomUUID });
  const revocations = await Revocations.load(store, now() / 1_000);
  const sessions = new Sessions({
    store,
    accessTokens: new AccessTokens({ key: await generateKey("ES256") }),
    revocations,
    now,
    randomBytes,
  });
  // One hash for all: that they differ in their salts matters to nobody here.
  const passwordHash = await hasher.hash(password);
  for (let number = 0; number < count; number++) {
    const username = usernameOf(number);
    const createdAt = now();
    await store.createAccount({ id: randomUUID(), username, passwordHash, passwordVersion: 0, createdAt });
  }
  const tickets = new Tickets({ now, randomBytes, isEnded: (session) => sessions.isEnded(session) });
  return { store, accounts, sessions, tickets, revocations };
}
