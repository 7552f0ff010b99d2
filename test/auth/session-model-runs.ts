/** Random lives of an account's sessions, in which every answer must be the one of the model. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Account, IssuedTokens } from "../../src/auth/index.ts";
import { type ModelSession, SessionModel } from "./session-model.ts";
import { alice, day, elsewhere, home, openVirtualAuth, second, type VirtualAuth } from "./virtual-auth.ts";

/** The account may have so few that logins displace one another. */
const most = 3;

const places = [home, elsewhere] as const;
const place = fc.nat({ max: 1 });
/** Which of those there are, counted from the latest; mostly one of the latest. */
const back = fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 3 }) }, fc.nat());
const times = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 4 * second }) },
  { weight: 2, arbitrary: fc.constantFrom(9_998, 9_999, 10_000, 60 * second, 599 * second) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 31 }).map((days) => days * day) },
);

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("open" as const), place }) },
  { weight: 14, arbitrary: fc.record({ type: fc.constant("refresh" as const), back, place }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("end" as const), back }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("end others" as const), back }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("change password" as const), back, place }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("revoke" as const), back }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("sweep" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What one of the lives has come to. */
class Life {
  readonly auth: VirtualAuth;
  readonly model: SessionModel = new SessionModel(most);
  readonly issued: IssuedTokens[] = [];
  readonly revoked: Set<string> = new Set();
  /** The sorts of answers to refreshes. */
  readonly seen: Set<string>;
  account: Account = alice;

  constructor(auth: VirtualAuth, seen: Set<string>) {
    this.auth = auth;
    this.seen = seen;
  }

  /** Goes on by one step, and sees that all is as the model says. */
  async take(step: Step, passed: number): Promise<void> {
    // At least a millisecond, so that no two sessions were seen at the same moment.
    this.auth.clock.pass(passed + 1);
    this.model.now = this.auth.clock.time;
    await this.#do(step);
    await this.#compare();
  }

  async #do(step: Step): Promise<void> {
    const { sessions } = this.auth;
    switch (step.type) {
      case "open": {
        const issued = await sessions.open(this.account, places[step.place]!);
        this.model.open(issued.session.sessionId, issued.refreshToken);
        this.issued.push(issued);
        break;
      }
      case "refresh":
        await this.#refresh(step.back, step.place);
        break;
      case "end": {
        const session = this.#pick(this.model.sessions, step.back);
        if (session === undefined) break;
        const ended = await codeOf(sessions.end("a1", { id: session.id }, "ended"));
        expect(ended).toBe(session.stored ? 1 : "session/unknown");
        if (session.stored) this.model.end([session], "ended");
        break;
      }
      case "end others": {
        const kept = this.#pick(this.model.sessions, step.back);
        const others = this.model.stored().filter((session) => session !== kept);
        await expect(sessions.end("a1", { except: kept?.id }, "ended")).resolves.toBe(others.length);
        this.model.end(others, "ended");
        break;
      }
      case "change password":
        await this.#changePassword(this.#pick(this.model.sessions, step.back), step.place);
        break;
      case "revoke": {
        const issued = this.#pick(this.issued, step.back);
        if (issued === undefined) break;
        const { sessionId, tokenId } = issued.session;
        const known = sessions.isEnded(issued.session);
        await sessions.revokeToken(issued.session);
        if (!known) this.model.ends.push(`revoked of ${sessionId}`);
        this.revoked.add(tokenId);
        break;
      }
      case "sweep":
        await sessions.sweep();
        for (const session of this.model.stored()) session.stored = session.expiresAt > this.model.now;
    }
  }

  async #refresh(back: number, placeIndex: number): Promise<void> {
    const before = this.#pick(this.issued, back);
    if (before === undefined) return;
    const { device, address } = places[placeIndex]!;
    const expected = this.model.refresh(before.refreshToken, address);
    const answer = await codeOf(this.auth.sessions.refresh(before.refreshToken, { device, address }));
    this.seen.add(expected.startsWith("bwr_") ? "again" : expected);
    if (typeof answer !== "object") {
      expect(answer).toBe(expected);
      return;
    }
    const { refreshToken, session } = answer;
    const told = this.issued.some((other) => other.refreshToken === refreshToken) ? refreshToken : "new";
    expect(told).toBe(expected);
    expect(session.sessionId).toBe(before.session.sessionId);
    const mine = this.model.stored().find(({ id }) => id === session.sessionId)!;
    if (told === "new") this.model.issue(mine, refreshToken);
    this.issued.push(answer);
  }

  async #changePassword(kept: ModelSession | undefined, placeIndex: number): Promise<void> {
    const { store, sessions } = this.auth;
    const stale = this.account;
    const change = { accountId: "a1", passwordHash: `${stale.passwordHash}+`, replacing: stale.passwordHash };
    await sessions.changePassword({ ...change, keep: kept?.id });
    this.account = (await store.findAccountById("a1"))!;
    this.model.end(
      this.model.stored().filter((session) => session !== kept),
      "password-changed",
    );
    expect(await codeOf(sessions.open(stale, home))).toBe("auth/bad-credentials");
    if (kept === undefined) return;
    const bearer = this.issued.find(({ session }) => session.sessionId === kept.id)!.session;
    const answer = await codeOf(sessions.renew(bearer, places[placeIndex]!));
    if (typeof answer === "object") {
      kept.tokens = [];
      this.model.issue(kept, answer.refreshToken);
      this.issued.push(answer);
      this.revoked.add(bearer.tokenId);
    } else {
      expect(answer).toBe("session/unknown");
      expect(kept.stored && kept.expiresAt > this.model.now).toBe(false);
    }
  }

  async #compare(): Promise<void> {
    const { sessions, ends } = this.auth;
    const { model } = this;
    const there = model.stored().filter(({ expiresAt }) => expiresAt > model.now);
    const listed = (await sessions.list("a1")).map(({ id, expiresAt }) => `${id} ${expiresAt}`);
    const expected = there
      .sort((a, b) => b.seenAt - a.seenAt)
      .map(({ id, expiresAt }) => `${id} ${expiresAt}`);
    expect(listed).toEqual(expected);
    expect(ends.map(({ reason, sessionId }) => `${reason} of ${sessionId}`).sort()).toEqual(
      [...model.ends].sort(),
    );
    const latest = this.issued.slice(-8);
    const answers = await Promise.all(
      latest.map(({ accessToken }) => codeOf(async () => sessions.authenticate(accessToken).tokenId)),
    );
    const right = latest.map(({ session }) => {
      const ended = !there.some(({ id }) => id === session.sessionId) || this.revoked.has(session.tokenId);
      if (session.expiresAt <= model.now / second) return "token/expired";
      return ended ? "token/revoked" : session.tokenId;
    });
    expect(answers).toEqual(right);
  }

  #pick<T>(items: readonly T[], back: number): T | undefined {
    return items[items.length - 1 - (back % Math.max(1, items.length))];
  }
}

/** What a promise gives, or the code of what it is refused with. */
async function codeOf<T>(asked: Promise<T> | (() => Promise<T>)): Promise<T | string> {
  try {
    return await (typeof asked === "function" ? asked() : asked);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    return code;
  }
}

/** Lives so many lives of so many steps each, in which a refresh came to everything that it can come to. */
export async function liveByTheModel(seed: number, lives: number, steps: number): Promise<void> {
  const seen = new Set<string>();
  const path = fc.array(fc.tuple(step, times), { minLength: steps, maxLength: steps });
  const property = fc.asyncProperty(path, async (taken) => {
    const life = new Life(await openVirtualAuth({ sessionsPerAccount: most, signed: false }), seen);
    for (const [next, passed] of taken) await life.take(next, passed);
  });
  await fc.assert(property, { seed, numRuns: lives });
  const all = ["again", "new", "refresh/expired", "refresh/invalid", "refresh/reused"];
  expect([...seen].sort()).toEqual(all);
}
