import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { EchoLoad, type EchoLoadOptions, type Pacing } from "../../../bench/websocket/load.ts";
import { WebSocketServer } from "../../../src/websocket/index.ts";

/** A client's frame of 125 bytes: two octets, a key and the payload. */
const FRAME = 2 + 4 + 125;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

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
    closers.push(() => void server.close());
    const load = await open(server.address!.port, "websocket");
    const first = await load.run(20);
    expect(first.echoes).toBe(received);
    expect(first.echoes).toBeGreaterThanOrEqual(12);
    expect(first.reads).toBeGreaterThan(0);
    const second = await load.run(20);
    expect(first.echoes + second.echoes).toBe(received);
  });
  it.each<[Pacing, boolean]>([
    ["batch", false],
    ["window", true],
  ])("paced by %s sends on while echoes are missing: %s", async (pacing, sendsOn) => {
    // Echoes one frame at a time; `missing` are the echoes it still owes whenever more frames come in.
    const missing: number[] = [];
    const port = await listen((socket) => {
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
    await load.run(100);
    expect(missing.length).toBeGreaterThan(2);
    expect(missing.some((frames) => frames > 0)).toBe(sendsOn);
  });
  it("fails when an echo differs from what was sent", async () => {
    let bytes = 0;
    const port = await listen((socket) => {
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
    const port = await listen((socket) => {
      socket.once("data", () => socket.end());
    });
    const load = await open(port, "raw");
    await expect(load.run(10_000)).rejects.toThrow("closed a connection");
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
  const load = await EchoLoad.open({
    port,
    protocol,
    kind: "binary",
    payloadBytes: 125,
    connections: 3,
    inFlight: 4,
    pacing: "batch",
    ...options,
  });
  closers.push(() => load.close());
  return load;
}

/** A server on a free port; returns the port. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    serve(socket);
  });
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
