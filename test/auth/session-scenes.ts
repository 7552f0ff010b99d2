/** What callers may do with a session, in every order of their steps, and how it must end. */
import { expect, it } from "vitest";
import { Accounts, AuthError, changePassword, type IssuedTokens, MemoryStore } from "../../src/auth/index.ts";
import { hashOf, parseRefreshToken } from "../../src/auth/refresh-token.ts";
import { checkPassword } from "../../src/password/index.ts";
import { everySchedule, type Gate } from "./interleavings.ts";
import { alice, elsewhere, home, openVirtualAuth, second, type VirtualAuth } from "./virtual-auth.ts";

/** What a caller came away with: its tokens, `done`, or the code of the refusal. */
export type Outcome = IssuedTokens | string;

/** How a schedule ended. */
export interface Ending extends Scene {
  readonly outcomes: readonly Outcome[];
}

/** What callers are to do with a session; each gives what it is to be judged by. */
export interface Scene {
  readonly auth: VirtualAuth;
  readonly accounts: Accounts;
  /** The session's first pair, and the one that is good when the schedule begins. */
  readonly first: IssuedTokens;
  readonly present: IssuedTokens;
}

/** Somebody who does something with the session, step by step. */
export type Caller = (scene: Scene) => Promise<unknown>;

export const refresh: Caller = ({ auth, present }) => auth.sessions.refresh(present.refreshToken, home);
export const refreshTwice: Caller = async ({ auth, present }) => {
  const { refreshToken } = await auth.sessions.refresh(present.refreshToken, home);
  return auth.sessions.refresh(refreshToken, home);
};
export const reuse: Caller = ({ auth, first }) => auth.sessions.refresh(first.refreshToken, elsewhere);
export const renew: Caller = ({ auth, present }) => auth.sessions.renew(present.session, home);
export const logOut: Caller = ({ auth, first: { session } }) => {
  return auth.sessions.end("a1", { id: session.sessionId }, "logged-out");
};
export const login: Caller = async ({ auth, accounts }) => {
  return auth.sessions.open(await accounts.verify("alice", "the first"), elsewhere);
};
export const change: Caller = ({ auth: { sessions }, accounts, present: { session } }) => {
  const passwords = { current: "the first", next: "quite another" };
  return changePassword({ accounts, sessions }, { session, ...passwords, place: home });
};
/** From another session of the same account. */
export const changeElsewhere: Caller = async ({ auth: { sessions }, accounts }) => {
  const prepared = await accounts.prepareChange("alice", { current: "the first", next: "quite another" });
  await sessions.changePassword(prepared);
};

// It loads a list when it is first asked, and that would be no step of a store.
await checkPassword("quite another");

/** A hash takes no time, and is the password. */
const hasher = {
  decoy: "",
  hash: async (password: string) => password,
  verify: async (password: string, phc: string) => password === phc,
  needsRehash: () => false,
};

/** Whether an ending is right. */
export type Judge = (ending: Ending) => Promise<void>;

/** How a scene may end, and whether the answers of the store wait at the gate as well. */
export interface SceneTerms {
  /** Every sort of ending that there is, and no other: so all of them were reached. */
  readonly endings: readonly string[];
  readonly judge: Judge;
  readonly answersWait?: boolean;
}

/** Declares the test that plays all schedules of `callers` and has each judged. */
export function itPlays(name: string, callers: readonly Caller[], terms: SceneTerms): void {
  it(name, async () => {
    const endings = new Set<string>();
    const schedules = await everySchedule(async (gate) => {
      const scene = await setUp(gate, terms);
      const settled = await gate.run(callers.map((caller) => () => caller(scene)));
      const outcomes = settled.map(outcomeOf);
      endings.add(outcomes.map((outcome) => (typeof outcome === "string" ? outcome : "tokens")).join(" | "));
      await terms.judge({ ...scene, outcomes });
    });
    expect(schedules).toBeGreaterThan(1);
    expect([...endings].sort()).toEqual([...terms.endings].sort());
  });
}

/** The endings of so many refreshes, each of which may have come too late, and of somebody else. */
export function perhapsLate(refreshes: number, last: string): readonly string[] {
  if (refreshes === 0) return [last];
  return perhapsLate(refreshes - 1, last).flatMap((rest) => [
    `tokens | ${rest}`,
    `refresh/invalid | ${rest}`,
  ]);
}

async function setUp(gate: Gate, options: { readonly answersWait?: boolean }): Promise<Scene> {
  const store = new MemoryStore();
  const served = gate.guard(store, options);
  const auth = await openVirtualAuth({ store, served, signed: false });
  const accounts = new Accounts({ store: served, hasher, now: auth.clock.now, randomId: () => "unused" });
  const first = await auth.sessions.open(alice, home);
  auth.clock.pass(60 * second);
  const present = await auth.sessions.refresh(first.refreshToken, home);
  auth.clock.pass(60 * second);
  return { auth, accounts, first, present };
}

