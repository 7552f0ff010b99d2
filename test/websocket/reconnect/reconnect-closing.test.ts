/** close(), signals, reconnect() and networks that go and come, as transcripts. */
import { describe, expect, it, vi } from "vitest";
import { FakeNetwork, FakeWorld, opened, settled } from "../reconnect-world.ts";

describe("close()", () => {
  it("closes the socket and says when it is closed, with the peer's code, whatever that is", () => {
    const { world, client } = opened();
    client.close(4001, "enough");
    expect(world.socket.closedWith).toEqual([4001, "enough"]);
    expect([client.state, client.readyState, world.heard()]).toEqual(["open", 2, []]);
    world.socket.end(1012);
    expect(world.heard()).toEqual(["close 1012", "closed"]);
    expect([client.readyState, world.alarms.size]).toEqual([3, 0]);
  });

  it("says 1000 unless told otherwise, once", () => {
    const { world, client } = opened();
    client.close();
    client.close(4000);
    expect(world.socket.closedWith).toEqual([1000, ""]);
  });

  it("ends an attempt at once, whatever the socket says later", () => {
    const world = new FakeWorld();
    const client = world.client();
    client.close(4000);
    expect([client.readyState, world.alarms.size, world.heard()]).toEqual([3, 0, ["closed"]]);
    expect(world.socket.closedWith).toEqual([1000]);
    world.socket.open();
    world.socket.end(1006);
    expect([client.readyState, world.heard()]).toEqual([3, []]);
  });

  it("ends a delay at once", () => {
    const { world, client } = opened();
    world.socket.end(1006);
    world.heard();
    client.close();
    expect([world.heard(), world.alarms.size]).toEqual([["closed"], 0]);
    world.pass(1e6);
    expect(world.sockets.length).toBe(1);
  });

  it("drops what waits, and what is sent afterwards, and counts both", () => {
    const { world, client } = opened();
    world.socket.end(1006);
    client.send("a");
    client.close();
    client.send("b");
    expect([client.dropped, client.bufferedAmount]).toEqual([2, 0]);
  });

  it("is refused with a code that no browser would take, in any state", () => {
    const { client } = opened();
    expect(() => client.close(1001)).toThrow(RangeError);
    expect(client.readyState).toBe(1);
  });

  it("is what `await using` ends with", async () => {
    const { world, client } = opened();
    const disposed = vi.fn();
    const disposing = client[Symbol.asyncDispose]().then(disposed);
    await settled();
    expect(disposed).not.toHaveBeenCalled();
    world.socket.end(1000);
    await disposing;
    await client[Symbol.asyncDispose]();
    expect(client.state).toBe("closed");
  });
});

describe("a signal", () => {
  it("closes for good", () => {
    const controller = new AbortController();
    const { world, client } = opened({ signal: controller.signal });
    controller.abort();
    world.socket.end(1000);
    expect(world.heard()).toEqual(["close 1000", "closed"]);
    expect(() => client.reconnect()).toThrow(controller.signal.reason);
  });

  it("that is aborted before prevents the first attempt", () => {
    const world = new FakeWorld();
    const client = world.client({ signal: AbortSignal.abort() });
    expect([client.state, client.readyState, world.sockets.length]).toEqual(["closed", 3, 0]);
  });

  it("does not keep a client that has come to its end, and finds one that starts anew", () => {
    const controller = new AbortController();
    const listening = new Set<unknown>();
    vi.spyOn(controller.signal, "addEventListener").mockImplementation((_, it) => void listening.add(it));
    vi.spyOn(controller.signal, "removeEventListener").mockImplementation(
      (_, it) => void listening.delete(it),
    );
    const { world, client } = opened({ signal: controller.signal });
    expect(listening.size).toBe(1);
    for (const code of [1000, 1008]) {
      world.socket.end(code);
      expect(listening.size).toBe(0);
      client.reconnect();
      expect(listening.size).toBe(1);
    }
  });
});

