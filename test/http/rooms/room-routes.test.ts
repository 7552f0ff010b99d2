import { beforeEach, describe, expect, it } from "vitest";
import type { IssuedTokens } from "../../../src/auth/index.ts";
import {
  apiDocument,
  HttpProblem,
  type MayGrant,
  problemCodes,
  type RoomRoutesOptions,
  Router,
  roomOperations,
  roomRoutes,
  roomSchemas,
  roomTags,
} from "../../../src/http/index.ts";
import { bearer, problemOf } from "../auth-client.ts";
import { newWorld, start, type World } from "../auth-world.ts";
import { DocumentSchemas } from "../openapi-schemas.ts";
import { type Served, serve } from "../wire.ts";
import { FakeRooms, grace, mallory } from "./fake-rooms.ts";

let world: World;
let rooms: FakeRooms;
let served: Served;
let admin: IssuedTokens;
let member: IssuedTokens;

const place = { device: "", address: "192.0.2.1" };

beforeEach(async () => {
  world = await newWorld((username) => username === "ann");
  admin = await world.sessions.open(await world.enrol("ann"), place);
  member = await world.sessions.open(await world.enrol("ben"), place);
  await open();
});

async function open(options: Partial<RoomRoutesOptions> = {}): Promise<void> {
  rooms = new FakeRooms();
  const mint: RoomRoutesOptions["mint"] = (request) => world.roomTokens.issue(request, start / 1000, "t1");
  const router = roomRoutes(new Router(), { auth: world, rooms, mint, ...options });
  served = await serve(router.handle);
}

function ask(method: string, path: string, content?: unknown, by: IssuedTokens = admin): Promise<Response> {
  const type = content === undefined ? {} : { "content-type": "application/json" };
  return fetch(`${served.origin}${path}`, {
    method,
    headers: { ...bearer(by.accessToken), ...type },
    ...(content !== undefined && { body: JSON.stringify(content) }),
  });
}

