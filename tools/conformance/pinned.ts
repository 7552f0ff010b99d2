/**
 * `test/conformance/expected.json`: what becomes of every case at our own server, client and verifier. It has a line
 * for each clause, so that a review shows which cases came, went, or became something else.
 */
import { type CaseReport, type Role, type Verdict, verdicts } from "../../src/conformance/index.ts";
import { byClause, readNumbers, writeNumbers } from "./case-list.ts";

/** By role, profile and clause: `pass 1-11; info 12`. */
export type Pinned = Readonly<Partial<Record<Role, RolePinned>>>;
type RolePinned = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What is pinned of a run. */
export function pin(cases: readonly CaseReport[]): RolePinned {
  const pinned: Record<string, Record<string, string>> = {};
  const verdictOf = new Map(cases.map(({ id, verdict }) => [id, verdict]));
  for (const [profile, inProfile] of Map.groupBy(cases, (report) => report.profile)) {
    const clauses = byClause(inProfile.map(({ id }) => id));
    pinned[profile] = Object.fromEntries(
      clauses.map(({ clause, numbers }) => [
        clause,
        writeVerdicts(numbers, (number) => verdictOf.get(`${clause}/${number}`)!),
      ]),
    );
  }
  return pinned;
}

function writeVerdicts(numbers: readonly number[], verdictOf: (number: number) => Verdict): string {
  return verdicts
    .map((verdict) => [verdict, numbers.filter((number) => verdictOf(number) === verdict)] as const)
    .filter(([, having]) => having.length > 0)
    .map(([verdict, having]) => `${verdict} ${writeNumbers(having)}`)
    .join("; ");
}

/** The pinned verdict of each case of a role, by its id. */
export function pinnedVerdicts(pinned: Pinned, role: Role): ReadonlyMap<string, Verdict> {
  const found = new Map<string, Verdict>();
  for (const clauses of Object.values(pinned[role] ?? {})) {
    for (const [clause, text] of Object.entries(clauses)) {
      for (const part of text.split("; ")) {
        const verdict = verdicts.find((name) => part.startsWith(`${name} `));
        if (verdict === undefined) throw new TypeError(`no verdict: ${part}`);
        for (const number of readNumbers(part.slice(verdict.length + 1))) {
          found.set(`${clause}/${number}`, verdict);
        }
      }
    }
  }
  return found;
}
