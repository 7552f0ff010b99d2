/** Fake transports, and what an Outbox sends to them. */
import { expect } from "vitest";
import { Outbox, type Transport } from "../../src/websocket/connection/outbox.ts";

/** A transport whose kernel takes everything at once. Like a kernel, it copies. */
export class QuickTransport implements Transport {
  readonly pendingBytes = 0;
  readonly letsGo = true;
  /** What was written, and "(" and ")" where it was corked and uncorked. */
  readonly calls: (Buffer | "(" | ")")[] = [];
  cork(): void {
    this.calls.push("(");
  }
  uncork(): void {
    this.calls.push(")");
  }
  write(bytes: Uint8Array): void {
    this.calls.push(Buffer.from(bytes));
  }
  get bytes(): Buffer {
    return Buffer.concat(this.calls.filter((call) => typeof call !== "string"));
  }
}

/** A transport that holds what was written, not copied, until it is told to let it go. */
export class SlowTransport implements Transport {
  readonly letsGo = true;
  readonly held: Uint8Array[] = [];
  readonly taken: Buffer[] = [];
  cork(): void {}
  uncork(): void {}
  write(bytes: Uint8Array): void {
    this.held.push(bytes);
  }
  get pendingBytes(): number {
    return this.held.reduce((sum, { length }) => sum + length, 0);
  }
  take(): void {
    this.taken.push(...this.held.splice(0).map((bytes) => Buffer.from(bytes)));
  }
  get bytes(): Buffer {
    this.take();
    return Buffer.concat(this.taken);
  }
}

/** What `fill` sends, taken at once. */
export function sent(fill: (outbox: Outbox) => void, drawKey?: () => number): Buffer {
  const outbox = new Outbox(drawKey);
  fill(outbox);
  const transport = new QuickTransport();
  const { length } = outbox;
  outbox.transmit(transport);
  expect(transport.bytes).toHaveLength(length);
  expect(outbox.length).toBe(0);
  return transport.bytes;
}

const NUMBERS = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31 + 7) & 255));
/** A payload of so many octets. */
export const numbers = (length: number): Buffer => Buffer.from(NUMBERS.subarray(0, length));
