/** An echo server on `ws`, without its optional native add-ons. */
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { announce } from "../../harness/peer.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

const server = new WebSocketServer({
  port: 0,
  host: "127.0.0.1",
  maxPayload: MAX_MESSAGE_BYTES,
  perMessageDeflate: false,
});
server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.on("listening", () => announce((server.address() as AddressInfo).port));
