/** Our WebSocketServer as all of the servers here have it. */
import { WebSocketServer } from "../../../src/websocket/index.ts";

const MAX_CONNECTIONS = 100_000;
const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;

/** Listens on a free port, without a heartbeat, for the clients answer no pings. */
export async function listen(): Promise<WebSocketServer> {
  const server = new WebSocketServer({
    ...{ port: 0, host: "127.0.0.1", origins: "any", readPath: "direct" },
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    maxConnectionsPerAddress: MAX_CONNECTIONS,
    heartbeatInterval: Number.POSITIVE_INFINITY,
  });
  await server.listening;
  return server;
}
