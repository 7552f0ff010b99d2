import { describe, expect, it } from "vitest";
import { WebSocket } from "../../src/websocket/client/client.ts";
import { refuse } from "../../src/websocket/handshake/handshake.ts";
import { connectPeer, listen } from "./listen.ts";
import { nextEvent } from "./next-event.ts";
import { handshake } from "./raw-peer.ts";

describe("what accept found out", () => {
  it("is in the connection event, and its headers in the answer", async () => {
    const { server, port } = await listen({
      accept: async ({ path }) => ({ context: { path }, headers: [["Set-Cookie", "id=1"]] }),
    });
    const connection = nextEvent<{ context: unknown }>(server, "connection");
    const peer = await connectPeer(port);
    peer.write(handshake({}, "GET /a HTTP/1.1"));
    expect((await peer.answer()).headers["set-cookie"]).toBe("id=1");
    expect((await connection).context).toEqual({ path: "/a" });
  });
});

describe("a refused handshake", () => {
  it("is an event of the server, whoever refused", async () => {
    const { server, url } = await listen({ accept: () => refuse(401, "log in first") });
    const refused = nextEvent(server, "refused");
    const socket = new WebSocket(url);
    await expect(socket.opened).rejects.toMatchObject({ code: "handshake/refused", status: 401 });
    await expect(refused).resolves.toMatchObject({ status: 401, detail: "log in first" });
  });
});

describe("an async listener of connection", () => {
  it("that reads messages of a peer that vanishes harms nobody", async () => {
    const { server, port } = await listen();
    const read: unknown[] = [];
    let over: () => void;
    const left = new Promise<void>((resolve) => {
      over = resolve;
    });
    server.addEventListener("connection", async ({ socket }) => {
      try {
        for await (const message of socket) read.push(message);
      } finally {
        over();
      }
    });
    const peer = await connectPeer(port);
    peer.write(handshake());
    await peer.answer();
    peer.send({ opcode: 1, payload: "hello" });
    peer.socket.resetAndDestroy();
    await left;
    expect(read.length).toBeLessThanOrEqual(1);
  });

  it("that fails for another reason is told to who listens to error", async () => {
    const { server, url } = await listen();
    server.addEventListener("connection", async () => {
      throw new Error("a bug");
    });
    const error = nextEvent<{ error: Error }>(server, "error");
    const socket = new WebSocket(url);
    expect((await error).error.message).toBe("a bug");
    socket.terminate();
  });
});

describe("the promises of a socket", () => {
  it("tell of its beginning and its end, before and afterwards", async () => {
    const { server, url } = await listen();
    server.addEventListener("connection", ({ socket }) => socket.close(4000, "bye"));
    const socket = new WebSocket(url);
    await socket.opened;
    await expect(socket.closed).resolves.toMatchObject({ code: 4000, reason: "bye", wasClean: true });
    await expect(socket.closed).resolves.toMatchObject({ code: 4000 });
    await expect(socket.opened).resolves.toBeUndefined();
  });

  it("reject when there never was a connection", async () => {
    const socket = new WebSocket("ws://127.0.0.1:1/");
    await expect(socket.opened).rejects.toMatchObject({ code: "handshake/unreachable" });
    await expect(socket.closed).resolves.toMatchObject({ code: 1006, wasClean: false });
  });
});
