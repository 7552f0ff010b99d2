/** Holds the explanations of deviations against the deviations that there are: none may be missing, none left over. */
import type { CaseReport } from "../../src/conformance/index.ts";
import { readCases } from "./case-list.ts";
import { type PeerRun, titleOf } from "./peer.ts";

/** Why some peers deviate in some cases: one reason, told once. */
export interface Explanation {
  /** What these deviations are about; explanations with the same heading stand together. */
  readonly family: string;
  /** A few sentences: what they do, and why, if that is known. Markdown. */
  readonly text: string;
  /** The cases in which each of these peers deviates: `{ "ws (server)": ["rfc6455/5.2/1-3, 7"] }`. */
  readonly cases: CasesOfPeers;
  /** Cases in which chance decides whether they do. */
  readonly sometimes?: CasesOfPeers;
}

/** By the peer's title, cases as `readCases` reads them. */
export type CasesOfPeers = Readonly<Record<string, readonly string[]>>;

/** A case in which a peer does not do what it should. */
export interface DeviatingCase {
  readonly run: PeerRun;
  readonly report: CaseReport;
}

/** An explanation with what it explains. */
export interface Explained {
  readonly explanation: Explanation;
  readonly deviations: readonly DeviatingCase[];
}

export interface Explaining {
  readonly explained: readonly Explained[];
  /** One line for each thing that is wrong. */
  readonly problems: readonly string[];
}

const deviating = new Set(["fail", "warn", "setup failed", "harness error"]);

/** All that deviates, in the order of the runs. */
export function deviationsOf(runs: readonly PeerRun[]): readonly DeviatingCase[] {
  return runs.flatMap((run) =>
    run.profiles.flatMap((profile) =>
      profile.report.cases.filter(({ verdict }) => deviating.has(verdict)).map((report) => ({ run, report })),
    ),
  );
}

/** Peers that are not among the runs need no explanation, and what is explained of them is not looked at. */
export function explain(runs: readonly PeerRun[], explanations: readonly Explanation[]): Explaining {
  const left = new Map(deviationsOf(runs).map((one) => [`${titleOf(one.run)} ${one.report.id}`, one]));
  const present = new Set(runs.map(titleOf));
  const problems: string[] = [];
  const explained = explanations.map((explanation) => {
    const taken: DeviatingCase[] = [];
    for (const key of keysOf(explanation.cases, present)) {
      if (!take(left, key, taken)) problems.push(`explained, but no deviation: ${key}`);
    }
    for (const key of keysOf(explanation.sometimes ?? {}, present)) take(left, key, taken);
    return { explanation, deviations: taken };
  });
  for (const [key, { report }] of left) {
    const what = report.findings.map(({ expected, came }) => `expected ${expected}; came ${came}`)[0];
    problems.push(`unexplained: ${key} ${report.verdict} (${what ?? report.reason})`);
  }
  return { explained: explained.filter(({ deviations }) => deviations.length > 0), problems };
}

function keysOf(cases: CasesOfPeers, present: ReadonlySet<string>): readonly string[] {
  return Object.entries(cases)
    .filter(([title]) => present.has(title))
    .flatMap(([title, texts]) => texts.flatMap(readCases).map((id) => `${title} ${id}`));
}

function take(left: Map<string, DeviatingCase>, key: string, taken: DeviatingCase[]): boolean {
  const found = left.get(key);
  if (found === undefined) return false;
  left.delete(key);
  taken.push(found);
  return true;
}
