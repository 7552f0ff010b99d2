/** What a test of the suite is given, and the records it works with. */
import type { Account, AuthStore, OpeningTerms, Rotation, StoredSession } from "../store.ts";

/** The store under test. */
export interface Subject {
  /** Empty at first. */
  readonly store: AuthStore;
  /** One more over the same data, or the same one where a store's data is one process's alone. */
  another(): Promise<AuthStore>;
  /** Closes all, and opens one over what they left behind. */
  restart(): Promise<AuthStore>;
}

/** Tests by name. One passes when its promise resolves. */
export type StoreTests = Readonly<Record<string, (subject: Subject) => Promise<void>>>;

export const alice: Account = {
  id: "a1",
  username: "Alice",
  passwordHash: "$scrypt$ln=17,r=8,p=1$one$one",
  passwordVersion: 0,
  createdAt: 1_700_000_000_123,
};

export const bob: Account = {
  ...alice,
  id: "b2",
  username: "bob.builder-2_",
  passwordVersion: 3,
  createdAt: 0,
};

/** A session of Alice, with what is said of it. Its family is named after its id. */
export function sessionOf(said: Partial<StoredSession> & { readonly id: string }): StoredSession {
  return {
    accountId: alice.id,
    family: `family of ${said.id}`,
    scope: "account sockets",
    createdAt: 1_700_000_000_000,
    lastSeenAt: 1_700_000_000_001,
    expiresAt: 1_702_592_000_000,
    device: "Mozilla/5.0 (X11; Linux x86_64)",
    address: "2001:db8::7",
    current: `current of ${said.id}`,
    rotations: [],
    version: 0,
    ...said,
  };
}

/** What a session becomes when its refresh token is used at `at`. */
export function rotated(session: StoredSession, at: number): StoredSession {
  const rotation: Rotation = {
    spent: session.current,
    sealedSuccessor: `sealed at ${at}`,
    at,
    by: "192.0.2.1 curl/8.5.0",
  };
  const rotations = [...session.rotations, rotation];
  return { ...session, lastSeenAt: at, current: `current at ${at}`, rotations, version: session.version + 1 };
}

/** Terms that end nothing, but with what is said of them. */
export function terms(said: Partial<OpeningTerms> = {}): OpeningTerms {
  return { passwordVersion: 0, most: 100, revokedUntil: 2000, ...said };
}

/** Remembers Alice and these sessions of hers. */
export async function openAll(store: AuthStore, ...sessions: readonly StoredSession[]): Promise<void> {
  await store.createAccount(alice);
  for (const session of sessions) await store.openSession(session, terms());
}

/** The ids of an account's sessions. */
export async function sessionIds(store: AuthStore, accountId: string = alice.id): Promise<readonly string[]> {
  return (await store.listSessions(accountId)).map(({ id }) => id);
}
