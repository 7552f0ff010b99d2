/** What both of our peers do, on whatever port they are. */
import {
  broadcast,
  type WebSocketServer,
  type WebSocketServerOptions,
} from "../../../src/websocket/index.ts";
import { duty } from "./duty.ts";
import { MAX_BUFFERED_BYTES, MAX_CONNECTIONS, MAX_MESSAGE_BYTES } from "./limits.ts";

const heartbeat = duty === "open" ? {} : { heartbeatInterval: Number.POSITIVE_INFINITY };
const compression = duty === "deflate-echo" ? { perMessageDeflate: { threshold: 0 } } : {};

export const options: WebSocketServerOptions = {
  origins: "any",
  maxMessageBytes: MAX_MESSAGE_BYTES,
  maxBufferedBytes: MAX_BUFFERED_BYTES,
  maxConnectionsPerAddress: MAX_CONNECTIONS,
  ...heartbeat,
  ...compression,
};

export function serve(server: WebSocketServer): void {
  server.addEventListener("connection", ({ socket }) => {
    if (duty === "broadcast") {
      socket.addEventListener("message", ({ data }) => broadcast(server.clients, data));
    } else {
      socket.addEventListener("message", ({ data }) => socket.send(data));
    }
  });
}
