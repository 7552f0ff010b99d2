/** All of logins in memory, on a clock that a test moves, and with keys that are made once. */
import { randomBytes, randomUUID } from "node:crypto";
import type { AccessTokenOptions } from "../../src/auth/index.ts";
import {
  AccessTokens,
  type Account,
  Accounts,
  administratorScope,
  defaultScope,
  MemoryStore,
  Revocations,
  RoomTokens,
  Sessions,
  Tickets,
} from "../../src/auth/index.ts";
import { generateKey } from "../../src/jwt/index.ts";
import { PasswordHasher } from "../../src/password/index.ts";

export const start: number = Date.UTC(2026, 0, 1);
export const ann = { username: "ann", password: "the wrong trousers" };

const key = await generateKey("ES256");
// The cheapest cost: what is tested is not scrypt.
const hasher = new PasswordHasher({ cost: { ln: 4, r: 8, p: 1 } });
const passwordHash = await hasher.hash(ann.password);

export interface World {
  /** Milliseconds since the epoch. */
  clock: number;
  readonly store: MemoryStore;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly roomTokens: RoomTokens;
  /** An account with ann's password, at no cost. */
  enrol(username: string): Promise<Account>;
  /** Issues tokens with our key that say something else than ours. */
  tokensWith(options: Partial<AccessTokenOptions>): AccessTokens;
}

/** @param administers whose logins give the scope `rooms` too; nobody's by default */
export async function newWorld(administers: (username: string) => boolean = () => false): Promise<World> {
  const store = new MemoryStore();
  const now = (): number => world.clock;
  const tokensWith = (options: Partial<AccessTokenOptions>): AccessTokens =>
    new AccessTokens({ key, issuer: "https://a", audience: "https://a", ...options });
  const revocations = await Revocations.load(store, start / 1000);
  const scopeOf = (username: string): string => (administers(username) ? administratorScope : defaultScope);
  const ports = { store, accessTokens: tokensWith({}), revocations, now, randomBytes, scopeOf };
  const sessions = new Sessions(ports);
  const world: World = {
    clock: start,
    store,
    accounts: new Accounts({ store, hasher, now, randomId: randomUUID }),
    sessions,
    tickets: new Tickets({ now, randomBytes, isEnded: (session) => sessions.isEnded(session) }),
    roomTokens: new RoomTokens({ key, issuer: "https://a", audience: "https://a" }),
    enrol: async (username) => {
      const account = { id: randomUUID(), username, passwordHash, passwordVersion: 0, createdAt: start };
      await store.createAccount(account);
      return account;
    },
    tokensWith,
  };
  return world;
}

export function basic(username: string, password: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}
