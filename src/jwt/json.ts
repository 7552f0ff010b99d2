/**
 * JSON objects as JOSE wants them: strict UTF-8, an object at the top, no member named twice, bounded depth.
 *
 * RFC 7515 §4: "The Header Parameter names within the JOSE Header MUST be unique", and RFC 7519 §4 says the
 * same of claims. `JSON.parse` keeps the last of two; another parser keeps the first; whoever can make two
 * programs read one token differently has an attack. So duplicates are refused, at every depth.
 * https://www.rfc-editor.org/rfc/rfc8259
 */
import { isUtf8 } from "node:buffer";

/**
 * Reads a JSON object from bytes; `undefined` when they are anything else.
 *
 * @param maxDepth objects and arrays within each other; the outermost counts as one
 */
export function parseObject(bytes: Buffer, maxDepth: number): Record<string, unknown> | undefined {
  const text = bytes.toString();
  // Bytes that are not UTF-8 decode to U+FFFD, so only a text that holds one can be wrong.
  if (text.includes("\ufffd") && !isUtf8(bytes)) return undefined;
  const members = countMembers(bytes, maxDepth);
  if (members === undefined) return undefined;
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return countKeys(value) === members ? (value as Record<string, unknown>) : undefined;
}

/**
 * How many members the objects in the text have: its colons outside strings. `undefined` when it is nested
 * too deep. Comparing this with the keys of the parsed value finds duplicates without remembering a name.
 * Bytes do as well as characters: in UTF-8 none of these is ever part of another character.
 */
function countMembers(bytes: Buffer, maxDepth: number): number | undefined {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!;
    if (octet === QUOTE) at = endOfString(bytes, at + 1);
    else if (octet === COLON) members++;
    else if (octet === OPEN_OBJECT || octet === OPEN_ARRAY) {
      if (++depth > maxDepth) return undefined;
    } else if (octet === CLOSE_OBJECT || octet === CLOSE_ARRAY) depth--;
  }
  return members;
}

/** Where the quotation mark is that closes a string whose first character is at `at`. */
function endOfString(bytes: Buffer, at: number): number {
  for (; at < bytes.length && bytes[at] !== QUOTE; at++) {
    if (bytes[at] === BACKSLASH) at++;
  }
  return at;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

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
  const list = Array.isArray(value);
  // Not for…in: over objects of many shapes it takes several times as long.
  const children: readonly unknown[] = list ? value : Object.values(value);
  let count = list ? 0 : children.length;
  for (const child of children) {
    if (typeof child === "object" && child !== null) count += countKeys(child);
  }
  return count;
}

/** Freezes a parsed value with all that is in it, and returns it. */
export function freezeJson<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  for (const child of Object.values(value)) freezeJson(child);
  return Object.freeze(value);
}
