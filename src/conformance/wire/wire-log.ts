/** What went over the wire in one case, in order and within bounds, for reports. */
import { shortened } from "../shortened.ts";
import { type Frame, type FrameToWrite, octetsOf } from "./frame.ts";

/** One thing that happened on a connection. */
export interface WireEntry {
  /** Milliseconds since the case began. */
  readonly at: number;
  /** Which of the case's connections, from 1. */
  readonly connection: number;
  /** Seen from the suite. `event`: something that carried no octets (connected, end, reset, waited). */
  readonly direction: "sent" | "received" | "event";
  /** In words: `Ping, 5 octets`, `GET /echo HTTP/1.1`, `connection reset`. */
  readonly summary: string;
  /** The first octets in hexadecimal, at most {@link SHOWN_OCTETS} of them. */
  readonly octets?: string;
  /** How many octets there were. */
  readonly length?: number;
  /** The octets taken apart, where they are a frame. */
  readonly frame?: WireFrame;
}

/** The fields of a frame (RFC 6455 §5.2). */
export interface WireFrame {
  readonly fin: boolean;
  /** Three bits: RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv: number;
  readonly opcode: number;
  /** Hexadecimal; absent when the frame is not masked. */
  readonly maskingKey?: string;
  /** Octets of the payload, as the header says. */
  readonly payloadLength: number;
  /** Octets of the header, up to the payload. */
  readonly headerLength: number;
  /** The first octets of the unmasked payload, hexadecimal. */
  readonly payload: string;
}

/** Octets shown of one entry. */
export const SHOWN_OCTETS = 128;
/** Characters of a summary, which may be a line that the peer wrote. */
const LONGEST_SUMMARY = 500;
/** Entries kept at the beginning of a case, and at its end. */
const KEPT_FIRST = 60;
const KEPT_LAST = 40;

/** Entries kept of a case that passed. */
const BRIEF_FIRST = 8;
const BRIEF_LAST = 4;

/** The entries of one case. Long conversations lose their middle, and say so. */
export class WireLog {
  readonly #first: WireEntry[] = [];
  readonly #last: WireEntry[] = [];
  #left = 0;
  readonly #clock: () => number;

  /** @param clock milliseconds since the case began */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  event(connection: number, summary: string): void {
    this.#add({ at: this.#clock(), connection, direction: "event", summary });
  }

  octets(connection: number, direction: "sent" | "received", summary: string, octets: Buffer): void {
    const entry = { at: this.#clock(), connection, direction, summary, length: octets.length };
    this.#add({ ...entry, octets: octets.toString("hex", 0, SHOWN_OCTETS) });
  }

  /** A frame that was written as `octets`, its length as it is. */
  sent(connection: number, frame: FrameToWrite, octets: Buffer): void {
    const { fin = true, rsv = 0, opcode, maskingKey } = frame;
    const payload = octetsOf(frame);
    const payloadLength = payload.length;
    const headerLength = octets.length - payloadLength;
    const read = { fin, rsv, opcode, maskingKey, payload, payloadLength, headerLength };
    this.frame(connection, "sent", read, octets);
  }

  frame(
    connection: number,
    direction: "sent" | "received",
    frame: Omit<Frame, "lengthBits">,
    octets: Buffer,
  ): void {
    const { fin, rsv, opcode, maskingKey, payload, payloadLength, headerLength } = frame;
    this.#add({
      at: this.#clock(),
      connection,
      direction,
      summary: describeFrame(frame),
      octets: octets.toString("hex", 0, SHOWN_OCTETS),
      length: octets.length,
      frame: {
        fin,
        rsv,
        opcode,
        ...(maskingKey === undefined ? {} : { maskingKey: maskingKey.toString("hex") }),
        payloadLength,
        headerLength,
        payload: payload.toString("hex", 0, SHOWN_OCTETS),
      },
    });
  }

  get entries(): readonly WireEntry[] {
    if (this.#left === 0) return [...this.#first, ...this.#last];
    return [...this.#first, gap(this.#last[0]!.at, this.#left), ...this.#last];
  }

  /** As much of it as a case needs that passed: how it began and how it ended. */
  get brief(): readonly WireEntry[] {
    const { entries } = this;
    const left = entries.length - BRIEF_FIRST - BRIEF_LAST;
    if (left <= 0) return entries;
    return [
      ...entries.slice(0, BRIEF_FIRST),
      gap(entries.at(-BRIEF_LAST)!.at, left + this.#left),
      ...entries.slice(-BRIEF_LAST),
    ];
  }

  #add(given: WireEntry): void {
    const entry = { ...given, summary: shortened(given.summary, LONGEST_SUMMARY) };
    if (this.#first.length < KEPT_FIRST) {
      this.#first.push(entry);
      return;
    }
    this.#last.push(entry);
    if (this.#last.length > KEPT_LAST) {
      this.#last.shift();
      this.#left++;
    }
  }
}

function gap(at: number, left: number): WireEntry {
  return { at, connection: 0, direction: "event", summary: `… ${left} entries left out …` };
}

const opcodeNames: Readonly<Record<number, string>> = {
  0: "continuation",
  1: "text",
  2: "binary",
  8: "Close",
  9: "Ping",
  10: "Pong",
};

/** A frame in words: `text (not final, RSV1), 12 octets`. */
export function describeFrame(
  frame: Pick<Frame, "fin" | "rsv" | "opcode" | "payload" | "payloadLength">,
): string {
  const { fin, rsv, opcode, payload, payloadLength } = frame;
  const name = opcodeNames[opcode] ?? `opcode 0x${opcode.toString(16)}`;
  const flags = [
    ...(fin ? [] : ["not final"]),
    ...(rsv & 4 ? ["RSV1"] : []),
    ...(rsv & 2 ? ["RSV2"] : []),
    ...(rsv & 1 ? ["RSV3"] : []),
  ];
  const code = opcode === 0x8 && payload.length >= 2 ? ` ${payload.readUInt16BE(0)}` : "";
  const size = payloadLength === 1 ? "1 octet" : `${payloadLength} octets`;
  return `${name}${code}${flags.length === 0 ? "" : ` (${flags.join(", ")})`}, ${size}`;
}
