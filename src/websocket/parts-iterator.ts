/** The messages of a socket, each as a sequence of its parts: `for await (const message of socket.messagesInParts())`. */
import type { CloseEvent, PartEvent } from "./endpoint-events.ts";
import { endOf, sizeOf } from "./message-iterator.ts";
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
  /** Whether the message that was handed out last has parts left. */
  #unfinished = false;

  constructor(socket: PartSource, maxBytes: number) {
    this.#unread = new Unread(socket, maxBytes);
    const { signal } = this.#listening;
    socket.addEventListener("part", (part) => this.#unread.push(part, sizeOf(part.data)), { signal });
    socket.addEventListener("close", (event) => this.#end(event), { signal });
    if (socket.readyState === CLOSED) this.#unread.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws {WebSocketClosedError} when the connection did not end cleanly */
  async next(): Promise<IteratorResult<MessageInParts, undefined>> {
    while (this.#unfinished) await this.#nextPart();
    const first = await this.#unread.next();
    if (first.done === true) return first;
    this.#unfinished = !first.value.final;
    const message = { isText: first.value.isText, [Symbol.asyncIterator]: () => this.#parts(first.value) };
    return { done: false, value: message };
  }

  /** The loop was left: messages from now on are for others. The socket stays open. */
  return(): Promise<IteratorResult<MessageInParts, undefined>> {
    this.#listening.abort();
    this.#unread.abandon();
    return Promise.resolve({ done: true, value: undefined });
  }

  async *#parts(first: Part): AsyncGenerator<string | Buffer, void, undefined> {
    if (first.data.length > 0) yield first.data;
    while (this.#unfinished) {
      const part = await this.#nextPart();
      if (part !== undefined && part.data.length > 0) yield part.data;
    }
  }

  async #nextPart(): Promise<Part | undefined> {
    const { value } = await this.#unread.next();
    this.#unfinished = value !== undefined && !value.final;
    return value;
  }

  #end(event: Omit<CloseEvent<unknown>, "target">): void {
    this.#listening.abort();
    this.#unread.end(endOf(event));
  }
}
