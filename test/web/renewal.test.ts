/** The page's side of refreshing, on a clock that stands still, against a server of a few lines. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AuthFailure, listSessions } from "../../web/auth-api.ts";
import { Renewal, renewLogin } from "../../web/renewal.ts";

/** What the server knows, and the cookies with which the browser asks. */
class World {
  asked: string[] = [];
  /** When the access token in the cookies expires, in seconds; 0: there is none. */
  expiresAt = 0;
  account = "1";
  /** What becomes of the next refresh: another token, a refusal, or no answer at all. */
  refusal: string | undefined;
  away = false;
  readonly life = 600;

  get now(): number {
    return Math.floor(Date.now() / 1000);
  }

  logIn(): void {
    this.expiresAt = this.now + this.life;
  }

  readonly fetch = async (path: string): Promise<Response> => {
    this.asked.push(path);
    if (this.away) throw new TypeError("Failed to fetch");
    if (path === "/auth/refresh") {
      if (this.refusal !== undefined) return this.#answer(401, { code: this.refusal });
      this.logIn();
      return this.#answer(200, {});
    }
    if (this.expiresAt <= this.now) return this.#answer(401, { code: "auth/missing-credentials" });
    if (path === "/auth/sessions") return this.#answer(200, { sessions: [] });
    const { account: id, expiresAt: expires_at } = this;
    const issued_at = expires_at - this.life;
    return this.#answer(200, { id, username: "ann", session: "s", scope: "account", issued_at, expires_at });
  };

  #answer(status: number, body: object): Response {
    const date = new Date(this.now * 1000).toUTCString();
    return new Response(JSON.stringify(body), { status, headers: { date } });
  }
}

/** One lock for all tabs, as `navigator.locks` gives it. */
class Locks {
  #last: Promise<unknown> = Promise.resolve();
  readonly request = <T>(_: string, work: () => Promise<T>): Promise<T> => {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  };
}

