/** Servers for the tests of the clients, on free ports; closed when a test is over. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach } from "vitest";
import { type ServerOptions, WebSocketServer } from "ws";
import { sampleAnswer } from "../../../bench/websocket/openings.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Closes it when the test is over, even if it failed. */
export function closing<Closable extends { close(): void }>(closable: Closable): Closable {
  closers.push(() => closable.close());
  return closable;
}

/** A TCP server that does `serve` with each connection; returns its port. */
export async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = closing(
    createServer((socket) => {
      socket.on("error", () => socket.destroy());
      serve(socket);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** The same once it has answered the sample opening, which is what it reads first. */
export function listenOpened(serve: (socket: Socket) => void): Promise<number> {
  return listen((socket) => {
    socket.once("data", () => {
      socket.write(sampleAnswer);
      serve(socket);
    });
  });
}

/** An independent WebSocket server. */
export async function listenWithWs(
  options: ServerOptions = {},
): Promise<{ readonly server: WebSocketServer; readonly port: number }> {
  const server = new WebSocketServer({ ...options, port: 0, host: "127.0.0.1" });
  closers.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await new Promise<void>((resolve) => server.on("listening", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}
