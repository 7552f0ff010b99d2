/** A login at the page: it outlives its tokens, in every tab, and ends everywhere when it is told to. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, runServer } from "../integration/running-server.ts";
import { launchChromium } from "./chromium.ts";
import { type Arrival, PASSWORD, Visitor } from "./visitor.ts";

let browser: Browser;
/** Its tokens live as long as those of any server: nothing expires here. */
let lasting: RunningServer;
/** Its tokens live three seconds. */
let fleeting: RunningServer;
const visitors: Visitor[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  lasting = await runServer();
  fleeting = await runServer({ auth: { accessLifetime: 3 } });
});
afterEach(async () => {
  const complaints = visitors.flatMap((visitor) => visitor.complaints);
  for (const visitor of visitors.splice(0)) await visitor.close();
  expect(complaints).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([lasting?.stop(), fleeting?.stop()]);
});

async function visit(server: RunningServer, name: string, arrival: Arrival = {}): Promise<Visitor> {
  const visitor = await Visitor.open(browser, server.url, name, arrival);
  visitors.push(visitor);
  await visitor.seesView("login");
  return visitor;
}

async function register(server: RunningServer, name: string): Promise<Visitor> {
  const visitor = await visit(server, name);
  await visitor.register();
  return visitor;
}

/** Another browser of somebody who has an account. */
async function logIn(server: RunningServer, name: string, arrival: Arrival = {}): Promise<Visitor> {
  const visitor = await visit(server, name, arrival);
  await visitor.logIn();
  await visitor.seesView("lobby");
  return visitor;
}

/** Unlike a page, `expect.poll` gives up after a second. */
const patiently = { timeout: 60_000 };

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

async function openAccount({ page }: Visitor): Promise<void> {
  await page.click("#open-account");
  await page.waitForSelector("#sessions li");
}

/** What happens to the page's socket, from now on. */
interface Watch {
  /** Sockets that were opened. */
  sockets: number;
  /** Answers to a refresh, by status. */
  readonly refreshes: number[];
}

function watch(page: Page): Watch {
  const seen: Watch = { sockets: 0, refreshes: [] };
  page.on("websocket", () => seen.sockets++);
  page.on("response", (response) => {
    if (response.url().endsWith("/auth/refresh")) seen.refreshes.push(response.status());
  });
  return seen;
}

const renewals = async (seen: Watch, count: number): Promise<void> => {
  await expect.poll(() => seen.refreshes.length, patiently).toBeGreaterThanOrEqual(count);
};

