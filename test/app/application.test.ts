/** Rooms through the whole application: who gets in by what, who may administer them, and what others are told. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApplicationOptions, createApplication, type Server } from "../../src/app/index.ts";
import { MemoryStore } from "../../src/auth/index.ts";
import { generateKey } from "../../src/jwt/index.ts";
import { type Bus, type BusSink, LocalBus } from "../../src/signalling/index.ts";
import { WebSocket } from "../../src/websocket/index.ts";
import { parsePrometheus } from "../http/parse-prometheus.ts";
import { ask, logIn } from "./requests.ts";

const key = await generateKey("ES256");
const metrics = "m".repeat(32);
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop({ deadline: 0 });
});

async function start({ auth, ...options }: ApplicationOptions = {}): Promise<Server> {
  const server = await createApplication({
    rateLimits: false,
    metrics,
    ...options,
    auth: {
      store: "memory",
      key,
      passwords: { cost: { ln: 4, r: 8, p: 1 } },
      administrators: ["ann"],
      ...auth,
    },
  });
  servers.push(server);
  await server.listen({ port: 0, host: "127.0.0.1" });
  return server;
}

async function mint(server: Server, room: string, content: object = {}): Promise<string> {
  const answer = await ask(server, "POST", `/rooms/${room}/token`, await logIn(server, "ann"), content);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { readonly token: string }).token;
}

/** A socket that is spoken to as a person would: say one thing, wait for what is of interest. */
class Talk {
  readonly socket: WebSocket;
  readonly #messages: AsyncIterator<unknown>;

  constructor(server: Server, token?: string) {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, "barewire.signal.v1", { headers });
    this.#messages = this.socket[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  }

  say(message: object): this {
    this.socket.send(JSON.stringify(message));
    return this;
  }

  /** The next message of a type; those before it are not of interest. */
  async hear(type: string): Promise<Record<string, unknown>> {
    for (;;) {
      const { value, done } = await this.#messages.next();
      if (done) throw new Error(`closed before any ${type}`);
      const message = JSON.parse(String(value)) as Record<string, unknown>;
      if (message.type === type) return message;
    }
  }

  async join(room: string): Promise<Record<string, unknown>> {
    await this.hear("welcome");
    return this.say({ type: "join", room }).hear("joined");
  }

  async refused(room: string): Promise<unknown> {
    return (await this.say({ type: "join", room, id: 1 }).hear("error")).code;
  }

  async closed(): Promise<number> {
    return (await this.socket.closed).code;
  }
}

describe("addresses of private networks", () => {
  it.each([
    ["pass", ["192.168.0.7", "198.51.100.7"]],
    ["strip", ["198.51.100.7"]],
  ] as const)("in candidates: %s", async (privateAddresses, heard) => {
    const server = await start({ hub: { privateAddresses } });
    const [ann, ben] = [await logIn(server, "ann"), await logIn(server, "ben")].map(
      (to) => new Talk(server, to),
    );
    const { self: to } = await ann!.join("lobby");
    await ben!.join("lobby");
    for (const address of ["192.168.0.7", "198.51.100.7"]) {
      const candidate = { candidate: `candidate:1 1 udp 1 ${address} 9 typ host`, sdpMid: "0" };
      // Who says what is kept from the others is told no different.
      await ben!.say({ type: "candidate", id: address, to, candidate }).hear("ok");
    }
    for (const address of heard) {
      const { candidate } = await ann!.hear("candidate");
      expect(candidate).toMatchObject({ candidate: expect.stringContaining(address) });
    }
  });
});

