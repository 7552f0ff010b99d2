/**
 * `npm run bench -- [name…] [--quick]`: runs the benchmarks one after the other, prints their tables and
 * writes them to `bench/RESULTS.md`.
 *
 * Exit codes: 0 all ran, 1 one failed or took too long, 2 wrong arguments, 130 interrupted.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type BenchName, benches, moduleOf, selectBenches } from "./benches.ts";
import { runBench } from "./harness/bench-process.ts";
import { describeMachine, packageVersions } from "./harness/machine.ts";
import { renderSection } from "./harness/report.ts";
import { mergeResults } from "./harness/results.ts";

const usage = `usage: npm run bench -- [name…] [--quick]

  name     one of ${benches.join(", ")}, or a part of it: websocket, echo; default all
  --quick  only whether everything works; its figures mean nothing and are not written to RESULTS.md
`;

const FULL_LIMIT = 8 * 60_000;
const QUICK_LIMIT = 60_000;
const results = new URL("./RESULTS.md", import.meta.url);

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

  const sections = new Map<string, string>();
  for (const name of selected) {
    const text = await measure(name, quick, stop.signal);
    if (text !== undefined) sections.set(name, text);
    if (stop.signal.aborted) break;
  }
  clearTimeout(timer);
  process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  if (!quick && sections.size > 0) writeResults(sections);
}

/** Runs one benchmark and prints its section; undefined, and said so, when it failed. */
async function measure(name: BenchName, quick: boolean, signal: AbortSignal): Promise<string | undefined> {
  const machine = describeMachine();
  const progress = (what: string): void => console.error(`${name}: ${what}`);
  try {
    const section = await runBench(moduleOf(name), { quick, signal, progress });
    const packages = packageVersions(section.packages);
    const date = new Date().toISOString().slice(0, 10);
    const text = renderSection(section, { machine, packages, date });
    console.log(`\n${text}\n`);
    if (quick) console.log("Quick: these figures mean nothing.\n");
    return text;
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode ||= 1;
    return undefined;
  }
}

/** All sections of this run, with those of earlier runs that it did not measure again. */
function writeResults(sections: ReadonlyMap<string, string>): void {
  const whole = sections.size === benches.length;
  writeFileSync(results, mergeResults(whole ? undefined : previousResults(), sections, benches));
  console.error("bench/RESULTS.md written");
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