describe("a call whose token lives three seconds", () => {
  it("goes on over several of them: the same peers, the same sockets, no break in the picture", async () => {
    const [ann, ben] = await Promise.all([register(fleeting, "ann"), register(fleeting, "ben")]);
    await Promise.all([ann.join("kitchen"), ben.join("kitchen")]);
    await Promise.all([ann.seesOthers(1), ben.seesOthers(1)]);
    await Promise.all([ann.startMedia(), ben.startMedia()]);
    const peerOf = ({ page }: Visitor) => page.getAttribute("#people li[data-peer]", "data-peer");
    const before = await Promise.all([peerOf(ann), peerOf(ben)]);
    const seen = [watch(ann.page), watch(ben.page)] as const;
    for (let renewal = 1; renewal <= 4; renewal++) {
      await Promise.all([renewals(seen[0], renewal), renewals(seen[1], renewal)]);
      await ann.say(`ann after ${renewal}`);
      await ben.seesMessage(`ann after ${renewal}`);
      await ben.say(`ben after ${renewal}`);
      await ann.seesMessage(`ben after ${renewal}`);
    }
    await Promise.all([ann.seesMovingVideos(1, 3), ben.seesMovingVideos(1, 3)]);
    expect(await Promise.all([peerOf(ann), peerOf(ben)])).toEqual(before);
    for (const { sockets, refreshes } of seen) {
      expect(sockets).toBe(0);
      expect(new Set(refreshes)).toEqual(new Set([200]));
    }
  });

  it("goes on too when the server could not be asked for a ticket at first", async () => {
    const unlucky = await runServer({ auth: { accessLifetime: 8 } });
    try {
      const joy = await register(unlucky, "joy");
      const seen = watch(joy.page);
      let refused = 0;
      await joy.page.route("**/auth/ticket", (route) => (refused++ < 2 ? route.abort() : route.continue()));
      await renewals(seen, 2);
      expect(refused).toBeGreaterThan(2);
      expect(seen.sockets).toBe(0);
    } finally {
      await unlucky.stop();
    }
  });

  it("counts down where it can be seen, and so does the next one", async () => {
    const cleo = await register(fleeting, "cleo");
    await openAccount(cleo);
    const claims = await cleo.page.textContent(".claims");
    expect(claims).toContain("cleo");
    expect(claims).toContain("account sockets");
    await cleo.seesWords("#token-left", /^0:02$/);
    await cleo.seesWords("#token-news", /^Renewed at /);
    await cleo.seesWords("#token-left", /^0:03$/);
    expect(await cleo.page.textContent("#account")).toMatch(/HttpOnly cookie, which no script can read/);
    expect(await cleo.page.evaluate(() => document.cookie)).toBe("");
  });

  it("comes back by itself after a sleep in which the token expired", async () => {
    const dora = await register(fleeting, "dora");
    await dora.join("attic");
    const seen = watch(dora.page);
    await dora.page.route("**/auth/**", (route) => route.abort());
    await dora.seesWords("#status", /Offline|Connecting/);
    await dora.page.unroute("**/auth/**");
    await dora.seesWords("#status", /Connected/);
    await dora.seesConnection();
    await dora.seesView("room");
    await dora.say("awake again");
    await dora.seesMessage("awake again");
    expect(seen.sockets).toBeGreaterThan(0);
  });
});

describe("two tabs of one browser", () => {
  /** A second tab beside that of a visitor. */
  async function secondTab(visitor: Visitor): Promise<Page> {
    const page = await visitor.page.context().newPage();
    await page.goto(visitor.page.url());
    await page.waitForSelector('body[data-view="lobby"]');
    return page;
  }

  it("refresh at the same moment and both stay logged in", async () => {
    const eve = await register(lasting, "eve");
    const tabs = [eve.page, await secondTab(eve)];
    for (let time = 0; time < 5; time++) {
      const statuses = await Promise.all(
        tabs.map((tab) =>
          tab.evaluate(async () => (await fetch("/auth/refresh", { method: "POST" })).status),
        ),
      );
      expect(statuses).toEqual([200, 200]);
    }
    for (const tab of tabs) {
      await tab.reload();
      await tab.waitForSelector('body[data-view="lobby"]');
    }
  });

  it.each([
    ["take turns", () => {}],
    [
      "do so without locks",
      () => {
        Object.defineProperty(navigator, "locks", { value: undefined });
      },
    ],
  ])("%s in keeping their login alive", async (how, prepare) => {
    const name = how === "take turns" ? "fay" : "fred";
    const fay = await visit(fleeting, name, { prepare: (page) => page.context().addInitScript(prepare) });
    await fay.register();
    const tabs = [fay.page, await secondTab(fay)];
    const seen = tabs.map(watch);
    await expect
      .poll(() => seen.flatMap(({ refreshes }) => refreshes).length, patiently)
      .toBeGreaterThanOrEqual(6);
    for (const { sockets, refreshes } of seen) {
      expect(sockets).toBe(0);
      expect(refreshes.filter((status) => status !== 200)).toEqual([]);
    }
    for (const tab of tabs) expect(await tab.getAttribute("body", "data-view")).toBe("lobby");
  });

  it("are logged out together", async () => {
    const gil = await register(lasting, "gil");
    const other = await secondTab(gil);
    await gil.page.click("#logout");
    await gil.seesView("login");
    await other.waitForSelector('body[data-view="login"]');
    expect(await other.textContent("#notice")).toMatch(/Your login has ended/);
  });
});

