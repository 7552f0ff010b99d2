import { describe, expect, it } from "vitest";
import { roomsPortOf } from "../../src/app/rooms-port.ts";
import { RoomError, SignallingServer } from "../../src/signalling/index.ts";

describe("the rooms of a signalling server, for HTTP", () => {
  it("are made, listed and ended", async () => {
    const port = roomsPortOf(new SignallingServer());
    await port.configure("a", { capacity: 4, locked: true, keepEmpty: 60_000 });
    const room = { room: "a", members: 0, capacity: 4, locked: true, peers: [] };
    expect(await port.list()).toMatchObject([room]);
    expect([await port.find("a"), await port.find("b")]).toMatchObject([room, undefined]);
    await port.end("a");
    expect([await port.list(), await port.find("a")]).toEqual([[], undefined]);
  });

  it("refuse a peer that is not there", async () => {
    const port = roomsPortOf(new SignallingServer());
    await port.configure("a", { keepEmpty: 60_000 });
    await expect(port.kick("a", "nobody", { ban: false })).rejects.toMatchObject({
      status: 404,
      code: "rooms/unknown-peer",
    });
  });

  it.each(["configure", "end", "kick", "unban"] as const)(
    "cannot be changed by %s when nothing answers, and say when to try again",
    async (what) => {
      const unavailable = () => Promise.reject(new RoomError({ code: "unavailable", message: "no bus" }));
      const rooms = {
        rooms: () => Promise.resolve([]),
        room: () => Promise.resolve(undefined),
        configure: unavailable,
        end: unavailable,
        kick: unavailable,
        unban: unavailable,
      };
      const port = roomsPortOf(rooms);
      const asked = {
        configure: () => port.configure("a", {}),
        end: () => port.end("a"),
        kick: () => port.kick("a", "p", { ban: true }),
        unban: () => port.unban("a", "u"),
      };
      await expect(asked[what]()).rejects.toMatchObject({
        status: 503,
        code: "rooms/unavailable",
        response: { headers: { "retry-after": "2" } },
      });
    },
  );

  it("let out what is no refusal", async () => {
    const failing = () => Promise.reject(new TypeError("a bug"));
    const port = roomsPortOf({
      rooms: () => Promise.resolve([]),
      room: () => Promise.resolve(undefined),
      configure: failing,
      end: failing,
      kick: failing,
      unban: failing,
    });
    await expect(port.end("a")).rejects.toThrow("a bug");
  });
});
