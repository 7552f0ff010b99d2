/** What `barewire password tune` prints: a table for people, for machines one JSON object. */
import {
  type PasswordBudget,
  type ProfileChoice,
  type ProfileMeasurement,
  type ScryptProfile,
  scryptProfiles,
} from "../password/index.ts";

/** What was measured, and what follows from it. */
export interface TuningReport extends ProfileChoice {
  readonly budget: PasswordBudget;
  /** Of those there is room for. */
  readonly measurements: readonly ProfileMeasurement[];
}

const MIB = 2 ** 20;

/** One line of JSON: `{ chosen, withinBudget, budget, profiles }`; `milliseconds` is null where there is no room. */
export function tuningJson(report: TuningReport): string {
  const { profile, withinBudget, budget } = report;
  const profiles = scryptProfiles.map((one) => ({
    name: one.name,
    ...one.cost,
    memoryBytes: one.memoryBytes,
    milliseconds: millisecondsOf(one, report) ?? null,
  }));
  return `${JSON.stringify({ chosen: profile.name, withinBudget, budget, profiles })}\n`;
}

/** A line for each profile, and below which it is and why. */
export function tuningTable(report: TuningReport): string {
  const rows = scryptProfiles.map((one) => {
    const { ln, r, p } = one.cost;
    const milliseconds = millisecondsOf(one, report)?.toFixed(0) ?? "no room";
    const numbers = [`2^${ln}`, `${r}`, `${p}`, `${one.memoryBytes / MIB}`, milliseconds];
    return [one.name, ...numbers, one === report.profile ? "chosen" : ""];
  });
  const table = [["profile", "N", "r", "p", "MiB", "ms", ""], ...rows];
  const widths = table[0]!.map((_, at) => Math.max(...table.map((row) => row[at]!.length)));
  const lines = table.map((row) =>
    row.map((cell, at) => (at % 6 === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join("  "),
  );
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n\n${verdict(report)}\n`;
}

function verdict({ withinBudget, budget }: TuningReport): string {
  const { milliseconds, memoryBytes, concurrency } = budget;
  const limits = `${milliseconds} ms a hash, and ${concurrency} at once in ${Math.floor(memoryBytes / MIB)} MiB`;
  return withinBudget
    ? `Chosen is the most memory within ${limits}.`
    : `None is within ${limits}. Chosen is the nearest.`;
}

function millisecondsOf(profile: ScryptProfile, { measurements }: TuningReport): number | undefined {
  return measurements.find((one) => one.profile === profile)?.milliseconds;
}
