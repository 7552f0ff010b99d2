/**
 * RFC 6455 §5.4: messages out of data frames.
 *
 * A message that lies whole in the chunk it came in is delivered from there; only others go through
 * {@link Fragments}. Text that comes in pieces is looked at piece by piece, so that it is refused at its
 * first bad octet and not at its end.
 */
import { WebSocketProtocolError } from "../errors.ts";
import { Fragmentation } from "./fragmentation.ts";
import { Fragments } from "./fragments.ts";
import { Opcode } from "./frame.ts";
import { decodeUtf8, Utf8Validator } from "./utf8.ts";

const NO_BYTES: Buffer = Buffer.alloc(0);

export interface AssemblyOptions {
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
}

export class MessageAssembly {
  readonly #progress: Fragmentation;
  /** Whether the memory of the current chunk is used again after the call, so that what is kept of it is copied. */
  lent: boolean;
  /** The length of a message that may arrive in one piece: of an unfragmented frame. Else -1. */
  #wholeLength = 0;
  #whole: Buffer | undefined;
  #wholeStart = 0;
  /** How long the message will be; where that is open, a guess. */
  #expected = 0;
  #fragments: Fragments | undefined;
  #utf8: Utf8Validator | undefined;

  constructor({ maxMessageBytes, maxFragments }: AssemblyOptions, lent: boolean) {
    this.#progress = new Fragmentation(maxMessageBytes, maxFragments);
    this.lent = lent;
  }

  /** Whether the message is compressed: then it is taken with {@link takeCompressed}. */
  get compressed(): boolean {
    return this.#progress.compressed;
  }

  get isText(): boolean {
    return this.#progress.opcode === Opcode.Text;
  }

  /**
   * A data frame begins.
   *
   * @throws {WebSocketProtocolError} 1002 when it cannot stand here, 1009 and 1008 when the message gets too long
   */
  start(fin: boolean, opcode: Opcode, rsv1: boolean, length: number): void {
    const progress = this.#progress;
    progress.start(opcode, rsv1, length);
    this.#wholeLength = fin && progress.frames === 1 ? length : -1;
    this.#expected = fin ? progress.length : progress.length * 2;
  }

  /**
   * Takes `chunk[start..end)`, payload of the frame that began last.
   *
   * @throws {WebSocketProtocolError} 1007 at the first octet that cannot be UTF-8
   */
  payload(chunk: Buffer, start: number, end: number): void {
    if (end - start === this.#wholeLength) {
      this.#whole = chunk;
      this.#wholeStart = start;
      return;
    }
    if (this.isText && !this.compressed) {
      this.#utf8 ??= new Utf8Validator();
      if (!this.#utf8.push(chunk, start, end)) throw notUtf8();
    }
    this.#fragments ??= new Fragments();
    this.#fragments.add(chunk, start, end, this.#expected);
  }

  /**
   * The message is complete: returns it, a string for Text and a Buffer for Binary, and starts anew.
   *
   * @throws {WebSocketProtocolError} 1007 when text is not UTF-8
   */
  take(): string | Buffer {
    const { length } = this.#progress;
    this.#progress.finish();
    const whole = this.#whole;
    if (whole === undefined) return this.isText ? this.#takeText() : this.#takePieces();
    this.#whole = undefined;
    const end = this.#wholeStart + length;
    if (this.isText) return decodeUtf8(whole, this.#wholeStart, end);
    return this.lent ? copyOf(whole, this.#wholeStart, end) : whole.subarray(this.#wholeStart, end);
  }

  /** The compressed message is complete: returns its octets, which are valid during the call when the chunk is lent. */
  takeCompressed(): Buffer {
    const { length } = this.#progress;
    this.#progress.finish();
    const whole = this.#whole;
    if (whole === undefined) return this.#takePieces();
    this.#whole = undefined;
    return whole.subarray(this.#wholeStart, this.#wholeStart + length);
  }

  /** Lets go of an unfinished message. */
  discard(): void {
    this.#whole = undefined;
    this.#fragments = undefined;
  }

  #takePieces(): Buffer {
    return this.#fragments?.take() ?? NO_BYTES;
  }

  #takeText(): string {
    if (this.#utf8 !== undefined) {
      if (!this.#utf8.complete) throw notUtf8();
      this.#utf8.reset();
    }
    const pieces = this.#takePieces();
    return decodeUtf8(pieces, 0, pieces.length);
  }
}

/** RFC 6455 §8.1. */
function notUtf8(): WebSocketProtocolError {
  return new WebSocketProtocolError(1007, "text is not UTF-8");
}

function copyOf(chunk: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start);
  chunk.copy(copy, 0, start, end);
  return copy;
}
