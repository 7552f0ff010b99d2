/**
 * A TCP port of our own: accepts connections, reads the head of one request on each (`request-head.ts`), and
 * hands it on. Without `node:http`, which reads any request; this costs half as much for the only one we take.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { readDirectly, unmask, worksDirectly } from "../endpoint/direct.ts";
import { startTimer } from "../endpoint/timer.ts";
import { type ByteSource, destroy } from "../endpoint/transport.ts";
import { type Refused, refuse } from "../handshake/handshake.ts";
import { RequestHeadReader } from "../handshake/request-head.ts";
import { UpgradeRequest } from "../handshake/upgrade-request.ts";
import { Http1Opening, type Opening, type Wire } from "./opening.ts";
import { writeRefusal } from "./response.ts";

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
  /** Counts in one more connection from there, or refuses it. */
  admit(address: string): Refused | undefined;
  /** A connection that was admitted is gone. */
  left(address: string): void;
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
  #closed = false;

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
    if (this.#closed) return;
    const server = createServer({
      allowHalfOpen: true,
      pauseOnConnect: this.readPath === "direct",
    });
    this.#server = server;
    server.on("connection", (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(
        { port, ...(host === undefined ? {} : { host }), ...(backlog === undefined ? {} : { backlog }) },
        () => {
          server.off("error", reject);
          if (this.#closed) server.close();
          server.on("error", (error) => this.#sink.error(error));
          resolve();
        },
      );
    });
  }

  /** Stops accepting, and drops every connection that is left. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    if (server?.listening !== true) return;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #accept(accepted: Socket): void {
    const { socket, source } =
      this.readPath === "direct" ? readDirectly(accepted) : { socket: accepted, source: undefined };
    const address = socket.remoteAddress ?? "";
    this.#sockets.add(socket);
    socket.on("error", destroy);
    const refused = this.#sink.admit(address);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (refused === undefined) this.#sink.left(address);
    });
    if (refused !== undefined) writeRefusal(socket, refused);
    else new HeadReading({ socket, source }, address, this.#sink).start(this.#options.handshakeTimeout);
  }
}

/** Reads until the head of the request is complete, or cannot become a good one, or its time is over. */
class HeadReading {
  readonly #reader = new RequestHeadReader();
  readonly #socket: Socket;
  readonly #source: ByteSource | undefined;
  readonly #address: string;
  readonly #sink: OwnPortSink;
  #stopTimer: () => void = () => {};
  /** What came behind the head, once that is read. */
  #early: Buffer | undefined;

  constructor(
    from: { readonly socket: Socket; readonly source: ByteSource | undefined },
    address: string,
    sink: OwnPortSink,
  ) {
    this.#socket = from.socket;
    this.#source = from.source;
    this.#address = address;
    this.#sink = sink;
  }

  /** @param within milliseconds */
  start(within: number): void {
    this.#stopTimer = startTimer(within, () => this.#refuse(refuse(408, "the request took too long")));
    this.#socket.on("close", this.#stopTimer);
    this.#socket.on("end", this.#ended);
    if (this.#source === undefined) this.#socket.on("data", this.#received);
    else this.#source.receiver = this;
    this.#socket.resume();
  }

  received(chunk: Buffer): void {
    if (this.#early !== undefined) {
      this.#keep(chunk);
      return;
    }
    const result = this.#reader.push(chunk);
    if (result === undefined) return;
    if ("status" in result) {
      this.#refuse(result);
      return;
    }
    this.#stop();
    const request = new UpgradeRequest({ ...result, secure: false, remoteAddress: this.#address });
    const rest = chunk.subarray(result.end);
    if (this.#source === undefined) {
      this.#socket.pause();
      this.#sink.opening(new Http1Opening(request, this.#socket, () => ({ head: rest })));
    } else {
      this.#early = Buffer.from(rest);
      this.#source.receiver = this;
      this.#sink.opening(new Http1Opening(request, this.#socket, this.#directWire));
    }
  }

  readonly #directWire = (): Wire => ({
    head: this.#early ?? NO_BYTES,
    source: this.#source,
    lent: true,
    unmask,
  });

  /** Keeps what comes while the application decides. To stop reading at once would be not to see a peer that goes. */
  #keep(chunk: Buffer): void {
    this.#early = Buffer.concat([this.#early ?? NO_BYTES, chunk]);
    if (this.#early.length > EARLY_BYTES) this.#socket.pause();
  }

  readonly #received = (chunk: Buffer): void => this.received(chunk);
  readonly #ended = (): void => this.#refuse(refuse(400, "the request ends before its head does"));

  #refuse(refused: Refused): void {
    this.#stop();
    writeRefusal(this.#socket, refused);
  }

  #stop(): void {
    this.#stopTimer();
    this.#socket.off("close", this.#stopTimer);
    this.#socket.off("end", this.#ended);
    if (this.#source === undefined) this.#socket.off("data", this.#received);
    else this.#source.receiver = undefined;
  }
}

const NO_BYTES: Buffer = Buffer.alloc(0);
/** So much of it may be read before the application has decided: as much as any stream reads ahead. */
const EARLY_BYTES = 64 * 1024;
