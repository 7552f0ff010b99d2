/** Each person is a wire: the same name has the same colour on every screen. tile.css holds the colours. */

const WIRES = 8;

/** Which of the colours in tile.css belongs to this name (FNV-1a, chosen for being three lines). */
export function wireOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return (hash >>> 16) % WIRES;
}

/** One or two letters to stand for somebody without a picture. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...name].slice(0, 2);
  return letters.join("").toUpperCase();
}
