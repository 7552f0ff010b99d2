/**
 * Texts that are kept for a while and seldom read again, as octets outside of the collector's heap:
 *
 *     block │ text text text │   block │ text text ▒▒▒▒ │ ◀─ the next one goes here
 *           └ all forgotten: it is used again, or let go of
 *
 * What is said in a room is kept for a minute. Kept as strings, each would be copied twice and marked on and on before
 * it is thrown away: as much again as all else that is done to pass it on (bench/signalling/relay).
 */

/** Where a text lies. */
export interface Place {
  block: Block;
  start: number;
  end: number;
}

/** The first has this many octets, each further one twice as many as the one before, up to the most. */
const firstBlock = 1024;
const mostInBlock = 16_384;

class Block {
  readonly octets: Buffer;
  end = 0;
  /** How many texts of it are not forgotten. */
  texts = 0;

  constructor(size: number) {
    // Only what was written is ever read.
    this.octets = Buffer.allocUnsafeSlow(size);
  }

  hasRoomFor(text: string): boolean {
    const room = this.octets.length - this.end;
    // A UTF-16 code unit becomes three octets at most.
    return text.length * 3 <= room || (text.length <= room && Buffer.byteLength(text) <= room);
  }
}

/** That of no text. */
export const noPlace: Readonly<Place> = { block: new Block(0), start: 0, end: 0 };

/** See the head of this file. */
export class KeptTexts {
  #newest: Block | undefined;
  #spare: Block | undefined;

  /** Keeps a text, as UTF-8, and notes its place. */
  keep(text: string, place: Place): void {
    const block = this.#newest?.hasRoomFor(text) ? this.#newest : this.#nextFor(text);
    place.block = block;
    place.start = block.end;
    block.end += block.octets.write(text, block.end);
    place.end = block.end;
    block.texts++;
  }

  read({ block, start, end }: Place): string {
    return block.octets.toString("utf8", start, end);
  }

  /** Forgets a text; each one once. */
  forget(place: Place): void {
    const { block } = place;
    place.block = noPlace.block;
    block.texts--;
    if (block.texts > 0 || block === this.#newest) return;
    const { length } = block.octets;
    // Not one that was made for a single long text, or it would be kept for as long as the room is.
    if (length <= mostInBlock && length > (this.#spare?.octets.length ?? 0)) this.#spare = block;
  }

  /** Gives its memory back, when all texts are forgotten. */
  clear(): void {
    this.#newest = undefined;
    this.#spare = undefined;
  }

  #nextFor(text: string): Block {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) {
      spare.end = 0;
      if (spare.hasRoomFor(text)) return this.#begin(spare);
    }
    const before = this.#newest?.octets.length ?? firstBlock / 2;
    const size = Math.min(mostInBlock, 2 * before);
    return this.#begin(new Block(Math.max(size, Buffer.byteLength(text))));
  }

  #begin(block: Block): Block {
    this.#newest = block;
    return block;
  }
}
