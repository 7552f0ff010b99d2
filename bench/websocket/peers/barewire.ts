/** An echo server on our own WebSocketServer. */
import { WebSocketServer } from "../../../src/websocket/index.ts";
import { announce } from "../../harness/peer.ts";
import { MAX_BUFFERED_BYTES, MAX_MESSAGE_BYTES } from "./limits.ts";

const server = new WebSocketServer({
  port: 0,
  host: "127.0.0.1",
  origins: "any",
  maxMessageBytes: MAX_MESSAGE_BYTES,
  maxBufferedBytes: MAX_BUFFERED_BYTES,
});
server.addEventListener("connection", ({ socket }) => {
  socket.addEventListener("message", ({ data }) => socket.send(data));
});
await server.listening;
announce(server.address!.port);