describe("GET /rooms", () => {
  it("lists them in the order of their names, without who is in them", async () => {
    rooms.with("b", "a", "C");
    const response = await ask("GET", "/rooms");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const room = { members: 1, connected: 1, capacity: 16, locked: false };
    expect(await response.json()).toEqual({
      rooms: ["C", "a", "b"].map((name) => ({ room: name, ...room })),
      total: 3,
    });
  });

  it("goes from page to page until there is no next", async () => {
    const names = Array.from({ length: 25 }, (_, i) => `room-${String(i).padStart(2, "0")}`);
    rooms.with(...names.toReversed());
    const seen: string[] = [];
    for (let after: string | undefined = ""; after !== undefined; ) {
      const page = (await (await ask("GET", `/rooms?limit=10&after=${after}`)).json()) as {
        readonly rooms: readonly { readonly room: string }[];
        readonly total: number;
        readonly next?: string;
      };
      expect(page.total).toBe(25);
      expect(page.rooms.length).toBeLessThanOrEqual(10);
      seen.push(...page.rooms.map(({ room }) => room));
      after = page.next;
    }
    expect(seen).toEqual(names);
  });

  it.each(["limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "after=a&after=b", "limit="])(
    "refuses ?%s",
    async (query) => {
      expect(await problemOf(await ask("GET", `/rooms?${query}`))).toEqual([400, "http/malformed-query"]);
    },
  );
});

describe("a room", () => {
  it("is shown with who is in it", async () => {
    rooms.with("a");
    const shown = await (await ask("GET", "/rooms/a")).json();
    expect(shown).toMatchObject({ room: "a", peers: [grace], banned: [mallory] });
  });

  it("is made ahead, and kept for an hour unless told otherwise (RFC 9110 §9.3.4: 201)", async () => {
    expect((await ask("PUT", "/rooms/a", {})).status).toBe(201);
    expect((await ask("PUT", "/rooms/b", { capacity: 4, locked: true, keep_empty: 60 })).status).toBe(201);
    expect(rooms.calls).toEqual([
      ["configure", "a", { keepEmpty: 3_600_000 }],
      ["configure", "b", { capacity: 4, locked: true, keepEmpty: 60_000 }],
    ]);
  });

  it("is changed in what is said, and in nothing else", async () => {
    rooms.with("a");
    expect((await ask("PUT", "/rooms/a", { locked: true })).status).toBe(204);
    expect(rooms.calls).toEqual([["configure", "a", { locked: true }]]);
  });

  it.each([
    [422, "rooms/invalid-settings", "a", { capacity: 0 }],
    [422, "rooms/invalid-settings", "a", { capacity: 10_001 }],
    [422, "rooms/invalid-settings", "a", { keep_empty: -1 }],
    [422, "rooms/invalid-settings", "a", { keep_empty: 30 * 86_400 + 1 }],
    [400, "http/malformed-content", "a", { capacity: "4" }],
    [400, "http/malformed-content", "a", { capacity: 1.5 }],
    [400, "http/malformed-content", "a", { locked: "yes" }],
    [400, "http/malformed-content", "a", []],
    [422, "rooms/invalid-settings", "a%20b", {}],
    [422, "rooms/invalid-settings", "x".repeat(65), {}],
  ])("is refused with %i %s as %s with %j", async (status, code, room, content) => {
    expect(await problemOf(await ask("PUT", `/rooms/${room}`, content))).toEqual([status, code]);
    expect(rooms.calls).toEqual([]);
  });

  it("is ended, once", async () => {
    rooms.with("a", "b");
    expect((await ask("DELETE", "/rooms/a")).status).toBe(204);
    expect(await problemOf(await ask("DELETE", "/rooms/a"))).toEqual([404, "rooms/unknown"]);
    expect(rooms.calls).toEqual([["end", "a"]]);
  });

  it("that is not there is shown, ended and emptied by nobody", async () => {
    for (const [method, path] of [
      ["GET", "/rooms/none"],
      ["DELETE", "/rooms/none"],
      ["DELETE", "/rooms/none/peers/p1"],
      ["DELETE", "/rooms/none/bans/u"],
    ] as const) {
      expect(await problemOf(await ask(method, path))).toEqual([404, "rooms/unknown"]);
    }
  });
});

describe("DELETE /rooms/:room/peers/:peer", () => {
  it.each([
    ["", false],
    ["?ban=false", false],
    ["?ban=true", true],
  ])("puts a peer out with %j, banned: %j", async (query, ban) => {
    rooms.with("a");
    expect((await ask("DELETE", `/rooms/a/peers/p1${query}`)).status).toBe(204);
    expect(rooms.calls).toEqual([["kick", "a", "p1", { ban }]]);
  });

  it("refuses a peer that is not there, and a ban that is neither true nor false", async () => {
    rooms.with("a");
    expect(await problemOf(await ask("DELETE", "/rooms/a/peers/p2"))).toEqual([404, "rooms/unknown-peer"]);
    for (const query of ["ban=1", "ban=", "ban=true&ban=true"]) {
      const response = await ask("DELETE", `/rooms/a/peers/p1?${query}`);
      expect(await problemOf(response)).toEqual([400, "http/malformed-query"]);
    }
    expect(rooms.calls).toEqual([]);
  });
});

describe("DELETE /rooms/:room/bans/:user", () => {
  it("lets a user come back who was banned, once", async () => {
    rooms.with("a");
    await ask("DELETE", "/rooms/a/peers/p1?ban=true");
    expect(await (await ask("GET", "/rooms/a")).json()).toMatchObject({ banned: [mallory, "guest-7"] });
    expect((await ask("DELETE", "/rooms/a/bans/guest-7")).status).toBe(204);
    expect(rooms.calls.slice(1)).toEqual([["unban", "a", "guest-7"]]);
    expect(await (await ask("GET", "/rooms/a")).json()).toMatchObject({ banned: [mallory] });
    expect(await problemOf(await ask("DELETE", "/rooms/a/bans/guest-7"))).toEqual([404, "rooms/unknown-ban"]);
    expect(rooms.calls).toHaveLength(2);
  });
});

async function grantOf(response: Response): Promise<object> {
  expect(response.status).toBe(201);
  const { token } = (await response.json()) as { readonly token: string };
  const { accountId: user, username: name, grant } = world.roomTokens.verify(token, start / 1000);
  return { user, name, ...grant };
}

describe("POST /rooms/:room/token", () => {
  const rights = { publish: true, subscribe: true, expiresAt: start / 1000 + 3600 };

  it("without a word is for who asks, as a member, for an hour", async () => {
    const { accountId: user, username: name } = admin.session;
    const expected = { user, name, room: "a", role: "member", ...rights };
    expect(await grantOf(await ask("POST", "/rooms/a/token"))).toEqual(expected);
    expect(await grantOf(await ask("POST", "/rooms/a/token", { user }))).toEqual(expected);
  });

  it("is for whoever it says, with the rights it says, in a room that need not be there", async () => {
    const content = { user: "guest-7", name: "Grace", role: "viewer", publish: true, expires_in: 60 };
    const grant = { ...rights, role: "viewer", room: "none", expiresAt: start / 1000 + 60 };
    expect(await grantOf(await ask("POST", "/rooms/none/token", content))).toEqual({
      user: "guest-7",
      name: "Grace",
      ...grant,
    });
    expect(await grantOf(await ask("POST", "/rooms/none/token", { user: "guest-8" }))).toMatchObject({
      user: "guest-8",
      name: "guest-8",
    });
  });

  it("says how long it is good, and where, if that is known", async () => {
    await open({ socketUrl: "wss://chat.example/ws" });
    const response = await ask("POST", "/rooms/a/token", { expires_in: 60 });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ expires_in: 60, url: "wss://chat.example/ws" });
  });

  it.each([
    [422, "rooms/invalid-grant", "a", { role: "root" }],
    [422, "rooms/invalid-grant", "a", { role: "constructor" }],
    [422, "rooms/invalid-grant", "a", { user: "" }],
    [422, "rooms/invalid-grant", "a", { name: "x".repeat(129) }],
    [422, "rooms/invalid-grant", "a", { expires_in: 86_401 }],
    [422, "rooms/invalid-settings", "a", { expires_in: 0 }],
    [422, "rooms/invalid-grant", "a%20b", {}],
    [400, "http/malformed-content", "a", { publish: 1 }],
    [400, "http/malformed-content", "a", { user: 7 }],
    [400, "http/malformed-content", "a", "host"],
  ])("is refused with %i %s for the room %s with %j", async (status, code, room, content) => {
    expect(await problemOf(await ask("POST", `/rooms/${room}/token`, content))).toEqual([status, code]);
  });

  describe("for accounts that administer nothing", () => {
    it("is refused unless the server says who may have one", async () => {
      const response = await ask("POST", "/rooms/a/token", undefined, member);
      expect(response.headers.get("www-authenticate")).toContain('scope="rooms"');
      expect(await problemOf(response)).toEqual([403, "auth/insufficient-scope"]);
    });

    it("is given as the server says, which sees all that is asked for", async () => {
      const asked: unknown[] = [];
      const mayGrant: MayGrant = async (session, wanted) => {
        asked.push(wanted);
        return wanted.user === session.accountId && wanted.role === "member";
      };
      await open({ mayGrant });
      const { accountId: user, username: name } = member.session;
      const own = await ask("POST", "/rooms/a/token", undefined, member);
      expect(await grantOf(own)).toMatchObject({ user, name, role: "member" });
      for (const content of [{ role: "host" }, { user: "somebody" }]) {
        const response = await ask("POST", "/rooms/a/token", content, member);
        expect(await problemOf(response)).toEqual([403, "rooms/forbidden"]);
      }
      const wanted = {
        room: "a",
        user,
        name,
        role: "member",
        publish: true,
        subscribe: true,
        lifetime: 3600,
      };
      expect(asked).toEqual([
        wanted,
        { ...wanted, role: "host" },
        { ...wanted, user: "somebody", name: "somebody" },
      ]);
    });

    it("asks for a token that is for sockets", async () => {
      await open({ mayGrant: () => true });
      const account = await world.enrol("cid");
      const tokens = await world.sessions.open(account, place, "account");
      const response = await ask("POST", "/rooms/a/token", undefined, tokens);
      expect(response.headers.get("www-authenticate")).toContain('scope="sockets"');
      expect(await problemOf(response)).toEqual([403, "auth/insufficient-scope"]);
    });

    it("is not asked about administrators", async () => {
      await open({ mayGrant: () => false });
      expect((await ask("POST", "/rooms/a/token", { role: "host" })).status).toBe(201);
    });
  });
});

