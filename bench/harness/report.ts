/** Turns what was measured into Markdown that also reads well in a terminal. Pure. */
import type { Comparison, Row, Section, Table } from "./bench.ts";
import type { Machine } from "./machine.ts";
import { median, minimum, type Ratio, ratioOf } from "./statistics.ts";

/** Where and with what a section was measured. */
export interface Circumstances {
  readonly machine: Machine;
  /** Names with versions. */
  readonly packages: readonly string[];
  /** ISO 8601, the day. */
  readonly date: string;
}

/** A section as Markdown: the machine, the tables, the notes. */
export function renderSection(section: Section, circumstances: Circumstances): string {
  return [
    `## ${section.title}`,
    renderCircumstances(circumstances),
    ...section.tables.map(renderTable),
    ...(section.notes.length === 0 ? [] : [section.notes.map((note) => `- ${note}`).join("\n")]),
  ].join("\n\n");
}

function renderCircumstances({ machine, packages, date }: Circumstances): string {
  const { cpu, cores, memory, kernel, load, node, v8, openssl } = machine;
  const gibibytes = Math.round(memory / 2 ** 30);
  return [
    `${date} · ${cpu}, ${cores} cores, ${gibibytes} GiB · ${kernel} · load before: ${load.toFixed(2)}`,
    [`Node ${node} (V8 ${v8}, OpenSSL ${openssl})`, ...packages].join(" · "),
  ].join("  \n");
}

/** A table: for each contender the median and the least sample, then the ratios, then the goal. */
export function renderTable({ quantity, comparison, rows }: Table): string {
  const names = Object.keys(rows[0]?.samples ?? {});
  const columns: Column[] = [
    { title: "", cell: (row) => row.cell },
    ...names.map((name) => ({ title: name, cell: (row: Row) => renderSamples(row.samples[name]!) })),
    ...(comparison === undefined ? [] : comparisonColumns(comparison, names, rows)),
  ];
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const ratios = comparison === undefined ? "" : "; ratio: median of the rounds' ratios (least–greatest)";
  return `${quantity}: median [least]${ratios}\n\n${align(cells)}`;
}

interface Column {
  readonly title: string;
  cell(row: Row): string;
}

function comparisonColumns(
  comparison: Comparison,
  names: readonly string[],
  rows: readonly Row[],
): readonly Column[] {
  const { reference, subject } = comparison;
  const title = (name: string): string =>
    comparison.ratio === "reference ÷ contender" ? `${reference} ÷ ${name}` : `${name} ÷ ${reference}`;
  const ratio = ({ samples }: Row, name: string): Ratio =>
    comparison.ratio === "reference ÷ contender"
      ? ratioOf(samples[reference]!, samples[name]!)
      : ratioOf(samples[name]!, samples[reference]!);
  const ratios = names
    .filter((name) => name !== reference)
    .map((name) => ({ title: title(name), cell: (row: Row) => renderRatio(ratio(row, name)) }));
  if (rows.every((row) => row.goal === undefined)) return ratios;
  const goal = {
    title: `goal for ${title(subject)}`,
    cell: (row: Row) => renderGoal(row.goal, ratio(row, subject).median),
  };
  return [...ratios, goal];
}

function renderSamples(samples: readonly number[]): string {
  return `${figure(median(samples))} [${figure(minimum(samples))}]`;
}

function renderRatio(ratio: Ratio): string {
  return `**${figure(ratio.median)}** (${figure(ratio.least)}–${figure(ratio.greatest)})`;
}

function renderGoal(goal: Row["goal"], reached: number): string {
  if (goal === undefined) return "";
  if ("atLeast" in goal) return `≥ ${goal.atLeast}, ${reached >= goal.atLeast ? "met" : "missed"}`;
  return `≤ ${goal.atMost}, ${reached <= goal.atMost ? "met" : "missed"}`;
}

/** Three digits that mean something, and whole numbers from 100 on: 0.0271, 0.271, 4.80, 27.7, 2,017. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 100 ? Math.round(value).toLocaleString("en-US") : rounded.toPrecision(3);
}

/** Rows of cells as a Markdown table whose columns stand below each other. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const [header = [], ...body] = rows.map((row) => line(row.map(pad)));
  return [header, line(rule), ...body].join("\n");
}
