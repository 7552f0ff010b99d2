/** `ws`, without its optional native add-ons. */
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { announce } from "../../harness/peer.ts";
import { duty } from "./duty.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

const server = new WebSocketServer({
  port: 0,
  host: "127.0.0.1",
  maxPayload: MAX_MESSAGE_BYTES,
  perMessageDeflate: duty === "deflate-echo" && {
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    threshold: 0,
  },
});
server.on("connection", (socket) => {
  if (duty === "broadcast") {
    socket.on("message", (data, isBinary) => {
      for (const client of server.clients) client.send(data, { binary: isBinary });
    });
  } else {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  }
});
server.on("listening", () => announce((server.address() as AddressInfo).port));