describe("reconnect()", () => {
  it("gives up the connection that there is, and whatever that says later is nobody's", () => {
    const { world, client } = opened();
    const [old] = world.sockets;
    client.reconnect();
    expect(world.heard()).toEqual(["close 1000, again in 0", "connecting"]);
    expect([old!.closedWith, old!.listeners]).toEqual([
      [1000],
      { open: 0, message: 0, close: 0, error: 1 }, // `ws` takes an error without a listener for an exception
    ]);
    old!.say("old news");
    old!.fail();
    old!.end(4401);
    expect(world.heard()).toEqual([]);
    world.socket.open();
    expect(world.heard()).toEqual(["open again after 0", "open"]);
  });

  it("does not wait for the delay to pass, and forgets earlier losses", () => {
    const { world, client } = opened();
    for (const delay of [250, 500]) {
      world.socket.end(1006);
      world.pass(delay);
    }
    world.socket.end(1006);
    world.heard();
    client.reconnect();
    expect([world.heard(), world.sockets.length, client.attempts]).toEqual([["connecting"], 4, 0]);
    world.socket.end(1006);
    expect(world.nextAlarm).toBe(250);
  });

  it("replaces an attempt that is under way, and says nothing of it", () => {
    const world = new FakeWorld();
    const client = world.client();
    client.reconnect();
    expect([world.sockets[0]!.closedWith, world.heard(), world.alarms.size]).toEqual([[1000], [], 1]);
  });

  it("starts anew after the end, and while it closes", () => {
    const { world, client } = opened();
    client.close();
    client.reconnect();
    world.socket.open();
    expect(world.heard()).toEqual(["close 1000, again in 0", "connecting", "open again after 0", "open"]);
    client.close();
    world.socket.end(1000);
    client.reconnect();
    expect(world.heard()).toEqual(["close 1000", "closed", "connecting"]);
  });

  it("may be called by any listener: nobody hears of a state that is over", () => {
    const { world, client } = opened();
    client.addEventListener("close", () => client.reconnect(), { once: true });
    world.socket.end(1000);
    expect(world.heard()).toEqual(["close 1000", "connecting"]);
    expect([client.state, world.sockets.length]).toEqual(["connecting", 2]);
  });
});

describe("the network", () => {
  it("that is not there is waited for, from the start and after a loss", () => {
    const network = new FakeNetwork();
    network.onLine = false;
    const world = new FakeWorld();
    const client = world.client({ network });
    expect([client.state, client.readyState, world.sockets.length]).toEqual(["offline", 0, 0]);
    world.pass(1e6);
    network.comeBack();
    expect([world.heard(), network.watchers.size]).toEqual([["connecting"], 0]);
    world.socket.open();
    network.onLine = false;
    world.socket.end(1006);
    expect(world.heard()).toEqual(["open after 0", "open", "close 1006, again in undefined", "offline"]);
    expect(world.alarms.size).toBe(0);
  });

  it("that returns during a delay ends it", () => {
    const network = new FakeNetwork();
    const { world } = opened({ network });
    world.socket.end(1006);
    network.comeBack();
    expect(world.heard()).toEqual(["close 1006, again in 250", "waiting", "connecting"]);
    expect([world.sockets.length, world.alarms.size, network.watchers.size]).toEqual([2, 1, 0]);
  });

  it("that is gone when the delay is over is waited for", () => {
    const network = new FakeNetwork();
    const { world } = opened({ network });
    world.socket.end(1006);
    network.onLine = false;
    world.pass(250);
    expect(world.heard()).toEqual(["close 1006, again in 250", "waiting", "offline"]);
    network.comeBack();
    expect(world.heard()).toEqual(["connecting"]);
  });

  it("that returns does not shorten a delay that the server asked for", () => {
    const network = new FakeNetwork();
    const { world } = opened({ network });
    network.onLine = false;
    world.socket.end(1013, "retry-after=20000");
    world.pass(4000);
    world.heard();
    network.comeBack();
    expect([world.heard(), world.nextAlarm]).toEqual([["waiting"], 6000]);
    network.comeBack();
    expect([world.heard(), world.nextAlarm]).toEqual([[], 6000]);
    world.pass(6000);
    expect(world.heard()).toEqual(["connecting"]);
  });

  it("is not asked by reconnect(), nor watched after close()", () => {
    const network = new FakeNetwork();
    network.onLine = false;
    const world = new FakeWorld();
    const client = world.client({ network });
    client.reconnect();
    expect(world.sockets.length).toBe(1);
    world.socket.end(1006);
    expect(network.watchers.size).toBe(1);
    client.close();
    expect(network.watchers.size).toBe(0);
  });
});
