/** A port to which clients come by themselves: their connections, with the head of the request read but still to come. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { OctetStream } from "../peer/octet-stream.ts";
import { TargetUnreachable } from "../run/target.ts";
import { decodeHead, type Head } from "../wire/head.ts";

/** Connections at a time. */
const MOST_CONNECTIONS = 512;
/** Octets of a request's head. */
const LONGEST_HEAD = 64 * 1024;
/** Milliseconds for a head to arrive. */
const HEAD_PATIENCE = 10_000;

export interface ListeningPortOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** @param stream begins with the octets of `head` */
  readonly onRequest: (head: Head, stream: OctetStream) => void;
  /** A connection was closed. */
  readonly onClosed: () => void;
}

export class ListeningPort {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #options: ListeningPortOptions;

  private constructor(server: Server, options: ListeningPortOptions) {
    this.#server = server;
    this.#options = options;
    server.maxConnections = MOST_CONNECTIONS;
    server.on("connection", (socket) => this.#accept(socket));
    // A connection could not be taken, as files run out: the client sees that for itself.
    server.on("error", () => {});
  }

  /** @throws {TargetUnreachable} when nobody can be listened for there */
  static async open(options: ListeningPortOptions): Promise<ListeningPort> {
    const { host, port } = options;
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", ({ message }) => reject(new TargetUnreachable(message)));
      server.listen({ host, port }, resolve);
    });
    return new ListeningPort(server, options);
  }

  /** `127.0.0.1:9001` */
  get authority(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `${family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Ends all connections. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const timer = setTimeout(() => socket.destroy(), HEAD_PATIENCE);
    let octets: Buffer = Buffer.alloc(0);
    let known = false;
    const read = (): void => {
      octets = Buffer.concat([octets, (socket.read() as Buffer | null) ?? Buffer.alloc(0)]);
      const found = decodeHead(octets);
      if (found === undefined && octets.length <= LONGEST_HEAD) return;
      clearTimeout(timer);
      known = true;
      socket.off("readable", read);
      if (found === undefined) socket.destroy();
      else {
        socket.unshift(octets);
        this.#options.onRequest(found.head, new OctetStream(socket));
      }
    };
    socket.on("readable", read);
    // Who ends the connection before there is a head has no request.
    socket.on("end", () => {
      if (!known) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
      this.#options.onClosed();
    });
  }
}
