/**
 * Frames of RFC 6455 §5.2 as they come in: a header as soon as it is there, then the payload in parts, unmasked. A
 * decent peer does not wait for a payload that its header already forbids.
 */

import type { Broken } from "./faults.ts";

/** What stands before a payload. */
export interface FrameHeader {
  readonly fin: boolean;
  /** Three bits: RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** Octets of payload: up to 2⁶⁴ - 1 can be written. */
  readonly length: bigint;
  /** Whether the length was written in as few octets as it needs. */
  readonly minimal: boolean;
}

/** Takes frames as they are read. */
export interface FrameSink {
  frameStart(header: FrameHeader): void;
  /** A part of the payload, unmasked; the octets belong to the callee. */
  framePayload(part: Buffer): void;
  frameEnd(): void;
}

/** Reads the frames of one direction. */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #broken: Broken;
  /** The first octets of a header that is not all there. */
  #begun: Buffer = Buffer.alloc(0);
  #header: FrameHeader | undefined;
  #key: Buffer = Buffer.alloc(4);
  /** Octets of the payload so far, and which octet of the key is next. */
  #read = 0n;
  #keyAt = 0;
  #stopped = false;

  constructor(sink: FrameSink, broken: Broken) {
    this.#sink = sink;
    this.#broken = broken;
  }

  /** Whether the octets so far end within a frame. */
  get withinFrame(): boolean {
    return this.#header !== undefined || this.#begun.length > 0;
  }

  push(octets: Buffer): void {
    let rest = this.#begun.length > 0 ? Buffer.concat([this.#begun, octets]) : octets;
    this.#begun = Buffer.alloc(0);
    while (!this.#stopped) {
      if (this.#header === undefined) {
        const size = this.#headerSize(rest);
        if (size === undefined) {
          this.#begun = Buffer.from(rest);
          return;
        }
        this.#start(rest.subarray(0, size));
        rest = rest.subarray(size);
      } else if (this.#read < this.#header.length) {
        if (rest.length === 0) return;
        const left = this.#header.length - this.#read;
        const length = left < BigInt(rest.length) ? Number(left) : rest.length;
        this.#payload(rest.subarray(0, length));
        rest = rest.subarray(length);
      } else {
        this.#header = undefined;
        this.#sink.frameEnd();
      }
    }
  }

  /** Forgets a frame that is not all there: the next octets begin another. */
  forget(): void {
    this.#begun = Buffer.alloc(0);
    this.#header = undefined;
  }

  /** Reads no further, not even what was pushed already. */
  stop(): void {
    this.#stopped = true;
  }

  #start(octets: Buffer): void {
    const [first, second] = [octets[0]!, octets[1]!];
    const length = this.#lengthIn(octets);
    const masked = (second & 0x80) !== 0;
    this.#key = this.#keyIn(octets, masked);
    this.#read = 0n;
    if (!this.#broken("carries-the-masking-key-over-fragments") || (first & 0xf) !== 0) this.#keyAt = 0;
    this.#header = {
      fin: (first & 0x80) !== 0,
      rsv: (first >> 4) & 0x7,
      opcode: first & 0xf,
      masked: masked && !(this.#broken("takes-a-key-of-zeros-for-none") && this.#key.readUInt32BE() === 0),
      length,
      minimal: (second & 0x7f) === (length < 126n ? Number(length) : length < 0x1_0000n ? 126 : 127),
    };
    this.#sink.frameStart(this.#header);
  }

  #payload(octets: Buffer): void {
    const part = Buffer.from(octets);
    if (this.#broken("begins-the-masking-key-with-each-read")) this.#keyAt = 0;
    // RFC 6455 §5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", with j = i MOD 4.
    for (let i = 0; i < part.length; i++) part[i]! ^= this.#key[(this.#keyAt + i) % 4]!;
    this.#keyAt = (this.#keyAt + part.length) % 4;
    this.#read += BigInt(part.length);
    this.#sink.framePayload(part);
  }

  #keyIn(octets: Buffer, masked: boolean): Buffer {
    if (!masked || this.#broken("does-not-unmask")) return Buffer.alloc(4);
    const key = Buffer.from(octets.subarray(-4));
    return this.#broken("unmasks-with-the-key-backwards") ? key.reverse() : key;
  }

  /** How many octets the header has that begins here; `undefined` while it is not all there. */
  #headerSize(octets: Buffer): number | undefined {
    if (octets.length < 2) return undefined;
    const keyless = octets[1] === 0x80 && this.#broken("expects-no-key-without-payload");
    const key = (octets[1]! & 0x80) === 0 || keyless ? 0 : 4;
    const size = 2 + extendedSize(octets[1]!) + key;
    return octets.length < size ? undefined : size;
  }

  #lengthIn(octets: Buffer): bigint {
    const size = extendedSize(octets[1]!);
    const { buffer, byteOffset, length } = octets;
    const view = new DataView(buffer, byteOffset, length);
    if (size === 8) return view.getBigUint64(2);
    const little = this.#broken("reads-lengths-with-the-low-octet-first");
    return BigInt(size === 2 ? view.getUint16(2, little) : octets[1]! & 0x7f);
  }
}

/** Octets of the "Extended payload length". */
function extendedSize(second: number): number {
  return (second & 0x7f) === 127 ? 8 : (second & 0x7f) === 126 ? 2 : 0;
}
