/** The lower half of an end that sends: a transport that is full at random, and zlib when it is told to. */
import { strict as assert } from "node:assert";
import { deflateRawSync, type ZlibOptions } from "node:zlib";
import type { Connection } from "../../src/websocket/connection/connection.ts";
import type { ConnectionSink } from "../../src/websocket/connection/connection-sink.ts";
import type { Transport } from "../../src/websocket/connection/outbox.ts";
import type { MessageDeflater } from "../../src/websocket/deflate/deflate.ts";
import { chance, type Next, pick } from "./random.ts";

export abstract class FuzzedTransport implements ConnectionSink, Transport {
  protected readonly next: Next;
  abstract readonly connection: Connection;
  /** Whether nobody looks at what was written when it is not full. */
  readonly letsGo: boolean;
  readonly #wire: { written: Uint8Array; readonly copy: Buffer }[] = [];
  /** How likely it is full after a write. */
  #fills: number;
  #full = false;
  #job: (() => void) | undefined;

  constructor(next: Next) {
    this.next = next;
    this.letsGo = chance(next, 0.5);
    this.#fills = pick(next, [0, 0.2, 0.8]);
  }

  get pendingBytes(): number {
    return this.#full ? 1 : 0;
  }

  get isCompressing(): boolean {
    return this.#job !== undefined;
  }

  /** As `Link` does it. */
  transmit(): void {
    const { outgoing } = this.connection;
    do {
      const first = this.#wire.length;
      outgoing.outbox.transmit(this);
      if (this.#full || !this.letsGo) continue;
      for (const entry of this.#wire.slice(first)) entry.written = entry.copy; // its memory may be used again
    } while (this.connection.transmitted(this.#full));
  }

  /** It is not full any more. */
  drain(): void {
    this.#full = false;
    if (this.connection.transmitted(false)) this.transmit();
  }

  /** What is being compressed is ready. */
  compress(): void {
    const job = this.#job;
    this.#job = undefined;
    job?.();
  }

  /** Takes everything there is. Returns all that was ever written. */
  takeAll(): Buffer {
    this.#fills = 0;
    for (let turns = 0; turns < 3 || this.connection.outgoing.bytes > 0 || this.isCompressing; turns++) {
      assert(turns < 1000, "it never gets everything out");
      this.compress();
      this.drain();
      this.transmit();
    }
    for (const { written, copy } of this.#wire) assert(copy.equals(written), "what was written has changed");
    return Buffer.concat(this.#wire.map(({ copy }) => copy));
  }

  write(bytes: Uint8Array): void {
    this.#wire.push({ written: bytes, copy: Buffer.from(bytes) });
    if (chance(this.next, this.#fills)) this.#full = true;
  }

  flush(): void {
    this.transmit();
  }

  deflate(deflater: MessageDeflater, payload: Uint8Array): void {
    assert(this.#job === undefined, "one message at a time is compressed");
    const options: ZlibOptions = deflater.start(payload);
    this.#job = () =>
      this.connection.outgoing.deflated(deflater.finish(payload, deflateRawSync(payload, options)));
  }

  failed(error: Error): void {
    throw error;
  }

  cork(): void {}
  uncork(): void {}
  output(): void {}
  room(): void {}
  inflate(): void {}
  part(): void {}
  text(): void {}
  binary(): void {}
  pong(): void {}
  end(): void {}
  abort(): void {}
  closed(): void {}
}
