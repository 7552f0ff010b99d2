/** WebSocket servers on HTTP/2 servers, which end with the test. */
import { onTestFinished } from "vitest";
import type { HttpServer } from "../../src/websocket/server/attachment.ts";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import type { WebSocketServerOptions } from "../../src/websocket/server/server-options.ts";

type Options = Omit<WebSocketServerOptions, "server" | "port">;

/** Its closing handshakes take little time, and no Ping comes in between however long a test takes. */
export function serve(server: HttpServer, options: Options = {}): WebSocketServer {
  const webSockets = new WebSocketServer({
    server,
    closeTimeout: 50,
    heartbeatInterval: Number.POSITIVE_INFINITY,
    ...options,
  });
  onTestFinished(() => webSockets.close());
  return webSockets;
}

/** One that sends every message back. */
export function serveEcho(server: HttpServer, options?: Options): WebSocketServer {
  const webSockets = serve(server, options);
  webSockets.addEventListener("connection", ({ socket }) => {
    socket.addEventListener("message", ({ data }) => socket.send(data));
  });
  return webSockets;
}
