/** Four people in one room, one of them over a network that can be cut, and their server restarted under them. */
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { House } from "./house.ts";
import { TcpProxy } from "./tcp-proxy.ts";
import type { Visitor } from "./visitor.ts";

const NAMES = ["ann", "ben", "cleo", "dora"] as const;
const others = NAMES.length - 1;

let house: House;
/** Between dora's page and the server. */
let network: TcpProxy;
let all: readonly Visitor[];
let ann: Visitor;
let ben: Visitor;
let dora: Visitor;

beforeAll(async () => {
  house = await House.open();
  const url = new URL(house.url);
  network = await TcpProxy.open(Number(url.port));
  const detour = new URL(url);
  detour.port = String(network.port);
  const visitors: Visitor[] = [];
  for (const name of NAMES) {
    const arrival = { ...(await house.account(name)), room: "kitchen", prepare: takeSmallPictures };
    const by = name === "dora" ? detour.origin : undefined;
    visitors.push(await house.visit(name, arrival, by));
    await visitors.at(-1)!.seesView("room");
  }
  all = visitors;
  [ann, ben, , dora] = visitors as [Visitor, Visitor, Visitor, Visitor];
});
afterAll(async () => {
  await house?.close();
  await network?.close();
});

/** Twelve pictures are encoded and as many decoded here, where there may be two cores: small ones are pictures too. */
function takeSmallPictures(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const small = { width: 320, height: 180, frameRate: 8 };
    const [camera, screen] = [mediaDevices.getUserMedia, mediaDevices.getDisplayMedia];
    mediaDevices.getUserMedia = (wanted) =>
      camera.call(mediaDevices, wanted?.video ? { ...wanted, video: small } : wanted);
    mediaDevices.getDisplayMedia = () => screen.call(mediaDevices, { video: small });
  });
}

const everyone = (act: (visitor: Visitor) => Promise<unknown>): Promise<unknown> => Promise.all(all.map(act));

/** The peer ids of the others, as one of them sees them. */
const peersSeenBy = ({ page }: Visitor): Promise<(string | undefined)[]> =>
  page.$$eval("#people li[data-peer]", (lines) => lines.map((line) => (line as HTMLElement).dataset.peer));

describe("four people in a room", () => {
  it("see and hear each other", async () => {
    await everyone((one) => one.seesOthers(others));
    await everyone((one) => one.startMedia());
    await everyone((one) => one.seesPictures(others));
    await everyone((one) => one.hearsOthers(others));
    await everyone((one) => one.seesMovingVideos(others, 2));
  });

  it("see who is host, whose hand is raised, and whose microphone and camera are off", async () => {
    await dora.tile("ann").locator(".host").waitFor();
    await dora.page.click("#raise-hand");
    await ann.tile("dora").locator(".hand").waitFor();
    await ben.line("dora").locator(".hand").waitFor();
    await dora.page.click("#toggle-mic");
    await ann.tile("dora").locator(".muted").waitFor();
    await dora.page.click("#toggle-camera");
    await ann.tile("dora").locator(".dark").waitFor();
    await ann.tile("dora").locator(".portrait").waitFor();
    for (const button of ["#raise-hand", "#toggle-mic", "#toggle-camera"]) await dora.page.click(button);
    for (const mark of [".hand", ".muted", ".dark"])
      await ann.tile("dora").locator(mark).waitFor({ state: "hidden" });
    await ann.seesPictures(others);
  });

  it("see how the connection with one of them does", async () => {
    await ben.line("dora").locator("button").click();
    await ben.seesWords("#person-line", /^Direct, \d+ ms there and back/);
    expect(await ben.page.isVisible("#remove-person")).toBe(false);
    await ben.page.keyboard.press("Escape");
    await ben.page.waitForSelector("#person", { state: "hidden" });
  });

  it("see a screen that is shared, beside the picture of who shares it, until it is not", async () => {
    await ben.page.click("#share-screen");
    await ben.page.waitForSelector("#local-screen");
    const watchers = all.filter((one) => one !== ben);
    for (const one of watchers) {
      await one.tile("Screen of ben").waitFor();
      await one.page.waitForFunction(() => {
        const video = document.querySelector<HTMLVideoElement>("video[data-screen-of]");
        return video !== null && video.getVideoPlaybackQuality().totalVideoFrames > 5;
      });
    }
    await Promise.all(watchers.map((one) => one.seesMovingVideos(others, 1)));
    await ben.page.click("#share-screen");
    for (const one of watchers) await one.tile("Screen of ben").waitFor({ state: "detached" });
    await everyone((one) => one.seesMovingVideos(others, 1));
  });
});

