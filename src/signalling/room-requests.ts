/** What the server's own API asks of rooms, until it is settled. */
import type { EntryRefusal } from "./entries.ts";
import type { RefusalCode } from "./protocol.ts";

/** Why something could not be done to a room. */
export class RoomError extends Error {
  override readonly name = "RoomError";
  readonly code: RefusalCode;

  constructor({ code, message }: EntryRefusal) {
    super(message);
    this.code = code;
  }
}

/** Requests by their numbers. */
export class RoomRequests {
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #last = 0;
  #closed = false;

  /** @param ask is told the number by which the request is to be settled. @returns rejected with {@link RoomError} */
  open(ask: (request: number) => void): Promise<void> {
    if (this.#closed) return Promise.reject(new RoomError(stopping));
    const request = ++this.#last;
    const settled = Promise.withResolvers<void>();
    this.#waiting.set(request, settled);
    ask(request);
    return settled.promise;
  }

  settle(request: number, refusal: EntryRefusal | undefined): void {
    const settled = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (refusal === undefined) settled?.resolve();
    else settled?.reject(new RoomError(refusal));
  }

  /** Nobody will settle them any more. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(new RoomError(stopping));
    this.#waiting.clear();
  }
}

const stopping: EntryRefusal = { code: "unavailable", message: "the server is stopping" };
