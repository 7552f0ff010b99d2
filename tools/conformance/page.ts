/** `docs/conformance.md`: what the runs found out, as a page. */
import type { CaseReport, Role } from "../../src/conformance/index.ts";
import { byClause, writeNumbers } from "./case-list.ts";
import type { Explained } from "./explanation.ts";
import { type LeftOut, type PeerRun, type ProfileRun, profiles, titleOf } from "./peer.ts";

export interface PageContent {
  readonly runs: readonly PeerRun[];
  readonly explained: readonly Explained[];
  readonly leftOut: readonly LeftOut[];
}

const headings: readonly (readonly [role: Role, heading: string])[] = [
  ["server", "Servers"],
  ["client", "Clients"],
  ["jwt", "Verifiers of JSON Web Tokens"],
];

export function renderPage({ runs, explained, leftOut }: PageContent): string {
  const tables = headings.flatMap(([role, heading]) => {
    const ofRole = runs.filter((run) => run.role === role);
    return ofRole.length === 0 ? [] : [`## ${heading}`, table(ofRole)];
  });
  const parts = [introduction(runs), ...tables, durations(runs), deviations(explained), repeating(leftOut)];
  return `${parts.join("\n\n")}\n`;
}

function introduction(runs: readonly PeerRun[]): string {
  const [{ startedAt, machine }] = runs as readonly [PeerRun, ...PeerRun[]];
  return `# Conformance: who does what the RFCs say

What \`barewire conform\` found at our own server, client and verifier, and at others'. Generated from runs on
${startedAt.slice(0, 10)} (Node ${machine.node}, ${machine.system}, ${machine.cores} cores) by \`npm run conformance\`, which refuses to write this page
while a deviation is not explained below, or an explanation has nothing left to explain. Ours are also pinned case by
case in [expected.json](../test/conformance/expected.json), which the tests hold.

A case **fails** where a MUST is not kept, and is a **warning** where a SHOULD is not; *info* is a choice that the RFC
leaves free, *n. a.* what a peer does not take part in and need not. What a case asks, and the sentence of the RFC
that it is about: \`barewire conform server --list\`. The profile \`perf\` has figures and no verdicts, and is left out.
None of these peers is set up to be strict, or to be lax: each is what its documentation shows for an echo. The cases
were written by the authors of one of them, with the RFCs open; where you think that a case is wrong, say so.`;
}

function table(runs: readonly PeerRun[]): string {
  const columns = profiles.filter((profile) =>
    runs.some((run) => run.profiles.some((one) => one.profile === profile)),
  );
  const counts = columns.map((profile) => {
    const report = runs.flatMap((run) => run.profiles.filter((one) => one.profile === profile))[0]!.report;
    return `${profile}<br>${report.cases.length} cases`;
  });
  const rows = runs.map((run) => {
    const cells = columns.map((profile) => cell(run.profiles.find((one) => one.profile === profile)));
    return [`**${run.name}** ${run.version}${run.setup === "" ? "" : `<br>${run.setup}`}`, ...cells];
  });
  return [["", ...counts], ["---", ...columns.map(() => "---")], ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

const shown = [
  ["pass", "pass"],
  ["info", "info"],
  ["warn", "warn"],
  ["fail", "**fail**"],
  ["setup failed", "**setup failed**"],
  ["harness error", "**harness error**"],
  ["not applicable", "n. a."],
] as const;

function cell(run: ProfileRun | undefined): string {
  if (run === undefined) return "–";
  const { totals, cases, ended } = run.report;
  if (totals["not applicable"] === cases.length && ended === undefined) return "n. a.";
  const counts = shown
    .filter(([verdict]) => totals[verdict] > 0)
    .map(([verdict, word]) => `${totals[verdict]} ${word}`);
  return [...counts, ...(ended === undefined ? [] : [`ended: ${ended}`])].join("<br>");
}

function durations(runs: readonly PeerRun[]): string {
  const rows = runs.map((run) => {
    const most = run.profiles.filter(({ profile }) => profile !== "hostile");
    return `| ${titleOf(run)} | ${seconds(run.profiles.filter(({ profile }) => profile === "core"))} | ${seconds(most)} | ${seconds(run.profiles)} |`;
  });
  return `## How long it took

Seconds, one peer after the other, and one profile after the other. The wait for an answer that does not come is 5 s: most
of what a peer takes beyond its slowness is that. A client is a process of its own for every case.

| | core | all but hostile | all |
| --- | --: | --: | --: |
${rows.join("\n")}`;
}

function seconds(runs: readonly ProfileRun[]): string {
  if (runs.length === 0) return "–";
  return (runs.reduce((sum, { report }) => sum + report.duration, 0) / 1000).toFixed(1);
}

function deviations(explained: readonly Explained[]): string {
  const families = Map.groupBy(explained, ({ explanation }) => explanation.family);
  const sections = Array.from(
    families,
    ([family, members]) => `### ${family}\n\n${members.map(paragraph).join("\n\n")}`,
  );
  return ["## Deviations, explained", ...sections].join("\n\n");
}

function paragraph({ explanation, deviations }: Explained): string {
  const lines = Array.from(
    Map.groupBy(deviations, ({ run }) => run),
    ([run, ofRun]) => `- ${titleOf(run)}: ${caseList(ofRun.map(({ report }) => report))}`,
  );
  return `${explanation.text}\n\n${lines.join("\n")}`;
}

/** `warn rfc6455/5.2/261-267; **fail** rfc6455/4.4/1` */
function caseList(reports: readonly CaseReport[]): string {
  return shown
    .map(([verdict, word]) => [word, reports.filter((report) => report.verdict === verdict)] as const)
    .filter(([, having]) => having.length > 0)
    .map(([word, having]) => {
      const clauses = byClause(having.map(({ id }) => id));
      return `${word} ${clauses.map(({ clause, numbers }) => `${clause}/${writeNumbers(numbers)}`).join("; ")}`;
    })
    .join("; ");
}

function repeating(leftOut: readonly LeftOut[]): string {
  const missing = leftOut.map((peer) => `- ${titleOf(peer)}: \`${peer.missing}\``);
  const without =
    missing.length === 0
      ? ""
      : `\n\nNot installed where this page was made, and so left out:\n\n${missing.join("\n")}`;
  return `## To repeat it

\`\`\`sh
npm install --no-save bun websocket-driver permessage-deflate   # more peers; without them they are left out
pip install websockets 'PyJWT[crypto]'
apt-get install nginx-light
npm run conformance                                             # this page
npm run conformance -- --peer ws                                # one of them, shown
npm run conformance -- --pin                                    # and test/conformance/expected.json anew
\`\`\`

What they are set up with is in [tools/conformance](../tools/conformance), the explanations are in
[deviations](../tools/conformance/deviations). One case against a server of yours:
\`npx barewire conform server ws://… --only rfc6455/5.2/261\`.${without}`;
}
