import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { logLength } from "../../src/signalling/redis/scripts.ts";
import { closeAll, Member, say, saying, stateOf, textsOf, writeSilently } from "./redis-buses.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let redis: RedisServer;
const members: Member[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await closeAll(members.splice(0));
  await redis.command("FLUSHALL");
});
afterAll(() => redis.stop());

async function join(options: { readonly roomTtl?: number } = {}): Promise<Member> {
  const member = new Member({ url: redis.url, prefix: "t:", commandTimeout: 10_000, ...options });
  members.push(member);
  await member.start();
  return member;
}

/** Members who have all opened the room `r`. */
async function joinRoom(count: number): Promise<readonly Member[]> {
  const joined = await Promise.all(Array.from({ length: count }, () => join()));
  await Promise.all(joined.map((member) => member.open("r")));
  return joined;
}

const record = (text: string): string => JSON.stringify({ process: "x", ref: 1, entry: saying(text) });

function positionsOf(member: Member): readonly number[] {
  return member.records("r").map(({ position }) => position);
}

describe("the log of a room over Redis", () => {
  it.each([2, 4])("is the same for %i processes that write at once", async (count) => {
    const joined = await joinRoom(count);
    const each = 250;
    for (let at = 0; at < each; at++) {
      for (const [who, { bus }] of joined.entries()) bus.append("r", at, saying(`${who}:${at}`));
      if (at % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(
      joined.map((member) => member.until(() => member.records("r").length === each * count)),
    );
    const [first, ...others] = joined.map((member) => member.records("r"));
    for (const records of others) expect(records).toEqual(first);
    const start = first![0]!.position;
    expect(first!.map(({ position }) => position - start)).toEqual([...first!.keys()]);
    for (const [who, { bus }] of joined.entries()) {
      const own = first!.filter(({ process }) => process === bus.process).map(({ ref }) => ref);
      expect([who, own]).toEqual([who, Array.from({ length: each }, (_, at) => at)]);
    }
  });

  it("begins with what was there, for who opens it in the middle of writing", async () => {
    const [ann] = await joinRoom(1);
    const ben = await join();
    for (let at = 0; at < 600; at++) {
      ann!.bus.append("r", at, saying(`${at}`));
      if (at === 300) ben.bus.open("r");
      if (at % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await ben.hears("opened");
    await ben.until(() => textsOf(ben.records("r")).at(-1) === "599");
    await ann!.until(() => ann!.records("r").length === 600);
    expect(ben.records("r")).toEqual(ann!.records("r"));
  });

  it("is read from its beginning while one state is stored", async () => {
    const [ann] = await joinRoom(1);
    for (let at = 0; at < 3; at++) await say(ann!, "r", `${at}`);
    ann!.bus.store(stateOf("r", ann!.records("r")[1]!.position));
    await say(ann!, "r", "last");
    const { state, records } = await (await join()).open("r");
    expect([state, ...textsOf(records)]).toEqual([undefined, "0", "1", "2", "last"]);
  });

  it("is read on from the older of two stored states", async () => {
    const [ann] = await joinRoom(1);
    for (let at = 0; at < 9; at++) await say(ann!, "r", `${at}`);
    const start = ann!.records("r")[0]!.position;
    ann!.bus.store(stateOf("r", start + 1));
    ann!.bus.store(stateOf("r", start + 3));
    ann!.bus.store(stateOf("r", start + 6));
    ann!.bus.store(stateOf("r", start + 5));
    await say(ann!, "r", "last");
    const { state, records, next } = await (await join()).open("r");
    expect(state).toEqual(JSON.parse(JSON.stringify(stateOf("r", start + 3))));
    expect(textsOf(records)).toEqual(["4", "5", "6", "7", "8", "last"]);
    expect(next).toBe(start + 10);
  });

  it("has its gaps filled when the next record shows them", async () => {
    const joined = await joinRoom(2);
    const [ann] = joined as [Member, Member];
    await say(ann, "r", "one", joined);
    await writeSilently(redis, "t:", record("unheard"));
    await say(ann, "r", "two", joined);
    for (const member of joined) expect(textsOf(member.records("r"))).toEqual(["one", "unheard", "two"]);
  });

  it("is looked at now and then, so that a lost publication shows without another one", async () => {
    const [ann] = await joinRoom(1);
    await writeSilently(redis, "t:", record("unheard"));
    await ann!.hears("appended");
    expect(textsOf(ann!.records("r"))).toEqual(["unheard"]);
  });

  it("has an empty record where something else was written to it", async () => {
    const [ann] = await joinRoom(1);
    const start = await writeSilently(redis, "t:", "garbage");
    await writeSilently(
      redis,
      "t:",
      JSON.stringify({ process: "x", ref: 1, entry: { type: "join", member: null } }),
    );
    await redis.command("PUBLISH", "t:room:{r}", `${start} garbage`);
    await say(ann!, "r", "after");
    expect(textsOf(ann!.records("r"))).toEqual(["process-gone", "process-gone", "after"]);
    expect(positionsOf(ann!)).toEqual([start, start + 1, start + 2]);
  });

  it.each(["", "garbage", "1 {}", " ", "99999999999999999999 {}", "9007199254740991 {}", "\u0000\uffff"])(
    "is not disturbed by %j on its channel",
    async (message) => {
      const [ann] = await joinRoom(1);
      await redis.command("PUBLISH", "t:room:{r}", message);
      const next = ann!.all("opened")[0]!.log.next;
      await redis.command("PUBLISH", "t:room:{r}", `${next + 7} ${record("false")}`);
      for (let at = 0; at < 10; at++) await say(ann!, "r", `${at}`);
      expect(textsOf(ann!.records("r"))).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    },
  );

  it("is not heard of after it was released", async () => {
    const [ann, ben] = (await joinRoom(2)) as [Member, Member];
    ben.bus.release("r");
    await say(ann, "r", "unheard");
    ben.bus.open("r");
    ben.bus.release("r");
    await ben.open("r");
    await say(ann, "r", "heard", [ben]);
    expect(ben.all("appended").map(({ record }) => textsOf([record])[0])).toEqual(["heard"]);
    expect(textsOf(ben.records("r"))).toEqual(["unheard", "heard"]);
  });

  it("takes no entry before it is open", async () => {
    const ann = await join();
    ann.bus.append("r", 7, saying("early"));
    expect(ann.heard).toEqual([{ type: "failed", room: "r", ref: 7 }]);
  });

  it("is kept in order when Redis forgets its scripts", async () => {
    const [ann] = await joinRoom(1);
    const flushing = redis.command("SCRIPT", "FLUSH");
    const texts = Array.from({ length: 200 }, (_, at) => `${at}`);
    for (const [at, text] of texts.entries()) {
      ann!.bus.append("r", at, saying(text));
      if (at % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await flushing;
    await ann!.until(() => ann!.records("r").length === texts.length);
    expect(textsOf(ann!.records("r"))).toEqual(texts);
  });
});

describe("a log that is not what it was", () => {
  it("fails for who has it open when it was deleted, and begins with a greater position", async () => {
    const [ann, ben] = (await joinRoom(2)) as [Member, Member];
    await say(ann, "r", "one", [ben]);
    const last = positionsOf(ann).at(-1)!;
    await redis.command("DEL", "t:room:{r}", "t:room:{r}:log");
    ann.bus.append("r", 2, saying("nowhere"));
    expect((await ann.hears("failed")).ref).toBeUndefined();
    const { state, records, next } = await ann.open("r");
    expect([state, records]).toEqual([undefined, []]);
    expect(next).toBeGreaterThan(last + 1);
    expect((await ben.hears("failed")).ref).toBeUndefined();
    await ben.open("r");
    await say(ann, "r", "two", [ben]);
  });

  it("takes nothing that was meant for the one before it", async () => {
    const [ann] = (await joinRoom(1)) as [Member];
    await say(ann, "r", "one");
    const later = positionsOf(ann).at(-1)! + 1_000_000;
    await redis.command("HSET", "t:room:{r}", "begin", String(later), "last", String(later));
    await redis.command("DEL", "t:room:{r}:log");
    ann.bus.append("r", 2, saying("out of place"));
    expect((await ann.hears("failed")).ref).toBeUndefined();
    const { records, next } = await ann.open("r");
    expect([records, next]).toEqual([[], later + 1]);
  });

  it("is noticed at once by who has the one before it open", async () => {
    const ann = await join({ roomTtl: 86_400_000 }); // so long that nobody would look by itself
    await ann.open("r");
    await redis.command("DEL", "t:room:{r}");
    await (await join()).open("r");
    expect((await ann.hears("failed")).ref).toBeUndefined();
  });

  it("goes on with greater positions though the clock of Redis was set back", async () => {
    const ahead = (Date.now() + 3_600_000) * 1_000;
    await redis.command("HSET", "t:room:{r}", "begin", String(ahead), "last", String(ahead));
    const [ann] = (await joinRoom(1)) as [Member];
    await say(ann, "r", "one");
    expect(positionsOf(ann)).toEqual([ahead + 1]);
    await redis.command("DEL", "t:room:{r}", "t:room:{r}:log");
    const ben = await join(); // who has seen nothing, and cannot know better
    expect((await ben.open("r")).next).toBeLessThan(ahead);
    await ann.hears("failed");
    expect((await ann.open("r")).next).toBe(ahead + 3);
    await ben.hears("failed");
    await ben.open("r");
    await say(ann, "r", "two", [ben]);
    expect(positionsOf(ben)).toEqual([ahead + 3]);
  });

  it("begins anew when Redis was put back to an earlier time", async () => {
    const [ann] = (await joinRoom(1)) as [Member];
    for (const text of ["one", "two", "three"]) await say(ann, "r", text);
    const [one, , three] = positionsOf(ann) as [number, number, number];
    await redis.command("XTRIM", "t:room:{r}:log", "MAXLEN", "0");
    await redis.command("DEL", "t:room:{r}:log");
    await redis.command("XADD", "t:room:{r}:log", `${one}-0`, "record", record("one"));
    await redis.command("HSET", "t:room:{r}", "last", String(one));
    ann.bus.append("r", 4, saying("nowhere"));
    await ann.hears("failed");
    const { records, next } = await ann.open("r");
    expect(records).toEqual([]);
    expect(next).toBeGreaterThan(three + 1);
  });

  it.each([
    ["has holes", async (start: number) => redis.command("XDEL", "t:room:{r}:log", `${start + 1}-0`)],
    ["is gone", async () => redis.command("DEL", "t:room:{r}:log")],
    ["ends too late", async () => redis.command("HINCRBY", "t:room:{r}", "last", "1")],
    [
      "has a state of another room",
      async (start: number) =>
        redis.command("HSET", "t:room:{r}", "before", `${start} ${JSON.stringify(stateOf("q", start))}`),
    ],
    [
      "has a state that is none",
      async (start: number) => redis.command("HSET", "t:room:{r}", "before", `${start} null`),
    ],
  ])("begins anew for the next who opens it when it %s", async (_, harm) => {
    const [ann] = (await joinRoom(1)) as [Member];
    for (const text of ["one", "two", "three"]) await say(ann, "r", text);
    const [start, , last] = positionsOf(ann) as [number, number, number];
    await harm(start);
    const ben = await join();
    const { state, records, next } = await ben.open("r");
    expect([state, records]).toEqual([undefined, []]);
    expect(next).toBeGreaterThan(last + 1);
    await ann.hears("failed");
    await ann.open("r");
    await say(ann, "r", "four", [ben]);
  });

  it("fails when its keys are of another kind", async () => {
    await redis.command("SET", "t:room:{r}", "mine");
    const ann = await join();
    ann.bus.open("r");
    expect(await ann.hears("failed")).toEqual({ type: "failed", room: "r", ref: undefined });
    expect(await redis.command("GET", "t:room:{r}")).toBe("mine");
    expect(ann.bus.shared).toBe(true);
  });

  it("is as long as it needs to be, and no longer", async () => {
    const [ann] = (await joinRoom(1)) as [Member];
    const count = 2 * logLength;
    for (let at = 0; at < count; at++) {
      ann.bus.append("r", at, saying("x"));
      if (at % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await ann.until(() => ann.records("r").length === count);
    const length = Number(await redis.command("XLEN", "t:room:{r}:log"));
    expect(length).toBeGreaterThanOrEqual(logLength);
    expect(length).toBeLessThan(logLength + 200);
    const last = positionsOf(ann).at(-1)!;
    for (const back of [logLength, 512, 100]) ann.bus.store(stateOf("r", last - back));
    const { state, records } = await (await join()).open("r");
    expect([state?.position, records.length]).toEqual([last - 512, 512]);
    expect(Number(await redis.command("XLEN", "t:room:{r}:log"))).toBeLessThan(logLength);
  });

  it("is kept by Redis for a while, and not forever", async () => {
    await joinRoom(1);
    await say(members[0]!, "r", "x");
    for (const key of ["t:room:{r}", "t:room:{r}:log", "t:processes"]) {
      expect(Number(await redis.command("PTTL", key))).toBeGreaterThan(0);
    }
  });
});
