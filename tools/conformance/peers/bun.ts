/** The WebSocket server of `Bun.serve`; runs in Bun only. */
import { MAX_MESSAGE_BYTES } from "./limits.ts";

/** As much of Bun as is used here. */
declare const Bun: {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    fetch(request: unknown, server: Server): Response | undefined;
    readonly websocket: {
      readonly maxPayloadLength: number;
      readonly backpressureLimit: number;
      readonly perMessageDeflate: boolean;
      message(socket: Socket, data: string | Buffer): void;
    };
  }): Server;
};

interface Server {
  readonly port: number;
  upgrade(request: unknown): boolean;
}

interface Socket {
  send(data: string | Buffer, compress?: boolean): number;
}

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request, upgrader) =>
    upgrader.upgrade(request) ? undefined : new Response("no opening handshake", { status: 400 }),
  websocket: {
    maxPayloadLength: MAX_MESSAGE_BYTES,
    // What does not fit is dropped without a word: a message must.
    backpressureLimit: MAX_MESSAGE_BYTES,
    perMessageDeflate: true,
    message: (socket, data) => socket.send(data, true),
  },
});
console.log(JSON.stringify({ url: `ws://127.0.0.1:${server.port}/` }));
