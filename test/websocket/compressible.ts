/** Contents for compression: what shrinks well, hardly, and not at all. */
import { random } from "./random.ts";

/** JSON as applications send it, cut at so many bytes. */
export function json(length: number): Buffer {
  let text = "";
  for (let i = 0; text.length < length; i++)
    text += JSON.stringify({
      id: 1000 + i * 37,
      name: `user${i}`,
      active: i % 3 === 0,
      score: (i * 7919) % 1000,
    });
  return Buffer.from(text.slice(0, length));
}

/** Octets without any order. */
export function noise(length: number, seed = 1): Buffer {
  const next = random(seed);
  return Buffer.from(Uint8Array.from({ length }, () => next() * 256));
}

/** Letters by chance, of which there are few: references everywhere, near and far. */
export function letters(length: number, seed = 1): Buffer {
  const next = random(seed);
  return Buffer.from(Uint8Array.from({ length }, () => 97 + next() * 4));
}

export const zeros = (length: number): Buffer => Buffer.alloc(length);
