/** One who says the same texts over and over, and those who must hear each once, in order. */
import type { Member } from "./member.ts";
import { frameOf } from "./member.ts";

/** A message that is to be heard. */
export interface Expected {
  readonly before: Buffer;
  /** What follows the number; undefined for a message without one. */
  readonly after: Buffer | undefined;
}

/** Stands where a notice has its `seq`, which is one more each time. */
export const NUMBER = "§";

/** @param text as JSON, perhaps with "§" for its number */
export function expectedOf(text: string): Expected {
  const [before = "", after] = text.split(`"${NUMBER}"`);
  return { before: Buffer.from(before), after: after === undefined ? undefined : Buffer.from(after) };
}

/** Compares what one member hears with what it must. */
export class HearingCheck {
  readonly #expected: readonly Expected[];
  #next = 0;
  #number = Number.NaN;

  constructor(expected: readonly Expected[]) {
    this.#expected = expected;
  }

  /** @throws {Error} when it is not the next message */
  check(octets: Buffer, start: number, end: number): void {
    const { before, after } = this.#expected[this.#next]!;
    this.#next = (this.#next + 1) % this.#expected.length;
    const numberAt = start + before.length;
    if (after === undefined ? numberAt !== end : numberAt + after.length >= end) throw new Error(wrong);
    if (before.compare(octets, start, numberAt) !== 0) throw new Error(wrong);
    if (after === undefined) return;
    const afterAt = end - after.length;
    if (after.compare(octets, afterAt, end) !== 0) throw new Error(wrong);
    const number = numberIn(octets, numberAt, afterAt);
    if (!(number === this.#number + 1 || Number.isNaN(this.#number))) throw new Error("a number is missing");
    this.#number = number;
  }
}

const wrong = "what was heard is not what was said";
const ZERO = 0x30;

function numberIn(octets: Buffer, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) number = number * 10 + octets[at]! - ZERO;
  return number;
}

export interface LaneOptions {
  readonly speaker: Member;
  readonly listeners: readonly Member[];
  /** A cycle of commands. */
  readonly says: readonly object[];
  /** What is heard of them, in the same order. */
  readonly expected: readonly Expected[];
  /** The most that is said at once. */
  readonly deep: number;
}

/** See the head of this file. */
export class Lane {
  readonly #speaker: Member;
  readonly #listeners: number;
  /** A cycle of frames and so many more that any run is one slice, and where each begins. */
  readonly #frames: Buffer;
  readonly #starts: readonly number[];
  readonly #cycle: number;
  #next = 0;
  /** How often something is still to be heard. */
  outstanding = 0;
  /** Called whenever somebody has heard something. */
  heard: () => void = () => {};

  constructor({ speaker, listeners, says, expected, deep }: LaneOptions) {
    this.#speaker = speaker;
    this.#listeners = listeners.length;
    this.#cycle = says.length;
    const frames = Array.from({ length: says.length + deep }, (_, index) =>
      frameOf(JSON.stringify(says[index % says.length])),
    );
    let end = 0;
    this.#frames = Buffer.concat(frames);
    this.#starts = [0, ...frames.map(({ length }) => (end += length))];
    for (const listener of listeners) {
      const check = new HearingCheck(expected);
      listener.listen((octets, start, stop) => {
        check.check(octets, start, stop);
        if (--this.outstanding < 0) throw new Error("more was heard than was said");
        this.heard();
      });
    }
    if (!listeners.includes(speaker)) speaker.listen(refuseAll);
  }

  /** Says the next `count` in one write; returns how often something is heard of it. */
  say(count: number): number {
    this.#speaker.write(this.#frames.subarray(this.#starts[this.#next], this.#starts[this.#next + count]));
    this.#next = (this.#next + count) % this.#cycle;
    const deliveries = count * this.#listeners;
    this.outstanding += deliveries;
    return deliveries;
  }
}

function refuseAll(octets: Buffer, start: number, end: number): never {
  throw new Error(
    `the server says to the speaker: ${octets.toString("utf8", start, Math.min(end, start + 200))}`,
  );
}
