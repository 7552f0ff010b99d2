import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, Member, say, stateOf, textsOf, writeSilently } from "./redis-buses.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let redis: RedisServer;
const members: Member[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await closeAll(members.splice(0));
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await redis.command("FLUSHALL");
});
afterAll(() => redis.stop());

async function join(process: string): Promise<Member> {
  const member = new Member({ url: redis.url, process }, process);
  members.push(member);
  await member.start();
  return member;
}

/** A process of its own, and the lines it has written. */
function launch(...parameters: string[]): { readonly child: ChildProcess; readonly lines: string[] } {
  const script = path(import.meta.dirname, "redis-process.ts");
  const child = spawn(process.execPath, [script, ...parameters], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const lines: string[] = [];
  createInterface(child.stdout!).on("line", (line) => lines.push(line));
  return { child, lines };
}

const goneOf = (member: Member): ReadonlySet<string> =>
  new Set(member.all("process-gone").map(({ process }) => process));

describe("processes that share a Redis", () => {
  it("notice that one was killed, all of them", async () => {
    const [ann, ben] = [await join("ann"), await join("ben")];
    for (const member of [ann, ben]) await member.open("r");
    const { child, lines } = launch(redis.url, "cid", "room");
    await ann.hears("appended");
    await eventually(() => lines.includes("appended"));
    child.kill("SIGKILL");
    for (const member of [ann, ben]) {
      await member.hears("process-gone");
      expect([...goneOf(member)]).toEqual(["cid"]);
    }
  });

  it("are told by one that was stopped for too long that it is back", async () => {
    const ann = await join("ann");
    const { child, lines } = launch(redis.url, "cid", "room");
    await eventually(() => lines.includes("appended"));
    child.kill("SIGSTOP");
    await ann.hears("process-gone");
    await ann.open("r");
    await say(ann, "r", "without you");
    child.kill("SIGCONT");
    await eventually(() => lines.includes("found"));
    // It has not heard of what happened meanwhile before it knew that it was not there.
    expect(lines).toEqual(["started true", "opened", "appended", "lost", "found"]);
    // And when it is gone again, that is told again.
    const before = ann.all("process-gone").length;
    child.kill("SIGKILL");
    await ann.hears("process-gone", before + 1);
  });

  it("know at once, by its next heartbeat, of one that was given up", async () => {
    const ann = await join("ann");
    await redis.command("ZREM", "barewire:processes", "ann");
    await ann.hears("found");
    expect(ann.heard.map(({ type }) => type)).toEqual(["lost", "found"]);
  });

  it("hear soon of one that has closed", async () => {
    const [ann, ben] = [await join("ann"), await join("ben")];
    for (const member of [ann, ben]) await member.open("r");
    await say(ben, "r", "bye", [ann]);
    await ben.bus.close();
    await ann.hears("process-gone");
    expect([...goneOf(ann)]).toEqual(["ben"]);
  });

  it("hear of those that are spoken of in a room and are not there", async () => {
    const [ann, ben] = [await join("ann"), await join("ben")];
    await ann.open("r");
    for (const text of ["one", "two"]) await say(ann, "r", text);
    for (const { position } of ann.records("r"))
      ann.bus.store(stateOf("r", position, ["ann", "ben", "long gone"]));
    const entry = { type: "leave", peer: "p", reason: "left" };
    const text = JSON.stringify({ process: "gone too", ref: 1, entry });
    await writeSilently(redis, "barewire:", text);
    await ben.open("r");
    await ben.until(() => goneOf(ben).size === 2);
    await ann.until(() => goneOf(ann).size === 1);
    expect([...goneOf(ben)].sort()).toEqual(["gone too", "long gone"]);
    expect([...goneOf(ann)]).toEqual(["gone too"]);
  });
});

describe("what processes say to each other", () => {
  it("is heard by all others", async () => {
    const [ann, ...others] = [await join("ann"), await join("ben"), await join("cid")];
    ann!.bus.announce("session-ended", "42");
    for (const other of others) {
      expect(await other.hears("announced")).toEqual({
        type: "announced",
        topic: "session-ended",
        text: "42",
      });
    }
    expect(ann!.all("announced")).toEqual([]);
  });

  it("is answered by all, the one who asks included, as soon as all have answered", async () => {
    const names = ["ann", "ben", "cid", "dan"];
    const [ann] = [await join("ann"), await join("ben"), await join("cid"), await join("dan")];
    const answers = await Promise.all([ann.bus.ask("a"), ann.bus.ask("b")]);
    for (const [at, topic] of ["a", "b"].entries()) {
      expect([...answers[at]!].sort()).toEqual(names.map((name) => `${name}:${topic}`));
    }
  });

  it("is answered in time though one is silent", async () => {
    const [ann] = [await join("ann"), await join("ben")];
    const { child, lines } = launch(redis.url, "cid");
    await eventually(() => lines.includes("started true"));
    child.kill("SIGSTOP");
    expect([...(await ann.bus.ask("who"))].sort()).toEqual(["ann:who", "ben:who"]);
  });

  it.each([
    "",
    "null",
    "[]",
    "{",
    '{"process":1}',
    '{"process":"x"}',
    '{"process":"x","question":{},"topic":[]}',
  ])("is not disturbed by %j on its channels", async (message) => {
    const [ann, ben] = [await join("ann"), await join("ben")];
    for (const channel of ["announce", "ask", "answers:ann"]) {
      await redis.command("PUBLISH", `barewire:${channel}`, message);
    }
    ben.bus.announce("after", "");
    await ann.hears("announced");
    expect([...(await ann.bus.ask("who"))].sort()).toEqual(["ann:who", "ben:who"]);
    expect(ann.heard.map(({ type }) => type)).toEqual(["announced"]);
  });

  it("keeps servers with different prefixes apart", async () => {
    const ann = await join("ann");
    const other = new Member({ url: redis.url, prefix: "other:", process: "oz" }, "oz");
    members.push(other);
    await other.start();
    for (const member of [ann, other]) await member.open("r");
    other.bus.announce("to others", "");
    await say(other, "r", "elsewhere");
    await say(ann, "r", "here");
    expect(await ann.bus.ask("who")).toEqual(["ann:who"]);
    expect(textsOf(ann.records("r"))).toEqual(["here"]);
    expect(ann.all("announced")).toEqual([]);
  });
});

describe("a bus that is closed", () => {
  it("lets its process end", async () => {
    const { child, lines } = launch(redis.url, "cid", "close");
    expect(await once(child, "close")).toEqual([0, null]);
    expect(lines).toEqual(["started true"]);
  });

  it("lets its process end also when Redis is not there, or is silent", async () => {
    const other = await startRedis();
    other.pause();
    const silent = launch(other.url, "cid", "close");
    expect(await once(silent.child, "close")).toEqual([0, null]);
    await other.stop();
    const absent = launch(other.url, "cid", "close");
    expect(await once(absent.child, "close")).toEqual([0, null]);
    expect([silent.lines, absent.lines]).toEqual([["started false"], ["started false"]]);
  });

  it("says nothing any more", async () => {
    const [ann, ben] = [await join("ann"), await join("ben")];
    for (const member of [ann, ben]) await member.open("r");
    const before = ann.heard.length;
    const closing = ann.bus.close();
    await say(ben, "r", "one");
    ben.bus.announce("a", "");
    await closing;
    await ann.bus.close();
    expect(ann.heard.slice(before)).toEqual([]);
    expect(ann.bus.shared).toBe(false);
  });

  it("was perhaps never connected: without the package, start says what to install", async () => {
    const folder = await mkdtemp(path(tmpdir(), "no-redis-"));
    try {
      await cp("src", path(folder, "src"), { recursive: true });
      const script = `
        const { openRedisBus } = await import("./src/signalling/redis/index.ts");
        const bus = openRedisBus({ url: "redis://127.0.0.1:1" });
        await bus.start({}).catch(({ name, code, message }) => console.log(name, code, message));`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += String(chunk);
      });
      expect(await once(child, "close")).toEqual([0, null]);
      expect(output).toMatch(/^RedisBusError not-installed .*npm install redis@6\n$/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
