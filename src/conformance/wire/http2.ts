/**
 * As much of HTTP/2 (RFC 9113) as it takes to open a stream for a WebSocket and to do it wrongly: frames as they are,
 * fields written as literals (RFC 7541 §6.2.2) and read no further than the status.
 */

/** The frame types of RFC 9113 §6 that are spoken here. */
export const Http2Type = {
  Data: 0x0,
  Headers: 0x1,
  RstStream: 0x3,
  Settings: 0x4,
  Ping: 0x6,
  Goaway: 0x7,
  WindowUpdate: 0x8,
} as const;

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

/** RFC 9113 §7 */
export const Http2Error = { ProtocolError: 0x1, Cancel: 0x8 } as const;

/** RFC 8441 §3 */
export const SETTINGS_ENABLE_CONNECT_PROTOCOL = 0x8;

/** RFC 9113 §3.4: what a client sends first. */
export const PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export interface Http2Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function encodeHttp2Frame({ type, flags, stream, payload }: Http2Frame): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** The frame that `octets` begin with and its size in octets; `undefined` while it is not all there. */
export function decodeHttp2Frame(octets: Buffer): { frame: Http2Frame; size: number } | undefined {
  if (octets.length < 9) return undefined;
  const size = 9 + octets.readUIntBE(0, 3);
  if (octets.length < size) return undefined;
  const payload = Buffer.from(octets.subarray(9, size));
  const [type, flags, stream] = [octets[3]!, octets[4]!, octets.readUInt32BE(5) & 0x7fff_ffff];
  return { size, frame: { type, flags, stream, payload } };
}

/** What a frame that is allowed to have no more than `largest` octets has to have instead; `undefined` where it has it. */
export function missedSize(type: number, flags: number, length: number, largest: number): string | undefined {
  if (length > largest) return `${largest} octets or less`;
  switch (type) {
    case Http2Type.RstStream:
    case Http2Type.WindowUpdate:
      return length === 4 ? undefined : "4 octets";
    case Http2Type.Ping:
      return length === 8 ? undefined : "8 octets";
    case Http2Type.Goaway:
      return length >= 8 ? undefined : "8 octets or more";
    case Http2Type.Settings:
      if (flags & ACK) return length === 0 ? undefined : "no octets, since it acknowledges";
      return length % 6 === 0 ? undefined : "6 octets for each setting";
  }
  return undefined;
}

/** A block of fields, each a literal without indexing and without Huffman coding (RFC 7541 §6.2.2). */
export function encodeFields(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0x00]), literal(name), literal(value)]),
  );
}

/** The settings in a SETTINGS frame's payload, by identifier (RFC 9113 §6.5.1). */
export function readSettings(payload: Buffer): ReadonlyMap<number, number> {
  const settings = new Map<number, number>();
  for (let at = 0; at + 6 <= payload.length; at += 6) {
    settings.set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
  }
  return settings;
}

/** The data that a DATA frame brings, without its padding (RFC 9113 §6.1). */
export function dataOf({ flags, payload }: Http2Frame): Buffer {
  return flags & PADDED ? payload.subarray(1, payload.length - payload[0]!) : payload;
}

/** Where the static table of RFC 7541 Appendix A has the statuses. */
const indexedStatus: Readonly<Record<number, string>> = {
  136: "200",
  137: "204",
  138: "206",
  139: "304",
  140: "400",
  141: "404",
  142: "500",
};

/**
 * The `:status` that a HEADERS frame begins with; `undefined` where it is written otherwise than by index, or by a
 * literal whose digits stand plain or in Huffman's code.
 */
export function readStatus({ flags, payload }: Http2Frame): string | undefined {
  const block = payload.subarray((flags & PADDED ? 1 : 0) + (flags & PRIORITY ? 5 : 0));
  // RFC 7541 §6.3: the block may begin with changes to the size of the table.
  let at = 0;
  while (at < block.length && (block[at]! & 0xe0) === 0x20) at++;
  const first = block[at] ?? 0;
  if (indexedStatus[first] !== undefined) return indexedStatus[first];
  // A literal whose name is :status, at any of its indices: 0100nnnn, 0000nnnn or 0001nnnn.
  const named = first & (first & 0x40 ? 0x3f : 0x0f);
  if (named < 8 || named > 14) return undefined;
  const length = block[at + 1]! & 0x7f;
  const value = block.subarray(at + 2, at + 2 + length);
  return block[at + 1]! & 0x80 ? huffmanDigits(value) : value.toString("latin1");
}

/** RFC 7541 Appendix B gives the digits 0 to 2 five bits each and 3 to 9 six: 00000 is 0, 011001 is 3. */
function huffmanDigits(octets: Buffer): string {
  const bits = Array.from(octets, (octet) => octet.toString(2).padStart(8, "0")).join("");
  let digits = "";
  for (let at = 0; digits.length < 3 && at + 5 <= bits.length; ) {
    const five = Number.parseInt(bits.slice(at, at + 5), 2);
    if (five <= 2) {
      digits += five;
      at += 5;
    } else {
      digits += Number.parseInt(bits.slice(at, at + 6), 2) - 0x19 + 3;
      at += 6;
    }
  }
  return digits;
}

/** RFC 7541 §5.2, without Huffman coding; §5.1 with a prefix of seven bits. */
function literal(text: string): Buffer {
  const octets = Buffer.from(text, "latin1");
  if (octets.length < 127) return Buffer.concat([Buffer.from([octets.length]), octets]);
  const length: number[] = [127];
  let rest = octets.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...length, rest]), octets]);
}
