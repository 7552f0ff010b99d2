/**
 * The shell that puts accounts, sessions and tickets together over a store, a signing key, the clock and
 * randomness: what somebody's own server opens first.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { generateKey, type Key } from "../jwt/index.ts";
import { type Log, silentLog } from "../log.ts";
import {
  PasswordHasher,
  type PasswordHasherOptions,
  type ScryptCost,
  type ScryptProfileName,
  scryptProfile,
  tunePasswordCost,
} from "../password/index.ts";
import { type AccessTokenOptions, AccessTokens } from "./access-token.ts";
import { Accounts } from "./accounts.ts";
import { chosenCost } from "./chosen-profile.ts";
import { AuthError } from "./errors.ts";
import { MemoryStore } from "./memory-store.ts";
import { Revocations } from "./revocation.ts";
import { RoomTokens } from "./room-token.ts";
import { administratorScope, defaultScope } from "./scope.ts";
import { Sessions, type SessionsOptions } from "./sessions.ts";
import { loadOrCreateSigningKey } from "./signing-key.ts";
import { SqliteStore } from "./sqlite/sqlite-store.ts";
import type { AuthStore } from "./store.ts";
import { Tickets, type TicketsOptions } from "./tickets.ts";

/** How often the store is rid of what is over, in milliseconds. */
const sweepInterval = 10 * 60_000;

/**
 * How passwords are hashed. Without a cost and a profile the host is measured, which takes a hash or a few; beside a
 * database of ours, what was chosen is remembered.
 */
export interface PasswordOptions extends PasswordHasherOptions {
  /** One of OWASP's profiles, in place of a cost. */
  readonly profile?: ScryptProfileName | undefined;
}

/** What {@link openAuth} opens; everything has a safe default. */
export interface OpenAuthOptions
  extends Partial<Omit<AccessTokenOptions, "key" | "lifetime">>,
    Partial<
      Pick<SessionsOptions, "refreshLifetime" | "sessionLifetime" | "reuseGrace" | "sessionsPerAccount">
    > {
  /** The folder of the database (`barewire.db`) and the key (`signing-key.json`); `./data` by default. Made if missing. */
  readonly data?: string | undefined;
  /** A store of your own in place of the database, or `"memory"` for one that is gone with the process. */
  readonly store?: AuthStore | "memory" | undefined;
  /** The private key to sign with, in place of the file's; a new one for a store in memory. */
  readonly key?: Key | undefined;
  /** How long an access token is good, in seconds; 600 by default. */
  readonly accessLifetime?: number | undefined;
  /** How passwords are hashed, or a hasher that is shared. */
  readonly passwords?: PasswordOptions | PasswordHasher | undefined;
  /**
   * Usernames whose logins give the scope `rooms` too: to administer all rooms. None by default. Register them before
   * anybody else can: a name counts, whoever has it.
   */
  readonly administrators?: readonly string[] | undefined;
  /** Words that are no passwords here, such as the name of the service; none by default. */
  readonly contextWords?: readonly string[] | undefined;
  readonly tickets?:
    | Pick<TicketsOptions, "lifetime" | "most" | "mostPerSession" | "mostPerAccount">
    | undefined;
  readonly log?: Log | undefined;
}

/** All there is about logins, open. */
export interface Auth {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  /** Signed with the key of the access tokens, with another type. */
  readonly roomTokens: RoomTokens;
  readonly hasher: PasswordHasher;
  /** Lets go of the store, if it was opened here. Nothing may be called afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the data and what works on it.
 *
 * @throws {AuthError} `store/…` or `key/…` when the data cannot be used; its message says why and where
 * @throws {TypeError | RangeError} for options that are invalid
 */
export async function openAuth(options: OpenAuthOptions = {}): Promise<Auth> {
  const { log = silentLog } = options;
  const key = options.key ?? (await openKey(options));
  const store = await openStore(options);
  try {
    const revocations = await Revocations.load(store, Date.now() / 1000);
    const hasher = await openHasher(options);
    const accessTokens = new AccessTokens({ ...options, key, lifetime: options.accessLifetime });
    const scopeOf = await openScopes(store, options);
    const ports = { store, accessTokens, revocations, scopeOf, now: Date.now, randomBytes };
    const sessions = new Sessions({ ...options, ...ports });
    const isEnded = sessions.isEnded.bind(sessions);
    const timer = setInterval(() => {
      sessions.sweep().catch((error) => log.error("auth.sweep-failed", { error: String(error) }));
    }, sweepInterval).unref();
    return {
      accounts: new Accounts({ ...options, store, hasher, now: Date.now, randomId: randomUUID }),
      sessions,
      tickets: new Tickets({ ...options.tickets, now: Date.now, randomBytes, isEnded }),
      roomTokens: new RoomTokens({ ...options, key }),
      hasher,
      close: async () => {
        clearInterval(timer);
        if (store !== options.store) await store.close?.();
      },
    };
  } catch (error) {
    if (store !== options.store) await store.close?.();
    throw error;
  }
}

async function openKey({ store, data }: OpenAuthOptions): Promise<Key> {
  if (store === "memory") {
    const key = await generateKey("ES256");
    return key;
  }
  return loadOrCreateSigningKey(join(await openFolder(data), "signing-key.json"));
}

async function openStore({ store, data }: OpenAuthOptions): Promise<AuthStore> {
  if (store === "memory") return new MemoryStore();
  return store ?? SqliteStore.open(join(await openFolder(data), "barewire.db"));
}

/** What the login of a username gives; and a line in the log for each administrator whom nobody is yet. */
async function openScopes(
  store: AuthStore,
  { administrators = [], log = silentLog }: OpenAuthOptions,
): Promise<(username: string) => string> {
  const names = new Set(administrators.map((name) => name.toLowerCase()));
  for (const username of names) {
    const account = await store.findAccountByUsername(username);
    if (account === undefined) log.warn("auth.administrator-not-registered", { username });
  }
  return (username) => (names.has(username.toLowerCase()) ? administratorScope : defaultScope);
}

async function openFolder(data = "./data"): Promise<string> {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AuthError("store/cannot-open", `The folder ${data} cannot be made: ${code}.`, { cause: error });
  }
  return data;
}

async function openHasher(options: OpenAuthOptions): Promise<PasswordHasher> {
  const { passwords = {} } = options;
  if (passwords instanceof PasswordHasher) return passwords;
  return new PasswordHasher({ ...passwords, cost: await costOf(passwords, options) });
}

async function costOf(
  { cost, profile, concurrency }: PasswordOptions,
  { store, data, log = silentLog }: OpenAuthOptions,
): Promise<ScryptCost> {
  if (cost !== undefined && profile !== undefined) throw new TypeError("Give a cost or a profile, not both");
  if (cost !== undefined) return cost;
  if (profile !== undefined) {
    const named = scryptProfile(profile);
    if (named === undefined) throw new RangeError(`There is no profile "${profile}" of scrypt`);
    return named.cost;
  }
  const options = concurrency === undefined ? {} : { concurrency };
  if (store === undefined) return chosenCost(join(await openFolder(data), "password-profile"), log, options);
  return (await tunePasswordCost(options)).profile.cost;
}
