/**
 * UTF-8 (RFC 3629 §4) as it comes in: the octet with which a text stops being UTF-8 is known as soon as it is there
 * (RFC 6455 §8.1). Each way of not being UTF-8 has a switch of its own.
 */
import type { Broken, Fault } from "./faults.ts";

/** What may follow a first octet. */
interface Sequence {
  readonly first: readonly [from: number, to: number];
  /** Octets after the first; all but the second are from 80 to BF. */
  readonly more: number;
  /** Default: from 80 to BF. */
  readonly second?: readonly [from: number, to: number];
  /** Not UTF-8: known only to a peer with this fault. */
  readonly only?: Fault;
}

/** The table of RFC 3629 §4, and what it leaves out. */
const sequences: readonly Sequence[] = [
  { first: [0x00, 0x7f], more: 0 },
  { first: [0xc2, 0xdf], more: 1 },
  { first: [0xe0, 0xe0], more: 2, second: [0xa0, 0xbf] },
  { first: [0xe1, 0xec], more: 2 },
  { first: [0xed, 0xed], more: 2, second: [0x80, 0x9f] },
  { first: [0xee, 0xef], more: 2 },
  { first: [0xf0, 0xf0], more: 3, second: [0x90, 0xbf] },
  { first: [0xf1, 0xf3], more: 3 },
  { first: [0xf4, 0xf4], more: 3, second: [0x80, 0x8f] },
  // Longer than the character needs.
  { first: [0xc0, 0xc1], more: 1, only: "accepts-overlong-utf8" },
  { first: [0xe0, 0xe0], more: 2, second: [0x80, 0x9f], only: "accepts-overlong-utf8" },
  { first: [0xf0, 0xf0], more: 3, second: [0x80, 0x8f], only: "accepts-overlong-utf8" },
  { first: [0xf8, 0xf8], more: 4, second: [0x80, 0x87], only: "accepts-overlong-utf8" },
  { first: [0xfc, 0xfc], more: 5, second: [0x80, 0x83], only: "accepts-overlong-utf8" },
  // The code points of UTF-16's surrogates, U+D800 to U+DFFF.
  { first: [0xed, 0xed], more: 2, second: [0xa0, 0xbf], only: "accepts-surrogates-in-utf8" },
  // Above U+10FFFF, up to what RFC 2279 could say in six octets.
  { first: [0xf4, 0xf4], more: 3, second: [0x90, 0xbf], only: "accepts-utf8-beyond-unicode" },
  { first: [0xf5, 0xf7], more: 3, only: "accepts-utf8-beyond-unicode" },
  { first: [0xf8, 0xf8], more: 4, second: [0x88, 0xbf], only: "accepts-utf8-beyond-unicode" },
  { first: [0xf9, 0xfb], more: 4, only: "accepts-utf8-beyond-unicode" },
  { first: [0xfc, 0xfc], more: 5, second: [0x84, 0xbf], only: "accepts-utf8-beyond-unicode" },
  { first: [0xfd, 0xfd], more: 5, only: "accepts-utf8-beyond-unicode" },
  // Octets that begin nothing.
  { first: [0x80, 0xbf], more: 0, only: "accepts-stray-utf8-continuations" },
  { first: [0xfe, 0xff], more: 0, only: "accepts-impossible-utf8-octets" },
];

/** Follows one text. */
export class Utf8Reader {
  readonly #known: readonly Sequence[];
  readonly #broken: Broken;
  #more = 0;
  #lowest = 0;
  #highest = 0;

  constructor(broken: Broken) {
    this.#broken = broken;
    this.#known = sequences.filter(({ only }) => only === undefined || broken(only));
  }

  /** Whether the text may end here. */
  get complete(): boolean {
    return (
      this.#more === 0 || this.#broken("accepts-unfinished-utf8") || this.#broken("takes-anything-for-utf8")
    );
  }

  /** Whether what came so far, with these octets, can be the beginning of a text. */
  push(octets: Buffer): boolean {
    if (this.#broken("takes-anything-for-utf8")) return true;
    for (const octet of octets) {
      if (this.#more === 0 && octet < 0x80) continue;
      if (!(this.#more === 0 ? this.#begin(octet) : this.#continue(octet))) return false;
    }
    return true;
  }

  #begin(octet: number): boolean {
    [this.#lowest, this.#highest] = [0xff, 0];
    for (const { first, more, second = [0x80, 0xbf] } of this.#known) {
      if (octet < first[0] || octet > first[1]) continue;
      this.#more = more;
      this.#lowest = Math.min(this.#lowest, second[0]);
      this.#highest = Math.max(this.#highest, second[1]);
    }
    return this.#highest > 0;
  }

  #continue(octet: number): boolean {
    if (this.#lowest <= octet && octet <= this.#highest) {
      this.#more--;
      [this.#lowest, this.#highest] = [0x80, 0xbf];
      return true;
    }
    this.#more = 0;
    const another = octet < 0x80 || octet > 0xbf;
    return another && this.#broken("accepts-interrupted-utf8") && (octet < 0x80 || this.#begin(octet));
  }
}