describe("the limits", () => {
  it("count administering and tokens apart, by account, and say so", async () => {
    const policies = {
      rooms: { name: "rooms", quota: 2, window: 60_000 },
      roomTokens: { name: "room-tokens", quota: 1, window: 60_000 },
    };
    await open({ limits: { policies } });
    expect((await ask("GET", "/rooms")).headers.get("ratelimit")).toBe('"rooms";r=1;t=30');
    expect((await ask("GET", "/rooms")).status).toBe(200);
    expect(await problemOf(await ask("GET", "/rooms"))).toEqual([429, "http/rate-limited"]);
    expect((await ask("POST", "/rooms/a/token")).status).toBe(201);
    expect(await problemOf(await ask("POST", "/rooms/a/token"))).toEqual([429, "http/rate-limited"]);
  });
});

it("passes on what the rooms refuse", async () => {
  rooms.with("a");
  rooms.end = () => Promise.reject(new HttpProblem(503, "rooms/unavailable", "Later."));
  expect(await problemOf(await ask("DELETE", "/rooms/a"))).toEqual([503, "rooms/unavailable"]);
});

describe("the operations", () => {
  const schemas = new DocumentSchemas(
    apiDocument({ operations: roomOperations, schemas: roomSchemas, tags: roomTags }),
  );

  it("name only problems that there are, under the status that they have", () => {
    for (const { problems = {} } of roomOperations) {
      for (const [status, codes] of Object.entries(problems)) {
        for (const code of codes) {
          const { status: known } = problemCodes[code as keyof typeof problemCodes];
          expect([code, known]).toEqual([code, Number(status)]);
        }
      }
    }
  });

  it("have examples that are what their schemas demand", () => {
    const own = schemas.examples.filter(([name]) => Object.hasOwn(roomSchemas, name));
    expect(own.map(([name]) => name)).toEqual(["RoomSettings", "RoomTokenRequest"]);
    for (const [name, examples] of own) {
      for (const example of examples) expect(schemas.faultOf(name, example)).toBeUndefined();
    }
  });
});
