/**
 * Frames of RFC 6455 §5.2, the naive way: whole frames in, whole frames out, and everything sayable that is wrong.
 *
 * This codec is the suite's own. It is slow and obvious on purpose, and it shares no line with the implementations
 * that it judges.
 */

/** The opcodes of RFC 6455 §5.2. */
export const Opcode = {
  Continuation: 0x0,
  Text: 0x1,
  Binary: 0x2,
  Close: 0x8,
  Ping: 0x9,
  Pong: 0xa,
} as const;

/** RSV1, RSV2 and RSV3 as they stand in {@link Frame.rsv}. */
export const RSV1 = 4;
export const RSV2 = 2;
export const RSV3 = 1;

/** A frame as it was read. */
export interface Frame {
  readonly fin: boolean;
  /** Three bits: RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv: number;
  readonly opcode: number;
  /** Four octets; `undefined` when the MASK bit is not set. */
  readonly maskingKey: Buffer | undefined;
  /** Unmasked. */
  readonly payload: Buffer;
  readonly payloadLength: number;
  /** How the length was written: in 7, 16 or 64 bits. */
  readonly lengthBits: 7 | 16 | 64;
  /** Octets before the payload. */
  readonly headerLength: number;
}

/** A frame to be written; what is left out is what a correct frame has. */
export interface FrameToWrite {
  readonly opcode: number;
  readonly payload?: Buffer | string;
  /** Default true. */
  readonly fin?: boolean;
  /** Default 0. */
  readonly rsv?: number;
  /** Four octets to mask with; `undefined` writes an unmasked frame. */
  readonly maskingKey?: Buffer | undefined;
  /** Writes the length in this many bits, even where fewer would do. */
  readonly lengthBits?: 7 | 16 | 64;
  /** Writes this length in place of the payload's own. */
  readonly statedLength?: number | bigint;
}

/** The octets of a frame. */
export function encodeFrame(frame: FrameToWrite): Buffer {
  const { opcode, fin = true, rsv = 0, maskingKey } = frame;
  const payload = octetsOf(frame);
  const length = BigInt(frame.statedLength ?? payload.length);
  const bits = frame.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const extended = Buffer.alloc(bits === 7 ? 0 : bits / 8);
  if (bits === 16) extended.writeUInt16BE(Number(length));
  if (bits === 64) extended.writeBigUInt64BE(length);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const second = (maskingKey ? 0x80 : 0) | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127);
  return Buffer.concat([
    Buffer.from([first, second]),
    extended,
    maskingKey ?? Buffer.alloc(0),
    maskingKey ? mask(payload, maskingKey) : payload,
  ]);
}

/** The payload of a frame, before it is masked. */
export function octetsOf({ payload = "" }: FrameToWrite): Buffer {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}

/** The frame that `octets` begin with and its size in octets; `undefined` while it is not all there. */
export function decodeFrame(octets: Buffer): { frame: Frame; size: number } | undefined {
  const size = frameSize(octets);
  if (size === undefined || octets.length < size) return undefined;
  const [first, second] = [octets[0]!, octets[1]!];
  const lengthBits = lengthBitsOf(second);
  const masked = (second & 0x80) !== 0;
  const keyAt = 2 + (lengthBits === 7 ? 0 : lengthBits / 8);
  const headerLength = keyAt + (masked ? 4 : 0);
  const maskingKey = masked ? Buffer.from(octets.subarray(keyAt, headerLength)) : undefined;
  const carried = octets.subarray(headerLength, size);
  return {
    size,
    frame: {
      fin: (first & 0x80) !== 0,
      rsv: (first >> 4) & 0x7,
      opcode: first & 0xf,
      maskingKey,
      payload: maskingKey ? mask(carried, maskingKey) : Buffer.from(carried),
      payloadLength: carried.length,
      lengthBits,
      headerLength,
    },
  };
}

/** How many octets the frame that begins here has; `undefined` while its header is not all there. */
export function frameSize(octets: Buffer): number | undefined {
  if (octets.length < 2) return undefined;
  const second = octets[1]!;
  const bits = lengthBitsOf(second);
  const keyAt = 2 + (bits === 7 ? 0 : bits / 8);
  if (octets.length < keyAt) return undefined;
  const length =
    bits === 7 ? second & 0x7f : bits === 16 ? octets.readUInt16BE(2) : Number(octets.readBigUInt64BE(2));
  return keyAt + (second & 0x80 ? 4 : 0) + length;
}

/** RFC 6455 §5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", with j = i MOD 4. */
export function mask(payload: Buffer, maskingKey: Buffer): Buffer {
  const out = Buffer.allocUnsafe(payload.length);
  for (let i = 0; i < payload.length; i++) out[i] = payload[i]! ^ maskingKey[i % 4]!;
  return out;
}

/** The payload of a Close frame (RFC 6455 §5.5.1): a status code and a reason, or nothing. */
export function closePayload(code?: number, reason: string | Buffer = ""): Buffer {
  if (code === undefined) return Buffer.alloc(0);
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(code);
  return Buffer.concat([octets, Buffer.from(reason)]);
}

function lengthBitsOf(second: number): 7 | 16 | 64 {
  const length = second & 0x7f;
  return length === 126 ? 16 : length === 127 ? 64 : 7;
}
