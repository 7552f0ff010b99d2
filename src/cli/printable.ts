/**
 * Text from a token, made safe to show: what a terminal would obey, or a reader not see, becomes `\uXXXX`.
 *
 * Whoever wrote the token chose its text. Escape sequences (C0 and C1 alike) move the cursor over a verdict,
 * set the clipboard or the title; bidirectional marks turn words round; invisible characters make two names
 * look like one. Inside a JSON string the escapes mean what they stand for, so JSON stays the same JSON.
 */

/** Controls, format characters, lone surrogates, what has no meaning yet, line ends, and what is never drawn. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** `text` on one line, with nothing in it that acts instead of being seen. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) =>
    Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(""),
  );
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