function outcomeOf(settled: PromiseSettledResult<unknown>): Outcome {
  if (settled.status === "fulfilled") {
    return typeof settled.value === "object" ? (settled.value as IssuedTokens) : "done";
  }
  // Anything else is a fault of ours: no order of steps may bring it about.
  expect(settled.reason).toBeInstanceOf(AuthError);
  return (settled.reason as AuthError).code;
}

/** Those who came away with tokens. */
export function tokensOf(outcomes: readonly Outcome[]): readonly IssuedTokens[] {
  return outcomes.filter((outcome) => typeof outcome !== "string");
}

/** For a logout: nobody is left with a token that is good. */
export const judgeLogout: Judge = async (ending) => {
  expect(ending.auth.ends.map(({ reason }) => reason)).toEqual(["logged-out"]);
  expect(() => ending.auth.sessions.authenticate(ending.present.accessToken)).toThrow("revoked");
  await expectRefused(ending);
  await expect(ending.auth.store.listSessions("a1")).resolves.toEqual([]);
};

/** For refreshes alone: whoever came away with tokens stays logged in, and no theft was seen. */
export const judgeRefreshes: Judge = async (ending) => {
  await expectOneCurrent(ending);
  expect(ending.auth.ends).toEqual([]);
  await expectAllStayIn(ending, tokensOf(ending.outcomes));
};

/** For a change of password here: of all tokens that were given out, those of the change are good. */
export const judgeChange: Judge = async (ending) => {
  const { auth, outcomes } = ending;
  await expectOneCurrent(ending);
  for (const { refreshToken } of tokensOf(outcomes.slice(0, -1))) {
    await expect(auth.sessions.refresh(refreshToken, home)).rejects.toMatchObject({
      code: "refresh/invalid",
    });
  }
  expect(auth.ends).toEqual([]);
  await expectAllStayIn(ending, [outcomes.at(-1) as IssuedTokens]);
};

/** For a change of password in another session: nobody is left with a token of this one. */
export const judgeChangeElsewhere: Judge = async (ending) => {
  expect(ending.auth.ends.map(({ reason }) => reason)).toEqual(["password-changed"]);
  await expectRefused(ending);
};

/** For the reuse of an older token: the session ends, and nobody is left in it. */
export const judgeReuse: Judge = async (ending) => {
  const { accountId, sessionId } = ending.first.session;
  expect(ending.auth.ends).toEqual([{ accountId, sessionId, reason: "reused", device: home.device }]);
  await expectRefused(ending);
};

/** For renewals: one token is good, and none that was given out counts as stolen. */
export const judgeRenewals: Judge = async (ending) => {
  const { auth, outcomes } = ending;
  await expectOneCurrent(ending);
  for (const { refreshToken } of tokensOf(outcomes)) {
    await auth.sessions.refresh(refreshToken, home).catch(({ code }) => expect(code).toBe("refresh/invalid"));
  }
  expect(auth.ends).toEqual([]);
  await expect(auth.sessions.list("a1")).resolves.toHaveLength(1);
};

/** That whoever got tokens of a session that is over can do nothing with them. */
export async function expectRefused({ auth, outcomes }: Ending): Promise<void> {
  for (const { accessToken, refreshToken } of tokensOf(outcomes)) {
    expect(() => auth.sessions.authenticate(accessToken)).toThrow("The token was revoked.");
    const refused = auth.sessions.refresh(refreshToken, home);
    await expect(refused).rejects.toMatchObject({ code: "refresh/invalid" });
  }
}

/** That of the tokens that were given out one at most is the current one, and that all who have one stay logged in. */
async function expectOneCurrent({ auth, outcomes, present }: Ending): Promise<void> {
  const stored = (await auth.store.findSessionById(present.session.sessionId))!;
  const given = new Set(tokensOf(outcomes).map(({ refreshToken }) => refreshToken));
  const current = [...given].filter((token) => {
    const { family, secret } = parseRefreshToken(token)!;
    return hashOf(family) === stored.family && hashOf(secret) === stored.current;
  });
  expect(current).toHaveLength(1);
  for (const { accessToken, session } of tokensOf(outcomes)) {
    expect(auth.sessions.authenticate(accessToken)).toEqual(session);
  }
}

/** That whoever got a refresh token can refresh with it, and again with what that gives. */
export async function expectAllStayIn(
  { auth, present }: Scene,
  tabs: readonly IssuedTokens[],
): Promise<void> {
  const { sessions } = auth;
  let held = tabs;
  for (let round = 0; round < 2; round += 1) {
    const next: IssuedTokens[] = [];
    for (const { refreshToken } of held) next.push(await sessions.refresh(refreshToken, home));
    held = next;
  }
  await expect(sessions.list("a1")).resolves.toMatchObject([{ id: present.session.sessionId }]);
}
