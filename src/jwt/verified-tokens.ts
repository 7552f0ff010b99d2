/**
 * Tokens that were verified, by their whole text, so that the next request with one costs a look into a map.
 *
 * Bounded, and the least recently used go first, a generation at a time: two maps of half the capacity. What
 * is used moves to the younger one; when that is full it becomes the older, and the older is dropped. So at
 * least the last capacity ÷ 2 different tokens are always there. Keeping the exact order would cost a
 * deletion and an insertion with every hit, a tenth of its time (bench/jwt/parts).
 */
import type { Jwt } from "./decode.ts";
import { flat } from "./flat-text.ts";
import type { Key } from "./key.ts";

/** What is remembered of a token. */
export interface VerifiedToken {
  /** Frozen, whole. */
  readonly jwt: Jwt;
  /** What it was verified with. */
  readonly key: Key;
  /** When it ends, in seconds since the epoch. */
  readonly exp: number;
}

/** Longer tokens are not kept, so that memory is bounded: 1,000 tokens are at most 4 MB of text. */
const LONGEST_KEPT = 4_096;

/** The verified tokens of one verifier. Pure: it knows no time. */
export class VerifiedTokens {
  readonly #half: number;
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();

  /** @param capacity tokens held at most; even, and at least 2 */
  constructor(capacity: number) {
    this.#half = capacity / 2;
  }

  /** How many there are. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** What is known of `token`. */
  find(token: string): VerifiedToken | undefined {
    const young = this.#young.get(token);
    if (young !== undefined) return young.verified;
    const old = this.#old.get(token);
    if (old === undefined) return undefined;
    this.#old.delete(token);
    this.#insert(old);
    return old.verified;
  }

  add(token: string, verified: VerifiedToken): void {
    if (token.length > LONGEST_KEPT) return;
    this.#old.delete(token);
    this.#insert({ text: flat(token), verified });
  }

  delete(token: string): void {
    this.#young.delete(token);
    this.#old.delete(token);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #insert(entry: Entry): void {
    if (this.#young.size >= this.#half && !this.#young.has(entry.text)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(entry.text, entry);
  }
}

interface Entry {
  /** The key in the map, always the same string: the next request's would bring its own memory along. */
  readonly text: string;
  readonly verified: VerifiedToken;
}
