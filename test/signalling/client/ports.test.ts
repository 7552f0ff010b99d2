import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { WebSocket as IndependentWebSocket } from "ws";
import type { ClientSocketConstructor } from "../../../src/signalling/client/index.ts";
import { Alarm, globalTimers, openPorts, present } from "../../../src/signalling/client/ports.ts";
import { SignallingServer } from "../../../src/signalling/server.ts";
import type { SignallingSocket } from "../../../src/signalling/server-options.ts";
import { broadcast, WebSocket } from "../../../src/websocket/index.ts";

describe("the client's ports", () => {
  it("take the WebSocket of Node, of ws and our own", () => {
    for (const socket of [
      globalThis.WebSocket,
      IndependentWebSocket,
      WebSocket,
    ] satisfies ClientSocketConstructor[])
      expect(openPorts(socket).WebSocket).toBe(socket);
  });

  it("are the global ones when not given", () => {
    const ports = openPorts(undefined);
    expect(ports.WebSocket).toBe(globalThis.WebSocket);
    expect(ports.random()).toBeLessThan(1);
    expect(ports.now()).toBeLessThanOrEqual(performance.now());
  });

  it("measure time with real timers, which can be stopped", async () => {
    const rung: string[] = [];
    const alarm = new Alarm(globalTimers);
    alarm.clear();
    alarm.set(0, () => rung.push("replaced"));
    alarm.set(0, () => rung.push("stopped"));
    alarm.clear();
    await new Promise<void>((resolve) => new Alarm(globalTimers).set(1, resolve));
    expect(rung).toEqual([]);
  });

  describe("to the network", () => {
    const names = ["addEventListener", "navigator"] as const;
    const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
    afterEach(() => {
      for (const [name, descriptor] of before) {
        Reflect.deleteProperty(globalThis, name);
        if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor);
      }
    });

    function replace(name: (typeof names)[number], value: unknown): void {
      Object.defineProperty(globalThis, name, { value, configurable: true });
    }

    it("tell when a page is online again, and when its connection is of another type", () => {
      const [page, connection] = [new EventTarget(), Object.assign(new EventTarget(), { type: "wifi" })];
      replace("addEventListener", page.addEventListener.bind(page));
      replace("navigator", { connection });
      const over = new AbortController();
      let changes = 0;
      openPorts(IndependentWebSocket).watchNetwork(() => changes++, over.signal);
      page.dispatchEvent(new Event("online"));
      connection.dispatchEvent(new Event("change"));
      expect(changes).toBe(1);
      connection.type = "cellular";
      connection.dispatchEvent(new Event("change"));
      expect(changes).toBe(2);
      over.abort();
      page.dispatchEvent(new Event("online"));
      expect(changes).toBe(2);
    });

    it("are silent where nobody tells", () => {
      replace("navigator", undefined);
      expect(() =>
        openPorts(IndependentWebSocket).watchNetwork(() => {}, new AbortController().signal),
      ).not.toThrow();
    });
  });

  it("say when there is no WebRTC", () => {
    expect(() => present(undefined, "RTCPeerConnection")).toThrow(TypeError);
  });
});

describe("the server's socket", () => {
  it("may be our own WebSocket or that of ws, with our own broadcast", () => {
    expectTypeOf<WebSocket>().toExtend<SignallingSocket>();
    expectTypeOf<IndependentWebSocket>().toExtend<SignallingSocket>();
    const server = new SignallingServer<WebSocket>({ broadcast });
    expect(server.peerCount).toBe(0);
    void server.close();
  });
});
