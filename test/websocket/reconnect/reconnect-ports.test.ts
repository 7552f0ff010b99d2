import { afterEach, describe, expect, it, vi } from "vitest";
import { openReconnectPorts } from "../../../src/websocket/reconnect/reconnect-ports.ts";
import { FakeNetwork } from "../reconnect-world.ts";

afterEach(() => void vi.unstubAllGlobals());

describe("the world of a reconnecting client", () => {
  it("has chance and time, unless they are given", () => {
    const ports = openReconnectPorts({});
    expect(ports.random()).toBeLessThan(1);
    expect(ports.now()).toBeLessThanOrEqual(performance.now());
    expect(openReconnectPorts({ random: () => 5, now: () => 6 })).toMatchObject({ network: undefined });
    expect(openReconnectPorts({ random: () => 5 }).random()).toBe(5);
  });

  it("has timers that can be called off", async () => {
    const ports = openReconnectPorts({});
    const rung: string[] = [];
    ports.after(0, () => rung.push("stopped"))();
    await new Promise<void>((resolve) => ports.after(1, resolve));
    expect(rung).toEqual([]);
  });

  it("knows nothing of the network in Node", () => {
    expect(openReconnectPorts({}).network).toBeUndefined();
  });
});

describe("the network, as a browser tells of it", () => {
  /** A page's global object, as far as it matters. */
  function page(onLine: boolean): EventTarget {
    const window = new EventTarget();
    vi.stubGlobal("navigator", { onLine });
    for (const name of ["addEventListener", "removeEventListener"] as const)
      vi.stubGlobal(name, function (this: unknown, type: string, listener: () => void) {
        expect(this).toBe(globalThis); // or a browser says: illegal invocation
        window[name](type, listener);
      });
    return window;
  }

  it("is there or not", () => {
    for (const onLine of [true, false]) {
      page(onLine);
      expect(openReconnectPorts({}).network?.onLine).toBe(onLine);
    }
  });

  it("is watched for its return until that is called off", () => {
    const window = page(false);
    const back = vi.fn();
    const stop = openReconnectPorts({}).network!.whenOnline(back);
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new Event("offline"));
    expect(back).toHaveBeenCalledTimes(1);
    stop();
    window.dispatchEvent(new Event("online"));
    expect(back).toHaveBeenCalledTimes(1);
  });

  it("may be replaced, and be left out", () => {
    page(false);
    const network = new FakeNetwork();
    expect(openReconnectPorts({ network }).network).toBe(network);
    expect(openReconnectPorts({ network: undefined }).network).toBeUndefined();
  });
});
