/** The endpoints over TCP: how connections end. What they write is counted in endpoint.test.ts. */
import { createServer } from "node:https";
import { describe, expect, it } from "vitest";
import { WebSocket } from "../../../src/websocket/client/client.ts";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import { WebSocketServer } from "../../../src/websocket/server/server.ts";
import { listen, listenAndEcho, listenHttp, openPeer } from "../listen.ts";
import { encodeFrame } from "../naive-codec.ts";
import { eventually, nextEvent } from "../next-event.ts";
import { selfSigned } from "../self-signed.ts";

const NORMAL = [0x03, 0xe8];
const ended = (server: WebSocketServer): Promise<{ code: number; wasClean: boolean }> =>
  new Promise((resolve) => {
    server.addEventListener("connection", ({ socket }) => socket.addEventListener("close", resolve));
  });

describe("RFC 6455 §7.1.1 the end of the TCP connection", () => {
  it("comes from the server first, after the closing handshake", async () => {
    const { server, port } = await listen({ closeTimeout: 5_000 });
    const close = ended(server);
    const peer = await openPeer(port, { halfOpen: true });
    peer.send({ opcode: 8, payload: NORMAL });
    await peer.end();
    await expect(peer.frames(1)).resolves.toEqual(["8 03e8"]);
    peer.socket.end();
    await expect(close).resolves.toMatchObject({ code: 1000, wasClean: true });
  });

  it("comes after the close timeout when the peer keeps its half open", async () => {
    const { server, port } = await listen({ closeTimeout: 50 });
    const close = ended(server);
    const peer = await openPeer(port, { halfOpen: true });
    peer.send({ opcode: 8, payload: NORMAL });
    await expect(close).resolves.toMatchObject({ code: 1000, wasClean: true });
    expect(server.clients.size).toBe(0);
  });

  it("comes after the close timeout when the peer never answers our Close", async () => {
    const { server, port } = await listen({ closeTimeout: 50 });
    const close = ended(server);
    server.addEventListener("connection", ({ socket }) => socket.close(4000));
    const peer = await openPeer(port, { halfOpen: true });
    await expect(peer.frames(1)).resolves.toEqual(["8 0fa0"]);
    await expect(close).resolves.toMatchObject({ code: 1006, wasClean: false });
    await peer.end();
  });

  it("comes after the close timeout when a peer that broke a rule goes on and on", async () => {
    const { server, port } = await listen({ closeTimeout: 50 });
    const close = ended(server);
    const peer = await openPeer(port, { halfOpen: true });
    peer.send({ opcode: 7 });
    const flood = setInterval(() => peer.write(Buffer.alloc(1000)), 5);
    await expect(close).resolves.toMatchObject({ code: 1006, wasClean: false });
    clearInterval(flood);
  });

  it("is 1006 when the peer resets, in any state", async () => {
    const { server, port } = await listen({ closeTimeout: 5_000 });
    for (const before of [
      () => {},
      (socket: Endpoint) => socket.close(4000),
      (socket: Endpoint) => socket.send("x"),
    ]) {
      const close = ended(server);
      const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
      const peer = await openPeer(port);
      before((await connected).socket);
      peer.socket.resetAndDestroy();
      await expect(close).resolves.toMatchObject({ code: 1006, wasClean: false });
    }
    expect(server.clients.size).toBe(0);
  });

  it("is 1006 when the peer closes its half without a Close, but it still gets its answers", async () => {
    const { server, port } = await listenAndEcho();
    const close = ended(server);
    const peer = await openPeer(port, { halfOpen: true });
    peer.send({ opcode: 1, payload: "last words" });
    peer.socket.end();
    await expect(close).resolves.toMatchObject({ code: 1006, wasClean: false });
    await peer.end();
    await expect(peer.frames(1)).resolves.toEqual([`1 ${Buffer.from("last words").toString("hex")}`]);
  });

  it("is at once when the application terminates", async () => {
    const { server, port } = await listen({ closeTimeout: 5_000 });
    const close = ended(server);
    server.addEventListener("connection", ({ socket }) => socket.terminate());
    const peer = await openPeer(port, { halfOpen: true });
    await expect(close).resolves.toMatchObject({ code: 1006, wasClean: false });
    await peer.end();
    expect(peer.received).toHaveLength(0);
  });
});