describe("a room token", () => {
  let server: Server;
  let token: string;
  beforeEach(async () => {
    server = await start();
    token = await mint(server, "stand-up", { user: "guest-7", name: "Grace", role: "viewer" });
  });

  it("lets its user into its room and no other, with its rights", async () => {
    const talk = new Talk(server, token);
    expect(await talk.hear("welcome")).toMatchObject({ user: "guest-7", name: "Grace" });
    expect(await talk.refused("another")).toBe("forbidden");
    expect(await talk.say({ type: "join", room: "stand-up" }).hear("joined")).toMatchObject({
      role: "viewer",
      publish: false,
      subscribe: true,
    });
    expect(server.sockets.size).toBe(1);
  });

  it("is taken in the first message too", async () => {
    const talk = new Talk(server);
    await talk.socket.opened;
    expect(await talk.say({ type: "auth", token }).hear("auth")).toMatchObject({ event: "accepted" });
    expect(await talk.join("stand-up")).toMatchObject({ role: "viewer" });
  });

  it("is no access token: no route takes it, no ticket comes of it, and no cookie", async () => {
    for (const [method, path] of [
      ["GET", "/auth/me"],
      ["POST", "/auth/ticket"],
      ["GET", "/rooms"],
      ["POST", "/rooms/stand-up/token"],
    ] as const) {
      const answer = await ask(server, method, path, token);
      expect([answer.status, await answer.json()]).toMatchObject([401, { code: "token/invalid" }]);
    }
    const refused = new WebSocket(`${server.url.replace("http", "ws")}/ws`, "barewire.signal.v1", {
      headers: { cookie: `__Host-barewire_access=${token}`, origin: server.url },
    });
    await expect(refused.opened).rejects.toThrow("401");
  });

  it("that is given up closes its sockets, and opens none any more (RFC 7009)", async () => {
    const talk = new Talk(server, token);
    await talk.join("stand-up");
    const body = new URLSearchParams({ token });
    expect((await fetch(`${server.url}/auth/revoke`, { method: "POST", body })).status).toBe(200);
    expect(await talk.closed()).toBe(4401);
    await expect(new Talk(server, token).socket.opened).rejects.toThrow("401");
  });

  it("that has a fault is refused at the upgrade", async () => {
    const [head, claims, signature] = token.split(".");
    const forged = [head, claims, signature!.replace(/^./, (first) => (first === "A" ? "B" : "A"))].join(".");
    await expect(new Talk(server, forged).socket.opened).rejects.toThrow("401");
  });

  it("shown beside a login gives that account the role, if it is its own", async () => {
    const account = await logIn(server, "ben");
    const { id: user } = (await (await ask(server, "GET", "/auth/me", account)).json()) as {
      readonly id: string;
    };
    const [host, other] = [new Talk(server, await logIn(server, "cid")), new Talk(server, account)];
    expect(await host.join("stand-up")).toMatchObject({ role: "host" });
    expect(await other.join("stand-up")).toMatchObject({ role: "member" });
    other.say({ type: "auth", token, id: 1 });
    expect(await other.hear("auth")).toMatchObject({ event: "refused", code: "auth/other-account" });
    other.say({ type: "auth", token: await mint(server, "stand-up", { user, role: "viewer" }) });
    expect(await other.hear("auth")).toMatchObject({ event: "accepted" });
    expect(await host.hear("peer-role")).toMatchObject({ role: "viewer" });
  });
});

describe("a login shown again, in band", () => {
  it("changes nothing about who is host because it came first", async () => {
    const server = await start();
    const [ben, cid] = [
      new Talk(server, await logIn(server, "ben")),
      new Talk(server, await logIn(server, "cid")),
    ];
    expect(await ben.join("a")).toMatchObject({ role: "host" });
    expect(await cid.join("a")).toMatchObject({ role: "member" });
    expect(await ben.say({ type: "auth", token: await logIn(server, "ben") }).hear("auth")).toMatchObject({
      event: "accepted",
    });
    ben.say({ type: "lock", locked: true, id: 1 });
    expect(await ben.hear("ok")).toMatchObject({ id: 1 });
    expect(await cid.hear("locked")).toMatchObject({ locked: true });
  });
});

describe("a peer whose login is ended", () => {
  it.each(["/auth/logout", "/auth/revoke"])("by %s leaves its room at once", async (path) => {
    const server = await start();
    const token = await logIn(server, "ben");
    const [cid, ben] = [new Talk(server, await logIn(server, "cid")), new Talk(server, token)];
    await cid.join("a");
    const { self: peer } = await ben.join("a");
    const body = new URLSearchParams({ token });
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(server.url + path, { method: "POST", headers, body })).ok).toBe(true);
    expect(await ben.closed()).toBe(4401);
    expect(await cid.hear("peer-left")).toMatchObject({ peer, reason: "left" });
  });
});

