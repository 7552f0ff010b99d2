/**
 * `npm run bench -- [name…] [--quick]`: runs the benchmarks one after the other, prints their tables and
 * writes them to `bench/RESULTS.md`, their plots to `bench/plots/`.
 *
 * Exit codes: 0 all ran, 1 one failed or took too long, 2 wrong arguments, 130 interrupted.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type BenchName, benches, moduleOf, selectBenches } from "./benches.ts";
import { runBench } from "./harness/bench-process.ts";
import { describeMachine, packageVersions } from "./harness/machine.ts";
import { renderPlot } from "./harness/plot.ts";
import { plotPath, renderSection } from "./harness/report.ts";
import { mergeResults } from "./harness/results.ts";

const usage = `usage: npm run bench -- [name…] [--quick]

  name     one of ${benches.join(", ")}, or a part of it: websocket, echo; default all
  --quick  only whether everything works; its figures mean nothing and are not written
`;

const FULL_LIMIT = 20 * 60_000;
const QUICK_LIMIT = 2 * 60_000;
const results = new URL("./RESULTS.md", import.meta.url);

/** What a benchmark brings to the results. */
interface Measured {
  /** Its section of RESULTS.md. */
  readonly text: string;
  /** Pictures, by where they lie seen from RESULTS.md. */
  readonly plots: ReadonlyMap<string, string>;
}

interface Arguments {
  readonly selected: readonly BenchName[];
  readonly quick: boolean;
  readonly help: boolean;
}

/** Says what is wrong with the arguments, or what they mean. */
function readArguments(): Arguments | string {
  try {
    const { values, positionals } = parseArgs({
      options: { quick: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    const selection = selectBenches(positionals);
    if ("unknown" in selection) return `there is no benchmark "${selection.unknown}"`;
    return { selected: selection.selected, quick: values.quick, help: values.help };
  } catch (error) {
    return (error as Error).message;
  }
}

async function main({ selected, quick }: Arguments): Promise<void> {
  const stop = new AbortController();
  const limit = quick ? QUICK_LIMIT : FULL_LIMIT;
  const timer = setTimeout(() => stop.abort(new Error(`not done after ${limit / 1_000} s`)), limit);
  const interrupt = (): void => {
    process.exitCode = 130;
    stop.abort(new Error("interrupted"));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);

  const found = new Map<string, Measured>();
  for (const name of selected) {
    const measured = await measure(name, quick, stop.signal);
    if (measured !== undefined) found.set(name, measured);
    if (stop.signal.aborted) break;
  }
  clearTimeout(timer);
  process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  if (!quick && found.size > 0) writeResults(found);
}

/** Runs one benchmark and prints its section; undefined, and said so, when it failed. */
async function measure(name: BenchName, quick: boolean, signal: AbortSignal): Promise<Measured | undefined> {
  const machine = describeMachine();
  const progress = (what: string): void => console.error(`${name}: ${what}`);
  try {
    const section = await runBench(moduleOf(name), { quick, signal, progress });
    const packages = [...packageVersions(section.packages), ...(section.runtimes ?? [])];
    const date = new Date().toISOString().slice(0, 10);
    const circumstances = { machine, packages, date };
    const text = renderSection(section, circumstances);
    console.log(`\n${text}\n`);
    if (quick) console.log("Quick: these figures mean nothing.\n");
    // Drawn in a quick run too, to see that it works.
    const plots = new Map<string, string>();
    for (const plot of section.plots ?? []) plots.set(plotPath(plot), await renderPlot(plot, circumstances));
    return { text, plots };
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode ||= 1;
    return undefined;
  }
}

/** All sections of this run, with those of earlier runs that it did not measure again; and its pictures. */
function writeResults(found: ReadonlyMap<string, Measured>): void {
  const whole = found.size === benches.length;
  const sections = new Map(Array.from(found, ([name, { text }]) => [name, text]));
  writeFileSync(results, mergeResults(whole ? undefined : previousResults(), sections, benches));
  console.error("bench/RESULTS.md written");
  for (const [path, picture] of Array.from(found.values()).flatMap(({ plots }) => [...plots])) {
    const file = new URL(path, results);
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, picture);
    console.error(`bench/${path} written`);
  }
}

function previousResults(): string | undefined {
  try {
    return readFileSync(results, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const given = readArguments();
if (typeof given === "string") {
  console.error(`${given}\n\n${usage}`);
  process.exitCode = 2;
} else if (given.help) {
  console.log(usage);
} else {
  await main(given);
}
