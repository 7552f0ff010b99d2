/**
 * RFC 6455 §5-§8.1 a second time: slow, obvious, and sharing not a line with `src/websocket`.
 *
 * Payloads are arrays of numbers, nothing is done in place, a stream is read as a whole.
 * The fuzz tests compare what the fast implementation does with what this one says it must do.
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
  typeof payload === "string" ? [...new TextEncoder().encode(payload)] : [...payload];

/** Writes one frame, obeying or breaking RFC 6455 §5.2 as told. */
export function encodeFrame(frame: Frame): Buffer {
  const payload = octetsOf(frame.payload);
  const length = frame.claimedLength ?? BigInt(payload.length);
  const lengthOctets = frame.lengthOctets ?? (length < 126n ? 1 : length < 65536n ? 3 : 9);
  const extended: number[] = [];
  for (let i = lengthOctets - 2; i >= 0; i--) extended.push(Number((length >> BigInt(8 * i)) & 0xffn));
  const short = lengthOctets === 1 ? Number(length) : lengthOctets === 3 ? 126 : 127;
  const { fin = true, rsv = 0, opcode, key } = frame;
  return Buffer.from([
    (fin ? 128 : 0) + rsv * 16 + opcode,
    (key === undefined ? 0 : 128) + short,
    ...extended,
    ...(key ?? []),
    ...xor(payload, key),
  ]);
}

/** RFC 6455 §5.3. */
function xor(payload: readonly number[], key: readonly number[] | undefined): number[] {
  return key === undefined ? [...payload] : payload.map((octet, i) => octet ^ key[i % 4]!);
}

export interface Rules {
  /** Who reads the stream. */
  readonly role: "client" | "server";
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
}

/** A rule was broken; the code that the Close frame must have. */
class Broken extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`broken: ${code}`);
    this.code = code;
  }
}

interface ReadFrame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly length: number;
  /** Undefined when the stream ends before the payload does. */
  readonly payload: number[] | undefined;
  /** As much of the payload as the stream has. */
  readonly available: number[];
  readonly size: number;
}

/** Reads the frame at the start of `bytes`; undefined when its header is not complete. */
function readFrame(bytes: Uint8Array, rules: Rules): ReadFrame | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const fin = first >= 128;
  const opcode = first % 16;
  const masked = second >= 128;
  const short = second % 128;
  if (Math.floor(first / 16) % 8 !== 0) throw new Broken(1002);
  if (![0, 1, 2, 8, 9, 10].includes(opcode)) throw new Broken(1002);
  if (masked !== (rules.role === "server")) throw new Broken(1002);
  if (opcode >= 8 && (!fin || short > 125)) throw new Broken(1002);

  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + extended) return undefined;
  let length = BigInt(short);
  if (extended > 0) {
    length = 0n;
    for (const octet of bytes.subarray(2, 2 + extended)) length = length * 256n + BigInt(octet);
    if (length >= 2n ** 63n) throw new Broken(1002);
    if (length < (extended === 2 ? 126n : 65536n)) throw new Broken(1002);
  }
  if (opcode < 8 && length > BigInt(rules.maxMessageBytes)) throw new Broken(1009);
  const header = 2 + extended + (masked ? 4 : 0);
  if (bytes.length < header) return undefined;
  const size = header + Number(length);
  const key = masked ? [...bytes.subarray(2 + extended, header)] : undefined;
  const available = xor([...bytes.subarray(header, size)], key);
  const payload = bytes.length < size ? undefined : available;
  return { fin, opcode, length: Number(length), payload, available, size };
}

export type WholeFrame = ReadFrame & { readonly payload: number[] };

