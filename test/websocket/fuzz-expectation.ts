/** What should become of messages that are sent while something is in the way: the policies of `backlog.ts`, naively. */
import { strict as assert } from "node:assert";
import type { BacklogOptions } from "../../src/websocket/connection/backlog.ts";
import type { Sent } from "../../src/websocket/connection/outgoing.ts";

export interface Accepted {
  /** The message as it will be read. */
  readonly line: string;
  /** How much of the room it takes. */
  readonly bytes: number;
  readonly key: string | undefined;
}

/** Besides its bytes. */
const COST = 64;

export class Expectation {
  /** What can be read at the other end, in order. */
  readonly sent: string[] = [];
  dropped = 0;
  readonly #options: BacklogOptions;
  readonly #waiting: Accepted[] = [];

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** A message was sent, and this is what the connection said. */
  add(message: Accepted, sent: Sent): void {
    switch (sent) {
      case "sent":
        assert.equal(this.#waiting.length, 0, "a message overtakes others");
        this.sent.push(message.line);
        break;
      case "waits":
        this.#wait(message);
        break;
      case "dropped":
        assert(
          ["close", "drop-newest", "wait"].includes(this.#options.overflow),
          "dropped against the policy",
        );
        assert(!this.#fits(message), "dropped although there was room");
        this.dropped++;
        break;
    }
  }

  /** Messages have moved up: as many as the connection says. */
  sync(outgoing: { readonly waitingBytes: number; readonly dropped: number }): void {
    while (this.#bytes > outgoing.waitingBytes) this.sent.push(this.#waiting.shift()!.line);
    assert.equal(this.#bytes, outgoing.waitingBytes, "bytes that wait");
    assert.equal(outgoing.dropped, this.dropped, "messages that were dropped");
  }

  /** The connection drops all that waits, and what is being compressed. */
  abandon(compressing: boolean): void {
    this.dropWaiting();
    if (compressing) this.sent.pop();
  }

  dropWaiting(): void {
    this.dropped += this.#waiting.length;
    this.#waiting.length = 0;
  }

  #wait(message: Accepted): void {
    const { overflow } = this.#options;
    const mayMakeRoom = overflow === "drop-oldest" || overflow === "coalesce";
    for (;;) {
      const same = this.#waiting.findIndex(({ key }) => key !== undefined && key === message.key);
      const replaced = overflow === "coalesce" ? this.#waiting[same] : undefined;
      if (this.#fits(message, replaced)) {
        if (replaced === undefined) this.#waiting.push(message);
        else this.#waiting[same] = message;
        if (replaced !== undefined) this.dropped++;
        return;
      }
      assert(mayMakeRoom, "taken although there was no room");
      this.#waiting.shift();
      this.dropped++;
    }
  }

  /** Whether there is room for a message, once it has taken the place of `replaced`. */
  #fits(message: Accepted, replaced?: Accepted): boolean {
    const { maxBufferedBytes, overflow } = this.#options;
    const room = overflow === "wait" ? 2 * maxBufferedBytes : maxBufferedBytes;
    const others = this.#waiting.filter((one) => one !== replaced);
    const costs = [...others, message].reduce((sum, { bytes }) => sum + bytes + COST, 0);
    return this.#waiting.length === 0 || costs <= room;
  }

  get #bytes(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
