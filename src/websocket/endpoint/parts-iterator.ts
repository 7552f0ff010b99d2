/** The messages of a socket, each as a sequence of its parts: `for await (const message of socket.messagesInParts())`. */

import { WebSocketClosedError } from "../errors.ts";
import type { CloseEvent, PartEvent } from "./endpoint-events.ts";
import { endOf, memoryOf, sizeOf } from "./message-iterator.ts";
import { CLOSED } from "./ready-state.ts";
import { type Pausable, Unread } from "./unread.ts";

type Part = Omit<PartEvent<unknown>, "target">;

/** As much of a socket as an iterator needs. */
export interface PartSource extends Pausable {
  readonly readyState: number;
  addEventListener(
    type: "part",
    listener: (event: Part) => void,
    options: { readonly signal: AbortSignal },
  ): void;
  addEventListener(
    type: "close",
    listener: (event: Omit<CloseEvent<unknown>, "target">) => void,
    options: { readonly signal: AbortSignal },
  ): void;
}

/** One message. Its parts are read once; leaving the loop early skips the rest of them. */
export interface MessageInParts extends AsyncIterable<string | Buffer> {
  readonly isText: boolean;
}

export class PartsIterator implements AsyncIterableIterator<MessageInParts, undefined> {
  readonly #unread: Unread<Part>;
  readonly #listening = new AbortController();
  /** Stands for the message that was handed out last. */
  #message: object | undefined;
  /** Whether that has parts left. */
  #unfinished = false;
  /** The latest call of {@link next}: they take turns. */
  #asked: Promise<unknown> = Promise.resolve();
  #closed: Omit<CloseEvent<unknown>, "target"> | undefined;

  constructor(socket: PartSource, maxBytes: number) {
    this.#unread = new Unread(socket, maxBytes);
    const { signal } = this.#listening;
    socket.addEventListener(
      "part",
      (part) => this.#unread.push(part, sizeOf(part.data), memoryOf(part.data)),
      {
        signal,
      },
    );
    socket.addEventListener("close", (event) => this.#end(event), { signal });
    if (socket.readyState === CLOSED) this.#unread.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws {WebSocketClosedError} when the connection did not end cleanly; reading a message, also when it is cut short */
  next(): Promise<IteratorResult<MessageInParts, undefined>> {
    const message = this.#asked.then(() => this.#nextMessage());
    this.#asked = message.catch(() => {});
    return message;
  }

  /** The loop was left: messages from now on are for others. The socket stays open. */
  return(): Promise<IteratorResult<MessageInParts, undefined>> {
    this.#listening.abort();
    this.#unread.abandon();
    return Promise.resolve({ done: true, value: undefined });
  }

  async #nextMessage(): Promise<IteratorResult<MessageInParts, undefined>> {
    this.#message = undefined;
    while (this.#unfinished) await this.#nextPart();
    const first = await this.#unread.next();
    if (first.done === true) return first;
    this.#unfinished = !first.value.final;
    const message = {};
    this.#message = message;
    const parts = this.#parts(message, first.value);
    return { done: false, value: { isText: first.value.isText, [Symbol.asyncIterator]: () => parts } };
  }

  async *#parts(message: object, first: Part): AsyncGenerator<string | Buffer, void, undefined> {
    for (let part: Part | undefined = first; ; part = await this.#nextPart()) {
      if (part === undefined) {
        // RFC 6455 §5.5.1 lets a Close come between two fragments, and end cleanly what no message is.
        if (this.#closed === undefined) return;
        throw new WebSocketClosedError(this.#closed.code, this.#closed.reason);
      }
      if (part.data.length > 0) yield part.data;
      if (part.final) return;
      if (this.#message !== message) throw new Error("read a message before you ask for the next one");
    }
  }

  async #nextPart(): Promise<Part | undefined> {
    const { value } = await this.#unread.next();
    this.#unfinished = value !== undefined && !value.final;
    return value;
  }

  #end(event: Omit<CloseEvent<unknown>, "target">): void {
    this.#closed = event;
    this.#listening.abort();
    this.#unread.end(endOf(event));
  }
}