/** Splits what an endpoint sent into its frames: which must all be whole, or else as far as they are. */
export function readFrames(
  bytes: Uint8Array,
  reader: Rules["role"],
  rest: "must be whole" | "as far as they go" = "must be whole",
): WholeFrame[] {
  const rules: Rules = { role: reader, maxMessageBytes: 2 ** 40, maxFragments: 2 ** 40 };
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

/**
 * All that an open endpoint does with a stream until the transport ends behind it, in the lines of
 * `Transcript`. The reason of the Close frame that tells of a broken rule is our own wording and left out.
 */
export function expectedTranscript(stream: Uint8Array, rules: Rules): string[] {
  const lines: string[] = [];
  const unclean = 'closed 1006 "" unclean';
  try {
    const close = readMessages(stream, rules, lines);
    if (close === undefined) return [...lines, unclean];
    const { code, reason } = parseClose(close);
    lines.push(`sent close ${hex(close)}`);
    if (rules.role === "server") lines.push("end");
    return [...lines, `closed ${code} ${JSON.stringify(reason)} clean`];
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const { code } = error;
    return [...lines, `sent close ${hex([code >> 8, code & 255])}…`, "end", `failed ${code}`, unclean];
  }
}

/** Writes down what happens until the Close frame, whose payload it returns, or until the stream ends. */
function readMessages(stream: Uint8Array, rules: Rules, lines: string[]): number[] | undefined {
  let message: { opcode: number; octets: number[]; announced: number; frames: number } | undefined;
  for (let rest = stream; ; ) {
    const frame = readFrame(rest, rules);
    if (frame === undefined) return undefined;
    const { fin, opcode, length, payload, available } = frame;
    if (opcode < 8) {
      if ((message === undefined) === (opcode === 0)) throw new Broken(1002);
      message ??= { opcode, octets: [], announced: 0, frames: 0 };
      message.announced += length;
      if (message.announced > rules.maxMessageBytes) throw new Broken(1009);
      message.frames++;
      if (message.frames > rules.maxFragments) throw new Broken(1008);
      const octets = [...message.octets, ...available];
      if (message.opcode === 1 && !mayBecomeText(octets)) throw new Broken(1007);
    }
    if (payload === undefined) return undefined;
    rest = rest.subarray(frame.size);
    if (opcode === 8) return payload;
    if (opcode === 9) lines.push(`sent pong ${hex(payload)}`);
    if (opcode === 10) lines.push(`pong ${hex(payload)}`);
    if (message === undefined || opcode >= 8) continue;
    message.octets = [...message.octets, ...payload];
    if (!fin) continue;
    if (message.opcode === 1) lines.push(`text ${JSON.stringify(decode(message.octets))}`);
    else lines.push(`binary ${hex(message.octets)}`);
    message = undefined;
  }
}

/** RFC 6455 §5.5.1 and §7.4, and the registry's 1012-1014. */
function parseClose(payload: readonly number[]): { code: number; reason: string } {
  if (payload.length === 0) return { code: 1005, reason: "" };
  if (payload.length === 1) throw new Broken(1002);
  const code = payload[0]! * 256 + payload[1]!;
  const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  if (!registered.includes(code) && !(code >= 3000 && code <= 4999)) throw new Broken(1002);
  return { code, reason: decode(payload.slice(2)) };
}

/**
 * RFC 3629 §4, the grammar of UTF-8, row by row: the first octet, and the range of each that follows.
 */
const TAIL = [0x80, 0xbf] as const;
const ROWS: readonly (readonly (readonly [number, number])[])[] = [
  [[0x00, 0x7f]],
  [[0xc2, 0xdf], TAIL],
  [[0xe0, 0xe0], [0xa0, 0xbf], TAIL],
  [[0xe1, 0xec], TAIL, TAIL],
  [[0xed, 0xed], [0x80, 0x9f], TAIL],
  [[0xee, 0xef], TAIL, TAIL],
  [[0xf0, 0xf0], [0x90, 0xbf], TAIL, TAIL],
  [[0xf1, 0xf3], TAIL, TAIL, TAIL],
  [[0xf4, 0xf4], [0x80, 0x8f], TAIL, TAIL],
];

/** Whether octets can be the beginning of UTF-8: as far as each character goes, it follows a row of the grammar. */
function mayBecomeText(octets: readonly number[]): boolean {
  for (let at = 0; at < octets.length; ) {
    const row = ROWS.find((ranges) =>
      ranges.every(([low, high], i) => {
        const octet = octets[at + i];
        return octet === undefined || (octet >= low && octet <= high);
      }),
    );
    if (row === undefined) return false;
    at += row.length;
  }
  return true;
}

function decode(octets: readonly number[]): string {
  let text = "";
  for (let at = 0; at < octets.length; ) {
    const row = ROWS.find((ranges) =>
      ranges.every(([low, high], i) => octets[at + i]! >= low && octets[at + i]! <= high),
    );
    if (row === undefined) throw new Broken(1007);
    let codePoint = octets[at]! & [0x7f, 0x1f, 0x0f, 0x07][row.length - 1]!;
    for (let i = 1; i < row.length; i++) codePoint = codePoint * 64 + (octets[at + i]! & 0x3f);
    text += String.fromCodePoint(codePoint);
    at += row.length;
  }
  return text;
}

const hex = (octets: readonly number[]): string => Buffer.from(octets).toString("hex");