describe("a silent TCP connection", () => {
  it("is asked with Pings and dropped when nothing comes back", async () => {
    const { server, port } = await listen({ heartbeatInterval: 20, heartbeatMisses: 2 });
    const close = ended(server);
    const peer = await openPeer(port);
    await expect(peer.frames(2)).resolves.toEqual(["9 00000000", "9 00000001"]);
    await expect(close).resolves.toMatchObject({ code: 1006 });
    await peer.close();
  });
});

describe("a peer on TCP that never reads", () => {
  const megabyte = Buffer.alloc(1024 * 1024);

  it("is closed with 1013 when more is sent than may be buffered, and the memory is given back", async () => {
    const { server, port } = await listen({ maxBufferedBytes: megabyte.length });
    const close = ended(server);
    const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
    const peer = await openPeer(port);
    peer.socket.pause();
    const { socket } = await connected;
    let most = 0;
    while (socket.readyState === 1) {
      socket.send(megabyte);
      most = Math.max(most, socket.bufferedAmount);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(most).toBeLessThan(2.1 * megabyte.length);
    await expect(close).resolves.toMatchObject({ code: 1006, wasClean: false });
    await eventually(() => expect(socket.bufferedAmount).toBe(0));
  });

  it("is not read from either while its answers back up, and gets all of them when it reads", async () => {
    const { server, port } = await listenAndEcho({ maxMessageBytes: 2 * megabyte.length });
    const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
    const peer = await openPeer(port);
    const { socket } = await connected;
    peer.socket.pause();
    let most = 0;
    let received = 0;
    socket.addEventListener("message", () => {
      received++;
      most = Math.max(most, socket.bufferedAmount);
    });
    const count = 64;
    const frame = encodeFrame({ opcode: 2, payload: megabyte.subarray(0, 256 * 1024), key: [1, 2, 3, 4] });
    for (let i = 0; i < count; i++) peer.write(frame);
    await eventually(() => expect(most).toBeGreaterThan(512 * 1024));
    expect(most).toBeLessThan(2 * megabyte.length);
    expect(socket.readyState).toBe(1);
    peer.socket.resume();
    await peer.until(() => peer.receivedBytes >= count * (256 * 1024 + 10));
    expect(received).toBe(count);
  }, 30_000);
});

describe("TLS", () => {
  it("carries messages of every size both ways, and is part of the origin", async () => {
    const { key, cert } = selfSigned();
    const { http, port } = await listenHttp(createServer({ key, cert }));
    const generous = { maxMessageBytes: 4 * 1024 * 1024, maxBufferedBytes: 8 * 1024 * 1024 };
    const server = new WebSocketServer({ server: http, ...generous });
    server.addEventListener("connection", ({ socket, request }) => {
      socket.send(`secure ${request.secure}`);
      socket.addEventListener("message", ({ data }) => socket.send(data));
    });
    const client = new WebSocket(`wss://127.0.0.1:${port}/`, [], {
      ...generous,
      tls: { ca: cert },
      headers: { Origin: `https://127.0.0.1:${port}` },
    });
    const messages: (string | Buffer)[] = [];
    client.addEventListener("message", ({ data }) => messages.push(data));
    await nextEvent(client, "open");
    const lengths = [0, 1, 125, 126, 4_096, 4_097, 16_384, 65_535, 65_536, 1_000_000];
    const sent = lengths.flatMap((length) => [
      Buffer.alloc(length, length % 251),
      "x".repeat(Math.min(length, 70_000)),
    ]);
    for (const message of sent) client.send(message);
    await eventually(() => expect(messages).toHaveLength(1 + sent.length));
    expect(messages.shift()).toBe("secure true");
    expect(messages.map((message, i) => Buffer.from(message).equals(Buffer.from(sent[i]!)))).toEqual(
      sent.map(() => true),
    );
    expect(messages.map((message) => typeof message)).toEqual(sent.map((message) => typeof message));
    client.close(1000);
    await expect(nextEvent(client, "close")).resolves.toMatchObject({ code: 1000, wasClean: true });
    await server.close();
  });

  it("is refused by a client that does not trust the certificate", async () => {
    const { http, port } = await listenHttp(createServer(selfSigned()));
    new WebSocketServer({ server: http });
    const client = new WebSocket(`wss://127.0.0.1:${port}/`);
    await expect(nextEvent<{ error: Error }>(client, "error")).resolves.toMatchObject({
      error: { code: "handshake/unreachable" },
    });
  });
});
