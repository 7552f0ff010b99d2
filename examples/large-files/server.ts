/**
 * Files of any size, each as one message, of which neither end ever holds more than a piece: a message is written to
 * disk part by part as it arrives, and read part by part as fast as the network takes it. Who is slow slows the other
 * down, through TCP, in both directions. `client.ts` beside this file is the other end.
 *
 *     node examples/large-files/server.ts folder        PORT, default 8080
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Endpoint, refuse, WebSocketServer } from "barewire/websocket";

const [folder = "files"] = process.argv.slice(2);
await mkdir(folder, { recursive: true });

const sockets = new WebSocketServer({
  port: Number(process.env.PORT ?? 8080),
  host: "127.0.0.1",
  path: ["/upload", "/download"],
  inParts: true,
  maxMessageBytes: 8 * 1024 ** 3,
  accept: ({ query }) =>
    /^\w[\w.-]{0,99}$/.test(query.get("name") ?? "") ? undefined : refuse(400, "no such name"),
});

sockets.addEventListener("connection", async ({ socket, request }) => {
  const file = join(folder, basename(request.query.get("name") ?? ""));
  try {
    await (request.path === "/upload" ? receive(socket, file) : socket.sendParts(createReadStream(file)));
    socket.close(1000);
  } catch (error) {
    console.error(`${request.target}: ${(error as Error).message}`);
    socket.close(4500, "it did not work");
  }
});

/** One message becomes one file; half a message becomes none. */
async function receive(socket: Endpoint, file: string): Promise<void> {
  for await (const message of socket.messagesInParts()) {
    const output = createWriteStream(file, { flags: "wx" });
    try {
      await pipeline(message, output);
    } catch (error) {
      if (output.bytesWritten > 0) await rm(file);
      throw error;
    }
    return void socket.send(`${output.bytesWritten} bytes`);
  }
}

await sockets.listening;
console.log(`ws://127.0.0.1:${sockets.address?.port}`);

process.once("SIGTERM", async () => {
  await sockets.drain({ code: 1012, reason: "restarting" });
  await sockets.close();
});
