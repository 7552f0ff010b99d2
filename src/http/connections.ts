/**
 * The connections of a server and whose turn it is on each: what must be known to count, to answer in
 * the right order, and to stop.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

export interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

/** How many requests may wait for their turn before the connection is read no further. */
const maxWaiting = 8;

/**
 * How many bytes node:http is given at once. It makes objects of some kilobytes of every request in them, and
 * one read of 64 KiB can hold 3,000 requests; one of these pieces holds 57.
 */
const pieceLength = 1024;

/**
 * One connection. Its requests are answered one after the other: RFC 9112 §9.3.2 wants the responses "in the
 * same order that the requests were received", and whatever a handler opens or holds for a response that
 * cannot be sent yet, a client could make it hold thousands of times.
 *
 *     socket ──▶ pieces ──▶ node:http ──▶ begin ──▶ up to 8 wait ──▶ serve ──▶ finish ──▶ the next
 *        ▲                                            │
 *        └──────────────── paused ◀───────────────────┘
 */
export class Connection {
  readonly address: string;
  /** Those whose response is not done: the one under way, and those that wait behind it. */
  readonly exchanges: Set<Exchange> = new Set();
  /** The one that began last, done or not. */
  latest: Exchange | undefined;
  requests = 0;
  /** Handed over; HTTP has ended on it. */
  upgraded = false;
  /** The last response was written without node:http; whatever comes now is not answered. */
  answered = false;
  /** Ends with the exchanges that are under way. */
  closing = false;
  /** No request behind the latest is answered. */
  sealed = false;
  readonly #socket: Duplex;
  readonly #turns: (() => void)[] = [];
  readonly #gone = new AbortController();

  /** @param socket one that node:http has taken */
  constructor(socket: Duplex, address: string) {
    this.#socket = socket;
    this.address = address;
    const [parse] = socket.listeners("data") as ((piece: Buffer) => void)[];
    if (parse === undefined) throw new TypeError("node:http does not read this socket");
    socket.off("data", parse);
    const receive = (chunk: Buffer): void => {
      const rest = this.#feed(chunk, parse);
      if (this.upgraded) socket.off("data", receive);
      if (rest.length > 0 && !socket.destroyed) socket.unshift(rest);
    };
    socket.on("data", receive);
    socket.once("close", () => this.#gone.abort());
    // node:http resumes the socket after each message.
    socket.on("resume", () => {
      if (this.#crowded) socket.pause();
    });
  }

  /**
   * Makes the next exchange the last. node:http drops what is left of a piece behind an Upgrade that it was
   * told to ignore; to read on would be to take the middle of a request for its beginning.
   */
  seal(): void {
    this.sealed = true;
    this.closing = true;
  }

  /** Aborted when the connection is closed. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  get #crowded(): boolean {
    return this.#turns.length >= maxWaiting;
  }

  /** Calls `serve` when all exchanges before this one are finished; never when the connection ends before. */
  begin(exchange: Exchange, serve: () => void): void {
    this.exchanges.add(exchange);
    this.latest = exchange;
    this.requests++;
    if (this.exchanges.size === 1) serve();
    else this.#turns.push(serve);
  }

  finish(exchange: Exchange): void {
    this.exchanges.delete(exchange);
    if (this.#socket.writableEnded || this.#socket.destroyed || this.answered) return;
    const wasCrowded = this.#crowded;
    this.#turns.shift()?.();
    if (wasCrowded && !this.#crowded) this.#socket.resume();
  }

  /** Gives `chunk` to the parser, piece by piece; what it returns is to be read again later, or by others. */
  #feed(chunk: Buffer, parse: (piece: Buffer) => void): Buffer {
    for (let at = 0; at < chunk.length; at += pieceLength) {
      if (this.#socket.writableEnded) break; // nothing that comes now can be answered
      parse(chunk.subarray(at, at + pieceLength));
      if (this.#crowded) this.#socket.pause();
      if (this.upgraded || this.#socket.isPaused()) return chunk.subarray(at + pieceLength);
    }
    return chunk.subarray(chunk.length);
  }
}

/** All open connections, counted by address. */
export class Connections {
  readonly #bySocket = new Map<Duplex, Connection>();
  readonly #countByAddress = new Map<string, number>();

  get size(): number {
    return this.#bySocket.size;
  }

  countOf(address: string): number {
    return this.#countByAddress.get(address) ?? 0;
  }

  of(socket: Duplex): Connection | undefined {
    return this.#bySocket.get(socket);
  }

  /** Watches `socket` until it closes. */
  add(socket: Duplex, address: string): Connection {
    const connection = new Connection(socket, address);
    this.#bySocket.set(socket, connection);
    this.#countByAddress.set(address, this.countOf(address) + 1);
    socket.once("close", () => {
      this.#bySocket.delete(socket);
      const left = this.countOf(address) - 1;
      if (left > 0) this.#countByAddress.set(address, left);
      else this.#countByAddress.delete(address);
    });
    return connection;
  }

  /** Closes those on which no request is being answered. */
  closeIdle(): void {
    for (const [socket, connection] of this.#bySocket) {
      if (!connection.upgraded && connection.exchanges.size === 0) socket.destroy();
    }
  }

  destroyAll(): void {
    for (const socket of this.#bySocket.keys()) socket.destroy();
  }
}
