/** When a client comes back, as transcripts, in a world without time, chance and sockets. */
import { describe, expect, it, vi } from "vitest";
import { FakeWorld, opened } from "../reconnect-world.ts";

describe("a client that comes back", () => {
  it("connects when it is made, and says so when it is connected", () => {
    const world = new FakeWorld();
    const client = world.client();
    expect([client.state, client.readyState, client.url, client.attempts]).toEqual([
      "connecting",
      0,
      "ws://example/",
      0,
    ]);
    world.socket.open();
    expect(world.heard()).toEqual(["open after 0", "open"]);
    expect([client.state, client.readyState]).toEqual(["open", 1]);
    expect(world.alarms.size).toBe(0);
  });

  it("waits when it is lost, and connects again", () => {
    const { world, client } = opened();
    world.socket.end(1006);
    expect(world.heard()).toEqual(["close 1006, again in 250", "waiting"]);
    expect([client.state, client.readyState, world.sockets.length]).toEqual(["waiting", 0, 1]);
    world.pass(249);
    expect(world.sockets.length).toBe(1);
    world.pass(1);
    expect(world.heard()).toEqual(["connecting"]);
    world.socket.open();
    expect(world.heard()).toEqual(["open again after 1", "open"]);
  });

  it("waits longer after each attempt that fails, up to maxDelay", () => {
    const world = new FakeWorld();
    world.client();
    const delays = Array.from({ length: 9 }, () => {
      world.socket.end(1006);
      const delay = world.nextAlarm!;
      world.pass(delay);
      return delay;
    });
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it("forgets the losses when a connection has lasted, and not before", () => {
    const { world, client } = opened();
    world.socket.end(1006);
    world.pass(250);
    world.socket.open();
    world.pass(4999);
    expect(client.attempts).toBe(1);
    world.socket.end(1006);
    expect(world.nextAlarm).toBe(500);
    world.pass(500);
    world.socket.open();
    world.pass(5000);
    expect(client.attempts).toBe(0);
    world.socket.end(1006);
    expect(world.nextAlarm).toBe(250);
  });

  it("gives up after maxAttempts", () => {
    const { world, client } = opened({ reconnect: { maxAttempts: 2 } });
    for (const delay of [250, 500]) {
      world.socket.end(1006);
      world.pass(delay);
    }
    world.heard();
    world.socket.end(1006);
    expect(world.heard()).toEqual(["close 1006", "failed"]);
    expect([client.readyState, world.alarms.size]).toEqual([3, 0]);
  });

  it("ends an attempt that hangs", () => {
    const world = new FakeWorld();
    world.client();
    const [first] = world.sockets;
    world.pass(9_999);
    expect(world.heard()).toEqual([]);
    world.pass(1);
    expect(world.heard()).toEqual([
      "error: no connection in 10000 ms",
      "close 1006, again in 250",
      "waiting",
    ]);
    expect(first!.closedWith).toEqual([1000]);
    first!.open();
    expect(world.heard()).toEqual([]);
  });

  it("gives an attempt all the time in the world, if it is told to", () => {
    const world = new FakeWorld();
    world.client({ reconnect: { connectTimeout: Number.POSITIVE_INFINITY } });
    expect(world.alarms.size).toBe(0);
  });

  it("never comes back with reconnect: false, like a plain WebSocket", () => {
    for (const code of [1000, 1006, 1012, 4401]) {
      const { world, client } = opened({ reconnect: false });
      world.socket.end(code);
      expect(world.heard()).toEqual([`close ${code}`, "closed"]);
      expect([client.readyState, world.alarms.size]).toEqual([3, 0]);
    }
  });

  it("passes on what goes wrong, and connects again when the socket has closed", () => {
    const world = new FakeWorld();
    world.client();
    world.socket.readyState = 3;
    world.socket.fail({ error: new TypeError("no route") });
    world.socket.fail({ message: "some words" });
    world.socket.fail();
    expect(world.heard()).toEqual(["error: no route", "error: some words", "error: the connection failed"]);
    world.socket.end(1006);
    expect(world.heard()).toEqual(["close 1006, again in 250", "waiting"]);
  });

  it("connects again when the socket has failed and goes on as if it were connecting", () => {
    const world = new FakeWorld();
    world.client();
    world.socket.fail({ message: "no route" });
    expect(world.heard()).toEqual(["error: no route", "close 1006, again in 250", "waiting"]);
  });
});

describe("RFC 6455 §7.4.1 the close code", () => {
  it("ends it for good when it is 1000, and what waits is dropped", () => {
    const { world, client } = opened();
    world.socket.readyState = 2; // the Close frame is here, the event is not
    client.send("too late");
    world.socket.end(1000);
    client.send("far too late");
    expect(world.heard()).toEqual(["close 1000", "closed"]);
    expect([client.dropped, client.bufferedAmount, world.alarms.size]).toEqual([2, 0, 0]);
  });

  it.each([1002, 1003, 1007, 1008, 1009, 1010])(
    "fails when it is %i, and what waits goes on waiting",
    (code) => {
      const { world, client } = opened();
      world.socket.end(code);
      expect(world.heard()).toEqual([`close ${code}`, "failed"]);
      client.send("later");
      client.reconnect();
      world.socket.open();
      expect(world.socket.sent).toEqual(["later"]);
    },
  );

  it.each([1012, 1013])("spreads those who come back when it is %i", (code) => {
    const { world } = opened();
    world.randoms.push(0.9);
    world.socket.end(code);
    expect(world.heard()).toEqual([`close ${code}, again in 4500`, "waiting"]);
  });

  it.each([1001, 1012, 1013])("comes back within the server's hint when it is %i", (code) => {
    const { world } = opened();
    world.socket.end(code, "retry-after=60000 the server restarts");
    expect(world.heard()).toEqual([`close ${code}, again in 30000`, "waiting"]);
  });

  it.each([1001, 1005, 1011, 1014, 3000, 4000])("backs off when it is %i", (code) => {
    const { world } = opened();
    world.socket.end(code);
    expect(world.heard()).toEqual([`close ${code}, again in 250`, "waiting"]);
  });

  it("is overruled by shouldReconnect, both ways", () => {
    const seen: unknown[] = [];
    const shouldReconnect = (ended: { code: number; reason: string; wasClean: boolean }): boolean => {
      seen.push(ended);
      return ended.code === 1000;
    };
    const { world } = opened({ shouldReconnect });
    world.socket.end(1000, "done");
    expect(world.heard()).toEqual(["close 1000, again in 250", "waiting"]);
    world.pass(250);
    world.socket.end(1006);
    expect(world.heard()).toEqual(["connecting", "close 1006", "closed"]);
    expect(seen).toMatchObject([
      { code: 1000, reason: "done", wasClean: true },
      { code: 1006, reason: "", wasClean: false },
    ]);
  });

  it("decides when shouldReconnect throws, which is reported", async () => {
    const reported = vi.fn();
    process.once("unhandledRejection", reported);
    const { world } = opened({
      shouldReconnect: () => {
        throw new Error("a bug");
      },
    });
    world.socket.end(1006);
    expect(world.heard()).toEqual(["close 1006, again in 250", "waiting"]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(reported).toHaveBeenCalledTimes(1);
  });
});
