import { afterEach, describe, expect, it, vi } from "vitest";
import {
  checkClose,
  queueDefaults,
  type ReconnectingWebSocketOptions,
  reconnectDefaults,
  type Settings,
  settle,
} from "../../../src/websocket/reconnect/reconnect-options.ts";
import { FakeSocket } from "../reconnect-world.ts";

afterEach(() => void vi.unstubAllGlobals());

const settled = (options: ReconnectingWebSocketOptions = {}): Settings =>
  settle([], { connect: (url, names) => new FakeSocket(url, names), ...options });

describe("what a reconnecting client is told", () => {
  it("has defaults", () => {
    const { reconnects, policy, limits } = settled();
    expect({ reconnects, ...policy, ...limits }).toEqual({
      reconnects: true,
      initialDelay: 500,
      maxDelay: 30_000,
      factor: 2,
      maxAttempts: Number.POSITIVE_INFINITY,
      resetAfter: 5_000,
      connectTimeout: 10_000,
      spread: 5_000,
      maxBytes: 1_048_576,
      maxMessages: 1_000,
      whenFull: "drop-oldest",
    });
  });

  it("replaces a default only with a value: undefined is none", () => {
    const { policy, limits } = settled({
      reconnect: { factor: 3, maxDelay: undefined },
      queue: { maxMessages: 5, maxBytes: undefined },
    });
    expect(policy).toEqual({ ...reconnectDefaults, factor: 3 });
    expect(limits).toEqual({ ...queueDefaults, maxMessages: 5 });
  });

  it("may be that it is a plain socket, or that nothing waits", () => {
    const { reconnects, policy, limits } = settled({ reconnect: false, queue: false });
    expect([reconnects, policy.connectTimeout]).toEqual([false, Number.POSITIVE_INFINITY]);
    expect(limits).toEqual({ maxBytes: 0, maxMessages: 0, whenFull: "throw" });
  });

  it.each<[string, unknown]>([
    ["reconnect", true],
    ["reconnect", null],
    ["reconnect", { initialDelay: "500" }],
    ["reconnect", { maxAttempts: 3n }],
    ["queue", true],
    ["queue", { maxBytes: null }],
    ["connect", "ws"],
    ["shouldReconnect", true],
    ["onUnauthorized", Promise.resolve()],
  ])("is a TypeError when %s is %o", (name, value) => {
    expect(() => settled({ [name]: value })).toThrow(TypeError);
    expect(() => settled({ [name]: value })).toThrow(name);
  });

  it.each<ReconnectingWebSocketOptions>([
    { reconnect: { initialDelay: 0 } },
    { reconnect: { initialDelay: Number.NaN } },
    { reconnect: { maxDelay: 499 } },
    { reconnect: { maxDelay: 2 ** 31 } },
    { reconnect: { maxDelay: Number.POSITIVE_INFINITY } },
    { reconnect: { factor: 0.5 } },
    { reconnect: { factor: Number.POSITIVE_INFINITY } },
    { reconnect: { maxAttempts: -1 } },
    { reconnect: { resetAfter: -1 } },
    { reconnect: { connectTimeout: 0 } },
    { reconnect: { connectTimeout: 2 ** 31 } },
    { reconnect: { spread: -1 } },
    { reconnect: { spread: Number.POSITIVE_INFINITY } },
    { queue: { maxBytes: -1 } },
    { queue: { maxMessages: Number.NaN } },
    { queue: { whenFull: "drop" as "throw" } },
  ])("is a RangeError when it makes no sense: %o", (options) => {
    expect(() => settled(options)).toThrow(RangeError);
  });

  it.each<ReconnectingWebSocketOptions>([
    { reconnect: { initialDelay: 1, maxDelay: 1, factor: 1, maxAttempts: 0, resetAfter: 0, spread: 0 } },
    { reconnect: { connectTimeout: Number.POSITIVE_INFINITY, resetAfter: Number.POSITIVE_INFINITY } },
    { queue: { maxBytes: Number.POSITIVE_INFINITY, maxMessages: Number.POSITIVE_INFINITY } },
  ])("may go to the limits: %o", (options) => {
    expect(() => settled(options)).not.toThrow();
  });
});

describe("the socket that is made", () => {
  const dialled = (settings: Settings): FakeSocket => settings.connect("ws://example/") as FakeSocket;

  it("is that of the class that is given, with the subprotocols", () => {
    const socket = dialled(settle(["a", "b"], { WebSocket: FakeSocket }));
    expect([socket.url, socket.subprotocols]).toEqual(["ws://example/", ["a", "b"]]);
    expect(dialled(settle("a", { WebSocket: FakeSocket })).subprotocols).toEqual(["a"]);
  });

  it("is the global one otherwise", () => {
    vi.stubGlobal("WebSocket", FakeSocket);
    expect(dialled(settle([], {}))).toBeInstanceOf(FakeSocket);
  });

  it("does not exist where there is none", () => {
    vi.stubGlobal("WebSocket", undefined);
    expect(() => settle([], {})).toThrow("there is no WebSocket here");
    expect(() => settled()).not.toThrow();
  });

  it("cannot be made in two ways", () => {
    expect(() => settled({ WebSocket: FakeSocket })).toThrow("either WebSocket or connect");
  });

  it("knows nothing of what its caller does later to the list of subprotocols", () => {
    const names = ["a"];
    const settings = settle(names, { WebSocket: FakeSocket });
    names.push("b");
    (dialled(settings).subprotocols as string[]).push("c");
    expect(dialled(settings).subprotocols).toEqual(["a"]);
  });
});

describe("RFC 6455 §7.4.2 what may be given to close", () => {
  it.each([1000, 3000, 3999, 4000, 4999])("is %i", (code) => {
    expect(() => checkClose(code, "")).not.toThrow();
  });

  it.each([0, 999, 1001, 1005, 1006, 1011, 2999, 5000, 3000.5, Number.NaN])("is not %d", (code) => {
    expect(() => checkClose(code, "")).toThrow(RangeError);
  });

  it("is a reason of up to 123 bytes", () => {
    expect(() => checkClose(1000, "€".repeat(41))).not.toThrow();
    expect(() => checkClose(1000, `${"€".repeat(41)}x`)).toThrow(RangeError);
  });
});
