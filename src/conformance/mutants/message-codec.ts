/** permessage-deflate at work (RFC 7692 §7.2): one endpoint's compressor and decompressor, and how each can be wrong. */
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import type { Broken } from "./faults.ts";

/** What was agreed on for one direction. */
export interface Direction {
  /** 8 to 15: the base-2 logarithm of the window (RFC 7692 §7.1.2). */
  readonly windowBits: number;
  /** Whether the window lives on from message to message (RFC 7692 §7.1.1). */
  readonly contextTakeover: boolean;
}

/** The parameters that both sides have agreed on (RFC 7692 §5). */
export interface Agreement {
  /** How the client compresses. */
  readonly client: Direction;
  /** How the server compresses. */
  readonly server: Direction;
}

/** The octets that a sender takes off the end (RFC 7692 §7.2.1) and a receiver puts back (§7.2.2). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** An empty block without compression that is the last (RFC 1951 §3.2.3): whoever arrives here has lost nothing. */
const LAST_BLOCK = Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff]);

/** A message is more than the receiver takes. */
export class TooMuch extends Error {
  override readonly name = "TooMuch";
}

export class MessageCodec {
  readonly #outgoing: Direction;
  readonly #incoming: Direction;
  readonly #broken: Broken;
  #sent: Buffer = Buffer.alloc(0);
  #received: Buffer = Buffer.alloc(0);

  /** @param role whose codec it is */
  constructor(agreement: Agreement, role: "server" | "client", broken: Broken) {
    this.#outgoing = agreement[role];
    this.#incoming = agreement[role === "server" ? "client" : "server"];
    this.#broken = broken;
  }

  /** The payload that carries `message`. */
  compress(message: Buffer): Buffer {
    if (message.length === 0 && this.#broken("compresses-empty-messages-to-nothing")) return message;
    const windowBits = this.#broken("compresses-with-a-larger-window") ? 15 : this.#outgoing.windowBits;
    const octets = deflateRawSync(message, {
      // zlib knows no window of 256 octets: without any reference back, Huffman coding alone needs none.
      ...(windowBits === 8 ? { strategy: constants.Z_HUFFMAN_ONLY, windowBits: 9 } : { windowBits }),
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#sent.length > 0 && windowBits > 8 ? { dictionary: this.#sent } : {}),
    });
    const takesOver = this.#outgoing.contextTakeover || this.#broken("keeps-its-window-when-told-not-to");
    if (takesOver) this.#sent = lastOf(this.#sent, message, 2 ** windowBits);
    if (this.#broken("leaves-the-tail-on")) return octets;
    const payload = octets.subarray(0, octets.length - TAIL.length);
    // RFC 7692 §7.2.3.6: an empty message is the one octet 0x00.
    return payload.length === 0 ? Buffer.from([0x00]) : payload;
  }

  /**
   * The message that `payload` carries.
   *
   * @param limit octets that the message may have
   * @throws {TooMuch} when it is longer
   * @throws {Error} when it is not DEFLATE data
   */
  decompress(payload: Buffer, limit: number): Buffer {
    this.#lookAtFirstBlock(payload[0] ?? 0);
    const window = this.#broken("forgets-the-window-of-the-sender") ? Buffer.alloc(0) : this.#received;
    const windowBits = this.#broken("decompresses-with-a-small-window") ? 8 : this.#incoming.windowBits;
    const message = this.#inflate(payload, { window, windowBits, limit });
    const final = (payload[0] ?? 0) & 0x1 && this.#broken("forgets-the-window-behind-final-blocks");
    if (final) this.#received = Buffer.alloc(0);
    else if (this.#incoming.contextTakeover) this.#received = lastOf(window, message, 2 ** windowBits);
    return message;
  }

  /** RFC 1951 §3.2.3: BFINAL, and BTYPE. */
  #lookAtFirstBlock(octet: number): void {
    if ((octet & 0x1) !== 0 && this.#broken("knows-no-final-blocks")) throw new Error("a final block");
    const type = blockTypes[(octet >> 1) & 0x3];
    if (type !== undefined && this.#broken(`knows-no-${type}`)) throw new Error(type);
  }

  /** A message came that was not compressed. RFC 7692 §7.2.3: it does not affect the window. */
  passedBy(message: Buffer): void {
    if (this.#broken("puts-uncompressed-messages-into-the-window"))
      this.#received = lastOf(this.#received, message, 32_768);
  }

  /** Inflates one DEFLATE stream after another: a block that says it is the last may have others behind it. */
  #inflate(
    payload: Buffer,
    { window, windowBits, limit }: { window: Buffer; windowBits: number; limit: number },
  ): Buffer {
    const tail = this.#broken("decompresses-without-the-tail") ? Buffer.alloc(0) : TAIL;
    let rest = Buffer.concat([payload, tail, LAST_BLOCK]);
    let message: Buffer = Buffer.alloc(0);
    while (rest.length > 0) {
      const dictionary = lastOf(window, message, 2 ** windowBits);
      const room = limit - message.length;
      const finishFlush = this.#broken("takes-data-that-breaks-off")
        ? constants.Z_SYNC_FLUSH
        : constants.Z_FINISH;
      const { octets, consumed } = inflateStream(rest, { dictionary, windowBits, room, finishFlush });
      message = Buffer.concat([message, octets]);
      rest = rest.subarray(consumed);
      if (this.#broken("stops-at-final-blocks")) break;
    }
    return message;
  }
}

/** RFC 1951 §3.2.3, by the type's two bits. */
const blockTypes = ["stored-blocks", "fixed-codes", "dynamic-codes"] as const;

interface StreamOptions {
  readonly dictionary: Buffer;
  readonly windowBits: number;
  /** Octets that there may be. */
  readonly room: number;
  readonly finishFlush: number;
}

/** @throws {TooMuch} when there are more than `room` octets in it */
function inflateStream(
  octets: Buffer,
  { dictionary, windowBits, room, finishFlush }: StreamOptions,
): { octets: Buffer; consumed: number } {
  try {
    const options = { windowBits, finishFlush, ...(dictionary.length > 0 ? { dictionary } : {}) };
    const result: unknown = inflateRawSync(octets, { ...options, maxOutputLength: room + 1, info: true });
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
    if (buffer.length <= room) return { octets: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") throw error;
  }
  throw new TooMuch(`more than ${room} octets`);
}

function lastOf(window: Buffer, message: Buffer, size: number): Buffer {
  const all = Buffer.concat([window, message]);
  return all.length <= size ? all : Buffer.from(all.subarray(all.length - size));
}
