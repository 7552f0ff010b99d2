/**
 * Runs the conformance suite against our own server, client and verifier, and against those of others that are installed,
 * and writes `docs/conformance.md`.
 *
 *     npm run conformance
 *         --peer NAME --role server|client|jwt --profile NAME --only PATTERN
 *                            only these: shown, and no page is written
 *         --modules DIR      where npm packages are that are none of ours (default: here)
 *         --keep DIR         keeps each run there, as JSON
 *         --from DIR         writes the page from runs that were kept, and runs nothing
 *         --pin              writes what was run of ours into test/conformance/expected.json
 *
 * Exits 1 when a deviation is not explained, or an explanation has no deviation.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { clients } from "./clients.ts";
import { explanations } from "./deviations/index.ts";
import { type DeviatingCase, deviationsOf, explain } from "./explanation.ts";
import { renderPage } from "./page.ts";
import { type LeftOut, type Peer, type PeerRun, profiles, runPeer, titleOf } from "./peer.ts";
import { pin } from "./pinned.ts";
import { servers } from "./servers.ts";
import { verifiers } from "./verifiers.ts";

const PAGE = "docs/conformance.md";
const PINNED = "test/conformance/expected.json";

const { values } = parseArgs({
  options: {
    peer: { type: "string", multiple: true },
    role: { type: "string", multiple: true },
    profile: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    modules: { type: "string", default: process.cwd() },
    keep: { type: "string" },
    from: { type: "string" },
    pin: { type: "boolean", default: false },
  },
});

const all = peers();
const chosen = all.filter(
  ({ name, role }) => (values.peer?.includes(name) ?? true) && (values.role?.includes(role) ?? true),
);
const whole = chosen.length === all.length && values.profile === undefined && values.only === undefined;
const runs = values.from === undefined ? await runAll() : kept(values.from);
if (whole) finish();
else for (const deviation of deviationsOf(runs)) console.log(describe(deviation));
if (values.pin && values.only === undefined) writePinned();
// A peer that hangs would keep us.
process.exit();

function peers(): readonly (Peer | LeftOut)[] {
  const modules = resolve(values.modules);
  return [...servers(modules), ...clients(modules), ...verifiers()];
}

async function runAll(): Promise<readonly PeerRun[]> {
  const ran: PeerRun[] = [];
  for (const peer of chosen) {
    if ("missing" in peer) {
      console.log(`${titleOf(peer)} is not installed: ${peer.missing}`);
      continue;
    }
    const wanted = profiles.filter((profile) => values.profile?.includes(profile) ?? true);
    const run = await runPeer(peer, wanted, values.only);
    console.log(`${titleOf(run)} ${run.version}`);
    for (const { profile, report } of run.profiles) {
      const counts = Object.entries(report.totals).filter(([, count]) => count > 0);
      const seconds = (report.duration / 1000).toFixed(1);
      console.log(
        `  ${profile}: ${counts.map((count) => count.join(" ")).join(", ")} (${seconds} s) ${report.ended ?? ""}`,
      );
    }
    if (values.keep !== undefined) keep(values.keep, run);
    ran.push(run);
  }
  return ran;
}

function keep(folder: string, run: PeerRun): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${run.role}-${run.name}.json`), JSON.stringify(run));
}

function kept(folder: string): readonly PeerRun[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const found = files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as PeerRun);
  return chosen.flatMap(({ role, name }) => found.filter((run) => run.role === role && run.name === name));
}

function finish(): void {
  const { explained, problems } = explain(runs, explanations);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(
      `${PAGE} is not written: ${problems.length} things to put right in tools/conformance/deviations/`,
    );
    process.exitCode = 1;
    return;
  }
  const leftOut = all.filter((peer) => "missing" in peer);
  writeFileSync(PAGE, renderPage({ runs, explained, leftOut }));
  console.log(`${PAGE} written`);
}

/** What was run of ours takes the place of what is there. */
function writePinned(): void {
  const pinned: Record<string, object> = existsSync(PINNED) ? JSON.parse(readFileSync(PINNED, "utf8")) : {};
  for (const { name, role, profiles: ran } of runs) {
    const cases = ran.flatMap(({ report }) => report.cases);
    if (name === "barewire") pinned[role] = { ...pinned[role], ...pin(cases) };
  }
  writeFileSync(PINNED, `${JSON.stringify(pinned, undefined, 2)}\n`);
  console.log(`${PINNED} written`);
}

function describe({ run, report }: DeviatingCase): string {
  const { id, verdict, level, title, findings, reason = "" } = report;
  const found = findings.filter(({ severity }) => severity !== "info");
  const lines = found.map(({ expected, came }) => `    expected ${expected}; came ${came}`);
  return [`${titleOf(run)} ${id} ${verdict} [${level}] ${title} ${reason}`, ...lines].join("\n");
}
