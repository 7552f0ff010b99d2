/** Calls of a store at random: what logins, refreshes, logouts and changes of password do to it. */
import type { AuthStore, StoredSession } from "../../src/auth/store.ts";
import { rotated, sessionOf } from "../../src/auth/store-suite/subject.ts";
import { chance, type Next, pick, random, upTo } from "../websocket/random.ts";

/** A method that changes a store, and its arguments; JSON can hold it. */
export type Call = {
  readonly [Method in Changing]: readonly [method: Method, ...arguments_: Parameters<AuthStore[Method]>];
}[Changing];

type Changing =
  | "createAccount"
  | "updatePasswordHash"
  | "changePassword"
  | "openSession"
  | "updateSession"
  | "endSessions"
  | "deleteExpiredSessions"
  | "addRevocation"
  | "deleteExpiredRevocations";

export function perform(store: AuthStore, [method, ...rest]: Call): Promise<unknown> {
  // The type of Call says that they fit; the compiler cannot follow it through a union.
  return (store[method] as (...rest: readonly unknown[]) => Promise<unknown>)(...rest);
}

export interface RandomCallsOptions {
  readonly seed: number;
  readonly prefix: string;
  readonly alone: boolean;
  /** A store with what the calls so far did. */
  readonly known: AuthStore;
}

/** Each call of the result gives the next. Seconds and milliseconds are small numbers, so that things expire. */
export function randomCalls({ seed, prefix, alone, known }: RandomCallsOptions): () => Promise<Call> {
  const next = random(seed);
  let count = 0;
  const name = (kind: string): string => `${prefix}${kind}${seed}-${count++}`;
  // Long enough that a few accounts need another page.
  const hash = (): string => name("hash").padEnd(100 + upTo(next, 300), "x");
  /** Those it asked for, and those of them that there are. */
  const created: string[] = [];
  let accounts: readonly string[] = [];

  const createAccount = async (): Promise<Call> => {
    const id = name("account");
    created.push(id);
    const account = {
      id,
      username: id.toUpperCase(),
      passwordHash: hash(),
      createdAt: upTo(next, 1e6),
    };
    return ["createAccount", { ...account, passwordVersion: 0 }];
  };
  const openSession = async (): Promise<Call> => {
    const account = await knownAccount();
    const id = name("session");
    const device = "x".repeat(upTo(next, 256));
    const session = sessionOf({ id, accountId: account.id, device, ...randomLife(next) });
    // Sometimes the password has changed since.
    const passwordVersion = account.passwordVersion - (chance(next, 0.1) ? 1 : 0);
    return [
      "openSession",
      session,
      { passwordVersion, most: 1 + upTo(next, 2), revokedUntil: upTo(next, 100) },
    ];
  };
  const updateSession = async (): Promise<Call> => {
    const session = await knownSession();
    if (session === undefined) return openSession();
    const after = { ...rotated(session, upTo(next, 1e6)), ...randomLife(next) };
    const family = chance(next, 0.1) ? name("family") : session.family;
    // Sometimes somebody else was faster.
    const version = after.version - (chance(next, 0.1) ? 1 : 0);
    return ["updateSession", { ...after, family, version, rotations: after.rotations.slice(-3) }];
  };
  const endSessions = async (): Promise<Call> => {
    const session = await knownSession();
    if (session === undefined) return openSession();
    const { id, accountId } = session;
    const which = pick(next, [{ id }, { accountId }, { accountId }, { accountId, except: id }]);
    return ["endSessions", which, upTo(next, 100)];
  };
  const changePassword = async (): Promise<Call> => {
    const { id: accountId, passwordHash: replacing } = await knownAccount();
    const keep = (await knownSession())?.id;
    const change = { accountId, replacing, passwordHash: hash(), revokedUntil: upTo(next, 100) };
    return ["changePassword", keep === undefined ? change : { ...change, keep }];
  };
  const rehash = async (): Promise<Call> => {
    const { id, passwordHash } = await knownAccount();
    return ["updatePasswordHash", id, hash(), passwordHash];
  };
  const revoke = async (): Promise<Call> => {
    const id = chance(next, 0.2) ? `${prefix}token` : name("token");
    return ["addRevocation", { kind: "token", id, expiresAt: upTo(next, 100) }];
  };
  const forget = async (): Promise<Call> =>
    alone
      ? pick<Call>(next, [
          ["deleteExpiredSessions", upTo(next, 3e4)],
          ["deleteExpiredRevocations", upTo(next, 50)],
        ])
      : revoke();

  const knownAccount = async () => (await known.findAccountById(pick(next, accounts)))!;
  const knownSession = async (): Promise<StoredSession | undefined> => {
    const sessions = (await Promise.all(accounts.map((id) => known.listSessions(id)))).flat();
    return sessions.length === 0 ? undefined : pick(next, sessions);
  };
  const kinds = [openSession, openSession, openSession, openSession, updateSession, updateSession];
  const rarer = [endSessions, endSessions, changePassword, rehash, revoke, forget, createAccount];
  return async () => {
    const found = await Promise.all(created.map((id) => known.findAccountById(id)));
    accounts = found.flatMap((account) => account?.id ?? []);
    return accounts.length === 0 ? createAccount() : pick(next, [...kinds, ...rarer])();
  };
}

function randomLife(next: Next): Pick<StoredSession, "lastSeenAt" | "expiresAt"> {
  return { lastSeenAt: upTo(next, 1e12), expiresAt: upTo(next, 1e5) };
}
