/**
 * A TCP port of our own: accepts connections, reads the head of one request on each (`request-head.ts`), and
 * hands it on. Without `node:http`, which reads any request; this costs half as much for the only one we take.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { readDirectly, unmask, worksDirectly } from "./direct.ts";
import { type Refused, refuse } from "./handshake.ts";
import { Http1Opening, type Opening, type Wire } from "./opening.ts";
import { RequestHeadReader } from "./request-head.ts";
import { writeRefusal } from "./response.ts";
import { startTimer } from "./timer.ts";
import type { ByteSource } from "./transport.ts";
import { UpgradeRequest } from "./upgrade-request.ts";

/** How the bytes of connections are read: `direct.ts` where it works, or as any stream. */
export type ReadPath = "direct" | "portable";

export interface OwnPortOptions {
  readonly port: number;
  readonly host: string | undefined;
  readonly backlog: number | undefined;
  readonly readPath: ReadPath;
  /** How long a request may take to arrive, in milliseconds. */
  readonly handshakeTimeout: number;
}

export interface OwnPortSink {
  /** Whether one more connection may come from there: what counts it out again, or the refusal. */
  admit(address: string): (() => void) | Refused;
  opening(opening: Opening): void;
  error(error: Error): void;
}

export class OwnPort {
  /** Which way connections are read; settled when {@link listen} resolves. */
  readPath: ReadPath;
  readonly #options: OwnPortOptions;
  readonly #sink: OwnPortSink;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: OwnPortOptions, sink: OwnPortSink) {
    this.#options = options;
    this.#sink = sink;
    this.readPath = options.readPath;
  }

  get address(): AddressInfo | undefined {
    const address = this.#server?.address();
    return typeof address === "object" && address !== null ? address : undefined;
  }

  /** Resolves when connections are accepted; rejects when the port cannot be opened. */
  async listen(): Promise<void> {
    const { port, host, backlog } = this.#options;
    if (this.readPath === "direct" && !(await worksDirectly())) this.readPath = "portable";
    const server = createServer({
      allowHalfOpen: true,
      pauseOnConnect: this.readPath === "direct",
      noDelay: true,
    });
    this.#server = server;
    server.on("connection", (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(
        { port, ...(host === undefined ? {} : { host }), ...(backlog === undefined ? {} : { backlog }) },
        () => {
          server.off("error", reject);
          server.on("error", (error) => this.#sink.error(error));
          resolve();
        },
      );
    });
  }

  /** Stops accepting, and drops every connection that is left. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    if (server?.listening !== true) return;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #accept(accepted: Socket): void {
    const { socket, source } =
      this.readPath === "direct" ? readDirectly(accepted) : { socket: accepted, source: undefined };
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    const admitted = this.#sink.admit(socket.remoteAddress ?? "");
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (typeof admitted === "function") admitted();
    });
    if (typeof admitted === "function") this.#readHead(socket, source);
    else writeRefusal(socket, admitted);
  }

  /** Reads until the head of the request is complete, or cannot become a good one, or its time is over. */
  #readHead(socket: Socket, source: ByteSource | undefined): void {
    const reader = new RequestHeadReader();
    const stop = (): void => {
      stopTimer();
      if (source === undefined) socket.off("data", receive);
      else source.receiver = undefined;
      socket.off("close", stopTimer);
      socket.off("end", ended);
    };
    const refuseWith = (refused: Refused): void => {
      stop();
      writeRefusal(socket, refused);
    };
    const receive = (chunk: Buffer): void => {
      const result = reader.push(chunk);
      if (result === undefined) return;
      if ("status" in result) {
        refuseWith(result);
        return;
      }
      stop();
      const request = new UpgradeRequest({
        ...result,
        secure: false,
        remoteAddress: socket.remoteAddress ?? "",
      });
      const rest = chunk.subarray(result.end);
      if (source === undefined) socket.pause();
      const direct: Wire = { head: Buffer.from(rest), source, lent: true, unmask };
      this.#sink.opening(new Http1Opening(request, socket, source === undefined ? { head: rest } : direct));
    };
    const ended = (): void => refuseWith(refuse(400, "the request ends before its head does"));
    const stopTimer = startTimer(this.#options.handshakeTimeout, () =>
      refuseWith(refuse(408, "the request took too long")),
    );
    socket.on("close", stopTimer);
    socket.on("end", ended);
    if (source === undefined) socket.on("data", receive);
    else source.receiver = receive;
    socket.resume();
  }
}
