/** Messages put together from their frames (RFC 6455 §5.4, §6.2): inflated, checked, one after the other. */
import { Opcode } from "../wire/frame.ts";
import { Assembly } from "./assembly.ts";
import type { EchoedMessage } from "./echo.ts";
import { type Broken, chosen, type Fault } from "./faults.ts";
import type { FrameHeader } from "./frame-reader.ts";
import { type MessageCodec, TooMuch } from "./message-codec.ts";
import { Utf8Reader } from "./utf8.ts";

/** Octets that a message may have: the largest of the suite has 16 MiB. */
const LIMIT = 1 << 25;

/** What the end of a frame brought: messages, or the status code that fails the connection. */
export type FrameEnd = { readonly messages: readonly EchoedMessage[] } | { readonly code: number };

export class MessageReader {
  readonly #codec: MessageCodec | undefined;
  readonly #broken: Broken;
  #assembly: Assembly | undefined;
  #count = 0;

  constructor(codec: MessageCodec | undefined, broken: Broken) {
    this.#codec = codec;
    this.#broken = broken;
  }

  /** Whether a message has begun and not ended. */
  get inMessage(): boolean {
    return this.#assembly !== undefined;
  }

  /** Octets of the message so far, as they were carried. */
  get length(): number {
    return this.#assembly?.length ?? 0;
  }

  /** RFC 6455 §7.4.1: 1009 "has received a message that is too big for it to process". */
  get tooBig(): number {
    return this.#broken("takes-long-messages-for-errors") ? 1002 : 1009;
  }

  /** Octets that a message may have. */
  get limit(): number {
    return this.#broken("takes-no-message-above-64-KiB") || this.#broken("takes-long-messages-for-errors")
      ? 65_535
      : LIMIT;
  }

  /** The first frame of a message. */
  start({ opcode }: FrameHeader, compressed: boolean): void {
    this.#assembly = new Assembly({ opcode, compressed }, this.#broken);
  }

  /** A control frame came: it is no concern of the message. */
  interrupted(): void {
    if (this.#broken("forgets-the-message-at-control-frames")) this.#assembly = undefined;
  }

  /** Takes a part of a frame; whether it may stand. */
  push(part: Buffer): boolean {
    return this.#assembly?.push(part) ?? true;
  }

  endFrame(fin: boolean): FrameEnd {
    const assembly = this.#assembly;
    if (assembly === undefined) return { messages: [] };
    if (!assembly.endFrame(fin)) return { code: 1007 };
    if (this.#broken("takes-at-most-50-fragments") && assembly.frames > 50) return { code: 1008 };
    if (!fin && !this.#broken("takes-each-fragment-for-a-message")) {
      if (!this.#broken("takes-an-empty-fragment-for-the-last") || assembly.lastLength > 0)
        return { messages: [] };
    }
    this.#assembly = undefined;
    if (this.#broken("takes-at-most-50-messages") && ++this.#count > 50) return { code: 1008 };
    return this.#messageOf(assembly);
  }

  #messageOf(assembly: Assembly): FrameEnd {
    const { opcode, compressed, fragments } = assembly.whole;
    const kept = this.#broken("keeps-the-last-fragment-alone") ? fragments.slice(-1) : fragments;
    try {
      const payload = this.#payload(kept, compressed || this.#broken("inflates-every-message"));
      const kind =
        fragments.length > 1 && this.#broken("takes-fragmented-messages-for-text") ? Opcode.Text : opcode;
      return this.#isAllowed(opcode, payload, compressed)
        ? { messages: [{ opcode: kind, payload }] }
        : { code: 1007 };
    } catch (error) {
      const tooMuch = error instanceof TooMuch;
      if (this.#broken(tooMuch ? "swallows-what-is-too-big" : "swallows-data-that-does-not-inflate")) {
        return { messages: [] };
      }
      return { code: tooMuch ? this.tooBig : 1007 };
    }
  }

  #payload(fragments: readonly Buffer[], compressed: boolean): Buffer {
    const carried = Buffer.concat(fragments);
    if (this.#codec === undefined) return carried;
    if (!compressed) {
      this.#codec.passedBy(carried);
      return carried;
    }
    if (!this.#broken("inflates-each-frame-alone")) return this.#codec.decompress(carried, this.limit);
    return Buffer.concat(fragments.map((part) => this.#codec!.decompress(part, this.limit)));
  }

  /** RFC 6455 §8.1, for text that could not be judged as it came; and what only mutants mind. */
  #isAllowed(opcode: number, payload: Buffer, compressed: boolean): boolean {
    if (opcode === Opcode.Binary)
      return !this.#broken("wants-utf8-in-binary-messages") || this.#isUtf8(payload);
    if (compressed && !this.#broken("does-not-check-text-that-was-compressed") && !this.#isUtf8(payload))
      return false;
    return !chosen(aversions, this.#broken)?.test(payload.toString());
  }

  #isUtf8(octets: Buffer): boolean {
    const reader = new Utf8Reader(this.#broken);
    return reader.push(octets) && reader.complete;
  }
}

/** Characters that a mutant takes for errors. */
const aversions: Readonly<Partial<Record<Fault, RegExp>>> = {
  "refuses-noncharacters": /\p{Noncharacter_Code_Point}/u,
  "takes-the-replacement-character-for-an-error": /\ufffd/,
  "refuses-control-characters": /\p{Cc}/u,
  "refuses-characters-of-private-use-and-format": /[\p{Co}\p{Cf}]/u,
};
