/**
 * RFC 6455 §5.4, §5.5, §7.4, §8.1 and RFC 7692 §6 a second time: messages and control frames out of a whole stream,
 * sharing not a line with `src/websocket`.
 */
import { Broken, numbers, type ReadFrame, readFrame } from "./naive-codec.ts";
import { type NaiveDirection, NaiveInflater } from "./naive-deflate.ts";
import { mayBecomeText, textOf } from "./naive-utf8.ts";

export interface Rules {
  /** Who reads the stream. */
  readonly role: "client" | "server";
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
  /** What was agreed on for the direction that is read; undefined for no compression. */
  readonly deflate?: NaiveDirection | undefined;
}

/** What there is in a stream, up to its Close frame, to the first rule broken, or to its end. */
export interface Reading {
  readonly events: readonly NaiveEvent[];
  readonly broken: Broken | undefined;
  readonly close: { readonly payload: readonly number[]; code: number; reason: string } | undefined;
}

export interface NaiveEvent {
  readonly kind: "text" | "binary" | "ping" | "pong";
  readonly octets: readonly number[];
  /** Of text. */
  readonly text: string;
  /** Blocks with BFINAL in a compressed message; undefined when it was not compressed. */
  readonly finals: number | undefined;
}

export function readStream(stream: Uint8Array, rules: Rules): Reading {
  return new Reader(rules).readAll(stream);
}

/**
 * All that an open endpoint does with a stream until the transport ends behind it, in the lines of `Transcript`;
 * several where more than one is right. The reason of the Close frame that tells of a broken rule is our own wording
 * and left out.
 */
export function expectedTranscripts(stream: Uint8Array, rules: Rules): string[][] {
  const { events, broken, close } = readStream(stream, rules);
  const lines = events.map(({ kind, octets, text }) => {
    if (kind === "text") return `text ${JSON.stringify(text)}`;
    return `${kind === "ping" ? "sent pong" : kind} ${hex(octets)}`;
  });
  const unclean = 'closed 1006 "" unclean';
  if (broken !== undefined) {
    return broken.codes.map((code) => {
      const sent = `sent close ${hex([code >> 8, code & 255])}…`;
      return [...lines, sent, "end", `failed ${code}`, unclean];
    });
  }
  if (close === undefined) return [[...lines, unclean]];
  lines.push(`sent close ${hex(close.payload)}`);
  if (rules.role === "server") lines.push("end");
  return [[...lines, `closed ${close.code} ${JSON.stringify(close.reason)} clean`]];
}

export interface Message {
  readonly opcode: number;
  readonly compressed: boolean;
  octets: number[];
  announced: number;
  frames: number;
}

export class Reader {
  readonly events: NaiveEvent[] = [];
  protected readonly rules: Rules;
  protected readonly inflater: NaiveInflater | undefined;
  protected message: Message | undefined;

  constructor(rules: Rules) {
    this.rules = rules;
    this.inflater = rules.deflate && new NaiveInflater(rules.deflate);
  }

  readAll(stream: Uint8Array): Reading {
    const { events } = this;
    try {
      const payload = this.#read(stream);
      const close = payload && { payload, ...parseClose(payload) };
      return { events, broken: undefined, close };
    } catch (broken) {
      if (!(broken instanceof Broken)) throw broken;
      return { events, broken, close: undefined };
    }
  }

  /** Notes what happens until the Close frame, whose payload it returns, or until the stream ends. */
  #read(stream: Uint8Array): readonly number[] | undefined {
    for (let rest = stream; ; ) {
      const frame = this.readFrame(rest);
      if (frame === undefined) return undefined;
      const { opcode, payload } = frame;
      if (opcode < 8) this.begin(frame);
      if (payload === undefined) return undefined;
      rest = rest.subarray(frame.size);
      if (opcode === 8) return payload;
      if (opcode > 8) this.#note(opcode === 9 ? "ping" : "pong", payload);
      else this.end(frame);
    }
  }

  protected readFrame(rest: Uint8Array): ReadFrame | undefined {
    const { role, maxMessageBytes, deflate } = this.rules;
    return readFrame(rest, { role, maxMessageBytes, rsv1: deflate !== undefined });
  }

  /** A data frame begins; its payload, as far as it has arrived. */
  protected begin({ opcode, rsv1, length, available }: ReadFrame): void {
    const { maxMessageBytes } = this.rules;
    const before = this.message;
    if ((before === undefined) === (opcode === 0)) throw new Broken(1002, "sequence of frames");
    if (before !== undefined && rsv1) throw new Broken(1002, "RSV1 of a continuation");
    const message = before ?? { opcode, compressed: rsv1, octets: [], announced: 0, frames: 0 };
    this.message = message;
    message.announced += length;
    if (message.announced > maxMessageBytes) throw new Broken(1009, "message too long");
    message.frames++;
    this.checkFrames(message);
    message.octets = message.octets.length === 0 ? available : message.octets.concat(available);
    if (message.opcode === 1 && !message.compressed) this.checkText(message.octets);
  }

  /** A data frame is complete. */
  protected end({ fin }: ReadFrame): void {
    if (!fin) return;
    const { opcode, compressed, octets } = this.message!;
    this.message = undefined;
    const kind = opcode === 1 ? "text" : "binary";
    if (!compressed) {
      this.#note(kind, octets);
      return;
    }
    const inflated = this.inflater!.inflate(Buffer.from(octets));
    if ("codes" in inflated) throw new Broken(inflated.codes, inflated.why);
    this.#note(kind, numbers(inflated.text), inflated.finals);
  }

  protected checkFrames({ frames }: Message): void {
    if (frames > this.rules.maxFragments) throw new Broken(1008, "too many frames");
  }

  protected checkText(beginning: readonly number[]): void {
    if (!mayBecomeText(beginning)) throw new Broken(1007, "no UTF-8, early");
  }

  #note(kind: NaiveEvent["kind"], octets: readonly number[], finals?: number): void {
    const text = kind === "text" ? textOf(octets) : "";
    if (text === undefined) throw new Broken(1007, "no UTF-8");
    this.events.push({ kind, octets, text, finals });
  }
}

/** RFC 6455 §5.5.1 and §7.4, and the registry's 1012-1014. */
function parseClose(payload: readonly number[]): { code: number; reason: string } {
  if (payload.length === 0) return { code: 1005, reason: "" };
  if (payload.length === 1) throw new Broken(1002, "Close of one octet");
  const code = payload[0]! * 256 + payload[1]!;
  const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  if (!registered.includes(code) && !(code >= 3000 && code <= 4999)) throw new Broken(1002, "close code");
  const reason = textOf(payload.slice(2));
  if (reason === undefined) throw new Broken(1007, "no UTF-8 in a reason");
  return { code, reason };
}

const hex = (octets: readonly number[]): string => Buffer.from(octets).toString("hex");
