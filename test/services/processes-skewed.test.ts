/** Two `barewire serve` processes whose clocks are two hours apart, and a Redis whose clock is right. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { House, type Person, type ProcessSettings } from "./house.ts";

const hour = 3_600_000;
const preload = new URL("skewed-clock.ts", import.meta.url).href;

let house: House;
beforeAll(async () => {
  const skewed = (skew: number): ProcessSettings => ({
    environment: { NODE_OPTIONS: `--import ${preload}`, CLOCK_SKEW: String(skew) },
  });
  house = await House.open(2, (_, at) => skewed(at === 0 ? -hour : hour));
});
afterEach(() => house.clear());
afterAll(() => house?.close());

/** Their tokens are made by the first, and would be out of date at the second if they were not good for hours. */
async function two(room: string): Promise<readonly [Person, Person]> {
  const [first, second] = house.processes;
  const grant = { expires_in: 12 * 3_600 };
  const ann = await house.person("ann", room, { at: [first!, second!], grant });
  const ben = await house.person("ben", room, { at: [second!, first!], grant });
  await ann.session.join(room);
  await ben.session.join(room);
  await ann.until(() => ann.session.peers.size === 1);
  return [ann, ben];
}

/** Both say ten things, and each hears those of the other: all, once and in order. */
async function talk(ann: Person, ben: Person, round: number): Promise<void> {
  const texts = (name: string): string[] => Array.from({ length: 10 }, (_, at) => `${name} ${round}.${at}`);
  const heard = [ann, ben].map((each) => each.heard.length);
  await Promise.all([ann, ben].flatMap((each) => texts(each.name).map((text) => each.session.send(text))));
  await Promise.all([ann, ben].map((each, at) => each.until(() => each.heard.length >= heard[at]! + 10)));
  expect([ann, ben].map((each, at) => each.heard.slice(heard[at]))).toEqual([texts("ben"), texts("ann")]);
}

async function move(ben: Person, url: string): Promise<void> {
  const online = ben.count("state online");
  ben.balancer.use(url);
  ben.balancer.cut();
  await ben.until(() => ben.count("state online") > online);
}

it("clocks that differ by hours change neither the order of what is said nor who hears it", async () => {
  const [first, second] = house.processes.map(({ url }) => url) as [string, string];
  const [ann, ben] = await two("skewed");
  const { self } = ben.session;
  await talk(ann, ben, 0);
  // Positions follow the clock of Redis, whoever begins the log.
  const begin = Number(await house.redis.command("HGET", "barewire:room:{skewed}", "begin"));
  expect(Math.abs(begin / 1_000 - Date.now())).toBeLessThan(hour / 2);

  await move(ben, first);
  await talk(ann, ben, 1);
  await move(ben, second);
  await talk(ann, ben, 2);
  expect([ben.session.self, ben.count("resumed")]).toEqual([self, 2]);

  // Alone, each goes on by its own clock; the numbers of both become one again.
  await house.redis.kill();
  await Promise.all([ann, ben].map((each) => each.until(() => each.count("service local") === 1)));
  await house.redis.restart();
  await Promise.all([ann, ben].map((each) => each.until(() => each.count("service shared") === 1)));
  await talk(ann, ben, 3);
  await move(ben, first);
  await talk(ann, ben, 4);
  await move(ben, second);
  await talk(ann, ben, 5);
  expect([ann, ben].map((each) => each.events.filter((event) => event.startsWith("left")))).toEqual([[], []]);
});
