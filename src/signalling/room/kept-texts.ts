/**
 * Texts that are kept for a while and seldom read again. A few are kept as they are; what is more than that, as octets
 * outside of the collector's heap:
 *
 *     text text text … │ block │ text text text │   block │ text text ▒▒▒▒ │ ◀─ the next one goes here
 *                              └ all forgotten: it is used again, or let go of
 *
 * What is said in a room is kept for a minute. As strings, all that is said in a busy one would be copied twice and
 * marked before it is thrown away: as much again as all else that is done to pass it on (bench/signalling/relay). In a
 * quiet one strings cost less: their memory goes back to the system, where that of many small blocks would not
 * (bench/signalling/join-storm).
 */

/** Where a text is kept. */
export interface Place {
  /** Itself, when it lies in no block. */
  text: string | undefined;
  block: Block;
  /** In the block, in octets. */
  start: number;
  end: number;
}

/** Octets of texts that are kept as strings. */
const mostInStrings = 65_536;
/** Octets of a block that was not made for a longer text. */
const blockSize = 16_384;

class Block {
  readonly octets: Buffer;
  end = 0;
  /** How many texts of it are not forgotten. */
  texts = 0;

  constructor(size: number) {
    // Only what was written is ever read.
    this.octets = Buffer.allocUnsafeSlow(size);
  }

  get size(): number {
    return this.octets.length;
  }

  hasRoomFor(text: string): boolean {
    const room = this.size - this.end;
    // A UTF-16 code unit becomes three octets at most.
    return text.length * 3 <= room || (text.length <= room && Buffer.byteLength(text) <= room);
  }
}

/** That of no text. */
export const noPlace: Readonly<Place> = { text: undefined, block: new Block(0), start: 0, end: 0 };

/** See the head of this file. */
export class KeptTexts {
  /** Octets of those that are strings. */
  #inStrings = 0;
  #newest: Block | undefined;
  #spare: Block | undefined;
  #held = 0;

  /** How many octets its blocks have. */
  get held(): number {
    return this.#held;
  }

  /** Keeps a text, and notes its place. */
  keep(text: string, place: Place): void {
    if (this.#newest === undefined && this.#keepAsString(text, place)) return;
    const block = this.#newest?.hasRoomFor(text) ? this.#newest : this.#nextFor(text);
    place.block = block;
    place.start = block.end;
    block.end += block.octets.write(text, block.end);
    place.end = block.end;
    block.texts++;
  }

  read({ text, block, start, end }: Place): string {
    return text ?? block.octets.toString("utf8", start, end);
  }

  /** Forgets a text; each one once. */
  forget(place: Place): void {
    const { text, block, end } = place;
    place.text = undefined;
    place.block = noPlace.block;
    if (text !== undefined) {
      this.#inStrings -= end;
      return;
    }
    block.texts--;
    if (block.texts > 0 || block === this.#newest) return;
    // Not one that was made for a single long text, or it would be kept for as long as the room is.
    if (this.#spare === undefined && block.size === blockSize) this.#spare = block;
    else this.#held -= block.size;
  }

  /** Gives its memory back, when all texts are forgotten. */
  clear(): void {
    this.#inStrings = 0;
    this.#newest = undefined;
    this.#spare = undefined;
    this.#held = 0;
  }

  #keepAsString(text: string, place: Place): boolean {
    const length = Buffer.byteLength(text);
    if (this.#inStrings + length > mostInStrings) return false;
    this.#inStrings += length;
    place.text = text;
    place.start = 0;
    place.end = length;
    return true;
  }

  #nextFor(text: string): Block {
    if (this.#newest?.texts === 0) this.#held -= this.#newest.size;
    const spare = this.#spare;
    if (spare !== undefined) spare.end = 0;
    if (spare?.hasRoomFor(text)) {
      this.#spare = undefined;
      this.#newest = spare;
    } else {
      this.#newest = new Block(Math.max(blockSize, Buffer.byteLength(text)));
      this.#held += this.#newest.size;
    }
    return this.#newest;
  }
}