let world: World;
let page: EventTarget;
let told: unknown[];
const opened: Renewal[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  world = new World();
  page = new EventTarget();
  told = [];
  vi.stubGlobal("fetch", world.fetch);
  vi.stubGlobal("document", page);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("navigator", { locks: new Locks() });
});
afterEach(() => {
  for (const renewal of opened.splice(0)) renewal.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A tab of somebody who is logged in; nothing asked so far. */
async function tab(name = "tab"): Promise<Renewal> {
  if (world.expiresAt === 0) world.logIn();
  const renewal = new Renewal(await renewLogin(), {
    renewed: ({ expiresAt }) => told.push([name, "renewed", expiresAt]),
    ended: (code) => told.push([name, "ended", code]),
  });
  opened.push(renewal);
  world.asked = [];
  return renewal;
}

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const refreshes = (): number => world.asked.filter((path) => path === "/auth/refresh").length;
/** Milliseconds from log in to the first renewal: four fifths of ten minutes, and a second less. */
const due = 479_000;

describe("the login of a browser", () => {
  it("is the one there is, without a refresh", async () => {
    world.logIn();
    expect(await renewLogin()).toMatchObject({ username: "ann", expiresAt: world.expiresAt });
    expect(world.asked).toEqual(["/auth/me"]);
  });

  it("is refreshed when its access token has expired", async () => {
    expect(await renewLogin()).toMatchObject({ username: "ann" });
    expect(world.asked).toEqual(["/auth/me", "/auth/refresh", "/auth/me"]);
  });

  it("is none, and the server's code says why", async () => {
    world.refusal = "refresh/reused";
    await expect(renewLogin()).rejects.toMatchObject({ status: 401, code: "refresh/reused" });
  });
});

describe("a token that grows old", () => {
  it("is renewed at four fifths of its life, again and again", async () => {
    await tab();
    await pass(due - 1);
    expect(refreshes()).toBe(0);
    await pass(1);
    expect(refreshes()).toBe(1);
    await pass(due);
    expect(refreshes()).toBe(2);
    expect(told).toEqual([
      ["tab", "renewed", 1_800_000_479 + 600],
      ["tab", "renewed", 1_800_000_958 + 600],
    ]);
  });

  it("is renewed when the page wakes up, if it is time", async () => {
    await tab();
    page.dispatchEvent(new Event("visibilitychange"));
    await pass(0);
    expect(refreshes()).toBe(0);
    // The machine sleeps: the clock goes on, and no timer.
    vi.setSystemTime(Date.now() + 3_600_000);
    page.dispatchEvent(new Event("visibilitychange"));
    await pass(0);
    expect(refreshes()).toBe(1);
  });

  it("is renewed soon after a sleep of which nobody told the page", async () => {
    await tab();
    vi.setSystemTime(Date.now() + 3_600_000);
    await pass(20_000);
    expect(refreshes()).toBe(1);
  });

  it("is renewed by one tab for all", async () => {
    await Promise.all([tab("one"), tab("two"), tab("three")]);
    await pass(due);
    expect(refreshes()).toBe(1);
    const expiresAt = world.expiresAt;
    expect(told.toSorted()).toEqual(["one", "three", "two"].map((name) => [name, "renewed", expiresAt]));
  });

  it("is renewed without locks too, where the browser gives none", async () => {
    vi.stubGlobal("navigator", {});
    await Promise.all([tab("one"), tab("two")]);
    await pass(due);
    expect(told).toHaveLength(2);
  });

  it("is tried again each second while the server is away, and no more once it is there", async () => {
    await tab();
    world.away = true;
    await pass(due + 10_000);
    expect(world.asked.length).toBeGreaterThan(5);
    world.away = false;
    await pass(1_000);
    world.asked = [];
    await pass(20_000);
    expect(world.asked).toEqual([]);
    expect(told).toHaveLength(1);
  });

  it("is the last one when the server refuses another, which is told once", async () => {
    const renewal = await tab();
    world.refusal = "refresh/reused";
    await pass(due + 60_000);
    expect(told).toEqual([["tab", "ended", "refresh/reused"]]);
    expect(renewal.refusal).toBe("refresh/reused");
    expect(refreshes()).toBe(1);
  });

  it("is nobody's concern after the end", async () => {
    const renewal = await tab();
    renewal.stop();
    await pass(2 * due);
    page.dispatchEvent(new Event("visibilitychange"));
    await pass(0);
    expect(world.asked).toEqual([]);
  });
});

describe("a request that needs the login", () => {
  it("is made once more with a new token when the old one has expired", async () => {
    const renewal = await tab();
    world.expiresAt = world.now;
    expect(await renewal.use(listSessions)).toEqual([]);
    expect(world.asked).toEqual([
      "/auth/sessions",
      "/auth/me",
      "/auth/refresh",
      "/auth/me",
      "/auth/sessions",
    ]);
  });

  it("is not made again for another refusal", async () => {
    const renewal = await tab();
    for (const failure of [
      new AuthFailure(401, { code: "auth/bad-credentials" }),
      new AuthFailure(403, { code: "token/expired" }),
      new AuthFailure(0),
    ]) {
      const request = vi.fn(() => Promise.reject(failure));
      await expect(renewal.use(request)).rejects.toBe(failure);
      expect(request).toHaveBeenCalledOnce();
    }
    expect(world.asked).toEqual([]);
  });

  it("fails, and the end is told, when there is no new token", async () => {
    const renewal = await tab();
    world.expiresAt = world.now;
    world.refusal = "refresh/expired";
    await expect(renewal.use(listSessions)).rejects.toMatchObject({ code: "refresh/expired" });
    expect(told).toEqual([["tab", "ended", "refresh/expired"]]);
  });
});

describe("a socket that wants to connect", () => {
  it("need not ask when the server has just said so", async () => {
    expect(await (await tab()).confirm(false)).toBe(true);
    expect(world.asked).toEqual([]);
  });

  it("asks the server later, and gets a new token where there is none", async () => {
    const renewal = await tab();
    await pass(10_000);
    expect(await renewal.confirm(false)).toBe(true);
    expect(world.asked).toEqual(["/auth/me"]);
    world.expiresAt = 0;
    await pass(10_000);
    expect(await renewal.confirm(false)).toBe(true);
    expect(refreshes()).toBe(1);
  });

  it("asks for a new token when it was refused with the one there is", async () => {
    const renewal = await tab();
    await pass(1_000);
    expect(await renewal.confirm(true)).toBe(true);
    expect(refreshes()).toBe(1);
  });

  it("hears that there is no login, which is not told to others", async () => {
    const renewal = await tab();
    world.refusal = "refresh/invalid";
    expect(await renewal.confirm(true)).toBe(false);
    expect([told, renewal.refusal]).toEqual([[], "refresh/invalid"]);
    await pass(2 * due);
    expect(refreshes()).toBe(1);
  });

  it("hears that it is another account's, after a log out and a log in in another tab", async () => {
    const renewal = await tab();
    world.account = "2";
    await pass(10_000);
    expect(await renewal.confirm(false)).toBe(false);
    expect(renewal.refusal).toBe("auth/other-account");
    world.asked = [];
    await pass(2 * due);
    expect([told, world.asked]).toEqual([[], []]);
  });

  it("hears nothing while the server is away", async () => {
    const renewal = await tab();
    await pass(10_000);
    world.away = true;
    await expect(renewal.confirm(false)).rejects.toMatchObject({ status: 0 });
    expect(renewal.refusal).toBeUndefined();
  });
});
