/**
 * Session descriptions to test with: made by the `wrtc` package and by Chromium, and, in the manner of other software,
 * by hand; the examples of RFC 8866 §5 and RFC 4566 §5; and one with each line and field that RFC 8866 §9 knows.
 */
import { readdirSync, readFileSync } from "node:fs";

const folder: URL = new URL("./fixtures/", import.meta.url);

/** The names of all fixtures. */
export const names: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".sdp"))
  .map((name) => name.slice(0, -".sdp".length))
  .sort();

export function fixture(name: string): string {
  return readFileSync(new URL(`${name}.sdp`, folder), "utf8");
}

/** The lines of a description without their ends. */
export function linesOf(sdp: string): string[] {
  return sdp.split("\r\n").slice(0, -1);
}

/** A description of these lines. */
export function join(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}
