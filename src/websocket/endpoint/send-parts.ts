/** RFC 6455 §5.4: sends one message as fragments, for who does not hold it whole. */
import { Opcode } from "../wire/frame.ts";

type Part = string | Uint8Array;

/** The parts of one message: all strings, or all bytes. */
export type Parts = Iterable<Part> | AsyncIterable<Part>;

/** As much of a connection as this needs. */
export interface PartSender {
  /** False as soon as it is closing, or was dropped. */
  readonly isOpen: boolean;
  /** Whether the peer reads so slowly that more should wait. */
  readonly isBlocked: boolean;
  /** Reserves the connection for the parts of one message. False while something is in the way. */
  beginParts(): boolean;
  /** False once the connection is closing. */
  sendPart(opcode: Opcode, payload: Uint8Array, final: boolean): boolean;
  /** Resolves when `condition` holds; it is asked whenever something has changed. */
  until(condition: () => boolean): Promise<void>;
}

/**
 * Checks that there are parts before anything is sent. The characters of a string and the numbers of a Uint8Array are
 * none: who gives one of those means one message.
 *
 * @throws {TypeError} that says what to give
 */
export function checkParts(parts: unknown): asserts parts is Parts {
  const isMany = typeof parts === "object" && parts !== null && !ArrayBuffer.isView(parts);
  if (isMany && (Symbol.asyncIterator in parts || Symbol.iterator in parts)) return;
  throw new TypeError("give an array or an iterable of parts; for one message use send");
}

/**
 * Sends all of it. Each part is copied when it is given, so that a source may refill the same memory for the next.
 * Fulfilled when the last part is on its way.
 *
 * @throws {TypeError} when there are no parts, or they are not of one kind
 * @throws {Error} when the connection closes before the end, and whatever `parts` throws
 */
export async function sendParts(sender: PartSender, parts: Parts): Promise<void> {
  checkParts(parts);
  const source = new PartSource(sender, parts);
  let encode: Encode | undefined;
  let opcode: Opcode = Opcode.Text;
  const send = (payload: Uint8Array, final: boolean): void => {
    if (!sender.sendPart(opcode, payload, final)) throw tooLate();
    opcode = Opcode.Continuation;
  };
  try {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      const part = next.value;
      if (encode === undefined) {
        encode = typeof part === "string" ? textEncoder() : copyOf;
        opcode = typeof part === "string" ? Opcode.Text : Opcode.Binary;
        await begin(sender);
      }
      send(encode(part, false), false);
      await sender.until(() => !sender.isBlocked || !sender.isOpen);
    }
    if (encode === undefined) await begin(sender);
  } finally {
    source.release();
  }
  send(encode?.("", true) ?? NO_BYTES, true);
}

/** Waits for its turn. Asking and taking it is one step, or two who wait would both begin. */
function begin(sender: PartSender): Promise<void> {
  return sender.until(() => !sender.isOpen || sender.beginParts());
}

export function tooLate(): Error {
  return new Error("the connection is closing: the message was not sent whole");
}

/** Where parts come from. One that stays silent does not keep us when the connection is over. */
class PartSource {
  readonly #iterator: Iterator<Part> | AsyncIterator<Part>;
  /** Ends the wait for a part. */
  #giveUp: (() => void) | undefined;
  #over = false;

  constructor(sender: PartSender, parts: Parts) {
    this.#iterator = Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
    sender.until(() => this.#over || !sender.isOpen).then(() => this.#giveUp?.());
  }

  next(): Promise<IteratorResult<Part>> {
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Part>>();
    this.#giveUp = () => reject(tooLate());
    this.#ask().then(resolve, reject);
    return promise;
  }

  async #ask(): Promise<IteratorResult<Part>> {
    try {
      const next = await this.#iterator.next();
      if (next.done === true) this.#over = true;
      return next;
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }

  /** Lets the source go, where we leave it before its end. */
  release(): void {
    this.#giveUp = undefined;
    if (this.#over) return;
    this.#over = true;
    // Not waited for: who is silent may not answer this either.
    Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }
}

type Encode = (part: Part, last: boolean) => Uint8Array;

const NO_BYTES = new Uint8Array(0);
const ONE_KIND = "the parts of a message are all strings or all Uint8Arrays";

const copyOf: Encode = (part, last) => {
  if (last) return NO_BYTES;
  // A payload over 4 KiB would be sent from where it is, later.
  if (part instanceof Uint8Array) return Buffer.from(part);
  throw new TypeError(ONE_KIND);
};

/** A character that is cut between two parts is encoded with the second. */
function textEncoder(): Encode {
  let half = "";
  return (part, last) => {
    if (typeof part !== "string") throw new TypeError(ONE_KIND);
    const text = half + part;
    const cut = !last && /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
    half = text.slice(cut);
    return Buffer.from(text.slice(0, cut));
  };
}
