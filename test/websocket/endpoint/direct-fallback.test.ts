/** `direct.ts` in a Node that is not the one it knows: the portable path is taken, and all works. */
import type * as net from "node:net";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { listen, openPeer } from "../listen.ts";

/** What becomes of a Socket that is made of a handle. */
let broken: "nothing" | "throws" | "is deaf" = "nothing";

vi.mock("node:net", async (original) => {
  const real = await original<typeof net>();
  /** `new Socket(options)` as `direct.ts` says it; to others it is the real one. */
  const Socket = new Proxy(real.Socket, {
    construct(target, [options]) {
      if (options?.onread === undefined || broken === "nothing") return new target(options);
      if (broken === "throws") throw new TypeError("an unknown kind of handle");
      const { onread: _, handle: __, ...others } = options;
      return new target(others);
    },
  });
  return { ...real, Socket };
});

beforeEach(() => void vi.resetModules());

/** The modules anew, which have not tried anything yet. */
async function serverOf(readPath: "direct" | "portable" | undefined) {
  const { WebSocketServer } = await import("../../../src/websocket/server/server.ts");
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, closeTimeout: 50, readPath });
  server.addEventListener("connection", ({ socket }) => {
    socket.addEventListener("message", ({ data }) => socket.send(data));
  });
  return server;
}

async function echoes(server: Awaited<ReturnType<typeof serverOf>>): Promise<void> {
  const peer = await openPeer(server.address!.port);
  peer.send({ opcode: 1, payload: "still" });
  expect(await peer.frames(1)).toEqual([`1 ${Buffer.from("still").toString("hex")}`]);
  await server.close();
}

describe("a Node in which the direct path does not work", () => {
  it("works, when nothing is broken", async () => {
    broken = "nothing";
    const server = await serverOf(undefined);
    await server.listening;
    expect(server.readPath).toBe("direct");
    await echoes(server);
  });

  it("falls back when the handle is refused", async () => {
    broken = "throws";
    const server = await serverOf("direct");
    await server.listening;
    expect(server.readPath).toBe("portable");
    await echoes(server);
  });

  it("falls back when nothing is read, after two seconds", async () => {
    broken = "is deaf";
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const server = await serverOf("direct");
    let listening = false;
    server.listening.then(() => (listening = true));
    await vi.advanceTimersByTimeAsync(1999);
    expect(listening).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    await server.listening;
    expect(server.readPath).toBe("portable");
    await echoes(server);
  });

  it("is not even tried when the portable path was asked for", async () => {
    broken = "throws";
    const { server } = await listen({ readPath: "portable" });
    expect(server.readPath).toBe("portable");
  });
});
