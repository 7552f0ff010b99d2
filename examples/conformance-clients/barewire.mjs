// The client of this package: barewire conform client --exec "node barewire.mjs {url}"
import { WebSocket } from "barewire/websocket";

const most = 16 * 1024 * 1024;
const limits = { maxMessageBytes: most, maxBufferedBytes: 2 * most, overflow: "wait" };
const perMessageDeflate = { maxInflateRatio: 2000 };
const socket = new WebSocket(process.argv[2], [], { ...limits, perMessageDeflate });
socket.addEventListener("error", ({ message }) => console.error(message));
socket.addEventListener("message", ({ data }) => {
  const room = socket.send(data); // a promise where there is no room: nothing more is read until there is
  if (room) socket.pause();
  room?.catch(() => {}).then(() => socket.resume());
});
