/**
 * The connections of a server and what is under way on each: what must be known to count, to answer in
 * the right order, and to stop.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

export interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

export class Connection {
  readonly address: string;
  /** Those whose response is not done. */
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

  constructor(address: string) {
    this.address = address;
  }

  begin(exchange: Exchange): void {
    this.exchanges.add(exchange);
    this.latest = exchange;
    this.requests++;
  }

  finish(exchange: Exchange): void {
    this.exchanges.delete(exchange);
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
    const connection = new Connection(address);
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
