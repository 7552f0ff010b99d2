/**
 * A small multiplayer game at 60 updates a second, in binary messages. A slow player gets the latest state and not a
 * queue of old ones: a state that still waits here is replaced by the next (`coalesce`), and as the network between us
 * has queues of its own, nobody is sent more than half a second that they have not confirmed. The rules are in world.ts.
 *
 *     node examples/game/server.ts        PORT, default 8080
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Endpoint, WebSocketServer } from "barewire/websocket";
import { type Player, World } from "./world.ts";

const RATE = 60;
const MAX_UNCONFIRMED = RATE / 2;

const http = createServer(async ({ url }, response) => {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  if (url === "/") response.end(await readFile(new URL("page.html", import.meta.url)));
  else response.writeHead(404).end();
});

const sockets = new WebSocketServer({
  server: http,
  path: "/play",
  maxConnections: 100,
  maxMessageBytes: 5,
  maxBufferedBytes: 16 * 1024,
  overflow: "coalesce",
});

const world = new World(Math.random);
const players = new Map<Endpoint, Player>();

sockets.addEventListener("connection", ({ socket }) => {
  const player = world.join();
  players.set(socket, player);
  socket.send(`you are ${player.id}`);
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string" || data.length !== 5) return socket.close(1008, "an input has 5 bytes");
    player.keys = data.readUInt8(0);
    player.seen = Math.min(data.readUInt32BE(1), world.tick);
  });
  socket.addEventListener("close", () => {
    players.delete(socket);
    world.players.delete(player);
  });
});

let due = performance.now();
let timer: NodeJS.Timeout;

function update(): void {
  world.step();
  const state = world.encode();
  for (const [socket, player] of players) {
    if (world.tick - player.seen <= MAX_UNCONFIRMED) socket.send(state, { key: "state" });
  }
  // Counted from when it was due: an interval of setInterval is whole milliseconds, and late ones add up.
  due = Math.max(due + 1000 / RATE, performance.now() - 1000 / RATE);
  timer = setTimeout(update, due - performance.now());
}
update();

http.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});

process.once("SIGTERM", async () => {
  clearTimeout(timer);
  http.close();
  await sockets.drain({ code: 1012, reason: "restarting" });
});
