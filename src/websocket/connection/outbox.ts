/**
 * The bytes one endpoint has to send, collected over a turn of the event loop so that they leave in one
 * write.
 *
 * A system call costs more than everything else about a small frame: 64 frames of 64 bytes cost 14 times as
 * much when each is written by itself (bench/websocket/write).
 * Frames are therefore encoded straight into a slab of memory that all connections share:
 *
 *     slab   [ frames of A | frames of B B B | C | free …                    ]   64 KiB
 *                                              ▲ end: the next frame goes here
 *
 * Each connection owns the region it opened until it transmits it. When the kernel took all of it at once
 * (the usual case) the region is free again; the slab starts over when no region is open. A region that a
 * slow transport still holds keeps its slab from starting over: it is filled to its end and left to the
 * garbage collector. Payloads over 4 KiB are not copied but sent as they are, after their header.
 */
import { FIN, headerSize, MAX_HEADER_SIZE, Opcode, writeHeader, writeMaskingKey } from "../wire/frame.ts";
import { mask } from "../wire/mask.ts";

const SLAB_SIZE = 64 * 1024;
/**
 * The longest payload that is copied into a slab. Longer ones fill slabs so fast that transports hold them, and
 * new slabs cost more than a second chunk in the write: with 16 KiB here, an echo of 16 KiB, 64 × 32, costs a
 * quarter more (bench/websocket/echo).
 */
export const COPY_UP_TO: number = 4 * 1024;

/**
 * Chunks that are no longer than this on average are joined to one: a copy costs less than an entry of its own in the
 * write. So are the frames that others' frames came between in the slab, as in a broadcast of several messages.
 */
const JOIN_UP_TO = 512;

/** What an {@link Outbox} writes to: a stream, seen through the four things it needs to know. */
export interface Transport {
  cork(): void;
  write(bytes: Uint8Array): void;
  uncork(): void;
  /** Bytes written that the kernel has not taken yet. */
  readonly pendingBytes: number;
  /**
   * Whether nobody looks any more at what was written once `pendingBytes` is 0. True for a socket, which has
   * handed it to the kernel then; a stream in this process may have passed on the very same memory.
   */
  readonly letsGo: boolean;
}

class Slab {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(SLAB_SIZE);
  end = 0;
  openRegions = 0;
  /** A transport still reads from it, so what was written must stay. */
  held = false;
}

let current = new Slab();

/** A slab with `size` free bytes at its end. */
function slabFor(size: number): Slab {
  if (current.openRegions === 0 && !current.held) current.end = 0;
  if (current.end + size > SLAB_SIZE) current = new Slab();
  return current;
}

export class Outbox {
  /** Bytes waiting to be transmitted. */
  length = 0;
  /** Draws a masking key; undefined on a server, whose frames are not masked (RFC 6455 §5.1). */
  readonly #drawKey: (() => number) | undefined;
  // The open region: the last thing in its slab that belongs to us.
  #slab: Slab | undefined;
  #start = 0;
  #end = 0;
  // What comes before it, in order, and the slabs that those chunks lie in; made when there is something.
  #chunks: Uint8Array[] | undefined;
  #slabs: Slab[] | undefined;

  constructor(drawKey: (() => number) | undefined) {
    this.#drawKey = drawKey;
  }

