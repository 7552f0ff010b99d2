/** Several `barewire serve` processes behind one Redis: one service, whichever of them dies, and without Redis too. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { House, type Person } from "./house.ts";
import { expectCall, numbered, say } from "./talk.ts";

let house: House;
beforeAll(async () => {
  house = await House.open(2);
});
afterEach(() => house.clear());
afterAll(() => house?.close());

async function two(room: string): Promise<readonly [Person, Person]> {
  const [first, second] = house.processes;
  const ann = await house.person("ann", room, { at: [first!, second!] });
  const ben = await house.person("ben", room, { at: [second!, first!] });
  await ann.session.join(room);
  await ben.session.join(room);
  await ann.until(() => ann.session.peers.size === 1);
  return [ann, ben];
}

describe("two processes behind one Redis", () => {
  it("let peers on different processes talk, in order", async () => {
    const [ann, ben] = await two("talk");
    await Promise.all([say(ann, numbered("ann", 0, 50)), say(ben, numbered("ben", 0, 50))]);
    await Promise.all([ann.until(() => ann.heard.length >= 50), ben.until(() => ben.heard.length >= 50)]);
    expect(ann.heard).toEqual(numbered("ben", 0, 50));
    expect(ben.heard).toEqual(numbered("ann", 0, 50));
  });

  it("let wrtc peers on different processes call each other", async () => {
    const [ann, ben] = await two("call");
    await expectCall([ann, ben], "over the wire");
  });

  it("tell an administrator at either of them about all rooms", async () => {
    await two("listed");
    for (const running of house.processes) {
      const list = (await (await house.request(running, "/rooms")).json()) as { rooms: readonly object[] };
      expect(list.rooms).toContainEqual(
        expect.objectContaining({ room: "listed", members: 2, connected: 2 }),
      );
      const room = (await (await house.request(running, "/rooms/listed")).json()) as {
        peers: readonly { name: string }[];
      };
      expect(room.peers.map(({ name }) => name)).toEqual(["ann", "ben"]);
    }
  });

  it("kick at one process who is at the other", async () => {
    const [, ben] = await two("kick");
    await house.request(house.processes[0]!, `/rooms/kick/peers/${ben.session.self}?ban=true`, {
      method: "DELETE",
    });
    await ben.until(() => ben.count("left banned") === 1);
    await expect(ben.session.join("kick")).rejects.toMatchObject({ code: "banned" });
  });

  it("resume at the one what was begun at the other, with nothing missed or heard twice", async () => {
    const [ann, ben] = await two("move");
    const { self } = ben.session;
    ben.balancer.use(house.processes[0]!.url);
    ben.balancer.cut();
    await Promise.all([say(ann, numbered("ann", 0, 30)), say(ben, numbered("ben", 0, 30))]);
    await ben.until(() => ben.heard.length >= 30);
    await ann.until(() => ann.heard.length >= 30);
    expect(ben.heard).toEqual(numbered("ann", 0, 30));
    expect(ann.heard).toEqual(numbered("ben", 0, 30));
    expect(ben.session.self).toBe(self);
    expect(ben.count("resumed")).toBe(1);
    expect(ann.count("peer-left ben")).toBe(0);
  });

  it("end at the one the socket of who logs out at the other", async () => {
    const [first, second] = house.processes;
    const ann = await house.person("ann", "logout", { at: [second!], token: house.admin, reconnect: false });
    await ann.session.join("logout");
    await house.request(first!, "/auth/logout", { method: "POST" });
    await ann.until(() => ann.session.state === "ended");
    expect(ann.count("state ended")).toBe(1);
    // The next tests need an administrator again.
    await house.logIn();
  });
});

describe("a process that is killed", () => {
  it("loses nothing: its peers resume at another", async () => {
    const [ann, ben] = await two("killed");
    const [, second] = house.processes;
    const { self } = ben.session;
    const before = say(ann, numbered("ann", 0, 20));
    await house.kill(second!);
    await before;
    await Promise.all([say(ann, numbered("ann", 20, 20)), say(ben, numbered("ben", 0, 20))]);
    await Promise.all([ann.until(() => ann.heard.length >= 20), ben.until(() => ben.heard.length >= 40)]);
    expect(ben.heard).toEqual(numbered("ann", 0, 40));
    expect(ann.heard).toEqual(numbered("ben", 0, 20));
    expect(ben.session.self).toBe(self);
    expect(ann.count("peer-left ben")).toBe(0);
    await house.addProcess();
  });

  it("and nobody else in the room: all resume where there was none of them", async () => {
    const [first, second] = house.processes;
    const ann = await house.person("ann", "alone", { at: [first!, second!] });
    const ben = await house.person("ben", "alone", { at: [first!, second!] });
    await ann.session.join("alone");
    await ben.session.join("alone");
    await ann.session.send("before");
    await ben.until(() => ben.heard.length === 1);
    await house.kill(first!);
    await ann.session.send("after");
    await ben.until(() => ben.heard.length === 2);
    expect(ben.heard).toEqual(["before", "after"]);
    expect([ann, ben].map((person) => person.count("joined"))).toEqual([1, 1]);
    await house.addProcess();
  });
});

describe("a Redis whose keys somebody destroys by hand", () => {
  it("keeps nothing of a room from anybody: what is said before, meanwhile and after is heard once", async () => {
    const [ann, ben] = await two("destroyed");
    await Promise.all([say(ann, numbered("ann", 0, 10)), say(ben, numbered("ben", 0, 10))]);
    const meanwhile = [say(ann, numbered("ann", 10, 10)), say(ben, numbered("ben", 10, 10))];
    await house.redis.command("DEL", "barewire:room:{destroyed}", "barewire:room:{destroyed}:log");
    await say(ann, numbered("ann", 20, 10));
    await Promise.all([...meanwhile, say(ben, numbered("ben", 20, 10))]);
    await Promise.all([ann, ben].map((each) => each.until(() => each.heard.length >= 30)));
    expect([ann.heard, ben.heard]).toEqual([numbered("ben", 0, 30), numbered("ann", 0, 30)]);
    const events = [ann, ben].flatMap((each) => each.events.filter((event) => event.startsWith("peer-left")));
    expect(events).toEqual([]);
  });

  it("is told of when it is all of them, and is healed", async () => {
    const [ann, ben] = await two("flushed");
    await house.redis.command("FLUSHDB");
    await Promise.all([ann, ben].map((each) => each.until(() => each.count("service shared") === 1)));
    await Promise.all([say(ann, ["after"]), say(ben, ["after"])]);
    await Promise.all([ann, ben].map((each) => each.until(() => each.heard.length === 1)));
    for (const { heard, events } of [ann, ben]) {
      expect(heard).toEqual(["after"]);
      expect(events.filter((event) => event.startsWith("peer-left"))).toEqual([]);
    }
  });
});

describe("four processes behind one Redis", () => {
  it("are one room, of which two may die", async () => {
    while (house.processes.length < 4) await house.addProcess();
    const all = [...house.processes];
    const people: Person[] = [];
    for (const [i, at] of all.entries()) {
      const others = all.filter((each) => each !== at);
      people.push(await house.person(`p${i}`, "four", { at: [at, ...others] }));
    }
    for (const { session } of people) await session.join("four");
    await Promise.all(people.map((person) => say(person, numbered(person.name, 0, 10))));
    await house.kill(all[1]!);
    await house.kill(all[3]!);
    await Promise.all(people.map((person) => say(person, numbered(person.name, 10, 10))));
    await Promise.all(people.map((person) => person.until(() => person.heard.length >= 60)));
    for (const listener of people) {
      for (const speaker of people) {
        if (speaker === listener) continue;
        const heard = listener.heard.filter((text) => text.startsWith(`${speaker.name} `));
        expect(heard).toEqual(numbered(speaker.name, 0, 20));
      }
    }
    expect(people.map((person) => person.count("joined"))).toEqual([1, 1, 1, 1]);
  });
});

describe("Redis restarted, empty", () => {
  it("is told, leaves rooms to each process, and heals", async () => {
    const [ann, ben] = await two("healed");
    const cid = await house.person("cid", "healed", { at: [house.processes[0]!] });
    await cid.session.join("healed");
    await ben.until(() => ben.session.peers.size === 2);
    await house.redis.kill();
    await Promise.all(
      [ann, ben, cid].map((person) => person.until(() => person.count("service local") === 1)),
    );
    await ann.session.send("to those who are here");
    await cid.until(() => cid.heard.length === 1);
    await expect(ann.session.send("out of reach", ben.session.self)).rejects.toMatchObject({
      code: "unreachable",
    });
    await house.redis.restart();
    await Promise.all(
      [ann, ben, cid].map((person) => person.until(() => person.count("service shared") === 1)),
    );
    await ann.until(() => ann.count("peer-reconnected ben") === 1);
    await ann.session.send("to all again");
    await Promise.all([ben.until(() => ben.heard.length === 1), cid.until(() => cid.heard.length === 2)]);
    expect(ben.heard).toEqual(["to all again"]);
    expect(
      [ann, ben, cid].map((person) => person.events.filter((each) => each.startsWith("peer-left"))),
    ).toEqual([[], [], []]);
    const health = (await (await fetch(`${house.processes[0]!.url}/healthz`)).json()) as object;
    expect(health).toMatchObject({ status: "ok" });
  });
});
