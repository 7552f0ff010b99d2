/** What the runs are called on the page. */
import { durationWords } from "../verdict-words.ts";
import { visible } from "../visible.ts";
import type { RunSummary } from "./run-data.ts";

/** What the target calls itself, or else its address. */
export function runName({ target }: Pick<RunSummary, "target">): string {
  return visible(target.name ?? target.address);
}

/** What stands at the other end of the wire. */
export function peerWord({ role }: RunSummary): string {
  return role === "jwt" ? "verifier" : role;
}

/** The mark of a run in the head of its column: `A`, …, `Z`, `A2`, … */
export function runLetter(run: number): string {
  const letter = String.fromCharCode(65 + (run % 26));
  return run < 26 ? letter : `${letter}${Math.floor(run / 26) + 1}`;
}

/** When it began, to the minute: `2026-11-22 12:40 UTC`. */
export function beginning({ startedAt }: RunSummary): string {
  return visible(`${startedAt.slice(0, 10)} ${startedAt.slice(11, 16)} UTC`);
}

/** `541 cases in 8.2 s`. */
export function extent({ cases, duration }: RunSummary): string {
  return `${cases.length === 1 ? "1 case" : `${cases.length} cases`} in ${durationWords(duration)}`;
}
