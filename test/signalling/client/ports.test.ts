import { describe, expect, expectTypeOf, it } from "vitest";
import { WebSocket as IndependentWebSocket } from "ws";
import type { ClientSocketConstructor } from "../../../src/signalling/client/index.ts";
import { findRtc, openPorts, openTimers } from "../../../src/signalling/client/ports.ts";
import type { SignallingSocket } from "../../../src/signalling/server.ts";
import { SignallingServer } from "../../../src/signalling/server.ts";
import { broadcast, WebSocket } from "../../../src/websocket/index.ts";

describe("the client's ports", () => {
  it("take the WebSocket of Node, of ws and our own", () => {
    for (const socket of [
      globalThis.WebSocket,
      IndependentWebSocket,
      WebSocket,
    ] satisfies ClientSocketConstructor[])
      expect(openPorts({ WebSocket: socket }).WebSocket).toBe(socket);
  });

  it("are the global ones when not given", () => {
    const ports = openPorts({});
    expect(ports.WebSocket).toBe(globalThis.WebSocket);
    expect(ports.random()).toBeLessThan(1);
    expect(ports.now()).toBeLessThanOrEqual(performance.now());
  });

  it("measure time with real timers, which can be stopped", async () => {
    const { setTimeout, clearTimeout } = openTimers({});
    const rung: string[] = [];
    const stopped = setTimeout(() => rung.push("stopped"), 0);
    clearTimeout(stopped);
    clearTimeout(undefined);
    await new Promise<void>((resolve) => setTimeout(resolve, 1));
    expect(rung).toEqual([]);
  });

  it("say when there is no WebRTC", () => {
    expect(() => findRtc(undefined)).toThrow(TypeError);
  });
});

describe("the server's socket", () => {
  it("may be our own WebSocket or that of ws, with our own broadcast", () => {
    expectTypeOf<WebSocket>().toExtend<SignallingSocket>();
    expectTypeOf<IndependentWebSocket>().toExtend<SignallingSocket>();
    const server = new SignallingServer<WebSocket>({ broadcast });
    expect(server.peerCount).toBe(0);
    server.close();
  });
});
