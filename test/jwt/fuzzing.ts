/**
 * Pieces for making and breaking input at random. A seed replays how, not the very octets: the keys are new in
 * every run, and most signatures too.
 */
import { JwtError } from "../../src/jwt/errors.ts";

/** The next random number, from 0 to 1. */
export type Next = () => number;

export const upTo = (next: Next, most: number): number => Math.floor(next() * (most + 1));
export const pick = <T>(next: Next, choices: readonly T[]): T =>
  choices[Math.floor(next() * choices.length)]!;

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ODD = [...'=+/ \n\t.\0"{}[]:,\\%é😀', "..", "\ud800", "\u212a", "\ufeff", "%3D"];
/** Text that is mostly base64url. */
export function text(next: Next, length: number): string {
  let made = "";
  for (let i = 0; i < length; i++) made += next() < 0.9 ? BASE64URL[upTo(next, 63)]! : pick(next, ODD);
  return made;
}

/** Cuts, doubles, turns round or replaces a piece. */
export function stir(next: Next, whole: string): string {
  const [from, to] = [upTo(next, whole.length), upTo(next, whole.length)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  const end = next() < 0.5 ? Math.min(to, from + 4) : to;
  const [before, piece, after] = [whole.slice(0, from), whole.slice(from, end), whole.slice(end)];
  switch (upTo(next, 5)) {
    case 0:
      return before + after;
    case 1:
      return before + piece + piece + after;
    case 2:
      return before + [...piece].reverse().join("") + after;
    case 3:
      return before + text(next, upTo(next, 4)) + after;
    case 4:
      return before + after + piece;
    default:
      return (
        before +
        String.fromCharCode((piece.charCodeAt(0) || 0) ^ (1 << upTo(next, 15))) +
        piece.slice(1) +
        after
      );
  }
}

/** What `run` gives; `undefined` if it was refused as documented. Anything else that is thrown comes through. */
export function attempt<T>(run: () => T, documented: (code: string) => boolean): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof JwtError) || !documented(error.code)) throw error;
    if (error.message.length > 200) throw new Error(`the message is long: ${error.message}`);
    return undefined;
  }
}

export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
