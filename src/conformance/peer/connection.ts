/** One connection of a case: octets and heads with a log of both, before and beneath frames. */

import { Deviation } from "../verdict.ts";
import { decodeHead, encodeHead, type Head } from "../wire/head.ts";
import type { Field } from "../wire/opening.ts";
import type { WireLog } from "../wire/wire-log.ts";
import { checkUnread } from "./bounds.ts";
import { Deadline } from "./deadline.ts";
import type { OctetStream } from "./octet-stream.ts";

/** A head longer than this is not waited for to end. */
const LONGEST_HEAD = 1 << 20;
/** Nor one that takes longer than so many times the patience, octet by octet. */
const SLOWEST_HEAD = 4;

export interface ConnectionOptions {
  readonly log: WireLog;
  /** Which of the case's connections, from 1. */
  readonly number: number;
  /** Milliseconds to wait for evidence. */
  readonly patience: number;
}

/** Octets that have come and that nobody has taken yet, and the stream that brings more. */
export class Connection {
  readonly log: WireLog;
  readonly number: number;
  readonly patience: number;
  readonly #stream: OctetStream;
  #unread: Buffer[] = [];
  #unreadLength = 0;
  #ended: "end" | "reset" | undefined;

  constructor(stream: OctetStream, { log, number, patience }: ConnectionOptions) {
    this.#stream = stream;
    this.log = log;
    this.number = number;
    this.patience = patience;
  }

  /** How the peer ended the connection, once that has been read. */
  get ended(): "end" | "reset" | undefined {
    return this.#ended;
  }

  /** Whether what the peer sent last may be lost, because we were still sending when it closed the connection. */
  get cutOff(): boolean {
    return this.#stream.cutOff;
  }

  /** Octets that have come and were not taken. */
  get unreadLength(): number {
    return this.#unreadLength;
  }

  write(octets: Buffer): void {
    this.#stream.write(octets);
  }

  /** Writes and logs. */
  send(octets: Buffer, summary: string): void {
    this.log.octets(this.number, "sent", summary, octets);
    this.write(octets);
  }

  sendHead(startLine: string, fields: readonly Field[]): void {
    this.send(encodeHead(startLine, fields), startLine);
  }

  /** Writes and waits until the octets have left this process. */
  async written(octets: Buffer): Promise<void> {
    await this.#stream.written(octets);
  }

  /** As {@link written}, for at most `patience` milliseconds; a peer that takes nothing any more stalls it. */
  async writtenWithin(octets: Buffer, patience: number): Promise<"written" | "stalled" | "gone"> {
    return this.#stream.writtenWithin(octets, patience);
  }

  /** Writes in pieces of `size` octets, each a write of its own. */
  async writeChopped(octets: Buffer, size: number): Promise<void> {
    for (let at = 0; at < octets.length; at += size) await this.written(octets.subarray(at, at + size));
  }

  /**
   * Waits for octets, an end, or `patience`; says which.
   *
   * @throws {Deviation} when more is left unread than anybody waits for
   */
  async more(patience: number = this.patience): Promise<"octets" | "end" | "reset" | "nothing"> {
    if (this.#ended !== undefined) return this.#ended;
    const read = await this.#stream.read(patience);
    if (read === "nothing") return "nothing";
    if (read === "end" || read === "reset") {
      this.#ended = read;
      this.log.event(this.number, read === "end" ? "the peer ended the connection" : "connection reset");
      return read;
    }
    this.#unread.push(read);
    this.#unreadLength += read.length;
    checkUnread(this.#unreadLength);
    return "octets";
  }

  /** All unread octets, as one piece; they stay unread. */
  peek(): Buffer {
    if (this.#unread.length > 1) this.#unread = [Buffer.concat(this.#unread)];
    return this.#unread[0] ?? Buffer.alloc(0);
  }

  /** The first unread octets, up to `length` of them, without joining the rest; they stay unread. */
  peekStart(length: number): Buffer {
    const first = this.#unread[0] ?? Buffer.alloc(0);
    return first.length >= length || this.#unread.length < 2 ? first : this.peek();
  }

  take(length: number): Buffer {
    const all = this.peek();
    const taken = all.subarray(0, length);
    const left = all.subarray(length);
    this.#unread = left.length > 0 ? [left] : [];
    this.#unreadLength = left.length;
    return taken;
  }

  /**
   * The next head; `undefined` when the connection ends without one.
   *
   * @throws {Deviation} when none came in time
   */
  async readHead(expected: string): Promise<Head | undefined> {
    const deadline = new Deadline(this.patience * SLOWEST_HEAD);
    for (;;) {
      const found = decodeHead(this.peek());
      if (found !== undefined) {
        this.log.octets(this.number, "received", found.head.startLine, this.take(found.size));
        return found.head;
      }
      const endless = this.#unreadLength > LONGEST_HEAD || deadline.left === 0;
      if (endless) throw new Deviation(expected, "a head without an end");
      const state = await this.more();
      if (state === "nothing") throw new Deviation(expected, `nothing within ${this.patience} ms`);
      if (state !== "octets") {
        if (this.#unreadLength > 0) this.logUnread("not a whole head");
        return undefined;
      }
    }
  }

  /** Logs whatever is unread, and takes it. */
  logUnread(summary: string): Buffer {
    const octets = this.take(this.#unreadLength);
    if (octets.length > 0) this.log.octets(this.number, "received", summary, octets);
    return octets;
  }

  /** Ends our side of the connection. */
  end(): void {
    this.log.event(this.number, "we ended our side");
    this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
