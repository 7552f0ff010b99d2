/**
 * The octets of a logged frame, taken apart field by field (RFC 6455 §5.2).
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-------+-+-------------+-------------------------------+
 * |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
 * |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
 * |N|V|V|V|       |S|             |   (if payload len==126/127)   |
 * | |1|2|3|       |K|             |                               |
 * +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
 * ```
 */
import type { WireEntry, WireFrame } from "../wire/wire-log.ts";
import { octetsOf, spaced, utf8Text } from "./octets.ts";
import { visible } from "./visible.ts";

/** One field of whole octets. */
export interface FrameField {
  readonly kind: "bits" | "length" | "key" | "code" | "payload";
  /** Hexadecimal, as they were on the wire. */
  readonly octets: string;
  /** The same with the mask taken off, where the field is of a masked payload. */
  readonly unmasked?: string;
  /** In words: `masking key`. */
  readonly meaning: string;
}

/** One field within the first two octets. */
export interface BitField {
  readonly kind: "fin" | "rsv" | "opcode" | "mask" | "length";
  /** The RFC's name: `FIN`. */
  readonly name: string;
  /** In binary, with its leading zeros. */
  readonly bits: string;
  /** In words; empty where the bit says it all. */
  readonly meaning: string;
}

/** A logged entry that is a frame. */
export type FrameEntry = WireEntry & { readonly frame: WireFrame };

/** Octets in a preview of what is not text. */
const PREVIEWED = 8;

const opcodeNames: Readonly<Record<number, string>> = {
  0: "continuation",
  1: "text",
  2: "binary",
  8: "Close",
  9: "Ping",
  10: "Pong",
};

/** RFC 6455 §7.4.1, and those registered since (RFC 6455 §11.7). */
const statusCodeNames: Readonly<Record<number, string>> = {
  1000: "normal closure",
  1001: "going away",
  1002: "protocol error",
  1003: "unsupported data",
  1004: "reserved",
  1005: "no status received, never sent",
  1006: "abnormal closure, never sent",
  1007: "invalid frame payload data",
  1008: "policy violation",
  1009: "message too big",
  1010: "mandatory extension",
  1011: "internal error",
  1012: "service restart",
  1013: "try again later",
  1014: "bad gateway",
  1015: "TLS handshake, never sent",
};

/** `Ping`; `reserved` where RFC 6455 §5.2 gives the opcode no meaning. */
export function opcodeName(opcode: number): string {
  return opcodeNames[opcode] ?? "reserved";
}

/** What a status code of a Close frame means (RFC 6455 §7.4). */
export function statusCodeName(code: number): string {
  if (code < 1000) return "not used";
  if (code >= 4000 && code < 5000) return "private use";
  if (code >= 3000 && code < 4000) return "for libraries and applications";
  return statusCodeNames[code] ?? "not defined";
}

/** Whether the entry is a frame. */
export function isFrameEntry(entry: WireEntry): entry is FrameEntry {
  return entry.frame !== undefined;
}

/** `1 octet`, `5 octets`. */
export function octetCount(count: number): string {
  return count === 1 ? "1 octet" : `${count} octets`;
}

/** The fields of the first two octets, in their order; RSV1 to RSV3 are told apart. */
export function bitFields({ frame, octets = "" }: FrameEntry): readonly BitField[] {
  const { fin, rsv, opcode, maskingKey, payloadLength } = frame;
  const length = octetsOf(octets)[1] ?? (payloadLength < 126 ? payloadLength : 126);
  const short = length & 0x7f;
  return [
    { kind: "fin", name: "FIN", bits: fin ? "1" : "0", meaning: fin ? "final fragment" : "more to come" },
    ...([4, 2, 1] as const).map((mask, at): BitField => {
      const set = (rsv & mask) !== 0;
      return { kind: "rsv", name: `RSV${at + 1}`, bits: set ? "1" : "0", meaning: set ? "set" : "" };
    }),
    {
      kind: "opcode",
      name: "opcode",
      bits: opcode.toString(2).padStart(4, "0"),
      meaning: `0x${opcode.toString(16)} ${opcodeName(opcode)}`,
    },
    {
      kind: "mask",
      name: "MASK",
      bits: maskingKey === undefined ? "0" : "1",
      meaning: maskingKey === undefined ? "not masked" : "masked",
    },
    {
      kind: "length",
      name: "payload length",
      bits: short.toString(2).padStart(7, "0"),
      meaning: short < 126 ? String(short) : `in the next ${short === 126 ? 2 : 8} octets`,
    },
  ];
}

