/** JSON from files and arguments, of which no error message ever quotes a piece: it may be a key. */
import { parseObject } from "../jwt/index.ts";

/** Deeper than anything that is a key or claims; what is too deep to be signed is said by {@link lossIn}. */
const DEEPEST = 1_000;

/** The object that `text` is in JSON, with no member named twice; `undefined` when it is anything else. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  return parseObject(Buffer.from(text), DEEPEST);
}

/** Objects and arrays within each other, as the core reads them; the outermost counts as one. */
const MAX_DEPTH = 32;

/** What of a value would be lost on the way to whoever reads its JSON; `undefined`: nothing. */
export function lossIn(value: unknown, depth = 1): string | undefined {
  if (typeof value === "number") {
    const kept = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
    return kept ? undefined : "it holds a number that would be rounded: write it as a string";
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep, which verifying refuses`;
  for (const child of Object.values(value)) {
    const loss = lossIn(child, depth + 1);
    if (loss !== undefined) return loss;
  }
  return undefined;
}

/** The value of a JSON text; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
