/** What a host does at the page: lock the room, remove somebody, ban somebody; and what the others see of it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { House } from "./house.ts";
import type { Visitor } from "./visitor.ts";

let house: House;
let ann: Visitor;
let ben: Visitor;
let cleo: Visitor;

beforeAll(async () => {
  house = await House.open(["--admin=warden"]);
  // The first to enter is the host.
  ann = await enter("ann");
  ben = await enter("ben");
  cleo = await enter("cleo");
  await ann.seesOthers(2);
});
afterAll(() => house?.close());

async function enter(name: string): Promise<Visitor> {
  const visitor = await house.visit(name, { ...(await house.account(name)), room: "parlour" });
  await visitor.seesView("room");
  return visitor;
}

const knock = ({ page }: Visitor): Promise<void> => page.click("#room-form button[type=submit]");

async function about(host: Visitor, name: string): Promise<void> {
  await host.line(name).locator("button").click();
  await host.seesWords("#person-name", new RegExp(`^${name}$`));
}

const refusal = "#room-form .form-error";

describe("a host", () => {
  it("locks the room, which all see, and nobody else comes in until it is unlocked", async () => {
    expect(await ben.page.isVisible("#toggle-lock")).toBe(false);
    await ann.page.click("#toggle-lock");
    await ann.seesWords("#toggle-lock", /Unlock/);
    await ben.seesWords("#locked", /Locked/);
    await ben.seesWords("#announcer", /ann locked the room/);
    await cleo.page.click("#leave");
    await cleo.seesView("lobby");
    await cleo.page.fill("#room-name", "parlour");
    await knock(cleo);
    await cleo.seesWords(refusal, /Room parlour is locked\. Ask somebody in it/);
    await ann.page.click("#toggle-lock");
    await ben.page.waitForSelector("#locked", { state: "hidden" });
    await knock(cleo);
    await cleo.seesView("room");
    await ann.seesOthers(2);
  });

  it("removes somebody, who is told so and may come back", async () => {
    await about(ann, "ben");
    await ann.page.click("#remove-person");
    await ben.seesView("lobby");
    await ben.seesWords(refusal, /A host removed you from room parlour/);
    await Promise.all([ann.seesOthers(1), cleo.seesOthers(1)]);
    await cleo.seesWords("#announcer", /ben was removed/);
    await knock(ben);
    await ben.seesView("room");
    await ann.seesOthers(2);
  });

  it("bans somebody, if asked twice, who is told so and stays out", async () => {
    await about(ann, "ben");
    await ann.page.click("#ban-person");
    await ann.seesWords("#ban-person", /press again/);
    await ann.seesOthers(2);
    await ann.page.click("#ban-person");
    await ben.seesView("lobby");
    await ben.seesWords(refusal, /You were banned from room parlour/);
    await ann.page.waitForSelector("#person", { state: "hidden" });
    await Promise.all([ann.seesOthers(1), cleo.seesOthers(1)]);
    await cleo.seesWords("#announcer", /ben was banned/);
    await knock(ben);
    await ben.seesWords(refusal, /You were banned from room parlour/);
    await ben.seesView("lobby");
  });

  it("goes, and who came next is host", async () => {
    expect(await cleo.page.isVisible("#toggle-lock")).toBe(false);
    await ann.page.click("#leave");
    await ann.seesView("lobby");
    await cleo.page.waitForSelector("#toggle-lock");
    await cleo.page.waitForSelector("#people li[data-self] .host");
  });

  it("ends the room by the API, and who is in it is told so", async () => {
    const { token } = await house.account("warden");
    const answer = await fetch(`${house.url}/rooms/parlour`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(204);
    await cleo.seesView("lobby");
    await cleo.seesWords(refusal, /Room parlour was closed/);
  });
});

it("had nothing to complain about", () => {
  expect(house.complaints).toEqual([]);
});
