/**
 * RFC 6455 §5 a second time: slow, obvious, and sharing not a line with `src/websocket`.
 *
 * Payloads are arrays of numbers, nothing is done in place, a stream is read as a whole. `naive-messages.ts` makes
 * messages of the frames; the fuzz tests compare what the fast implementation does with what that says it must do.
 */

export interface Frame {
  /** Default true. */
  readonly fin?: boolean | undefined;
  /** RSV1, RSV2, RSV3 as a number of three bits. Default 0. */
  readonly rsv?: number | undefined;
  readonly opcode: number;
  /** A string stands for its UTF-8. Default nothing. */
  readonly payload?: string | Uint8Array | readonly number[] | undefined;
  /** Four octets; undefined for a frame that is not masked. */
  readonly key?: readonly number[] | undefined;
  /** Octets of the payload length, where it shall not be the fewest: 1, 3 or 9. */
  readonly lengthOctets?: 1 | 3 | 9 | undefined;
  /** A payload length other than the true one. */
  readonly claimedLength?: bigint | undefined;
}

export const octetsOf = (payload: Frame["payload"] = []): number[] =>
  numbers(typeof payload === "string" ? new TextEncoder().encode(payload) : payload);

/** An array of its own. Not by spreading: that took a fifth of the time of a million streams. */
export function numbers(octets: ArrayLike<number>): number[] {
  const copy = new Array<number>(octets.length);
  for (let i = 0; i < octets.length; i++) copy[i] = octets[i]!;
  return copy;
}

/** Writes one frame, obeying or breaking RFC 6455 §5.2 as told. */
export function encodeFrame(frame: Frame): Buffer {
  const payload = octetsOf(frame.payload);
  const length = frame.claimedLength ?? BigInt(payload.length);
  const lengthOctets = frame.lengthOctets ?? (length < 126n ? 1 : length < 65536n ? 3 : 9);
  const extended: number[] = [];
  for (let i = lengthOctets - 2; i >= 0; i--) extended.push(Number((length >> BigInt(8 * i)) & 0xffn));
  const short = lengthOctets === 1 ? Number(length) : lengthOctets === 3 ? 126 : 127;
  const { fin = true, rsv = 0, opcode, key } = frame;
  const header = [(fin ? 128 : 0) + rsv * 16 + opcode, (key === undefined ? 0 : 128) + short];
  return Buffer.from(header.concat(extended, key ?? [], xor(payload, key)));
}

/** RFC 6455 §5.3. */
function xor(payload: readonly number[], key: readonly number[] | undefined): number[] {
  return key === undefined ? numbers(payload) : payload.map((octet, i) => octet ^ key[i % 4]!);
}

export interface FrameRules {
  /** Who reads the stream. */
  readonly role: "client" | "server";
  readonly maxMessageBytes: number;
  /** Whether RSV1 means something (RFC 7692 §6). */
  readonly rsv1: boolean;
  /** Whether lengths are read as ws does: not minimal ones, too, and those from 2^53 on all alike. */
  readonly anyLength?: boolean | undefined;
}

/** A rule was broken: which, and the codes that the Close frame may have, usually one. */
export class Broken extends Error {
  readonly codes: readonly number[];
  readonly why: string;
  constructor(code: number | readonly number[], why: string) {
    super(`${why}: ${code}`);
    this.codes = [code].flat();
    this.why = why;
  }
}

export interface ReadFrame {
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly opcode: number;
  readonly length: number;
  /** Undefined when the stream ends before the payload does. */
  readonly payload: number[] | undefined;
  /** As much of the payload as the stream has. */
  readonly available: number[];
  readonly size: number;
}

/** Reads the frame at the start of `bytes`; undefined when its header is not complete. */
export function readFrame(bytes: Uint8Array, rules: FrameRules): ReadFrame | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const fin = first >= 128;
  const rsv1 = Math.floor(first / 64) % 2 === 1;
  const opcode = first % 16;
  const masked = second >= 128;
  const short = second % 128;
  checkTwoOctets(first, second, rules);

  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + extended) return undefined;
  let length = BigInt(short);
  if (extended > 0) {
    length = 0n;
    for (const octet of bytes.subarray(2, 2 + extended)) length = length * 256n + BigInt(octet);
    if (rules.anyLength) {
      if (length >= 2n ** 53n) throw new Broken(1009, "frame too long");
    } else {
      if (length >= 2n ** 63n) throw new Broken(1002, "length of 64 bits");
      if (length < (extended === 2 ? 126n : 65536n)) throw new Broken(1002, "length not minimal");
    }
  }
  if (opcode < 8 && length > BigInt(rules.maxMessageBytes)) throw new Broken(1009, "frame too long");
  const header = 2 + extended + (masked ? 4 : 0);
  if (bytes.length < header) return undefined;
  const size = header + Number(length);
  const key = masked ? numbers(bytes.subarray(2 + extended, header)) : undefined;
  const available = xor(numbers(bytes.subarray(header, size)), key);
  const payload = bytes.length < size ? undefined : available;
  return { fin, rsv1, opcode, length: Number(length), payload, available, size };
}

function checkTwoOctets(first: number, second: number, rules: FrameRules): void {
  const control = first % 16 >= 8;
  const reserved = Math.floor(first / 16) % 8;
  if (reserved !== 0 && !(reserved === 4 && rules.rsv1)) throw new Broken(1002, "reserved bit");
  if (reserved === 4 && control) throw new Broken(1002, "RSV1 of a control frame");
  if (![0, 1, 2, 8, 9, 10].includes(first % 16)) throw new Broken(1002, "reserved opcode");
  if (second >= 128 !== (rules.role === "server")) throw new Broken(1002, "masking");
  if (control && (first < 128 || second % 128 > 125))
    throw new Broken(1002, "control frame long or fragmented");
}

export type WholeFrame = ReadFrame & { readonly payload: number[] };

/** Splits what an endpoint sent into its frames: which must all be whole, or else as far as they are. */
export function readFrames(
  bytes: Uint8Array,
  reader: FrameRules["role"],
  rest: "must be whole" | "as far as they go" = "must be whole",
): WholeFrame[] {
  const rules: FrameRules = { role: reader, maxMessageBytes: 2 ** 40, rsv1: false };
  const frames: WholeFrame[] = [];
  for (let left = bytes; left.length > 0; left = left.subarray(frames.at(-1)!.size)) {
    const frame = readFrame(left, rules);
    if (frame?.payload === undefined) {
      if (rest === "must be whole") throw new Error("the output ends inside a frame");
      return frames;
    }
    frames.push({ ...frame, payload: frame.payload });
  }
  return frames;
}
