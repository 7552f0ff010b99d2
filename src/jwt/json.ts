/**
 * JSON objects as JOSE wants them: strict UTF-8, an object at the top, no member named twice, bounded depth.
 *
 * RFC 7515 §4: "The Header Parameter names within the JOSE Header MUST be unique", and RFC 7519 §4 says the
 * same of claims. `JSON.parse` keeps the last of two; another parser keeps the first; whoever can make two
 * programs read one token differently has an attack. So duplicates are refused, at every depth.
 * https://www.rfc-editor.org/rfc/rfc8259
 */
import { isUtf8 } from "node:buffer";

/** Objects and arrays within each other; the outermost counts as one. */
export const MAX_DEPTH = 32;

/** Reads a JSON object from bytes; `undefined` when they are anything else. */
export function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  const text = bytes.toString();
  // Bytes that are not UTF-8 decode to U+FFFD, so only a text that holds one can be wrong.
  if (text.includes("\ufffd") && !isUtf8(bytes)) return undefined;
  const members = countMembers(text);
  if (members === undefined) return undefined;
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return countKeys(value) === members ? (value as Record<string, unknown>) : undefined;
}

/**
 * How many members the objects in `text` have: its colons outside strings. `undefined` when it is nested
 * too deep. Comparing this with the keys of the parsed value finds duplicates without remembering a name.
 */
function countMembers(text: string): number | undefined {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at + 1);
        break;
      case COLON:
        members++;
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (++depth > MAX_DEPTH) return undefined;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        depth--;
    }
  }
  return members;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The index of the quotation mark that closes a string whose first character is at `at`. */
function endOfString(text: string, at: number): number {
  for (; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) break;
    if (character === BACKSLASH) at++;
  }
  return at;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Recursion is safe: {@link countMembers} has bounded the depth. */
function countKeys(value: object): number {
  const keys = Object.keys(value);
  let count = Array.isArray(value) ? 0 : keys.length;
  for (const key of keys) {
    const child: unknown = value[key as keyof typeof value];
    if (typeof child === "object" && child !== null) count += countKeys(child);
  }
  return count;
}
