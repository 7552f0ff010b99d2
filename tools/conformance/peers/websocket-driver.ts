/**
 * `websocket-driver` on a bare `node:http` server, as its README puts it together, with `permessage-deflate` where that
 * is installed too. Its first argument is the folder whose `node_modules` they are in.
 */
import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { MAX_MESSAGE_BYTES } from "./limits.ts";

/** As much of it as is used here. */
interface WebSocketDriver {
  isWebSocket(request: IncomingMessage): boolean;
  http(request: IncomingMessage, options: { readonly maxLength: number }): Driver;
}

interface Driver {
  readonly io: Duplex;
  readonly messages: Duplex;
  addExtension(extension: unknown): void;
  on(event: "close" | "error", listener: () => void): void;
  start(): boolean;
}

const require = createRequire(join(process.argv[2] ?? process.cwd(), "peers.cjs"));
const { isWebSocket, http } = require("websocket-driver") as WebSocketDriver;
const deflate = installed("permessage-deflate");

const server = createServer((_request, response) => response.writeHead(400).end());
server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
  socket.on("error", () => {});
  if (isWebSocket(request)) serve(request, socket, head);
  else socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` }));
});

function serve(request: IncomingMessage, socket: Socket, head: Buffer): void {
  const driver = http(request, { maxLength: MAX_MESSAGE_BYTES });
  if (deflate !== undefined) driver.addExtension(deflate);
  driver.on("close", () => socket.end());
  driver.on("error", () => {});
  driver.messages.pipe(driver.messages);
  // Its README starts it last. But a frame that it gets before it is started ends the process
  // (github.com/faye/websocket-extensions-node/issues/1).
  driver.io.pipe(socket);
  driver.start();
  driver.io.write(head);
  socket.pipe(driver.io);
}

function installed(name: string): unknown {
  try {
    return require(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
