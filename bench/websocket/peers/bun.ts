/** The WebSocket server of `Bun.serve`; runs in Bun only. */
import { announce } from "../../harness/peer.ts";
import { duty } from "./duty.ts";
import { MAX_BUFFERED_BYTES, MAX_MESSAGE_BYTES } from "./limits.ts";

/** As much of Bun as is used here. */
declare const Bun: {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    fetch(request: unknown, server: Server): Response | undefined;
    readonly websocket: {
      readonly maxPayloadLength: number;
      readonly backpressureLimit: number;
      readonly idleTimeout: number;
      readonly perMessageDeflate: boolean;
      open(socket: Socket): void;
      message(socket: Socket, data: string | Buffer): void;
    };
  }): Server;
};

interface Server {
  readonly port: number;
  upgrade(request: unknown): boolean;
  publish(topic: string, data: string | Buffer): number;
}

interface Socket {
  send(data: string | Buffer, compress?: boolean): number;
  subscribe(topic: string): void;
}

const EVERYBODY = "everybody";

const message = {
  open: (socket: Socket, data: string | Buffer) => socket.send(data),
  echo: (socket: Socket, data: string | Buffer) => socket.send(data),
  "deflate-echo": (socket: Socket, data: string | Buffer) => socket.send(data, true),
  broadcast: (_socket: Socket, data: string | Buffer) => server.publish(EVERYBODY, data),
}[duty];

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request, upgrader) =>
    upgrader.upgrade(request) ? undefined : new Response("this address speaks WebSocket", { status: 426 }),
  websocket: {
    maxPayloadLength: MAX_MESSAGE_BYTES,
    backpressureLimit: MAX_BUFFERED_BYTES,
    idleTimeout: 0, // no limit
    perMessageDeflate: duty === "deflate-echo",
    open: (socket) => {
      if (duty === "broadcast") socket.subscribe(EVERYBODY);
    },
    message,
  },
});
announce(server.port);
