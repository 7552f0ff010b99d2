// The client of this package: barewire conform client --exec "node barewire.mjs {url}"
import { WebSocket } from "barewire/websocket";

const sixteenMiB = 16 * 1024 * 1024;
const socket = new WebSocket(process.argv[2], [], {
  maxMessageBytes: sixteenMiB,
  maxBufferedBytes: sixteenMiB,
  overflow: "wait",
  perMessageDeflate: { maxInflateRatio: 2000 },
});
socket.addEventListener("error", ({ message }) => console.error(message));
// Reads no more than it can send back.
for await (const data of socket) await socket.send(data);
