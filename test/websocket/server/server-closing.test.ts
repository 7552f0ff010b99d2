/** `server.ts`: the end of a server, and its port. */
import { createServer } from "node:http";
import { Server } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { WebSocketServer } from "../../../src/websocket/server/server.ts";
import { connectPeer, listen, openPeer } from "../listen.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";
import { handshake } from "../raw-peer.ts";

const frame = (opcode: number, payload: number[]): string =>
  `${opcode} ${Buffer.from(payload).toString("hex")}`;

describe("a server that closes", () => {
  it("closes its sockets with 1001, waits for them, and frees its port", async () => {
    const { server, port } = await listen({ closeTimeout: 5_000 });
    const peers = [await openPeer(port), await openPeer(port)];
    const closed = server.close();
    for (const peer of peers) {
      const [close] = await peer.frames(1);
      expect(close?.startsWith(frame(8, [0x03, 0xe9]))).toBe(true);
      peer.send({ opcode: 8, payload: [0x03, 0xe9] });
      await peer.close();
    }
    await closed;
    expect(server.clients.size).toBe(0);
    await expect(connectPeer(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("says what the application wants it to say", async () => {
    const { server, port } = await listen();
    const peer = await openPeer(port);
    const closed = server.close(1012, "back soon");
    await expect(peer.frames(1)).resolves.toEqual([frame(8, [0x03, 0xf4, ...Buffer.from("back soon")])]);
    await closed;
  });

  it("drops sockets that do not answer in time, and connections that never said anything", async () => {
    const { server, port } = await listen({ closeTimeout: 50 });
    const deaf = await openPeer(port);
    const silent = await connectPeer(port);
    silent.write("GET / HTTP/1.1\r\n");
    await turn();
    await server.close();
    await Promise.all([deaf.close(), silent.close()]);
  });

  it("refuses a handshake that waits for its decision with 503", async () => {
    let decide: (decision: undefined) => void = () => {};
    const { server, port } = await listen({ accept: () => new Promise((resolve) => (decide = resolve)) });
    const peer = await connectPeer(port);
    peer.write(handshake());
    await eventually(() => expect(decide.length).toBe(1));
    const closed = server.close();
    decide(undefined);
    expect((await peer.answer()).status).toBe(503);
    await closed;
  });

  it("waits for no decision that may never come", async () => {
    const accept = vi.fn(() => new Promise<undefined>(() => {}));
    const { server, port } = await listen({ accept, handshakeTimeout: Number.POSITIVE_INFINITY });
    const peer = await connectPeer(port);
    peer.write(handshake());
    await eventually(() => expect(accept).toHaveBeenCalled());
    const closed = server.close();
    expect((await peer.answer()).status).toBe(503);
    await closed;
  });

  it("may be closed twice, and before it listens", async () => {
    const { server } = await listen();
    await Promise.all([server.close(), server.close()]);
    const early = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await early.close();
    const unbound = new WebSocketServer();
    await unbound.close();
    expect(unbound.address).toBeUndefined();
  });
});

describe("a server's port", () => {
  it("that is taken rejects `listening` and is an error event", async () => {
    const { port } = await listen();
    const second = new WebSocketServer({ host: "127.0.0.1", port });
    const error = nextEvent<{ error: Error }>(second, "error");
    await expect(second.listening).rejects.toMatchObject({ code: "EADDRINUSE" });
    expect((await error).error).toMatchObject({ code: "EADDRINUSE" });
  });

  it("and a server of somebody else are not both given", () => {
    expect(() => new WebSocketServer({ port: 0, server: createServer() })).toThrow(TypeError);
  });

  it("that fails later is an error event, not the end of the process", async () => {
    const listening = vi.spyOn(Server.prototype, "listen");
    const { server, port } = await listen();
    const own = listening.mock.contexts.at(-1) as Server;
    listening.mockRestore();
    const error = nextEvent<{ error: Error }>(server, "error");
    own.emit("error", new Error("accept EMFILE")); // as node:net does when files run out
    expect((await error).error.message).toBe("accept EMFILE");
    await openPeer(port);
  });
});
