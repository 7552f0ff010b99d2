/** Logins that end (4401), and URLs that have to be found, as transcripts. */
import { describe, expect, it, vi } from "vitest";
import { FakeWorld, opened, settled } from "../reconnect-world.ts";

describe("a login that has ended", () => {
  it("stops it until reconnect()", () => {
    const { world, client } = opened();
    world.socket.end(4401);
    expect(world.heard()).toEqual(["close 4401", "unauthorized", "credentials"]);
    expect([client.readyState, world.alarms.size]).toEqual([3, 0]);
    client.send("with the new login");
    client.reconnect();
    world.socket.open();
    expect(world.heard()).toEqual(["connecting", "open again after 0", "open"]);
    expect(world.socket.sent).toEqual(["with the new login"]);
  });

  it("is renewed by onUnauthorized, the first time at once, then after a delay that grows", async () => {
    const onUnauthorized = vi.fn(async () => {});
    const { world } = opened({ onUnauthorized });
    world.socket.end(4401);
    await settled();
    expect(world.heard()).toEqual(["close 4401", "unauthorized", "credentials", "connecting"]);
    for (const delay of [500, 1000, 2000]) {
      world.socket.open();
      world.heard();
      world.socket.end(4401);
      await settled();
      expect(world.heard()).toEqual(["close 4401", "unauthorized", "credentials", "waiting"]);
      expect(world.nextAlarm).toBe(delay);
      world.pass(delay);
    }
    expect(onUnauthorized).toHaveBeenCalledTimes(4);
  });

  it("is not renewed more often than maxAttempts allows", async () => {
    const onUnauthorized = vi.fn();
    const { world, client } = opened({ onUnauthorized, reconnect: { maxAttempts: 1 } });
    world.socket.end(4401);
    await settled();
    world.socket.end(4401);
    await settled();
    expect(onUnauthorized).toHaveBeenCalledTimes(1);
    expect(client.state).toBe("unauthorized");
  });

  it("stays ended when it cannot be renewed", async () => {
    for (const onUnauthorized of [
      () => Promise.reject(new Error("who are you?")),
      () => {
        throw new Error("who are you?");
      },
    ]) {
      const { world, client } = opened({ onUnauthorized });
      world.socket.end(4401);
      await settled();
      expect(world.heard()).toEqual(["close 4401", "unauthorized", "credentials", "error: who are you?"]);
      expect(client.state).toBe("unauthorized");
    }
  });

  it("is renewed too late, or in vain, when somebody closed or reconnected meanwhile", async () => {
    for (const act of ["close", "reconnect"] as const) {
      for (const answer of ["resolve", "reject"] as const) {
        const renewal = Promise.withResolvers<void>();
        const { world, client } = opened({ onUnauthorized: () => renewal.promise });
        world.socket.end(4401);
        client[act]();
        const sockets = world.sockets.length;
        world.heard();
        renewal[answer]();
        await settled();
        expect([world.sockets.length, world.heard()]).toEqual([sockets, []]);
      }
    }
  });

  it("is left to a listener that reconnects by itself", async () => {
    const onUnauthorized = vi.fn();
    const { world, client } = opened({ onUnauthorized });
    client.addEventListener("credentials", () => client.reconnect());
    world.socket.end(4401);
    await settled();
    expect(onUnauthorized).not.toHaveBeenCalled();
    expect(world.sockets.length).toBe(2);
  });

  it("is what a handshake refused with 401 means, where the socket says so", () => {
    const world = new FakeWorld();
    world.client();
    world.socket.fail({ error: Object.assign(new Error("refused"), { status: 401 }) });
    world.socket.end(1006);
    expect(world.heard()).toEqual(["error: refused", "close 1006", "unauthorized", "credentials"]);
  });
});

describe("a URL that has to be found", () => {
  it("is found anew before each attempt", async () => {
    const world = new FakeWorld();
    let count = 0;
    const client = world.client({ source: async () => `ws://example/${++count}` });
    expect([client.url, client.state]).toEqual(["", "connecting"]);
    await settled();
    world.socket.end(1006);
    world.pass(250);
    expect(client.url).toBe("ws://example/1");
    await settled();
    expect(world.sockets.map(({ url }) => url)).toEqual(["ws://example/1", "ws://example/2"]);
    expect(client.url).toBe("ws://example/2");
  });

  it("may be a URL, and come at once", async () => {
    const world = new FakeWorld();
    for (const source of [new URL("ws://a/"), () => new URL("ws://b/"), () => "ws://c/"])
      world.client({ source });
    await settled();
    expect(world.sockets.map(({ url }) => url)).toEqual(["ws://a/", "ws://b/", "ws://c/"]);
  });

  it("is a failed attempt when it is not found, or not in time", async () => {
    const world = new FakeWorld();
    world.client({ source: () => Promise.reject(new Error("no ticket")) });
    await settled();
    expect(world.heard()).toEqual(["error: no ticket", "close 1006, again in 250", "waiting"]);
    const patient = new FakeWorld();
    patient.client({ source: () => new Promise(() => {}) });
    patient.pass(10_000);
    expect(patient.heard()).toEqual([
      "error: no connection in 10000 ms",
      "close 1006, again in 250",
      "waiting",
    ]);
  });

  it("comes too late, or in vain, after close(), reconnect() or the time limit", async () => {
    for (const act of ["close", "reconnect", "expire"] as const) {
      for (const answer of ["resolve", "reject"] as const) {
        const world = new FakeWorld();
        const finders: PromiseWithResolvers<string>[] = [];
        const source = (): Promise<string> => {
          finders.push(Promise.withResolvers<string>());
          return finders.at(-1)!.promise;
        };
        const client = world.client({ source });
        await settled();
        if (act === "expire") world.pass(10_000);
        else client[act]();
        world.heard();
        finders[0]![answer]("ws://late/");
        await settled();
        expect([world.sockets, world.heard()]).toEqual([[], []]);
      }
    }
  });

  it("that is none throws where it was written, and fails where it was found", async () => {
    const world = new FakeWorld();
    world.refusal = new SyntaxError("a WebSocket URL begins with ws: or wss:");
    expect(() => world.client()).toThrow(world.refusal);
    expect(world.alarms.size).toBe(0);
    const client = world.client({ source: async () => "http://example/" });
    await settled();
    expect(world.heard()).toEqual([`error: ${world.refusal.message}`, "failed"]);
    expect([client.readyState, world.alarms.size]).toEqual([3, 0]);
  });

  it("that no socket takes any more fails, too", () => {
    const { world, client } = opened();
    world.refusal = new Error("not from here");
    client.reconnect();
    expect(world.heard()).toEqual(["error: not from here", "close 1000", "failed"]);
  });
});
