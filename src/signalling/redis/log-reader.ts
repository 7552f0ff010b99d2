/**
 * Reads the log of one room: each record once, in the order of positions, whether published or read.
 *
 *                 chunks up to `last`                       a gap, or a doubt
 *     ┌─────────┐ ───────────────────▶ ┌───────────┐ ──────────────────────────▶ ┌─────────┐
 *     │ opening │                      │ following │                             │ filling │
 *     └─────────┘                      └───────────┘ ◀────────────────────────── └─────────┘
 *          │         a hole, or another log                chunks up to `last`        │
 *          └────────────────────▶ broken ◀────────────────────────────────────────────┘
 *
 * Publications may be lost or come from anybody. What counts is the log.
 */
import type { LogRecord } from "../entries.ts";
import type { Chunk } from "./records.ts";

/** Records that are kept while those before them are read; more are read from the log in their turn. */
const maxAhead = 1_024;

/** What a reader asks for. Each may call the reader, or end it. */
export interface LogReaderSink {
  /** All that there was at the start; after this, `next` comes. */
  opened(records: readonly LogRecord[], next: number): void;
  appended(record: LogRecord): void;
  /** Wants the records from `position` on, by {@link LogReader.receiveChunk}. */
  read(position: number): void;
  /** The log has lost records that are needed, or is another one. */
  broken(): void;
}

/** See the head of this file. */
export class LogReader {
  readonly #sink: LogReaderSink;
  #phase: "opening" | "following" | "filling" | "ended" = "opening";
  #begin = 0;
  #next: number | undefined;
  #asked = 0;
  #records: LogRecord[] = [];
  readonly #ahead = new Map<number, LogRecord>();

  constructor(sink: LogReaderSink) {
    this.#sink = sink;
  }

  /** The position before the first of the log, by which it is told from others of the room; 0 until it has been found. */
  get log(): number {
    return this.#begin;
  }

  /** The position of the next record; undefined until the log has been found. */
  get next(): number | undefined {
    return this.#next;
  }

  get isOpen(): boolean {
    return this.#phase === "following" || this.#phase === "filling";
  }

  /** The first answer: which record comes first, and some of them. */
  begin(from: number, chunk: Chunk): void {
    this.#begin = chunk.begin;
    this.#next = from;
    this.#asked = from;
    this.receiveChunk(chunk);
  }

  /** Records from the log, from the position on that was asked for. */
  receiveChunk(chunk: Chunk): void {
    if (this.#next === undefined || this.#ended()) return;
    if (!this.#take(chunk)) this.#break();
    else if (this.#next > chunk.last) this.#settle();
    else this.#ask();
  }

  /** A record that was published. */
  receivePublished(record: LogRecord): void {
    if (this.#ended() || (this.#next !== undefined && record.position < this.#next)) return;
    if (record.position === this.#next) {
      this.#accept(record);
      this.#catchUp();
      return;
    }
    if (this.#ahead.size < maxAhead) this.#ahead.set(record.position, record);
    this.doubt();
  }

  /** Something was published that is no record, or there may be more than was published. */
  doubt(): void {
    if (this.#phase !== "following") return;
    this.#phase = "filling";
    this.#ask();
  }

  /** Nothing more is told to the sink. */
  end(): void {
    this.#phase = "ended";
    this.#ahead.clear();
  }

  /** False when these are not the records that must be there. */
  #take({ begin, last, records }: Chunk): boolean {
    if (begin !== this.#begin || last < this.#asked - 1) return false;
    if (records.length === 0 && this.#next! <= last) return false;
    for (const record of records) {
      if (record.position > this.#next!) return false;
      this.#accept(record);
    }
    this.#catchUp();
    return true;
  }

  #ask(): void {
    if (this.#ended()) return;
    this.#asked = this.#next!;
    this.#sink.read(this.#asked);
  }

  #accept(record: LogRecord): void {
    if (record.position !== this.#next || this.#ended()) return;
    this.#next++;
    this.#ahead.delete(record.position);
    if (this.#phase === "opening") this.#records.push(record);
    else this.#sink.appended(record);
  }

  #catchUp(): void {
    for (
      let record = this.#ahead.get(this.#next!);
      record !== undefined;
      record = this.#ahead.get(this.#next!)
    ) {
      this.#accept(record);
    }
  }

  #settle(): void {
    if (this.#ended()) return;
    // What is still here was published about positions that the log did not have.
    this.#ahead.clear();
    const wasOpening = this.#phase === "opening";
    this.#phase = "following";
    if (!wasOpening) return;
    const records = this.#records;
    this.#records = [];
    this.#sink.opened(records, this.#next!);
  }

  #break(): void {
    if (this.#ended()) return;
    this.end();
    this.#sink.broken();
  }

  #ended(): boolean {
    return this.#phase === "ended";
  }
}
