/** Servers that treat every opening handshake alike, whatever is in it: for each case there is one that must be red. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { decodeFrame, encodeFrame, Opcode } from "../../../src/conformance/wire/frame.ts";
import { acceptFor } from "../../../src/conformance/wire/opening.ts";

export interface CrudeServerOptions {
  /** The whole response to this head. */
  readonly answer: (head: string) => string;
  /** What becomes of octets behind the head. Default `"lost"`. */
  readonly behind?: "lost" | "read as frames" | "read as a request";
  /** Whether the connection ends with a response that is not 101. Default true. */
  readonly closes?: boolean;
}

/** A response that accepts, with fields of the case's own. */
export function accepting(...more: readonly string[]): (head: string) => string {
  return (head) => {
    const key = /^Sec-WebSocket-Key\s*:[ \t]*(.*?)[ \t]*$/im.exec(head)?.[1] ?? "";
    const accept = `Sec-WebSocket-Accept: ${acceptFor(key)}`;
    const fields = ["Upgrade: websocket", "Connection: Upgrade", accept, ...more];
    return `HTTP/1.1 101 Switching Protocols\r\n${fields.join("\r\n")}\r\n\r\n`;
  };
}

export function answering(status: string, ...more: readonly string[]): () => string {
  const fields = ["Content-Length: 0", ...more];
  return () => `HTTP/1.1 ${status}\r\n${fields.join("\r\n")}\r\n\r\n`;
}

/** Listens on a free port of the loopback interface. */
export async function listen(options: CrudeServerOptions): Promise<{ url: URL; close: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket, options);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`), close };
}

function serve(socket: Socket, { answer, behind = "lost", closes = true }: CrudeServerOptions): void {
  let unread: Buffer = Buffer.alloc(0);
  let open = false;
  const read = (): void => {
    while (!open || behind === "read as a request") {
      const end = /\r?\n\r?\n/.exec(unread.toString("latin1"));
      if (end === null) break;
      const response = answer(unread.toString("latin1", 0, end.index));
      socket.write(response, "latin1");
      const rest = unread.subarray(end.index + end[0].length);
      unread = behind === "lost" ? Buffer.alloc(0) : rest;
      open ||= response.startsWith("HTTP/1.1 101");
      if (!open && closes) socket.end();
    }
    if (open) unread = echo(socket, unread);
  };
  socket.on("data", (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    read();
  });
  socket.on("end", () => socket.end());
}

function echo(socket: Socket, octets: Buffer): Buffer {
  let left = octets;
  for (let found = decodeFrame(left); found !== undefined; found = decodeFrame(left)) {
    left = left.subarray(found.size);
    const { opcode, payload } = found.frame;
    const answer = opcode === Opcode.Ping ? Opcode.Pong : opcode;
    socket.write(encodeFrame({ opcode: answer, payload }));
    if (opcode === Opcode.Close) socket.end();
  }
  return left;
}
