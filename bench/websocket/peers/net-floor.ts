/**
 * What `node:net` costs before there is any WebSocket: it answers what it reads first with a prepared 101, and
 * from then on bytes go back, or to everybody, as they came.
 */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { announce } from "../../harness/peer.ts";
import { sampleAnswer } from "../openings.ts";
import { duty } from "./duty.ts";

const everybody = new Set<Socket>();

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.once("data", () => {
    socket.write(sampleAnswer);
    if (duty === "broadcast") join(socket);
    else socket.on("data", (chunk) => socket.write(chunk));
  });
});
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));

function join(socket: Socket): void {
  everybody.add(socket);
  socket.on("close", () => everybody.delete(socket));
  socket.on("data", (chunk) => {
    for (const other of everybody) other.write(chunk);
  });
}
