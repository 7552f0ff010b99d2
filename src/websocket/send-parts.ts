/** RFC 6455 §5.4: sends one message as fragments, for who does not hold it whole. */
import { Opcode } from "./frame.ts";

/** The parts of one message: all strings, or all bytes. */
export type Parts = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** As much of a connection as this needs. */
export interface PartSender {
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
 * Sends all of it. Fulfilled when the last part is on its way.
 *
 * @throws {TypeError} when the parts are not of one kind
 * @throws {Error} when the connection closes before the end, and whatever `parts` throws
 */
export async function sendParts(sender: PartSender, parts: Parts): Promise<void> {
  let encode: Encode | undefined;
  let opcode: Opcode = Opcode.Text;
  const send = (payload: Uint8Array, final: boolean): void => {
    if (!sender.sendPart(opcode, payload, final)) throw tooLate();
    opcode = Opcode.Continuation;
  };
  for await (const part of parts) {
    if (encode === undefined) {
      encode = typeof part === "string" ? textEncoder() : sameBytes;
      opcode = typeof part === "string" ? Opcode.Text : Opcode.Binary;
      await begin(sender);
    }
    send(encode(part, false), false);
    await sender.until(() => !sender.isBlocked || !sender.isOpen);
  }
  if (encode === undefined) await begin(sender);
  send(encode?.("", true) ?? NO_BYTES, true);
}

/** Waits for its turn. Asking and taking it is one step, or two who wait would both begin. */
function begin(sender: PartSender): Promise<void> {
  return sender.until(() => !sender.isOpen || sender.beginParts());
}

export function tooLate(): Error {
  return new Error("the connection is closing: the message was not sent whole");
}

type Encode = (part: string | Uint8Array, last: boolean) => Uint8Array;

const NO_BYTES = new Uint8Array(0);

const sameBytes: Encode = (part, last) => {
  if (last) return NO_BYTES;
  if (typeof part === "string") throw new TypeError("the parts of a message are all strings or all bytes");
  return part;
};

/** A character that is cut between two parts is encoded with the second. */
function textEncoder(): Encode {
  let half = "";
  return (part, last) => {
    if (typeof part !== "string") throw new TypeError("the parts of a message are all strings or all bytes");
    const text = half + part;
    const cut = !last && /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
    half = text.slice(cut);
    return Buffer.from(text.slice(0, cut));
  };
}
