/** The page as a whole: what it lets nobody do, and for whom it works: with a keyboard alone, on a phone. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, House } from "./house.ts";
import type { Arrival, Visitor } from "./visitor.ts";

let house: House;
let ann: Account;
let ben: Account;

beforeAll(async () => {
  house = await House.open();
  [ann, ben] = await Promise.all([house.account("ann"), house.account("ben")]);
});
afterAll(() => house?.close());

const MARKUP = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

describe("markup that others send", () => {
  /** A server that is in league with them: every name it tells is markup. */
  const betrayed = async (page: Page): Promise<void> => {
    await page.route("**/auth/me", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), username: MARKUP } });
    });
    await page.routeWebSocket("**/ws", (socket) => {
      const server = socket.connectToServer();
      server.onMessage((data) => {
        socket.send(String(data).replaceAll('"name":"ben"', `"name":${JSON.stringify(MARKUP)}`));
      });
    });
  };

  it("stays text: names, messages, and what the address says", async () => {
    const [victim, sender] = await Promise.all([
      house.visit("ann", { ...ann, room: "kitchen", prepare: betrayed }),
      house.visit("ben", { ...ben, room: "kitchen" }),
    ]);
    await Promise.all([victim.seesView("room"), sender.seesView("room"), victim.seesOthers(1)]);
    await sender.say(MARKUP);
    await victim.seesMessage("onerror");
    for (const place of ["#user-name", "#people li[data-peer] .name", ".tile .name", "#messages .name"]) {
      expect(await victim.page.textContent(place)).toContain(MARKUP);
    }
    expect(await victim.page.textContent("#messages .text")).toBe(MARKUP);
    await victim.page.goto(`${house.url}/#${encodeURIComponent(MARKUP)}`);
    await victim.seesView("lobby");
    expect(await victim.page.inputValue("#room-name")).toBe(MARKUP);
    expect(await victim.page.title()).toBe("Barewire");
    expect(await victim.page.$$("img, body script, head script:not([src])")).toEqual([]);
    await Promise.all([victim.close(), sender.close()]);
  });
});

describe("the Content Security Policy", () => {
  it("has nothing to forbid from log-in to call and account, and forbids what is slipped in", async () => {
    const visitor = await house.visit("ann", { ...ann, room: "kitchen" });
    await visitor.seesView("room");
    await visitor.startMedia();
    await visitor.page.click("#open-account");
    await visitor.page.waitForSelector("#sessions li");
    await visitor.page.click("#close-account");
    expect(visitor.complaints).toEqual([]);
    await visitor.page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'owned'";
      const image = document.createElement("img");
      image.setAttribute("onerror", "document.title = 'owned'");
      image.src = "data:,";
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.body.append(script, image, style);
      document.body.setAttribute("style", "display: none");
      return fetch("https://example.org/").catch(() => {});
    });
    const forbidden = (): (string | undefined)[] =>
      visitor.complaints.map((text) => /policy: (\S+) forbade/.exec(text)?.[1]);
    for (const what of [
      "script-src-elem",
      "script-src-attr",
      "style-src-elem",
      "style-src-attr",
      "connect-src",
    ])
      await expect.poll(forbidden).toContain(what);
    expect(await visitor.page.title()).toBe("#kitchen · Barewire");
    expect(await visitor.page.isVisible("#stage")).toBe(true);
    visitor.complaints.length = 0;
    await visitor.close();
  });
});

describe("a keyboard alone", () => {
  it("registers, joins, chats, starts the camera, leaves and logs out", async () => {
    const keys = await house.visit("kay");
    await keys.seesView("login");
    await tabTo(keys, "#show-register");
    await keys.page.keyboard.press("Enter");
    await expectFocus(keys, "#register-username");
    await keys.page.keyboard.type("kay");
    await tabTo(keys, "#register-password");
    await keys.page.keyboard.type("correct horse battery staple");
    await keys.page.keyboard.press("Enter");
    await keys.seesView("lobby");
    await expectFocus(keys, "#room-name");
    await keys.page.keyboard.type("attic");
    await keys.page.keyboard.press("Enter");
    await keys.seesView("room");
    await expectFocus(keys, "#room-title");
    await tabTo(keys, "#start-media");
    await keys.page.keyboard.press("Space");
    await keys.seesWords("#toggle-mic", /Mute/);
    await expectFocus(keys, "#toggle-mic");
    await keys.page.keyboard.press("Space");
    await keys.seesWords("#toggle-mic", /Unmute/);
    await tabTo(keys, "#chat-text");
    await keys.page.keyboard.type("no mouse here");
    await keys.page.keyboard.press("Enter");
    await keys.seesMessage("no mouse here");
    await expectFocus(keys, "#chat-text");
    await tabTo(keys, "#leave", "Shift+Tab");
    await keys.page.keyboard.press("Enter");
    await keys.seesView("lobby");
    await expectFocus(keys, "#room-name");
    await tabTo(keys, "#logout", "Shift+Tab");
    await keys.page.keyboard.press("Enter");
    await keys.seesView("login");
    await expectFocus(keys, "#login-username");
    await keys.close();
  });

  it("reaches everything that can be clicked, and sees where it is", async () => {
    const keys = await house.visit("ann", { ...ann, room: "attic" });
    await keys.seesView("room");
    const clickable = await keys.page.$$eval("button, input, a[href]", (all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.id || one.className),
    );
    const reached = new Set<string>();
    for (let step = 0; step < clickable.length + 4; step++) {
      await keys.page.keyboard.press("Tab");
      const stop = await keys.page.evaluate(() => {
        const at = document.activeElement;
        if (at === null || at === document.body) return undefined;
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        return { name: at.id || at.className, outline: outlineStyle !== "none" && outlineWidth !== "0px" };
      });
      if (stop === undefined) continue;
      expect(stop, "the focus is drawn").toMatchObject({ outline: true });
      reached.add(stop.name);
    }
    expect([...reached]).toEqual(expect.arrayContaining(clickable));
    await keys.close();
  });
});