describe("a server of one's own that has not asked for room tokens", () => {
  it("takes none at its sockets", async () => {
    const { createServer } = await import("../../src/app/index.ts");
    const server = await start();
    const token = await mint(server, "a");
    const own = await createServer({ auth: server.auth, websocket: { connection: () => {} } });
    servers.push(own);
    await own.listen({ port: 0, host: "127.0.0.1" });
    await expect(new Talk(own, token).socket.opened).rejects.toThrow("401");
  });
});

describe("rooms by grants alone", () => {
  it("let nobody in who has no token, not even an administrator", async () => {
    const server = await start({ access: "granted" });
    const talk = new Talk(server, await logIn(server, "ann"));
    await talk.hear("welcome");
    expect(await talk.refused("a")).toBe("forbidden");
    expect(await new Talk(server, await mint(server, "a", { role: "host" })).join("a")).toMatchObject({
      role: "host",
    });
  });

  it("let accounts have the tokens that the server says", async () => {
    const mayGrant: ApplicationOptions["mayGrant"] = ({ accountId }, { user, role }) =>
      user === accountId && role === "member";
    const server = await start({ access: "granted", mayGrant, origins: ["https://chat.example"] });
    const account = await logIn(server, "ben");
    const answer = await ask(server, "POST", "/rooms/a/token", account);
    const { token, url } = (await answer.json()) as { readonly token: string; readonly url: string };
    expect(url).toBe("wss://chat.example/ws");
    expect(await new Talk(server, token).join("a")).toMatchObject({ role: "member" });
    expect((await ask(server, "POST", "/rooms/a/token", account, { role: "host" })).status).toBe(403);
  });
});

describe("an administrator", () => {
  it("sees rooms, makes them ahead, puts people out and ends them", async () => {
    const server = await start();
    const admin = await logIn(server, "ann");
    expect((await ask(server, "PUT", "/rooms/a", admin, { capacity: 1 })).status).toBe(201);
    const [ben, cid] = [
      new Talk(server, await logIn(server, "ben")),
      new Talk(server, await logIn(server, "cid")),
    ];
    const { self } = await ben.join("a");
    await cid.hear("welcome");
    expect(await cid.refused("a")).toBe("room-full");
    const shown = await (await ask(server, "GET", "/rooms/a", admin)).json();
    expect(shown).toMatchObject({ room: "a", members: 1, capacity: 1, peers: [{ peer: self, name: "ben" }] });
    expect((await ask(server, "DELETE", `/rooms/a/peers/${String(self)}?ban=true`, admin)).status).toBe(204);
    expect(await ben.hear("left")).toMatchObject({ reason: "banned" });
    expect(await ben.refused("a")).toBe("banned");
    const { banned } = (await (await ask(server, "GET", "/rooms/a", admin)).json()) as { banned: string[] };
    expect((await ask(server, "DELETE", `/rooms/a/bans/${banned[0]}`, admin)).status).toBe(204);
    expect(await ben.say({ type: "join", room: "a" }).hear("joined")).toBeDefined();
    expect(await ben.say({ type: "leave", id: 2 }).hear("ok")).toMatchObject({ id: 2 });
    expect(await cid.say({ type: "join", room: "a" }).hear("joined")).toBeDefined();
    expect((await ask(server, "DELETE", "/rooms/a", admin)).status).toBe(204);
    expect(await cid.hear("left")).toMatchObject({ reason: "closed" });
    expect((await ask(server, "GET", "/rooms/a", admin)).status).toBe(404);
  });
});

/** What another process would say and hear, in this one. */
class LinkedBus extends LocalBus {
  readonly others: LinkedBus[] = [];
  sink: BusSink | undefined;

  override start(sink: BusSink): Promise<void> {
    this.sink = sink;
    return super.start(sink);
  }

  override announce(topic?: string, text?: string): void {
    for (const { sink } of this.others) sink?.announced(topic!, text!);
  }
}

