/** The server of `ws`, with compression as the client wants it. */
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

const server = new WebSocketServer({
  port: 0,
  host: "127.0.0.1",
  maxPayload: MAX_MESSAGE_BYTES,
  perMessageDeflate: { threshold: 0 },
});
server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  // It fails the connection by itself; without a listener the process would end.
  socket.on("error", () => {});
});
server.on("listening", () => {
  console.log(JSON.stringify({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` }));
});