  /**
   * Adds one frame. A payload over 4 KiB is not copied on a server: it must not change any more.
   *
   * @param flags FIN and RSV1, where they are to be set
   */
  frame(opcode: Opcode, payload: Uint8Array, flags: number = FIN): void {
    const length = payload.length;
    const size = headerSize(length, this.#drawKey !== undefined);
    const inSlab = length <= COPY_UP_TO;
    const header = this.#reserve(inSlab ? size + length : size);
    const bytes = this.#slab!.bytes;
    let at = writeHeader(bytes, header, flags | opcode, length);
    const key = this.#drawKey?.();
    if (key !== undefined) at = writeMaskingKey(bytes, header, at, key);
    if (inSlab) {
      bytes.set(payload, at);
      if (key !== undefined) mask(bytes, at, at + length, key, 0);
    } else if (key === undefined) {
      this.#append(payload);
    } else {
      const masked = Buffer.from(payload);
      mask(masked, 0, length, key, 0);
      this.#append(masked);
    }
  }

  /** Adds one text message, encoded straight into the slab when it is short. */
  text(message: string): void {
    // A UTF-16 code unit becomes three octets at most.
    if (message.length * 3 > COPY_UP_TO) {
      this.frame(Opcode.Text, Buffer.from(message));
      return;
    }
    const header = this.#reserve(MAX_HEADER_SIZE + message.length * 3);
    const bytes = this.#slab!.bytes;
    const masked = this.#drawKey !== undefined;
    // Room for the header that a text of so many characters most likely has; if not, the text moves.
    const likely = header + headerSize(message.length, masked);
    const length = bytes.write(message, likely);
    const payload = header + headerSize(length, masked);
    if (payload !== likely) bytes.copyWithin(payload, likely, likely + length);
    const at = writeHeader(bytes, header, FIN | Opcode.Text, length);
    if (this.#drawKey !== undefined) {
      const key = this.#drawKey();
      writeMaskingKey(bytes, header, at, key);
      mask(bytes, payload, payload + length, key, 0);
    }
    this.#shrinkTo(payload + length);
  }

  /** Adds bytes that are frames already (see `message.ts`). */
  frames(bytes: Uint8Array): void {
    if (bytes.length > COPY_UP_TO) {
      this.#append(bytes);
    } else {
      const at = this.#reserve(bytes.length);
      this.#slab!.bytes.set(bytes, at);
    }
  }

  /**
   * Writes everything that was added, in order, and lets go of it. What is added from within a write, by a tap or a
   * stream of this process, belongs to the next time.
   */
  transmit(transport: Transport): void {
    if (this.length === 0) return;
    const { length } = this;
    const backedUp = transport.pendingBytes > 0;
    const chunks = this.#chunks;
    const slabs = this.#slabs;
    const slab = this.#slab;
    const region = slab?.bytes.subarray(this.#start, this.#end);
    this.#reset();
    const joined = chunks !== undefined && length <= JOIN_UP_TO * chunks.length;
    if (joined) {
      transport.write(Buffer.concat(region === undefined ? chunks : [...chunks, region], length));
    } else if (chunks === undefined) {
      // A transport that is backed up would hold a whole slab for it.
      transport.write(backedUp ? Buffer.from(region!) : region!);
    } else {
      transport.cork();
      for (const chunk of chunks) transport.write(chunk);
      if (region !== undefined && region.length > 0) transport.write(backedUp ? Buffer.from(region) : region);
      transport.uncork();
    }
    const copied = joined || (backedUp && slabs === undefined);
    const held = !copied && (transport.pendingBytes > 0 || !transport.letsGo);
    if (slab !== undefined) release(slab, held);
    for (const one of slabs ?? []) release(one, held);
  }

  /** Forgets everything that was added. */
  clear(): void {
    if (this.#slab !== undefined) release(this.#slab, false);
    for (const slab of this.#slabs ?? []) release(slab, false);
    this.#reset();
  }

  #reset(): void {
    this.length = 0;
    this.#slab = undefined;
    this.#start = this.#end = 0;
    this.#chunks = undefined;
    this.#slabs = undefined;
  }

  /** Makes room for `size` bytes (a slab's at most) and returns where they go in `#slab`. */
  #reserve(size: number): number {
    if (this.#slab === undefined || this.#slab.end !== this.#end || this.#end + size > SLAB_SIZE) {
      this.#sealRegion();
      const slab = slabFor(size);
      slab.openRegions++;
      this.#slab = slab;
      this.#start = this.#end = slab.end;
    }
    const at = this.#end;
    this.#shrinkTo(at + size);
    return at;
  }

  /** Sets the end of the open region. */
  #shrinkTo(end: number): void {
    this.length += end - this.#end;
    this.#end = end;
    this.#slab!.end = end;
  }

  #append(bytes: Uint8Array): void {
    this.#sealRegion();
    this.#chunks ??= [];
    this.#chunks.push(bytes);
    this.length += bytes.length;
  }

  #sealRegion(): void {
    if (this.#slab === undefined) return;
    this.#chunks ??= [];
    this.#slabs ??= [];
    this.#chunks.push(this.#slab.bytes.subarray(this.#start, this.#end));
    this.#slabs.push(this.#slab);
    this.#slab = undefined;
    this.#start = this.#end = 0;
  }
}

/** A region of a slab is not ours any more; `held`: a transport may still read from it. */
function release(slab: Slab, held: boolean): void {
  slab.openRegions--;
  if (held) slab.held = true;
}