describe("two processes over one store", () => {
  it("a logout at one closes the sockets of that login at the other, and refuses its tokens there", async () => {
    const store = new MemoryStore();
    const buses = [new LinkedBus({ process: "a" }), new LinkedBus({ process: "b" })] as const;
    buses[0].others.push(buses[1]);
    buses[1].others.push(buses[0]);
    const [a, b] = [
      await start({ bus: buses[0], auth: { store } }),
      await start({ bus: buses[1], auth: { store } }),
    ];
    const [token, kept] = [await logIn(a, "ben"), await logIn(a, "ben")];
    const [talk, other] = [new Talk(b, token), new Talk(b, kept)];
    await talk.hear("welcome");
    await other.hear("welcome");
    expect((await ask(a, "POST", "/auth/logout", token)).status).toBe(204);
    expect(await talk.closed()).toBe(4401);
    expect((await ask(b, "GET", "/auth/me", token)).status).toBe(401);
    expect((await ask(b, "GET", "/auth/me", kept)).status).toBe(200);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    const ended = async (server: Server): Promise<number> =>
      parsePrometheus(await (await ask(server, "GET", "/metrics", metrics)).text())
        .get("barewire_sessions_ended_total")!
        .samples.reduce((sum, { value }) => sum + value, 0);
    expect([await ended(a), await ended(b)]).toEqual([1, 0]);
  });

  it("say in /healthz when they cannot reach each other, and go on", async () => {
    const health = async (server: Server): Promise<unknown> => {
      const answer = await ask(server, "GET", "/healthz");
      return [answer.status, await answer.json()];
    };
    expect(await health(await start())).toEqual([200, { status: "ok" }]);
    const bus = new LinkedBus();
    const server = await start({ bus });
    expect(await health(server)).toEqual([200, { status: "ok", rooms: "shared" }]);
    bus.sink!.lost();
    expect(await health(server)).toEqual([200, { status: "degraded", rooms: "local" }]);
    bus.sink!.found();
    expect(await health(server)).toEqual([200, { status: "ok", rooms: "shared" }]);
  });

  it("leave nothing open when the bus can never start", async () => {
    let closed = 0;
    const local = new LocalBus();
    // What is no LocalBus is started by the application, which so hears of it.
    const refusing: Bus = {
      process: "a",
      shared: true,
      start: () => Promise.reject(new Error("not installed")),
      open: (room) => local.open(room),
      release: (room) => local.release(room),
      append: (room, ref, entry) => local.append(room, ref, entry),
      store: () => {},
      announce: () => {},
      ask: (topic) => local.ask(topic),
      close: () => {
        closed += 1;
        return Promise.resolve();
      },
    };
    await expect(start({ bus: refusing })).rejects.toThrow("not installed");
    expect(closed).toBe(1);
  });
});

describe("the ice servers of a member", () => {
  it("are our own STUN server, where the member has found us, and TURN with credentials", async () => {
    const turn = { urls: ["turn:relay.example"], secrets: ["s"] };
    const server = await start({ stun: { port: 0 }, turn });
    const { iceServers, iceServersLifetime } = (await new Talk(server, await logIn(server, "ben")).join(
      "a",
    )) as {
      readonly iceServers: readonly { readonly urls: readonly string[]; readonly username?: string }[];
      readonly iceServersLifetime: number;
    };
    expect(iceServers.map(({ urls }) => urls)).toEqual([
      [expect.stringMatching(/^stun:127\.0\.0\.1:\d+$/)],
      ["turn:relay.example"],
    ]);
    expect(iceServers[1]!.username).toMatch(/^\d+:[\w-]+$/);
    expect(iceServersLifetime).toBe(3_600_000);
    const [, port] = /:(\d+)$/.exec(iceServers[0]!.urls[0]!)!;
    const { stunBinding } = await import("../../src/stun/index.ts");
    await expect(stunBinding({ host: "127.0.0.1", port: Number(port) })).resolves.toBeDefined();
  });

  it("are none unless they are asked for", async () => {
    const server = await start();
    expect(await new Talk(server, await logIn(server, "ben")).join("a")).toMatchObject({ iceServers: [] });
  });
});