async function tabTo(visitor: Visitor, selector: string, key = "Tab"): Promise<void> {
  for (let step = 0; step < 20; step++) {
    await visitor.page.keyboard.press(key);
    if (await hasFocus(visitor, selector)) return;
  }
  throw new Error(`${key} does not lead to ${selector}`);
}

async function expectFocus(visitor: Visitor, selector: string): Promise<void> {
  const focused = await visitor.page.evaluate(() => document.activeElement?.id);
  expect(`#${focused}`).toBe(selector);
}

function hasFocus(visitor: Visitor, selector: string): Promise<boolean> {
  return visitor.page.evaluate((where) => document.activeElement?.matches(where) === true, selector);
}

describe("a phone", () => {
  const phone: Arrival = { viewport: { width: 375, height: 667 }, hasTouch: true };
  const longestRoom = "m".repeat(64);
  let guest: Visitor;

  it("shows logging in and registering without a sideways scroll", async () => {
    guest = await house.visit("w".repeat(32), phone);
    await guest.seesView("login");
    await fits(guest);
    await guest.logIn("not the password");
    await guest.seesWords("#login-form .form-error", /wrong/);
    await fits(guest);
    await guest.fillRegistration("short");
    await guest.seesWords("#register-form .form-error", /at least/);
    await fits(guest);
  });

  it("shows the lobby so, with the longest name", async () => {
    await guest.register();
    await fits(guest);
    await guest.page.fill("#room-name", "no room");
    await guest.page.press("#room-name", "Enter");
    await guest.seesWords("#room-form .form-error", /letters/);
    await fits(guest);
  });

  it("shows a room so, empty and with four", async () => {
    await guest.join(longestRoom);
    await fits(guest);
    const others = await Promise.all([1, 2, 3].map(() => house.send(ben.token, longestRoom)));
    await guest.seesOthers(3);
    await guest.startMedia();
    others[0]?.send(JSON.stringify({ type: "message", text: "unbroken".repeat(100) }));
    await guest.seesMessage("unbroken");
    await fits(guest);
    await guest.page.click("#toggle-side");
    await fits(guest);
    await guest.page.click("#toggle-side");
    for (const socket of others) socket.close(1000);
    await guest.seesOthers(0);
  });

  it("shows trouble so, on a smaller phone and on its side too", async () => {
    await house.stop();
    await guest.seesWords("#banner", /trying again in/);
    await guest.say("unbroken".repeat(100));
    await guest.seesWords("#messages li:last-child .delivery", /Waiting for the server/);
    for (const [width, height] of [
      [375, 667],
      [320, 568],
      [667, 375],
    ] as const) {
      await guest.page.setViewportSize({ width, height });
      await fits(guest);
    }
    await house.start();
    await guest.seesConnection();
    await guest.close();
  });
});

/** Light and dark: nothing is wider than the screen, and no button, field or tile is beyond its edge. */
async function fits({ page }: Visitor): Promise<void> {
  const { width } = page.viewportSize()!;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const boxes = await page.$$eval("button, input, .form-error, #banner, .notice, h1, .tile", (all) =>
      all
        .filter((one) => one.checkVisibility())
        .map((one) => {
          const { left, right } = one.getBoundingClientRect();
          return { what: one.id || one.className, left, right };
        }),
    );
    expect(boxes.length).toBeGreaterThan(3);
    expect(boxes.filter(({ left, right }) => left < 0 || right > width)).toEqual([]);
  }
}

it("had nothing to complain about", () => {
  expect(house.complaints).toEqual([]);
});
