/** What should become of messages that are sent while something is in the way: the policies of `backlog.ts`, naively. */
import { strict as assert } from "node:assert";
import type { BacklogOptions } from "../../src/websocket/backlog.ts";
import type { Sent } from "../../src/websocket/outgoing.ts";

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
    const same = this.#waiting.findIndex(({ key }) => key !== undefined && key === message.key);
    if (overflow === "coalesce" && same >= 0) {
      this.#waiting[same] = message;
      this.dropped++;
      return;
    }
    while (!this.#fits(message)) {
      assert(["drop-oldest", "coalesce"].includes(overflow), "taken although there was no room");
      this.#waiting.shift();
      this.dropped++;
    }
    this.#waiting.push(message);
  }

  #fits(message: Accepted): boolean {
    const { maxBufferedBytes, overflow } = this.#options;
    const room = overflow === "wait" ? 2 * maxBufferedBytes : maxBufferedBytes;
    const costs = this.#bytes + this.#waiting.length * COST + message.bytes + COST;
    return this.#waiting.length === 0 || costs <= room;
  }

  get #bytes(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
