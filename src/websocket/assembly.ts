/**
 * RFC 6455 §5.4: messages out of data frames.
 *
 *     unfragmented   [FIN Text|Binary]
 *     fragmented     [Text|Binary] [Continuation]* [FIN Continuation]
 *
 * A message that lies whole in the chunk it came in is delivered from there, without a copy; only others
 * go through {@link Fragments}.
 */
import { WebSocketProtocolError } from "./errors.ts";
import { Fragments } from "./fragments.ts";
import { Opcode } from "./frame.ts";
import { decodeUtf8 } from "./utf8.ts";

const NO_BYTES: Buffer = Buffer.alloc(0);

export class MessageAssembly {
  readonly #maxBytes: number;
  readonly #maxFragments: number;
  #opcode: Opcode = Opcode.Continuation;
  /** Frames of the message so far; 0 between messages. */
  #frames = 0;
  #length = 0;
  #wholeLength = 0;
  #whole: Buffer | undefined;
  #wholeStart = 0;
  #fragments: Fragments | undefined;

  constructor(maxBytes: number, maxFragments: number) {
    this.#maxBytes = maxBytes;
    this.#maxFragments = maxFragments;
  }

  /**
   * A data frame begins.
   *
   * @throws {WebSocketProtocolError} 1002 when it cannot stand here, 1009 and 1008 when the message gets too long
   */
  start(fin: boolean, opcode: Opcode, length: number): void {
    const midMessage = this.#frames > 0;
    if (midMessage !== (opcode === Opcode.Continuation)) {
      throw new WebSocketProtocolError(1002, midMessage ? "expected a continuation" : "nothing to continue");
    }
    if (!midMessage) this.#opcode = opcode;
    this.#length += length;
    if (this.#length > this.#maxBytes) {
      throw new WebSocketProtocolError(1009, `message exceeds ${this.#maxBytes} bytes`);
    }
    if (++this.#frames > this.#maxFragments) {
      throw new WebSocketProtocolError(1008, `message exceeds ${this.#maxFragments} frames`);
    }
    this.#wholeLength = fin && !midMessage ? length : -1;
  }

  /** Takes `chunk[start..end)`, payload of the frame that began last. The chunk may be kept. */
  payload(chunk: Buffer, start: number, end: number): void {
    if (end - start === this.#wholeLength) {
      this.#whole = chunk;
      this.#wholeStart = start;
    } else {
      this.#fragments ??= new Fragments();
      this.#fragments.add(chunk, start, end);
    }
  }

  /**
   * The message is complete: returns it, a string for Text and a Buffer for Binary, and starts anew.
   *
   * @throws {WebSocketProtocolError} 1007 when text is not UTF-8
   */
  take(): string | Buffer {
    const length = this.#length;
    const start = this.#whole === undefined ? 0 : this.#wholeStart;
    const bytes = this.#whole ?? this.#fragments?.take() ?? NO_BYTES;
    const end = start + length;
    this.#whole = undefined;
    this.#frames = 0;
    this.#length = 0;
    return this.#opcode === Opcode.Text ? decodeUtf8(bytes, start, end) : bytes.subarray(start, end);
  }

  /** Lets go of an unfinished message. */
  discard(): void {
    this.#whole = undefined;
    this.#fragments = undefined;
  }
}
