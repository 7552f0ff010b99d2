/** The matrix of cases and mutants: which mutants turn a case red, and which cases a mutant turns red. */
import { isRed, type Meeting, type Proven, usualVerdict } from "./meeting.ts";

export interface Matrix {
  /** Mutants that turn a case red, by case: every case there is. */
  readonly byCase: ReadonlyMap<string, readonly string[]>;
  /** Cases that turned red, by mutant. */
  readonly byMutant: ReadonlyMap<string, readonly string[]>;
  /** Cases in which no correct peer passed, and what they said: `rfc6455/5.1/1: fail`. */
  readonly notGreen: readonly string[];
  /** Cases that no mutant turned red. */
  readonly notRed: readonly string[];
  /** Mutants that got away with a case listed for them: `masks-nothing: rfc6455/5.1/42: pass`. */
  readonly escaped: readonly string[];
}

/**
 * What one role's cases are worth.
 *
 * @param correct what became of every case with the peer as it stands; one that is not applicable to it has to pass with
 *   the correct peer of another manner, which a mutant of that manner is held against
 */
export function matrixOf(correct: readonly Proven[], meetings: readonly Meeting[]): Matrix {
  const byCase = new Map<string, string[]>(correct.map(({ id }) => [id, []]));
  const byMutant = new Map<string, string[]>(meetings.map(({ mutant }) => [mutant.fault.name, []]));
  for (const { id, mutant } of meetings.filter(isRed)) {
    byMutant.get(mutant.fault.name)!.push(id);
    byCase.get(id)?.push(mutant.fault.name);
  }
  const otherwise = new Set(meetings.filter(isGreenInAnotherManner).map(({ id }) => id));
  const isGreen = (proven: Proven): boolean =>
    proven.verdict === usualVerdict(proven) ||
    (proven.verdict === "not applicable" && otherwise.has(proven.id));
  return {
    byCase,
    byMutant,
    notGreen: correct.filter((proven) => !isGreen(proven)).map(said),
    notRed: [...byCase].filter(([, names]) => names.length === 0).map(([id]) => id),
    escaped: meetings
      .filter((meeting) => !isRed(meeting))
      .map((meeting) => `${meeting.mutant.fault.name}: ${said(meeting)}`),
  };
}

function isGreenInAnotherManner(meeting: Meeting): boolean {
  return meeting.mutant.fault.manner !== undefined && meeting.correct === usualVerdict(meeting);
}

function said({ id, verdict, reason }: Proven): string {
  return `${id}: ${verdict}${reason === undefined ? "" : ` (${reason})`}`;
}

/** The matrix from both sides, and what is missing from it. Cases that the same mutants turn red share a line. */
export function matrixText({ byCase, byMutant, notGreen, notRed, escaped }: Matrix): string {
  const alike = Map.groupBy(byCase.keys(), (id) => byCase.get(id)!.join(", "));
  return [
    "Cases, and the mutants that turn them red",
    "",
    ...Array.from(alike, ([names, ids]) => `${briefly(ids)}: ${names || "none"}`),
    "",
    "Mutants, and the cases that they turn red",
    "",
    ...Array.from(byMutant, ([name, ids]) => `${name}: ${briefly(ids) || "none"}`),
    "",
    ...list("Cases in which no correct peer passes", notGreen),
    ...list("Cases that no mutant turns red", notRed),
    ...list("Mutants that get away", escaped),
    `${byCase.size} cases: ${byCase.size - notGreen.length} green, ${byCase.size - notRed.length} red on one of ${byMutant.size} mutants`,
    "",
  ].join("\n");
}

function list(title: string, entries: readonly string[]): readonly string[] {
  return entries.length === 0 ? [] : [title, "", ...entries, ""];
}

/** Cases by clause, neighbours as a range: `rfc6455/5.2/1-8,11 rfc6455/5.4/1`. */
export function briefly(ids: readonly string[]): string {
  const clauses = Map.groupBy(ids, (id) => id.slice(0, id.lastIndexOf("/")));
  const written = Array.from(clauses, ([clause, members]) => {
    const numbers = members.map((id) => Number(id.slice(clause.length + 1)));
    return `${clause}/${ranges(numbers)}`;
  });
  return written.join(" ");
}

function ranges(numbers: readonly number[]): string {
  const found: [from: number, to: number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}
