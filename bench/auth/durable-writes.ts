/** The least that anything durable costs: a page appended to a file, and on the disk when the call returns. */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";

const page = Buffer.alloc(4_096, 0x5a);

/** Writes to one file. */
export class DurableWrites {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a");
  }

  /** So many of them, one after the other: microseconds for each, by the clock. */
  measure(times: number): number {
    const started = performance.now();
    for (let i = 0; i < times; i++) {
      writeSync(this.#file, page);
      fdatasyncSync(this.#file);
    }
    return ((performance.now() - started) * 1_000) / times;
  }

  close(): void {
    closeSync(this.#file);
  }
}
