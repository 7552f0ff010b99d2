/** Two processes behind one Redis that two hundred peers come to at once, one of which is killed in the middle of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createApplication, type Server } from "../../src/app/index.ts";
import {
  type ClientSocketConstructor,
  connect,
  type SignallingSession,
} from "../../src/signalling/client/index.ts";
import { WebSocket } from "../../src/websocket/index.ts";
import { logIn } from "../app/requests.ts";
import { Balancer } from "./balancer.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

const rooms = 50;
const each = 4;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

let redis: RedisServer;
let data: string;
/** Where room tokens are made; it has no peers. */
let desk: Server;
let admin: string;
let processes: readonly Running[];
const balancers: Balancer[] = [];

beforeAll(async () => {
  [redis, data] = await Promise.all([startRedis(), mkdtemp(join(tmpdir(), "barewire-storm-"))]);
  const auth = { passwords: { cost: { ln: 4, r: 8, p: 1 } }, administrators: ["warden"] };
  desk = await createApplication({ data, rateLimits: false, auth });
  await desk.listen({ port: 0, host: "127.0.0.1" });
  admin = await logIn(desk, "warden");
  processes = await Promise.all([launch(), launch()]);
  const [first, second] = processes.map(({ url }) => url) as [string, string];
  for (const order of [
    [first, second],
    [second, first],
  ]) {
    const balancer = await Balancer.start();
    balancer.use(...order);
    balancers.push(balancer);
  }
});
afterAll(async () => {
  for (const balancer of balancers) await balancer.stop();
  await Promise.all(processes.map(({ child }) => kill(child)));
  await desk.stop({ deadline: 0 });
  await redis.stop();
  await rm(data, { recursive: true, force: true });
});

async function launch(): Promise<Running> {
  const script = join(import.meta.dirname, "storm-process.ts");
  const child = spawn(process.execPath, [script, data, redis.url], { stdio: ["ignore", "pipe", "inherit"] });
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, url };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

const nameOf = (at: number): string => `p${at}`;
const roomOf = (at: number): string => `room-${at % rooms}`;

/** Comes, and stays: whoever loses the server before it has answered asks again. */
async function enter(at: number): Promise<SignallingSession> {
  const [room, user] = [roomOf(at), nameOf(at)];
  const { token } = desk.auth.roomTokens.issue({ user, name: user, room }, Date.now() / 1000, randomUUID());
  const session = connect(`${balancers[Math.floor(at / rooms) % 2]!.url.replace("http", "ws")}/ws`, {
    token,
    WebSocket: WebSocket as unknown as ClientSocketConstructor,
    reconnect: { initial: 20, max: 500 },
  });
  for (;;) {
    const joined = await session.join(room).then(
      () => true,
      () => false,
    );
    if (joined) return session;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Summary {
  readonly room: string;
  readonly members: number;
  readonly connected: number;
}

async function ask<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(processes[0]!.url + path, { headers: { authorization: `Bearer ${admin}` } });
  return (await answer.json()) as Answer;
}

/** Asks again until the rooms are as they are to be. */
async function roomsOnce(are: (rooms: readonly Summary[]) => boolean): Promise<readonly Summary[]> {
  for (;;) {
    const { rooms } = await ask<{ readonly rooms: readonly Summary[] }>("/rooms?limit=1000");
    if (are(rooms)) return rooms;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

it("a process killed amid a join storm takes nobody with it: all are in, once, and leave nothing behind", async () => {
  let inside = 0;
  let halfway: () => void = () => {};
  const half = new Promise<void>((resolve) => {
    halfway = resolve;
  });
  const entering = Array.from({ length: rooms * each }, async (_, at) => {
    const session = await enter(at);
    if (++inside === (rooms * each) / 2) halfway();
    return session;
  });
  await half;
  await kill(processes[1]!.child);
  const sessions = await Promise.all(entering);

  // Who was let in by the one that died, and never heard of it, is somebody else's ghost until nobody comes back for it.
  const full = await roomsOnce(
    (list) =>
      list.length === rooms && list.every(({ members, connected }) => members === each && connected === each),
  );
  expect(full.reduce((sum, { connected }) => sum + connected, 0)).toBe(sessions.length);
  for (let at = 0; at < rooms; at++) {
    const { peers } = await ask<{
      readonly peers: readonly { readonly peer: string; readonly user: string }[];
    }>(`/rooms/${roomOf(at)}`);
    const here = sessions.filter((_, peer) => roomOf(peer) === roomOf(at));
    const list = peers.map(({ peer }) => peer).sort();
    expect(peers.map(({ user }) => user).sort()).toEqual(
      Array.from({ length: each }, (_, row) => nameOf(at + row * rooms)).sort(),
    );
    for (const session of here) expect([session.self, ...session.peers.keys()].sort()).toEqual(list);
  }

  for (const session of sessions) session.close();
  expect(await roomsOnce((list) => list.length === 0)).toEqual([]);
  for (const key of (await redis.command("KEYS", "barewire:room:*")) as readonly string[])
    expect(Number(await redis.command("PTTL", key))).toBeGreaterThan(0);
});