describe("a page that is loaded again", () => {
  it("is logged in by the refresh cookie where the token has expired", async () => {
    const hal = await register(lasting, "hal");
    await hal.page.context().clearCookies({ name: /access/ });
    await hal.page.reload();
    await hal.seesView("lobby");
    expect(await hal.page.textContent("#notice")).toBe("");
  });

  it("says why it is not, when somebody may have a copy of the login", async () => {
    const ida = await register(lasting, "ida");
    await ida.page.goto("about:blank");
    await spend(await refreshTokenOf(ida));
    await ida.page.context().clearCookies({ name: /access/ });
    await ida.page.goto(lasting.url);
    await ida.seesView("login");
    await ida.seesWords("#notice", /somebody may have a copy.*change your password/);
  });
});

async function refreshTokenOf({ page }: Visitor): Promise<string> {
  const cookies = await page.context().cookies(`${lasting.url}/auth`);
  return cookies.find(({ name }) => name === "__Secure-barewire_refresh")!.value;
}

/** A program's refresh: its status, and the next token. */
async function refresh(token: string, agent: string): Promise<{ status: number; next: string }> {
  const response = await fetch(`${lasting.url}/auth/refresh`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": agent },
    body: JSON.stringify({ refresh_token: token }),
  });
  const { refresh_token: next = "" } = (await response.json()) as { refresh_token?: string };
  return { status: response.status, next };
}

/** Uses a refresh token, and its successor from elsewhere: no mercy is left for whoever uses the first once more. */
async function spend(token: string): Promise<void> {
  const first = await refresh(token, "thief/1");
  expect((await refresh(first.next, "thief/2")).status).toBe(200);
}

describe("a copied login", () => {
  it("is spoken of: where it was copied, and in every other browser of the account", async () => {
    const [kim, other] = [await register(lasting, "kim"), await logIn(lasting, "kim", { userAgent: IPHONE })];
    await other.join("kitchen");
    await openAccount(other);
    const token = await refreshTokenOf(kim);
    await spend(token);
    expect((await refresh(token, "thief/1")).status).toBe(401);
    await kim.seesView("login");
    await kim.seesWords("#notice", /somebody may have a copy.*change your password/);
    const sentence = /A copied login of yours was used; that session was ended: .+\. Change your password\./;
    await other.seesWords("#account-warning", sentence);
    await expect.poll(() => other.page.locator("#sessions li").count(), patiently).toBe(1);
    await other.page.click("#close-account");
    await other.seesWords("#notice", sentence);
    await other.say("still here");
    await other.seesMessage("still here");
  });
});

describe("the list of logins", () => {
  it("shows every browser, and ends one of them at once", async () => {
    const [lou, phone] = [await register(lasting, "lou"), await logIn(lasting, "lou", { userAgent: IPHONE })];
    await phone.join("kitchen");
    await openAccount(lou);
    expect(await lou.page.locator("#sessions li").count()).toBe(2);
    expect(await lou.page.textContent('#sessions li[data-current="true"]')).toMatch(
      /Chrome on Linux.*This browser.*127\.0\.0\.1 · seen just now/,
    );
    const theirs = lou.page.locator('#sessions li[data-current="false"]');
    expect(await theirs.textContent()).toContain("Safari on iPhone");
    await theirs.getByRole("button", { name: "End the login on Safari on iPhone" }).click();
    await phone.seesView("login");
    await phone.seesWords("#notice", /You were logged out from elsewhere/);
    await expect.poll(() => lou.page.locator("#sessions li").count(), patiently).toBe(1);
    expect(await lou.page.evaluate(() => document.activeElement?.id)).toBe("sessions-title");
    await lou.page.click("#close-account");
    await lou.seesWords("#status", /Connected/);
  });

  it("can be ended as a whole", async () => {
    const [max, phone] = [await register(lasting, "max"), await logIn(lasting, "max", { userAgent: IPHONE })];
    await openAccount(max);
    await max.page.click("#logout-everywhere");
    await Promise.all([max.seesView("login"), phone.seesView("login")]);
    await phone.seesWords("#notice", /You were logged out from elsewhere/);
    expect(await max.page.textContent("#notice")).toBe("");
    expect(await max.page.isVisible("#account")).toBe(false);
    await Promise.all([max.page.reload(), phone.page.reload()]);
    await Promise.all([max.seesView("login"), phone.seesView("login")]);
  });
});

