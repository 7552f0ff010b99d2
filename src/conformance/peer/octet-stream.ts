/** A duplex stream as a case sees it: written to at will, read when the case asks, and never an exception. */
import type { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { Deadline } from "./deadline.ts";

/** What reading brought: octets, or the end and how it came, or nothing for as long as was asked. */
export type Read = Buffer | "end" | "reset" | "nothing";

export class OctetStream {
  readonly #stream: Duplex;
  #end: "end" | "reset" | undefined;
  #wake: (() => void) | undefined;
  #cutOff = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    const ended = (how: "end" | "reset") => () => {
      this.#end ??= how;
      this.#wake?.();
    };
    // After the octets that came before the end; an error leaves none.
    stream.on("end", ended("end"));
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.#cutOff ||= error.syscall === "write";
      ended("reset")();
    });
    stream.on("close", ended("reset"));
    stream.on("readable", () => this.#wake?.());
  }

  /** Whether the peer ended the stream, and how. */
  get ended(): "end" | "reset" | undefined {
    return this.#stream.readableLength > 0 ? undefined : this.#end;
  }

  /**
   * Whether a write of ours met a connection that the peer had already closed. Node then gives the connection up with
   * whatever has come on it and was not read: what the peer sent last is lost, and is nothing to blame it for.
   */
  get cutOff(): boolean {
    return this.#cutOff;
  }

  /** Everything that has come; waits up to `patience` milliseconds for the first of it. */
  async read(patience: number): Promise<Read> {
    const deadline = new Deadline(patience);
    for (let late = false; ; ) {
      const octets = this.#stream.read() as Buffer | null;
      if (octets !== null) return octets;
      if (this.#end !== undefined) return this.#end;
      const { left } = deadline;
      if (left === 0 && late) return "nothing";
      if (left === 0) {
        // Where this process was busy, or stopped, octets may have come in time that Node tells of only after its timers.
        late = true;
        await setImmediate();
        continue;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
  }

  /**
   * Writes without waiting: a case that waited for a peer which in turn waits for it to read would stand still.
   * What is written after the peer has gone goes nowhere; what came of it is seen in reading.
   */
  write(octets: Buffer): void {
    if (this.#stream.writable) this.#stream.write(octets);
  }

  /** Writes, and resolves when the octets are with the operating system, or the stream has gone. */
  async written(octets: Buffer): Promise<void> {
    if (!this.#stream.writable) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#stream.off("close", done);
        resolve();
      };
      this.#stream.once("close", done);
      this.#stream.write(octets, done);
    });
  }

  /** As {@link written}, for at most `patience` milliseconds. */
  async writtenWithin(octets: Buffer, patience: number): Promise<"written" | "stalled" | "gone"> {
    if (!this.#stream.writable) return "gone";
    const { promise, resolve } = Promise.withResolvers<"stalled">();
    const timer = setTimeout(() => resolve("stalled"), patience);
    const written = this.written(octets).then(() => (this.#stream.writable ? "written" : "gone"));
    const outcome = await Promise.race([written, promise]);
    clearTimeout(timer);
    return outcome;
  }

  /** No more octets will be sent; the peer's are still read. */
  end(): void {
    if (this.#stream.writable) this.#stream.end();
  }

  /** Gives the connection up. */
  destroy(): void {
    this.#stream.destroy();
  }
}
