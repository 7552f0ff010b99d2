// The package ws: barewire conform client --exec "node ws.mjs {url}"
import { WebSocket } from "ws";

const socket = new WebSocket(process.argv[2]);
socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
socket.on("error", ({ message }) => console.error(message));