describe("another password", () => {
  async function change({ page }: Visitor, current: string, next: string): Promise<void> {
    await page.fill("#current-password", current);
    await page.fill("#new-password", next);
    await page.click("#password-form button[type=submit]");
  }

  it("is refused at the field that is wrong, and then logs out all other browsers", async () => {
    const [ned, phone] = [await register(lasting, "ned"), await logIn(lasting, "ned", { userAgent: IPHONE })];
    await ned.join("kitchen");
    await openAccount(ned);
    for (const [current, next, place, sentence] of [
      ["", "", "#current-password-error", /^Enter your present password\.$/],
      ["not the password", "another good one", "#current-password-error", /^That is not your present/],
      [PASSWORD, "short", "#new-password-error", /at least 8 characters/],
      [PASSWORD, "password1", "#new-password-error", /guessed first/],
      [PASSWORD, "ned-2026!!", "#new-password-error", /little more than the username/],
    ] as const) {
      await change(ned, current, next);
      await ned.seesWords(place, sentence);
      const field = place.replace("-error", "");
      expect(await ned.page.getAttribute(field, "aria-invalid")).toBe("true");
      expect(await ned.page.evaluate(() => `#${document.activeElement?.id}`)).toBe(field);
    }
    await change(ned, PASSWORD, "another good one");
    await ned.seesWords("#password-done", /Your password is changed\. All your other logins were ended/);
    await phone.seesView("login");
    await phone.seesWords("#notice", /Your password was changed elsewhere/);
    await expect.poll(() => ned.page.locator("#sessions li").count(), patiently).toBe(1);
    expect(await ned.page.inputValue("#new-password")).toBe("");
    await ned.page.click("#close-account");
    await ned.say("still here");
    await ned.seesMessage("still here");
    await phone.logIn();
    await phone.seesWords("#login-form .form-error", /Name or password is wrong/);
    await phone.logIn("another good one");
    await phone.seesView("lobby");
  });
});

describe("the account panel", () => {
  it("is worked by a keyboard alone, keeps it, and gives it back", async () => {
    const olga = await register(lasting, "olga");
    const { page } = olga;
    const focused = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);
    await page.focus("#open-account");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#sessions li");
    expect(await focused()).toBe("account-title");
    const reached = new Set<string | undefined>();
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press("Tab");
      reached.add(await focused());
    }
    expect(reached).toContain("logout-everywhere");
    expect(reached).toContain("new-password");
    expect(reached).not.toContain("logout");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#account", { state: "hidden" });
    expect(await focused()).toBe("open-account");
  });

  it.each([
    [375, 667],
    [320, 568],
    [667, 375],
  ])("fits a phone of %d by %d, light and dark", async (width, height) => {
    const name = `pat-${width}`;
    const pat = await visit(lasting, name, { viewport: { width, height }, hasTouch: true });
    await pat.register();
    await openAccount(pat);
    await pat.page.click("#password-form button[type=submit]");
    await pat.seesWords("#new-password-error", /Enter a new password/);
    for (const colorScheme of ["light", "dark"] as const) {
      await pat.page.emulateMedia({ colorScheme });
      const beyond = await pat.page.$$eval("#account, #account *", (all) =>
        all
          .filter((one) => one.checkVisibility())
          .map((one) => ({ what: one.id || one.className, ...one.getBoundingClientRect().toJSON() }))
          .filter(({ left, right }) => left < 0 || right > innerWidth),
      );
      expect(beyond).toEqual([]);
      expect(await pat.page.$eval("#account", (panel) => panel.scrollWidth <= panel.clientWidth)).toBe(true);
    }
  });
});

describe("too many tries", () => {
  it("are answered with how long to wait", async () => {
    const strict = await runServer({
      rateLimits: { policies: { login: { name: "login", quota: 1, window: 60_000 } } },
    });
    try {
      const quin = await visit(strict, "quin");
      await quin.logIn("not the password");
      await quin.seesWords("#login-form .form-error", /^Name or password is wrong\.$/);
      await quin.logIn("not the password");
      await quin.seesWords("#login-form .form-error", /^Too many attempts\. Try again in \d+ seconds?\.$/);
    } finally {
      await strict.stop();
    }
  });
});
