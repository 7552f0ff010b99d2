/** All the ways in which connections reach a server, so that the same tests can be made of each. */
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, type Socket, connect as tcpConnect } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { onTestFinished } from "vitest";
import { WebSocket, type WebSocketOptions } from "../../src/websocket/client/client.ts";
import type { HttpServer } from "../../src/websocket/server/attachment.ts";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import type { WebSocketServerOptions } from "../../src/websocket/server/server-options.ts";
import { nextEvent } from "./next-event.ts";
import { RawPeer } from "./raw-peer.ts";
import { selfSigned } from "./self-signed.ts";

export interface Entered {
  readonly server: WebSocketServer;
  /** A client that is open, and ends with the test. */
  connect(options?: WebSocketOptions): Promise<WebSocket>;
  /** A raw connection that has said nothing yet; not over HTTP/2. */
  raw(): Promise<RawPeer>;
}

export interface WayIn {
  readonly name: string;
  /** Whether the handshake is one of HTTP/1.1. */
  readonly http1: boolean;
  enter(options?: WebSocketServerOptions): Promise<Entered>;
}

const certificate = selfSigned();
const tls = { ca: certificate.cert };

async function entered(
  server: WebSocketServer,
  port: number,
  scheme: "ws" | "wss",
  http2: boolean,
): Promise<Entered> {
  const connect = async (options: WebSocketOptions = {}): Promise<WebSocket> => {
    const client = new WebSocket(`${scheme}://127.0.0.1:${port}/`, [], {
      ...(scheme === "wss" ? { tls } : {}),
      ...(http2 ? { http2 } : {}),
      ...options,
    });
    onTestFinished(() => client.terminate());
    await nextEvent(client, "open");
    return client;
  };
  const raw = async (): Promise<RawPeer> => {
    const to = { port, host: "127.0.0.1", noDelay: true };
    const socket: Socket = scheme === "ws" ? tcpConnect(to) : tlsConnect({ ...to, ...tls });
    onTestFinished(() => void socket.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once(scheme === "ws" ? "connect" : "secureConnect", resolve);
      socket.once("error", reject);
    });
    return new RawPeer(socket);
  };
  return { server, connect, raw };
}

const ownPort = (readPath: "direct" | "portable"): WayIn => ({
  name: `a port of its own, read ${readPath === "direct" ? "directly" : "portably"}`,
  http1: true,
  async enter(options) {
    const server = new WebSocketServer({
      host: "127.0.0.1",
      port: 0,
      readPath,
      closeTimeout: 1000,
      ...options,
    });
    onTestFinished(() => server.close());
    await server.listening;
    return entered(server, server.address!.port, "ws", false);
  },
});

function attached(name: string, create: () => HttpServer, scheme: "ws" | "wss", http2 = false): WayIn {
  return {
    name,
    http1: !http2,
    async enter(options) {
      const http = create();
      const sockets = new Set<Socket>();
      http.on("connection", (socket: Socket) => sockets.add(socket));
      const server = new WebSocketServer({ server: http, closeTimeout: 1000, ...options });
      await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
      onTestFinished(async () => {
        await server.close();
        http.close();
        for (const socket of sockets) socket.destroy();
      });
      return entered(server, (http.address() as AddressInfo).port, scheme, http2);
    },
  };
}

export const waysIn: readonly WayIn[] = [
  ownPort("direct"),
  ownPort("portable"),
  attached("a server of node:http", () => createServer(), "ws"),
  attached("a server of node:https", () => createHttpsServer(certificate), "wss"),
  attached("a server of node:http2", () => createSecureServer(certificate), "wss", true),
];
