/** The matrix of cases and mutants: which mutants turn a case red, and which cases a mutant. */
import { isRed, type Meeting } from "./meeting.ts";
import { nameOf } from "./mutants.ts";

export interface Matrix {
  /** Mutants that turn a case red, by case: every case there is. */
  readonly byCase: ReadonlyMap<string, readonly string[]>;
  /** Cases that turned red, by mutant. */
  readonly byMutant: ReadonlyMap<string, readonly string[]>;
  /** Cases that no mutant turned red. */
  readonly uncovered: readonly string[];
  /** Mutants that got away with a case listed for them, and what it said: `masks-nothing (client): rfc6455/5.1/42: pass`. */
  readonly escaped: readonly string[];
}

/** @param ids every case of the role */
export function matrixOf(ids: Iterable<string>, meetings: readonly Meeting[]): Matrix {
  const byCase = new Map<string, string[]>(Array.from(ids, (id) => [id, []]));
  const byMutant = new Map<string, string[]>();
  const escaped: string[] = [];
  for (const meeting of meetings) {
    const name = nameOf(meeting.mutant);
    const red = byMutant.get(name) ?? [];
    byMutant.set(name, red);
    if (isRed(meeting)) {
      red.push(meeting.id);
      byCase.get(meeting.id)?.push(name);
    } else escaped.push(`${name}: ${meeting.id}: ${meeting.reason ?? meeting.verdict}`);
  }
  const uncovered = [...byCase].filter(([, names]) => names.length === 0).map(([id]) => id);
  return { byCase, byMutant, uncovered, escaped };
}

/** The matrix from both sides, a line for each case and each mutant, and what is missing from it. */
export function matrixText({ byCase, byMutant, uncovered, escaped }: Matrix): string {
  return [
    ...section("Cases, and the mutants that turn them red", byCase, (names) => names),
    ...section("Mutants, and the cases that they turn red", byMutant, briefly),
    ...list("Cases that no mutant turned red", uncovered),
    ...list("Mutants that got away", escaped),
    `${byCase.size} cases, ${byMutant.size} mutants; ${uncovered.length} cases not red, ${escaped.length} times a mutant got away`,
    "",
  ].join("\n");
}

function section(
  title: string,
  rows: ReadonlyMap<string, readonly string[]>,
  write: (entries: readonly string[]) => readonly string[],
): readonly string[] {
  const lines = Array.from(rows, ([name, entries]) => `${name}: ${write(entries).join(" ") || "–"}`);
  return [title, "", ...lines, ""];
}

function list(title: string, entries: readonly string[]): readonly string[] {
  return entries.length === 0 ? [] : [title, "", ...entries, ""];
}

/** Cases by clause, neighbours as a range: `rfc6455/5.2/1-8,11`. */
export function briefly(ids: readonly string[]): readonly string[] {
  const clauses = new Map<string, number[]>();
  for (const id of ids) {
    const slash = id.lastIndexOf("/");
    const clause = id.slice(0, slash);
    clauses.set(clause, [...(clauses.get(clause) ?? []), Number(id.slice(slash + 1))]);
  }
  return Array.from(clauses, ([clause, numbers]) => `${clause}/${ranges(numbers)}`);
}

function ranges(numbers: readonly number[]): string {
  const found: [from: number, to: number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}
