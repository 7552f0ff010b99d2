/** Sends back the very bytes it reads: what `node:net` costs before there is any WebSocket. */
import { type AddressInfo, createServer } from "node:net";
import { announce } from "../../harness/peer.ts";

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", (chunk) => socket.write(chunk));
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
