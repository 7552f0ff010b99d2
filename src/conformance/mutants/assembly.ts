/** One message in the making (RFC 6455 §5.4): its fragments, checked for UTF-8 as they come. */
import { Opcode } from "../wire/frame.ts";
import type { Broken } from "./faults.ts";
import { Utf8Reader } from "./utf8.ts";

/** A message as its sender meant it, before it is inflated. */
export interface Assembled {
  readonly opcode: number;
  readonly compressed: boolean;
  /** One for each frame. */
  readonly fragments: readonly Buffer[];
}

export class Assembly {
  readonly #opcode: number;
  readonly #compressed: boolean;
  readonly #broken: Broken;
  readonly #fragments: Buffer[] = [];
  #utf8: Utf8Reader;
  #parts: Buffer[] = [];
  /** Octets so far. */
  length = 0;

  constructor(first: { readonly opcode: number; readonly compressed: boolean }, broken: Broken) {
    this.#opcode = first.opcode;
    this.#compressed = first.compressed;
    this.#broken = broken;
    this.#utf8 = new Utf8Reader(broken);
  }

  /** How many frames have ended. */
  get frames(): number {
    return this.#fragments.length;
  }

  /** Takes a part of a frame; whether it may stand (RFC 6455 §8.1). */
  push(part: Buffer): boolean {
    this.#parts.push(part);
    this.length += part.length;
    const atOnce =
      !this.#broken("checks-utf8-of-whole-frames") && !this.#broken("checks-utf8-of-whole-messages");
    return !this.#isPlainText || !atOnce || this.#utf8.push(part);
  }

  /** The frame has ended; whether its text may stand. */
  endFrame(fin: boolean): boolean {
    const fragment = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#fragments.push(fragment);
    if (!this.#isPlainText) return true;
    if (this.#broken("checks-utf8-of-whole-messages") && fin) return this.#isUtf8(this.#fragments);
    if (this.#broken("checks-utf8-of-whole-frames") && !this.#utf8.push(fragment)) return false;
    const complete = this.#utf8.complete;
    if (!this.#broken("checks-utf8-of-each-frame-alone")) return !fin || complete;
    this.#utf8 = new Utf8Reader(this.#broken);
    return complete;
  }

  /** Octets of the frame that ended last. */
  get lastLength(): number {
    return this.#fragments.at(-1)?.length ?? 0;
  }

  get whole(): Assembled {
    return { opcode: this.#opcode, compressed: this.#compressed, fragments: this.#fragments };
  }

  #isUtf8(octets: readonly Buffer[]): boolean {
    return octets.every((part) => this.#utf8.push(part)) && this.#utf8.complete;
  }

  /** Whether what is seen here is the text itself. */
  get #isPlainText(): boolean {
    return (
      this.#opcode === Opcode.Text && (!this.#compressed || this.#broken("checks-utf8-before-inflating"))
    );
  }
}
