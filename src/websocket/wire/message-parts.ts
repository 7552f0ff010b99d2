/**
 * RFC 6455 §5.4: a message handed on as it arrives, for who cannot or will not hold it whole.
 *
 * A part is what one frame and one chunk have in common; fragments have no meaning of their own (§5.4), so a
 * reader must not see any in the cuts.
 */
import { WebSocketProtocolError } from "../errors.ts";
import { Fragmentation } from "./fragmentation.ts";
import { Opcode } from "./frame.ts";

export interface PartSink {
  /**
   * A part of a message: of a text message a string, cut between two characters, else octets that belong to the
   * sink. The last part is `final`, and empty.
   */
  part(data: string | Buffer, isText: boolean, final: boolean): void;
}

const NO_BYTES: Buffer = Buffer.alloc(0);

export class MessageParts {
  readonly #progress: Fragmentation;
  readonly #sink: PartSink;
  /** Of a text message: keeps the octets of a character that is cut. */
  #decoder: InstanceType<typeof TextDecoder> | undefined;

  constructor(sink: PartSink, maxBytes: number, maxFragments: number) {
    this.#sink = sink;
    this.#progress = new Fragmentation(maxBytes, maxFragments);
  }

  /** @throws {WebSocketProtocolError} as {@link Fragmentation.start} */
  start(opcode: Opcode, rsv1: boolean, length: number): void {
    this.#progress.start(opcode, rsv1, length);
    if (this.#progress.frames > 1) return;
    const isText = opcode === Opcode.Text;
    this.#decoder = isText ? new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }) : undefined;
  }

  /** @throws {WebSocketProtocolError} 1007 at the first octet that cannot be UTF-8 */
  payload(chunk: Buffer, start: number, end: number): void {
    const piece = chunk.subarray(start, end);
    if (this.#decoder === undefined) this.#sink.part(Buffer.from(piece), false, false);
    else this.#text(this.#decoder, piece, true);
  }

  /**
   * @param wanted whether all of its payload was taken
   * @throws {WebSocketProtocolError} 1007 when text ends within a character
   */
  finish(wanted: boolean): void {
    this.#progress.finish();
    if (!wanted) return;
    if (this.#decoder !== undefined) this.#text(this.#decoder, undefined, false);
    this.#sink.part(this.#decoder === undefined ? NO_BYTES : "", this.#decoder !== undefined, true);
  }

  #text(decoder: InstanceType<typeof TextDecoder>, piece: Buffer | undefined, more: boolean): void {
    const text = decoded(decoder, piece, more);
    if (text !== "") this.#sink.part(text, true, false);
  }
}

function decoded(
  decoder: InstanceType<typeof TextDecoder>,
  piece: Buffer | undefined,
  more: boolean,
): string {
  try {
    return decoder.decode(piece, { stream: more });
  } catch (error) {
    // RFC 6455 §8.1. The decoder has no other reason to throw.
    if (!(error instanceof TypeError)) throw error;
    throw new WebSocketProtocolError(1007, "text is not UTF-8");
  }
}
