/** Servers that a reconnecting client meets: ours and that of `ws`, stopped and started on the same port. */
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket as WsClient, WebSocketServer as WsServer } from "ws";
import { WebSocket as OurClient } from "../../src/websocket/client/client.ts";
import {
  ReconnectingWebSocket,
  type ReconnectingWebSocketOptions,
  type UrlSource,
} from "../../src/websocket/reconnect/reconnect.ts";
import type { WebSocketConstructor } from "../../src/websocket/reconnect/websocket-like.ts";
import { WebSocketServer } from "../../src/websocket/server/server.ts";

/** One connection, from the server's side. */
export interface Visit {
  /** The path and query of its request. */
  readonly path: string;
  readonly heard: string[];
  send(data: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
}

export interface AnyServer {
  readonly url: string;
  /** All connections there have been, the latest last. */
  readonly visits: Visit[];
  /** Drops all connections without a word and stops listening. */
  kill(): Promise<void>;
  /** Listens again where it listened before. */
  restart(): Promise<void>;
}

/** What a server does with a connection before the first message. */
export type Welcome = (visit: Visit) => void;

export const echo = "echo ";

function receive(visit: Visit, data: string): void {
  visit.heard.push(data);
  if (data.startsWith(echo)) visit.send(data.slice(echo.length));
}

async function ours(welcome: Welcome = () => {}): Promise<AnyServer> {
  const visits: Visit[] = [];
  const listen = async (port: number): Promise<WebSocketServer> => {
    const server = new WebSocketServer({ host: "127.0.0.1", port, closeTimeout: 50, origins: "any" });
    server.addEventListener("connection", ({ socket, request }) => {
      const visit: Visit = {
        path: request.target,
        heard: [],
        send: (data) => socket.send(data),
        close: (code, reason) => socket.close(code, reason),
        terminate: () => socket.terminate(),
      };
      visits.push(visit);
      socket.addEventListener("message", ({ data }) => receive(visit, String(data)));
      welcome(visit);
    });
    await server.listening;
    return server;
  };
  let server = await listen(0);
  const { port } = server.address!;
  const kill = async (): Promise<void> => {
    for (const socket of server.clients) socket.terminate();
    await server.close();
  };
  onTestFinished(kill);
  return {
    url: `ws://127.0.0.1:${port}/`,
    visits,
    kill,
    restart: async () => {
      server = await persistently(() => listen(port));
    },
  };
}

async function theirs(welcome: Welcome = () => {}): Promise<AnyServer> {
  const visits: Visit[] = [];
  const listen = async (port: number): Promise<WsServer> => {
    const server = new WsServer({ host: "127.0.0.1", port });
    server.on("connection", (socket, request) => {
      const visit: Visit = {
        path: request.url ?? "",
        heard: [],
        send: (data) => socket.send(data),
        close: (code, reason) => socket.close(code, reason),
        terminate: () => socket.terminate(),
      };
      visits.push(visit);
      socket.on("error", () => {});
      socket.on("message", (data) => receive(visit, String(data)));
      welcome(visit);
    });
    await once(server, "listening");
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as { port: number };
  const kill = async (): Promise<void> => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(kill);
  return {
    url: `ws://127.0.0.1:${port}/`,
    visits,
    kill,
    restart: async () => {
      server = await persistently(() => listen(port));
    },
  };
}

/** Another process may have the port for a moment, as the near end of a connection of its own. */
async function persistently<Server>(listen: () => Promise<Server>): Promise<Server> {
  for (;;) {
    try {
      return await listen();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export const servers: Readonly<Record<string, (welcome?: Welcome) => Promise<AnyServer>>> = {
  "our server": ours,
  "ws's server": theirs,
};

/** The sockets that a client may stand on. */
export const sockets: Readonly<Record<string, WebSocketConstructor>> = {
  "Node's WebSocket": globalThis.WebSocket,
  "ws's WebSocket": WsClient,
  "our WebSocket": OurClient,
};

/** Each socket with each server. */
export const pairs: readonly (readonly [string, string])[] = Object.keys(sockets).flatMap((socket) =>
  Object.keys(servers).map((server) => [socket, server] as const),
);

/** A client that is in a hurry, and closed when the test is over. */
export function hasty(source: UrlSource, options: ReconnectingWebSocketOptions): ReconnectingWebSocket {
  const client = new ReconnectingWebSocket(source, [], {
    reconnect: { initialDelay: 5, maxDelay: 20, spread: 5 },
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}
