// The client of this package: barewire conform client --exec "node barewire.mjs {url}"
import { WebSocket } from "barewire/websocket";

const sixteenMiB = 16 * 1024 * 1024;
const socket = new WebSocket(process.argv[2], [], {
  maxMessageBytes: sixteenMiB,
  maxBufferedBytes: 2 * sixteenMiB,
  perMessageDeflate: { maxInflateRatio: 2000 },
  followRedirects: 1,
});
socket.addEventListener("message", ({ data }) => socket.send(data));
socket.addEventListener("error", ({ message }) => console.error(message));
