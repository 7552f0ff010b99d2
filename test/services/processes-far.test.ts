/** Two `barewire serve` processes that are far from their Redis, by a line that is slow, gets stuck, and breaks. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { House, type Person } from "./house.ts";
import { SlowLine } from "./slow-line.ts";
import { expectCall, numbered, say } from "./talk.ts";

let house: House;
const lines: SlowLine[] = [];

beforeAll(async () => {
  house = await House.open(2, async ({ redis }) => {
    const line = await SlowLine.lay(redis.port, { delay: 100 });
    lines.push(line);
    return { redis: line.url };
  });
});
afterEach(() => house.clear());
afterAll(async () => {
  await house?.close();
  for (const line of lines) await line.stop();
});

async function two(room: string): Promise<readonly [Person, Person]> {
  const [first, second] = house.processes;
  const ann = await house.person("ann", room, { at: [first!, second!] });
  const ben = await house.person("ben", room, { at: [second!, first!] });
  await Promise.all([ann.session.join(room), ben.session.join(room)]);
  await Promise.all([ann, ben].map((each) => each.until(() => each.session.peers.size === 1)));
  return [ann, ben];
}

/** Each has heard all eleven that the other has said, and neither has left. */
async function expectAllHeard(ann: Person, ben: Person): Promise<void> {
  await Promise.all([ann, ben].map((each) => each.until(() => each.heard.length >= 11)));
  expect([ann.heard, ben.heard]).toEqual([numbered("ben", 0, 11), numbered("ann", 0, 11)]);
  for (const { events } of [ann, ben])
    expect(events.filter((event) => event.startsWith("peer-left"))).toEqual([]);
}

describe("two processes that are 200 ms away from Redis", () => {
  it("let those who come at once meet, and call each other", async () => {
    const [ann, ben] = await two("call");
    await expectCall([ann, ben], "far away");
  });

  it("pass on all that is said, once and in order, and to who has moved to the other", async () => {
    const [ann, ben] = await two("move");
    const { self } = ben.session;
    const before = [say(ann, numbered("ann", 0, 40)), say(ben, numbered("ben", 0, 40))];
    ben.balancer.use(house.processes[0]!.url);
    ben.balancer.cut();
    await Promise.all([...before, say(ann, numbered("ann", 40, 40)), say(ben, numbered("ben", 40, 40))]);
    await Promise.all([ann, ben].map((each) => each.until(() => each.heard.length >= 80)));
    expect(ben.heard).toEqual(numbered("ann", 0, 80));
    expect(ann.heard).toEqual(numbered("ben", 0, 80));
    expect([ben.session.self, ben.count("resumed"), ann.count("peer-left ben")]).toEqual([self, 1, 0]);
  });

  it("do not take a line for dead that is stuck for a second", async () => {
    const [ann, ben] = await two("stuck");
    for (const line of lines) line.stall();
    const said = Promise.all([say(ann, numbered("ann", 0, 10)), say(ben, numbered("ben", 0, 10))]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    for (const line of lines) line.resume();
    await said;
    await Promise.all([ann, ben].map((each) => each.until(() => each.heard.length >= 10)));
    expect([ben.heard, ann.heard]).toEqual([numbered("ann", 0, 10), numbered("ben", 0, 10)]);
    expect([ann, ben].map((each) => each.count("service local"))).toEqual([0, 0]);
  });

  it("are on their own while one is stuck for longer, say so, and nobody has left when it moves again", async () => {
    const [ann, ben] = await two("lost");
    for (const line of lines) line.stall();
    const said = Promise.all([say(ann, numbered("ann", 0, 10)), say(ben, numbered("ben", 0, 10))]);
    await Promise.all([ann, ben].map((each) => each.until(() => each.count("service local") === 1)));
    for (const line of lines) line.resume();
    await said;
    await Promise.all([ann, ben].map((each) => each.until(() => each.count("service shared") === 1)));
    await Promise.all([say(ann, numbered("ann", 10, 1)), say(ben, numbered("ben", 10, 1))]);
    await expectAllHeard(ann, ben);
  });

  it("find together again when one breaks in the middle of a reply", async () => {
    const [ann, ben] = await two("cut");
    const cut = lines[1]!.cutAfter(50);
    const said = Promise.all([say(ann, numbered("ann", 0, 10)), say(ben, numbered("ben", 0, 10))]);
    await cut;
    await ben.until(() => ben.count("service shared") === 1);
    await said;
    await Promise.all([say(ann, numbered("ann", 10, 1)), say(ben, numbered("ben", 10, 1))]);
    await expectAllHeard(ann, ben);
    // Who has not lost Redis is not told of it.
    expect(ann.count("service local")).toBe(0);
  });
});
