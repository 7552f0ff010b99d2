/** Numbers from 0 to 1. */
export type Next = () => number;

/** mulberry32: numbers that a seed in a test's name replays. */
export function random(seed: number): Next {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to `most`. */
export const upTo = (next: Next, most: number): number => Math.floor(next() * (most + 1));

export const octet = (next: Next): number => upTo(next, 255);

export const chance = (next: Next, probability: number): boolean => next() < probability;

export const pick = <T>(next: Next, choices: readonly T[]): T =>
  choices[Math.floor(next() * choices.length)]!;
