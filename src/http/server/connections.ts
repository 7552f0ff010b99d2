/**
 * The connections of a server and whose turn it is on each: what must be known to count, to answer in
 * the right order, and to stop.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { clientOf } from "../../addresses.ts";

/** A request whose turn comes, and its response. */
export interface Turn {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Starts to answer. */
  serve(): void;
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
  /** Of the peer, in the one form of `canonicalAddress`. */
  readonly address: string;
  /** How many have no response yet: the one under way, and those that wait behind it. */
  pending = 0;
  /** The one that began last, done or not. */
  latest: Turn | undefined;
  requests = 0;
  /** Handed over; HTTP has ended on it. */
  upgraded = false;
  /** The last response was written without node:http; whatever comes now is not answered. */
  answered = false;
  /** Ends with the requests that are under way. */
  closing = false;
  /** No request behind the latest is answered. */
  sealed = false;
  readonly #socket: Duplex;
  readonly #turns: Turn[] = [];
  #gone: AbortController | undefined;

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
      if (rest !== undefined && !socket.destroyed) socket.unshift(rest);
    };
    socket.on("data", receive);
    socket.once("close", () => this.#gone?.abort());
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
    this.#gone ??= new AbortController();
    if (this.#socket.destroyed) this.#gone.abort();
    return this.#gone.signal;
  }

  get #crowded(): boolean {
    return this.#turns.length >= maxWaiting;
  }

  /** Whether the response that is written now is the last: said by none before it, or those behind it would be lost. */
  mustClose(): boolean {
    return this.closing && this.pending === 1;
  }

  /** Serves `turn` when all before it are finished; never when the connection ends before. */
  begin(turn: Turn): void {
    this.latest = turn;
    this.requests++;
    if (++this.pending === 1) turn.serve();
    else this.#turns.push(turn);
  }

  /** The response under way is out, or never will be. */
  finish(): void {
    this.pending--;
    if (!this.#socket.writableEnded && !this.#socket.destroyed && !this.answered) {
      const wasCrowded = this.#crowded;
      this.#turns.shift()?.serve();
      if (wasCrowded && !this.#crowded) this.#socket.resume();
    }
    // A response that began before this was decided has not said so; the connection ends all the same.
    if (this.pending === 0 && this.closing) this.#endSoon();
  }

  #endSoon(): void {
    (this.#socket as Duplex & { destroySoon?(): void }).destroySoon?.();
  }

  /** Gives `chunk` to the parser, piece by piece; what it returns is to be read again later, or by others. */
  #feed(chunk: Buffer, parse: (piece: Buffer) => void): Buffer | undefined {
    for (let at = 0; at < chunk.length; at += pieceLength) {
      if (this.#socket.writableEnded) break; // nothing that comes now can be answered
      const rest = chunk.length - at > pieceLength;
      parse(at === 0 && !rest ? chunk : chunk.subarray(at, at + pieceLength));
      if (this.#crowded) this.#socket.pause();
      if (this.upgraded || this.#socket.isPaused())
        return rest ? chunk.subarray(at + pieceLength) : undefined;
    }
    return undefined;
  }
}

/** All open connections, counted by client. */
export class Connections {
  readonly #bySocket = new Map<Duplex, Connection>();
  readonly #countByClient = new Map<string, number>();
  #ending = false;

  get size(): number {
    return this.#bySocket.size;
  }

  /** @param client the `clientOf` an address */
  countOf(client: string): number {
    return this.#countByClient.get(client) ?? 0;
  }

  of(socket: Duplex): Connection | undefined {
    return this.#bySocket.get(socket);
  }

  /** Watches `socket` until it closes. */
  add(socket: Duplex, address: string): Connection {
    const connection = new Connection(socket, address);
    const client = clientOf(address);
    connection.closing = this.#ending;
    this.#bySocket.set(socket, connection);
    this.#countByClient.set(client, this.countOf(client) + 1);
    socket.once("close", () => {
      this.#bySocket.delete(socket);
      const left = this.countOf(client) - 1;
      if (left > 0) this.#countByClient.set(client, left);
      else this.#countByClient.delete(client);
    });
    return connection;
  }

  /** Closes those on which no request is being answered, and the others with their response. */
  end(): void {
    this.#ending = true;
    for (const [socket, connection] of this.#bySocket) {
      connection.closing = true;
      if (!connection.upgraded && connection.pending === 0) socket.destroy();
    }
  }

  destroyAll(): void {
    for (const socket of this.#bySocket.keys()) socket.destroy();
  }
}
