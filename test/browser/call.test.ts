/** Two people at the page of a server as `npm start` runs it: register, chat, call, leave, and a restart. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { House } from "./house.ts";
import type { Visitor } from "./visitor.ts";

let house: House;
let ann: Visitor;
let ben: Visitor;

beforeAll(async () => {
  house = await House.open();
});
afterAll(() => house?.close());

describe("two people at the page", () => {
  it("register and log in", async () => {
    ann = await house.visit("ann");
    ben = await house.visit("ben");
    await Promise.all([ann.register(), ben.register()]);
  });

  it("stay logged in when the page is loaded again", async () => {
    await ann.page.reload();
    await ann.seesView("lobby");
  });

  it("are told in words when the password is wrong, and get in with the right one", async () => {
    const stranger = await house.visit("ann");
    await stranger.seesView("login");
    await stranger.logIn("not the password");
    await stranger.page.waitForSelector("#login-form .form-error:not(:empty)");
    await stranger.logIn();
    await stranger.seesView("lobby");
    await stranger.close();
  });

  it("meet in a room", async () => {
    await Promise.all([ann.join("kitchen"), ben.join("kitchen")]);
    await Promise.all([ann.seesOthers(1), ben.seesOthers(1)]);
  });

  it("chat both ways, and what they write is text and nothing else", async () => {
    await ann.say("<b>hello</b> ben");
    await ben.seesMessage("<b>hello</b> ben");
    await ben.say("hello ann");
    await ann.seesMessage("hello ann");
  });

  it("see and hear each other", async () => {
    await Promise.all([ann.startMedia(), ben.startMedia()]);
    await Promise.all([ann.hearsOthers(1), ben.hearsOthers(1)]);
    await Promise.all([ann.seesPictures(1), ben.seesPictures(1)]);
    await Promise.all([ann.seesMovingVideos(1, 5), ben.seesMovingVideos(1, 5)]);
  });

  it("see when one leaves, and when they come back", async () => {
    await ben.page.click("#leave");
    await ben.seesView("lobby");
    await ann.seesOthers(0);
    await ben.join("kitchen");
    await Promise.all([ann.seesOthers(1), ben.seesOthers(1)]);
    await ben.startMedia();
    await Promise.all([ann.seesMovingVideos(1, 1), ben.seesMovingVideos(1, 1)]);
  });

  it("see at once that one has closed the page, and need not wait for them to come back", async () => {
    await ben.page.goto("about:blank");
    // Either they are gone, or they are waited for, which shows.
    await ann.page.waitForSelector('#people [data-peer][data-away="false"]', { state: "detached" });
    expect(await ann.page.locator("#people [data-peer]").count()).toBe(0);
    expect(await ann.page.textContent("#announcer")).toMatch(/^ben left/);
    await ben.page.goto(`${house.url}/#kitchen`);
    await Promise.all([ann.seesOthers(1), ben.seesOthers(1)]);
    await ben.startMedia();
  });

  it("come back by themselves when the server is restarted", async () => {
    expect(await house.stop()).toBe(0);
    await Promise.all([ann.seesLostConnection(), ben.seesLostConnection()]);
    await house.start();
    await Promise.all([ann.seesConnection(), ben.seesConnection()]);
    await Promise.all([ann.seesOthers(1), ben.seesOthers(1)]);
    await ann.say("still there?");
    await ben.seesMessage("still there?");
    await Promise.all([ann.seesMovingVideos(1, 2), ben.seesMovingVideos(1, 2)]);
  });

  it("are shown the log-in when their login ends elsewhere", async () => {
    const answer = await ben.page.evaluate(() =>
      fetch("/auth/logout", { method: "POST" }).then(({ status }) => status),
    );
    expect(answer).toBe(204);
    await ben.seesView("login");
    await ann.seesWords("#announcer", /ben left/);
  });

  it("had nothing to complain about", () => {
    expect(house.complaints).toEqual([]);
  });
});
