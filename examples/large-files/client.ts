/**
 * The other end of server.ts: reads a file from standard input, or writes one to standard output.
 *
 *     node examples/large-files/client.ts upload 'ws://127.0.0.1:8080/upload?name=film.mp4' < film.mp4
 *     node examples/large-files/client.ts download 'ws://127.0.0.1:8080/download?name=film.mp4' > copy.mp4
 */
import { once } from "node:events";
import { WebSocket } from "barewire/websocket";

const [command, url = ""] = process.argv.slice(2);
const socket = new WebSocket(url, [], { inParts: true, maxMessageBytes: 8 * 1024 ** 3 });
socket.addEventListener("error", ({ message }) => console.error(message));
const closed = new Promise<number>((resolve) =>
  socket.addEventListener("close", ({ code }) => resolve(code)),
);

if (command === "upload") {
  await new Promise((open) => socket.addEventListener("open", open));
  await socket.sendParts(process.stdin);
}
for await (const message of socket.messagesInParts()) {
  for await (const part of message) {
    if (command === "upload") console.error(`stored: ${part}`);
    else if (!process.stdout.write(part)) await once(process.stdout, "drain");
  }
}
process.exitCode = (await closed) === 1000 ? 0 : 1;
