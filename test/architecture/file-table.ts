/**
 * The file table of ARCHITECTURE.md: every file of `src/`, and behind the name of each shell a ■.
 *
 * It is the one place that says which files are shells. A row begins with the path in backquotes:
 * `| `src/deadlines.ts` ■ | what it is |`.
 */

/** What the table says: all files, in its order, and which of them touch the world. */
export interface FileTable {
  readonly files: readonly string[];
  readonly shells: ReadonlySet<string>;
}

const row = /^\|\s*`(src\/[^`]+)`\s*(■?)\s*\|/gmu;

/** @throws {Error} when there is no table, so that a lost table does not mean that nothing is checked */
export function readFileTable(markdown: string): FileTable {
  const rows = [...markdown.matchAll(row)];
  if (rows.length === 0) throw new Error("ARCHITECTURE.md has no file table: rows of | `src/…` ■ | … |");
  return {
    files: rows.map(([, file]) => file ?? ""),
    shells: new Set(rows.filter(([, , mark]) => mark === "■").map(([, file]) => file ?? "")),
  };
}
