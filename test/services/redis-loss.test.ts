import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createClient } from "redis";
import { afterEach, describe, expect, it } from "vitest";
import type { RedisBusOptions } from "../../src/signalling/redis/index.ts";
import { inFlightLimits } from "../../src/signalling/redis/room-logs.ts";
import { closeAll, eventually, Member, quick, say, saying, textsOf } from "./redis-buses.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const members: Member[] = [];
const servers: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await closeAll(members.splice(0));
  for (const server of servers.splice(0)) await server.stop();
});

async function redisWith(...options: string[]): Promise<RedisServer> {
  const redis = await startRedis(...options);
  servers.push(redis);
  return redis;
}

async function join(options: RedisBusOptions): Promise<Member> {
  const member = new Member(options);
  members.push(member);
  await member.start();
  return member;
}

/** Something else than Redis that listens. */
async function listen(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    talk(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
  servers.push({ stop });
  return `redis://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const kindsOf = (member: Member): readonly string[] => member.heard.map(({ type }) => type);

describe("a bus whose Redis is lost", () => {
  it("says so, finds it again, and has missed nothing", async () => {
    const redis = await redisWith();
    const [ann, ben] = [await join(redis), await join(redis)];
    for (const member of [ann, ben]) await member.open("r");
    await say(ann, "r", "one", [ben]);
    await redis.command("CLIENT", "KILL", "TYPE", "pubsub");
    for (const member of [ann, ben]) {
      await member.hears("found");
      expect(kindsOf(member).slice(-2)).toEqual(["lost", "found"]);
      expect(member.bus.shared).toBe(true);
    }
    await ben.open("r");
    await say(ben, "r", "two");
    await ann.open("r");
    await say(ann, "r", "three", [ben]);
    expect(textsOf(ann.records("r"))).toEqual(["one", "two", "three"]);
    expect(ann.records("r")).toEqual(ben.records("r"));
  });

  it("says so when it is killed, and goes on with greater positions when it comes back empty", async () => {
    const redis = await redisWith();
    const ann = await join(redis);
    const before = await ann.open("r");
    await redis.kill();
    await ann.hears("lost");
    expect([ann.bus.shared, ann.bus.error?.code]).toEqual([false, "unreachable"]);
    ann.bus.append("r", 1, saying("nowhere"));
    ann.bus.open("r");
    expect(ann.heard.slice(-2)).toEqual([
      { type: "failed", room: "r", ref: 1 },
      { type: "failed", room: "r", ref: undefined },
    ]);
    expect(await ann.bus.ask("who")).toEqual([":who"]);
    await redis.restart();
    await ann.hears("found");
    expect([ann.bus.shared, ann.bus.error]).toEqual([true, undefined]);
    expect((await ann.open("r")).next).toBeGreaterThan(before.next);
    await say(ann, "r", "again");
  });

  it("says so when it is silent for too long, and finds it when it speaks again", async () => {
    const redis = await redisWith();
    const [ann, ben] = [await join(redis), await join(redis)];
    for (const member of [ann, ben]) await member.open("r");
    redis.pause();
    ann.bus.append("r", 1, saying("on its way"));
    await Promise.all([ann.hears("lost"), ben.hears("lost")]);
    expect(ann.bus.error?.code).toBe("timeout");
    redis.resume();
    await Promise.all([ann.hears("found"), ben.hears("found")]);
    // Nobody hears of what was on its way: it was written, or it was not.
    expect(ann.all("failed")).toEqual([]);
    for (const member of [ann, ben]) await member.open("r");
    await say(ann, "r", "after", [ben]);
    expect(ann.records("r")).toEqual(ben.records("r"));
  });

  it("has so many entries on their way, and refuses more", async () => {
    const redis = await redisWith();
    const ann = await join(redis);
    await ann.open("r");
    redis.pause();
    for (let at = 0; at < inFlightLimits.entries + 3; at++) ann.bus.append("r", at, saying("x"));
    const { entries } = inFlightLimits;
    expect(ann.all("failed").map(({ ref }) => ref)).toEqual([entries, entries + 1, entries + 2]);
    redis.resume();
    await eventually(() => ann.all("appended").length === entries);
  });

  it("looks for a Redis that is not there yet until it is", async () => {
    const redis = await redisWith();
    await redis.kill();
    const ann = await join(redis);
    expect([ann.bus.shared, ann.bus.error?.code, ann.heard]).toEqual([false, "unreachable", []]);
    await redis.restart();
    await ann.hears("found");
    expect(kindsOf(ann)).toEqual(["found"]);
    await ann.open("r");
  });
});

describe("a Redis that cannot be used", () => {
  const secret = "s3cr3t-p4ss";

  it("wants another password", async () => {
    const { port } = await redisWith("--requirepass", secret);
    const none = await join({ url: `redis://127.0.0.1:${port}` });
    const wrong = await join({ url: `redis://:${secret}x@127.0.0.1:${port}` });
    const right = await join({ url: `redis://:${secret}@127.0.0.1:${port}` });
    expect([none, wrong, right].map(({ bus }) => bus.error?.code)).toEqual([
      "authentication",
      "authentication",
      undefined,
    ]);
    expect(String(wrong.bus.error)).not.toContain(secret);
  });

  it("gives too few permissions; what the error names is enough", async () => {
    const redis = await redisWith();
    const url = `redis://bus:${secret}@127.0.0.1:${redis.port}`;
    const user = ["ACL", "SETUSER", "bus", "on", `>${secret}`];
    await redis.command(...user, "~*", "+@all", "-eval");
    const ann = await join({ url });
    expect(ann.bus.error?.code).toBe("permission");
    const named = ann.bus
      .error!.message.match(/[~&+][\w@*]+/g)!
      .map((one) => one.replace("PREFIX", "barewire:"));
    await redis.command(...user, "resetkeys", "resetchannels", "-@all", ...named);
    await ann.hears("found");
    await ann.open("r");
    await say(ann, "r", "one");
    await redis.command(...user, "resetchannels");
    await ann.hears("lost");
    await eventually(() => ann.bus.error?.code === "permission");
  });

  it.each(["-publish", "-xadd", "-zadd", "-subscribe"])("lacks one permission: %s", async (lacking) => {
    const redis = await redisWith();
    await redis.command("ACL", "SETUSER", "bus", "on", "nopass", "~*", "&*", "+@all", lacking);
    const ann = await join({ url: `redis://bus:x@127.0.0.1:${redis.port}` });
    expect([ann.bus.shared, ann.bus.error?.code]).toEqual([false, "permission"]);
  });

  it("is a replica", async () => {
    const redis = await redisWith();
    const replica = await redisWith("--replicaof", "127.0.0.1", String(redis.port));
    expect((await join(replica)).bus.error?.code).toBe("read-only");
  });

  it("is out of memory: entries are refused until there is some, and no process is given up", async () => {
    const redis = await redisWith("--maxmemory-policy", "noeviction");
    const [ann, ben] = [await join(redis), await join(redis)];
    await ann.open("r");
    await redis.command("CONFIG", "SET", "maxmemory", "1mb");
    ann.bus.append("r", 5, saying("x"));
    expect(await ann.hears("failed")).toEqual({ type: "failed", room: "r", ref: 5 });
    ben.bus.open("q");
    expect(await ben.hears("failed")).toEqual({ type: "failed", room: "q", ref: undefined });
    expect((await join(redis)).bus.error?.code).toBe("out-of-memory");
    // Each of the two has been alive for longer than it is without a heartbeat.
    const until = performance.now() + 2 * quick.goneAfter;
    await eventually(() => performance.now() > until);
    expect([ann.bus.shared, ann.all("lost"), ann.all("process-gone")]).toEqual([true, [], []]);
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    await say(ann, "r", "again");
    await members[2]!.hears("found");
  });

  it.each([
    ["says nothing", () => {}, "timeout"],
    ["speaks HTTP", (socket: Socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"), "protocol"],
    ["speaks at random", (socket: Socket) => socket.write(Buffer.alloc(4_096, 0xa7)), "protocol"],
    ["hangs up", (socket: Socket) => socket.destroy(), "unreachable"],
    [
      "agrees with everything",
      (socket: Socket) => socket.on("data", () => socket.write("+OK\r\n".repeat(20))),
      "protocol",
    ],
  ] as const)("%s", async (_, talk, code) => {
    const ann = await join({ url: await listen(talk) });
    await ann.bus.close();
    expect([ann.bus.shared, ann.bus.error?.code, ann.heard]).toEqual([false, code, []]);
  });
});

describe("a client of one's own", () => {
  it("tells where Redis is, and is left alone", async () => {
    const redis = await redisWith("--requirepass", "open sesame");
    const client = createClient({
      password: "open sesame",
      RESP: 2,
      socket: { host: "127.0.0.1", port: redis.port },
    });
    client.on("error", () => {});
    const options: RedisBusOptions = { client, ...quick };
    const ann = await join(options);
    expect(ann.bus.error).toBeUndefined();
    await ann.open("r");
    await say(ann, "r", "one");
    expect(client.isOpen).toBe(false);
    await client.connect();
    await ann.bus.close();
    expect(await client.ping()).toBe("PONG");
    client.destroy();
  });
});
