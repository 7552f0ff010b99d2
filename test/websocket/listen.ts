/** Servers on a free port of 127.0.0.1, closed when the test is over. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import type { WebSocketServerOptions } from "../../src/websocket/server/server-options.ts";
import { RawPeer } from "./raw-peer.ts";

export interface Listening {
  readonly server: WebSocketServer;
  readonly port: number;
  readonly url: string;
}

/**
 * A WebSocket server on a port of its own. Its closing handshakes take little time, and no Ping comes in between however
 * long a test takes.
 */
export async function listen(options: WebSocketServerOptions = {}): Promise<Listening> {
  const ours = { host: "127.0.0.1", port: 0, closeTimeout: 50, heartbeatInterval: Number.POSITIVE_INFINITY };
  const server = new WebSocketServer({ ...ours, ...options });
  onTestFinished(() => server.close());
  await server.listening;
  const { port } = server.address!;
  return { server, port, url: `ws://127.0.0.1:${port}/` };
}

/** One that sends every message back. */
export async function listenAndEcho(options: WebSocketServerOptions = {}): Promise<Listening> {
  const listening = await listen(options);
  listening.server.addEventListener("connection", ({ socket }) => {
    socket.addEventListener("message", ({ data }) => socket.send(data));
  });
  return listening;
}

/** An HTTP server, to which WebSocket servers can be attached. */
export async function listenHttp(server: Server = createServer()): Promise<{ http: Server; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { http: server, port: (server.address() as AddressInfo).port };
}

/** A raw connection that ends with the test. */
export async function rawPeer(peer: Promise<RawPeer>): Promise<RawPeer> {
  const { socket } = await peer;
  onTestFinished(() => void socket.destroy());
  return peer;
}

/** A raw connection whose handshake was flawless. */
export const openPeer = (port: number, options?: { path?: string; halfOpen?: boolean }): Promise<RawPeer> =>
  rawPeer(RawPeer.open(port, options));

/** A raw connection that has said nothing yet. */
export const connectPeer = (port: number, halfOpen?: boolean): Promise<RawPeer> =>
  rawPeer(RawPeer.connect(port, halfOpen));
