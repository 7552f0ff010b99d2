/** The messages of a socket, one after the other: `for await (const message of socket)`. */

import { WebSocketClosedError } from "../errors.ts";
import type { CloseEvent, MessageEvent } from "./endpoint-events.ts";
import { CLOSED } from "./ready-state.ts";
import { type Pausable, Unread } from "./unread.ts";

type Data = MessageEvent<unknown>["data"];

/** As much of a socket as an iterator needs. */
export interface MessageSource extends Pausable {
  readonly readyState: number;
  addEventListener(
    type: "message",
    listener: (event: { readonly data: Data }) => void,
    options: { readonly signal: AbortSignal },
  ): void;
  addEventListener(
    type: "close",
    listener: (event: Omit<CloseEvent<unknown>, "target">) => void,
    options: { readonly signal: AbortSignal },
  ): void;
}

export class MessageIterator implements AsyncIterableIterator<Data, undefined> {
  readonly #unread: Unread<Data>;
  readonly #listening = new AbortController();

  constructor(socket: MessageSource, maxBytes: number) {
    this.#unread = new Unread(socket, maxBytes);
    const { signal } = this.#listening;
    socket.addEventListener("message", ({ data }) => this.#unread.push(data, sizeOf(data), memoryOf(data)), {
      signal,
    });
    socket.addEventListener("close", (event) => this.#end(event), { signal });
    if (socket.readyState === CLOSED) this.#unread.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws {WebSocketClosedError} after the last message, when the connection did not end cleanly */
  next(): Promise<IteratorResult<Data, undefined>> {
    return this.#unread.next();
  }

  /** The loop was left: messages from now on are for others. The socket stays open. */
  return(): Promise<IteratorResult<Data, undefined>> {
    this.#listening.abort();
    this.#unread.abandon();
    return Promise.resolve({ done: true, value: undefined });
  }

  #end(event: Omit<CloseEvent<unknown>, "target">): void {
    this.#listening.abort();
    this.#unread.end(endOf(event));
  }
}

/** What a reader is told of the end: nothing, if it was clean. */
export function endOf(event: Omit<CloseEvent<unknown>, "target">): WebSocketClosedError | undefined {
  return event.wasClean ? undefined : new WebSocketClosedError(event.code, event.reason);
}

/** Bytes that a message holds: a string has two for each of its units. */
export function sizeOf(data: Data): number {
  return typeof data === "string" ? data.length * 2 : data.byteLength;
}

/** The memory that a message is a view of; undefined for one that has its own. */
export function memoryOf(data: Data): ArrayBufferLike | undefined {
  return data instanceof Uint8Array ? data.buffer : undefined;
}