/** The fields of the frame as far as its octets were kept, in their order. */
export function frameFields(entry: FrameEntry): readonly FrameField[] {
  const { frame, octets = "" } = entry;
  const short = (octetsOf(octets)[1] ?? 0) & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const part = (from: number, to?: number): string =>
    octets.slice(2 * from, to === undefined ? undefined : 2 * to);
  const fields: FrameField[] = [{ kind: "bits", octets: part(0, 2), meaning: bitWords(entry) }];
  if (extended > 0) {
    const stated = part(2, 2 + extended);
    fields.push({ kind: "length", octets: stated, meaning: lengthWords(stated) });
  }
  if (frame.maskingKey !== undefined) {
    const key = part(2 + extended, 6 + extended) || frame.maskingKey;
    fields.push({ kind: "key", octets: key, meaning: "masking key" });
  }
  return [...fields, ...payloadFields(frame, part(frame.headerLength))].filter(
    (field) => field.octets !== "" || field.kind === "bits",
  );
}

/** The payload in words, all of it visible: its text, its status code, or how many octets it has. */
export function payloadWords(frame: WireFrame): string {
  const { opcode, rsv, payload, payloadLength } = frame;
  if (payloadLength === 0) return "none";
  if ((rsv & 4) !== 0) return `${octetCount(payloadLength)}, compressed`;
  if (opcode === 0x8 && payloadLength === 1) return "half a status code";
  if (opcode === 0x8 && payload.length >= 4) {
    const code = Number.parseInt(payload.slice(0, 4), 16);
    const reason = payloadLength === 2 ? "" : `, ${textWords(payload.slice(4), payloadLength - 2)}`;
    return `${code} ${statusCodeName(code)}${reason}`;
  }
  return opcode === 0x2 ? octetCount(payloadLength) : textWords(payload, payloadLength);
}

/** The payload in few words, or its first octets where it is not text. */
export function payloadPreview(frame: WireFrame): string {
  const words = payloadWords(frame);
  if (!/^\d+ octets?\b/.test(words)) return words;
  const shown = spaced(frame.payload.slice(0, 2 * PREVIEWED));
  return frame.payload.length > 2 * PREVIEWED ? `${shown} …` : shown;
}

/** Octets as the text that they are in UTF-8, or else their number. */
function textWords(hex: string, length: number): string {
  const cut = hex.length / 2 < length;
  const text = utf8Text(hex, cut);
  return text === undefined ? octetCount(length) : `"${visible(text)}${cut ? "…" : ""}"`;
}

/** `FIN, RSV1, opcode 0x1 text, masked, length 5`. */
function bitWords(entry: FrameEntry): string {
  const [fin, rsv1, rsv2, rsv3, opcode, mask, length] = bitFields(entry);
  const reserved = [rsv1, rsv2, rsv3].filter((bit) => bit?.bits === "1").map((bit) => bit!.name);
  return [
    fin?.bits === "1" ? "FIN" : "not FIN",
    ...reserved,
    `opcode ${opcode!.meaning}`,
    mask!.meaning,
    `length ${length!.meaning}`,
  ].join(", ");
}

function lengthWords(stated: string): string {
  const length = BigInt(`0x${stated || "0"}`);
  const shortest = stated.length === 4 ? length > 125n : length > 65_535n;
  return `length ${length}${shortest ? "" : ", which fewer octets could say"}`;
}

function payloadFields(frame: WireFrame, onTheWire: string): readonly FrameField[] {
  const { opcode, payload, payloadLength, maskingKey } = frame;
  const field = (
    kind: "code" | "payload",
    from: number,
    to: number | undefined,
    meaning: string,
  ): FrameField => {
    const octets = onTheWire.slice(from, to);
    const unmasked = payload.slice(from, to);
    return maskingKey === undefined
      ? { kind, octets: octets || unmasked, meaning }
      : { kind, octets: octets || unmasked, unmasked, meaning };
  };
  if (opcode !== 0x8 || payload.length < 4 || (frame.rsv & 4) !== 0)
    return [field("payload", 0, undefined, `payload: ${payloadWords(frame)}`)];
  const code = Number.parseInt(payload.slice(0, 4), 16);
  return [
    field("code", 0, 4, `status code ${code}, ${statusCodeName(code)}`),
    field("payload", 4, undefined, `reason: ${textWords(payload.slice(4), payloadLength - 2)}`),
  ];
}
