import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { EchoLoad, type EchoLoadOptions, type Pacing } from "../../../bench/websocket/echo-load.ts";
import { READ_BUFFER } from "../../../bench/websocket/exchange-connection.ts";
import { echoExchange } from "../../../bench/websocket/frames.ts";
import { WebSocketServer } from "../../../src/websocket/index.ts";
import { closing, listen, listenOpened, listenWithWs } from "./listen.ts";

/** A client's frame of 125 bytes: two octets, a key and the payload. */
const FRAME = 2 + 4 + 125;

describe("the echo client", () => {
  it("gets back from a WebSocket server all that it sent", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", origins: "any" });
    server.addEventListener("connection", ({ socket }) => {
      socket.addEventListener("message", ({ data }) => {
        received++;
        socket.send(data);
      });
    });
    let received = 0;
    await server.listening;
    closing({ close: () => void server.close() });
    const load = await open(server.address!.port, "websocket");
    const first = await load.run(20);
    expect(first.operations).toBe(received);
    expect(first.operations).toBeGreaterThanOrEqual(12);
    expect(first.reads).toBeGreaterThan(0);
    const second = await load.run(20);
    expect(first.operations + second.operations).toBe(received);
  });
  it("agrees with ws", async () => {
    const { server, port } = await listenWithWs();
    server.on("connection", (socket) => {
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    const load = await open(port, "websocket");
    expect((await load.run(20)).operations).toBeGreaterThanOrEqual(12);
  });
  it("fails when ws sends another message back", async () => {
    const { server, port } = await listenWithWs();
    server.on("connection", (socket) => {
      let last: Buffer = Buffer.alloc(125);
      socket.on("message", (data: Buffer) => {
        socket.send(last);
        last = data;
      });
    });
    const load = await open(port, "websocket");
    await expect(load.run(10_000)).rejects.toThrow("not what was sent");
  });
  it("fails when an echo comes twice", async () => {
    const { server, port } = await listenWithWs();
    const exchange = echoExchange({ payloadBytes: 0, kind: "binary", protocol: "websocket" }, 1, READ_BUFFER);
    server.on("connection", (socket) => {
      socket.on("message", (data) => {
        socket.send(data);
        socket.send(data);
      });
    });
    const load = await open(port, "websocket", { exchange, connections: 1, inFlight: 1 });
    await expect(load.run(10_000)).rejects.toThrow("more came than was asked for");
  });
  it.each<[Pacing, boolean]>([
    ["batch", false],
    ["window", true],
  ])("paced by %s sends on while echoes are missing: %s", async (pacing, sendsOn) => {
    // Echoes one frame at a time; `missing` are the echoes it still owes whenever more frames come in.
    const missing: number[] = [];
    const port = await listenOpened((socket) => {
      let owed = Buffer.alloc(0);
      const echo = (): void => {
        socket.write(owed.subarray(0, FRAME));
        owed = owed.subarray(FRAME);
        if (owed.length > 0) setTimeout(echo, 2);
      };
      socket.on("data", (chunk) => {
        missing.push(owed.length / FRAME);
        if (owed.length === 0) setTimeout(echo, 2);
        owed = Buffer.concat([owed, chunk]);
      });
    });
    const load = await open(port, "raw", { pacing, connections: 1 });
    await load.run(600);
    expect(missing.length).toBeGreaterThan(2);
    expect(missing.some((frames) => frames > 0)).toBe(sendsOn);
  });
  it("fails when an echo differs from what was sent", async () => {
    let bytes = 0;
    const port = await listenOpened((socket) => {
      socket.on("data", (chunk) => {
        bytes += chunk.length;
        if (bytes > 10_000) chunk[chunk.length - 1]! ^= 1;
        socket.write(chunk);
      });
    });
    const load = await open(port, "raw");
    await expect(load.run(10_000)).rejects.toThrow("not what was sent");
  });
  it("fails when the server closes a connection", async () => {
    const port = await listenOpened((socket) => {
      socket.once("data", () => socket.end());
    });
    const load = await open(port, "raw");
    await expect(load.run(10_000)).rejects.toThrow("closed a connection");
  });
  it("fails at once when the server closed a connection before", async () => {
    const sockets: Socket[] = [];
    const port = await listenOpened((socket) => {
      sockets.push(socket);
      socket.on("data", (chunk) => socket.write(chunk));
    });
    const load = await open(port, "raw");
    await load.run(1);
    sockets[0]!.end();
    await new Promise((resolve) => sockets[0]!.once("close", resolve));
    await expect(load.run(1)).rejects.toThrow("closed a connection");
  });
  it("fails to open when the server refuses the handshake", async () => {
    const port = await listen((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
    });
    await expect(open(port, "websocket")).rejects.toThrow("refused: HTTP/1.1 403 Forbidden");
  });
});

async function open(
  port: number,
  protocol: "websocket" | "raw",
  options: Partial<EchoLoadOptions> = {},
): Promise<EchoLoad> {
  return closing(
    await EchoLoad.open({
      port,
      connections: 3,
      inFlight: 4,
      pacing: "batch",
      exchange: echoExchange({ payloadBytes: 125, kind: "binary", protocol }, 4, READ_BUFFER),
      ...options,
    }),
  );
}