/** Keeps account of everybody whom a page lets go of, and of its being the same page. */
function watchDepartures({ page }: Visitor): Promise<void> {
  return page.evaluate(() => {
    const gone: string[] = [];
    Object.assign(globalThis, { gone });
    const watch = new MutationObserver((changes) => {
      for (const { removedNodes } of changes)
        for (const one of removedNodes) gone.push(one.textContent ?? "");
    });
    for (const list of ["#people", "#tiles"])
      watch.observe(document.querySelector(list)!, { childList: true });
  });
}

const departures = ({ page }: Visitor): Promise<readonly string[] | undefined> =>
  page.evaluate(() => (globalThis as { gone?: readonly string[] }).gone);

describe("a network that is cut for ten seconds and comes back", () => {
  it("takes nobody out of the room: the call goes on, and what was said meanwhile is heard once, in order", async () => {
    await everyone(watchDepartures);
    const before = await Promise.all(all.map(peersSeenBy));
    network.freeze();
    const tenSeconds = delay(10_000);
    // Neither side knows yet that nothing comes through.
    await dora.say("dora 1");
    await ann.say("ann 1");
    network.drop();
    await dora.seesLostConnection();
    for (const one of all) {
      if (one === dora) continue;
      await one.tile("dora").and(one.page.locator("[data-away]")).waitFor();
      expect(await one.line("dora").textContent()).toContain("Reconnecting to the room");
    }
    for (const text of ["dora 2", "dora 3"]) await dora.say(text);
    for (const text of ["ann 2", "ann 3"]) await ann.say(text);
    await ben.seesMessage("ann 3");
    await dora.seesWords("#messages li:last-child .delivery", /Waiting for the server/);
    await Promise.all([everyone((one) => one.seesMovingVideos(others, 3)), tenSeconds]);
    expect(await ann.line("dora").textContent()).toContain("Reconnecting to the room");
    network.mend();
    await dora.seesConnection();
    for (const one of all)
      if (one !== dora) await one.tile("dora").and(one.page.locator(":not([data-away])")).waitFor();
    await dora.say("dora 4");
    await ann.seesMessage("dora 4");
    await ann.say("ann 4");
    await dora.seesMessage("ann 4");
    const said = (name: string): string[] => [1, 2, 3, 4].map((number) => `${name} ${number}`);
    for (const one of all) {
      await one.seesMessage("dora 4");
      await one.seesMessage("ann 4");
      expect(await one.messagesOf("dora")).toEqual(said("dora"));
      expect(await one.messagesOf("ann")).toEqual(said("ann"));
    }
    expect(await dora.page.locator('#messages li[data-delivery]:not([data-delivery="done"])').count()).toBe(
      0,
    );
    expect(await Promise.all(all.map(peersSeenBy))).toEqual(before);
    expect(await Promise.all(all.map(departures))).toEqual(all.map(() => []));
    await everyone((one) => one.seesMovingVideos(others, 1));
  });
});

describe("a server that is restarted under a call", () => {
  it("does not end it: pictures move while it is away, and everybody meets again as somebody new", async () => {
    const before = await Promise.all(all.map(peersSeenBy));
    await house.stop();
    await everyone((one) => one.seesLostConnection());
    await everyone((one) => one.seesMovingVideos(others, 2));
    expect(await Promise.all(all.map(peersSeenBy))).toEqual(before);
    await house.start();
    await everyone((one) => one.seesConnection());
    await everyone((one) =>
      one.page.waitForFunction((earlier) => {
        const lines = [...document.querySelectorAll<HTMLElement>("#people li[data-peer]")];
        return lines.length === 3 && lines.every(({ dataset }) => !earlier.includes(dataset.peer ?? ""));
      }, before.flat().map(String)),
    );
    await everyone((one) => one.seesPictures(others));
    await everyone((one) => one.seesMovingVideos(others, 1));
    await everyone((one) => one.hearsOthers(others));
    // The same pages as before, never loaded anew.
    expect((await Promise.all(all.map(departures))).every((gone) => gone !== undefined)).toBe(true);
  });
});

it("had nothing to complain about", () => {
  expect(house.complaints).toEqual([]);
});
