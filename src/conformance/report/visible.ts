/**
 * Text made safe to show: what a terminal would obey, or a reader not see, becomes `\uXXXX`.
 *
 * Much of a report was written by the peer: its name, its reasons for closing, the lines of its handshake. A
 * hostile one sends escape sequences that move the cursor over a verdict, marks that turn words round, characters
 * that nobody sees. Inside a JSON string the escapes mean what they stand for, so JSON stays the same JSON.
 */

/** Controls, format characters, lone surrogates, what has no meaning yet, line ends, and what is never drawn. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** `text` on one line, with nothing in it that acts instead of being seen. */
export function visible(text: string): string {
  return text.replace(unseen, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** The lines of `text`, each made visible. A line ends with LF or CR LF. */
export function visibleLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map(visible);
}
