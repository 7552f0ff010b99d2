/**
 * The bytes of an echo test with permessage-deflate: JSON that the client has compressed once, and the check
 * that the answers are compressed too and say the same. No two compressors make the same bytes, so an answer
 * is inflated the first time it comes, and from then on compared with itself. Pure.
 */
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import type { AnswerCheck, Exchange } from "./exchange.ts";
import { clientFrame, startGenerator } from "./frames.ts";
import { type Opening, prepareDeflateOpening } from "./openings.ts";

/** FIN, RSV1 ("Per-Message Compressed", RFC 7692 §6) and the opcode of text. */
const COMPRESSED_TEXT = 0xc1;
const RSV1 = 0x40;
/** What a sender leaves out at the end of a message (RFC 7692 §7.2.1). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const CYCLE = 16;

/** What was said, and the whole frame that answered it last. */
interface Said {
  readonly message: Buffer;
  answer: Buffer | undefined;
}

/** JSON messages that come back as they are, compressed. Servers with different compressors want one each. */
export class DeflateExchange implements Exchange {
  readonly opening: Opening = prepareDeflateOpening();
  readonly cycle: number = CYCLE;
  readonly #said: readonly Said[];
  /** A cycle of frames and so many more that any run is one slice, and where each begins. */
  readonly #sent: Buffer;
  readonly #starts: readonly number[];

  /**
   * @param messageBytes of each message before compression
   * @param run the most frames that are sent at once
   */
  constructor(messageBytes: number, run: number) {
    const random = startGenerator(messageBytes);
    this.#said = Array.from({ length: CYCLE }, () => ({
      message: jsonOf(messageBytes, random),
      answer: undefined,
    }));
    const frames = this.#said.map(({ message }) => clientFrame(COMPRESSED_TEXT, compress(message), random()));
    const sent = Array.from({ length: CYCLE + run }, (_, index) => frames[index % CYCLE]!);
    this.#sent = Buffer.concat(sent);
    let end = 0;
    this.#starts = [0, ...sent.map(({ length }) => (end += length))];
  }

  frames(first: number, count: number): Buffer {
    return this.#sent.subarray(this.#starts[first], this.#starts[first + count]);
  }

  startCheck(): AnswerCheck {
    return new DeflateCheck(this.#said);
  }

  /** Bytes of a frame that answered, on average over the cycle; 0 before the first answers. */
  get answerBytes(): number {
    const answers = this.#said.flatMap(({ answer }) => (answer === undefined ? [] : [answer.length]));
    return answers.reduce((sum, length) => sum + length, 0) / Math.max(1, answers.length);
  }
}

class DeflateCheck implements AnswerCheck {
  readonly #said: readonly Said[];
  #next = 0;
  /** A frame that came in part. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(said: readonly Said[]) {
    this.#said = said;
  }

  receive(chunk: Buffer, length: number): number {
    const bytes = this.#rest.length === 0 ? chunk.subarray(0, length) : this.#joined(chunk, length);
    let answers = 0;
    let at = 0;
    for (;;) {
      const size = frameSize(bytes, at);
      if (size === undefined || at + size > bytes.length) break;
      this.#check(bytes.subarray(at, at + size));
      at += size;
      answers++;
    }
    this.#rest = at === bytes.length ? NOTHING : Buffer.from(bytes.subarray(at));
    return answers;
  }

  #joined(chunk: Buffer, length: number): Buffer {
    return Buffer.concat([this.#rest, chunk.subarray(0, length)]);
  }

  #check(frame: Buffer): void {
    const said = this.#said[this.#next]!;
    this.#next = (this.#next + 1) % this.#said.length;
    if (said.answer?.equals(frame)) return;
    checkFrame(frame, said.message);
    said.answer = Buffer.from(frame);
  }
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Header and payload of the frame at `at`; undefined while its header is not whole. */
function frameSize(bytes: Buffer, at: number): number | undefined {
  if (at + 2 > bytes.length) return undefined;
  const length = bytes[at + 1]!;
  if (length < 126) return 2 + length;
  if (length > 126) throw new Error("the answer is masked, or far longer than what was sent");
  return at + 4 > bytes.length ? undefined : 4 + bytes.readUInt16BE(at + 2);
}

/** @throws {Error} when the frame is not the message, compressed */
function checkFrame(frame: Buffer, message: Buffer): void {
  const payload = frame.subarray(frame[1]! < 126 ? 2 : 4);
  if ((frame[0]! & RSV1) === 0 || payload.length >= message.length) {
    throw new Error("the answer is not compressed");
  }
  if (frame[0] !== COMPRESSED_TEXT || !inflate(payload)?.equals(message)) {
    throw new Error("the echo is not what was sent");
  }
}

/** RFC 7692 §7.2.2; undefined for what is no DEFLATE. */
function inflate(payload: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(Buffer.concat([payload, TAIL]), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

function compress(message: Buffer): Buffer {
  return deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -TAIL.length);
}

/** Orders as a shop might send them, cut to so many bytes by the length of a note at the end. */
function jsonOf(bytes: number, random: () => number): Buffer {
  const orders: object[] = [];
  const write = (note: string): string => JSON.stringify({ type: "orders", orders, note });
  for (;;) {
    const order = orderOf(random);
    orders.push(order);
    if (write("").length > bytes) break;
  }
  orders.pop();
  return Buffer.from(write(noteOf(bytes - write("").length, random)));
}

function orderOf(random: () => number): object {
  return {
    id: random(),
    status: ["new", "paid", "sent", "returned"][random() % 4],
    customer: `c-${random() % 100_000}`,
    cents: random() % 1_000_000,
    at: new Date(1.7e12 + (random() % 1e9)).toISOString(),
  };
}

function noteOf(length: number, random: () => number): string {
  return Array.from({ length }, () => String.fromCharCode(0x61 + (random() % 26))).join("");
}
