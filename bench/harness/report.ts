/** Turns what was measured into Markdown that also reads well in a terminal. Pure. */
import type { Comparison, Plot, Row, Section, Table } from "./bench.ts";
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

/** A section as Markdown: the machine, the plots, the tables, the notes. */
export function renderSection(section: Section, circumstances: Circumstances): string {
  return [
    `## ${section.title}`,
    renderCircumstances(circumstances),
    ...(section.plots ?? []).map(renderReference),
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

/** Where the picture of a plot lies, seen from RESULTS.md. */
export function plotPath({ name }: Plot): string {
  return `plots/${name}.svg`;
}

function renderReference(plot: Plot): string {
  return `![${plot.title}. ${plot.quantity}; the figures are in the tables.](${plotPath(plot)})`;
}

/** More contenders than these stand in two tables below each other: with their ratios they are too wide for one. */
const ABREAST = 3;

/** A table: for each contender the median and the least sample, then the ratios, then the goal. */
export function renderTable({ quantity, comparison, rows }: Table): string {
  const names = contendersOf(rows);
  const cell: Column = { title: "", cell: (row) => row.cell };
  const figures = names.map((name) => ({
    title: name,
    cell: ({ samples }: Row) => renderSamples(samples[name]),
  }));
  const figuresCaption = `${quantity}: median [least]`;
  if (comparison === undefined) return `${figuresCaption}\n\n${renderColumns([cell, ...figures], rows)}`;

  const ratios = comparisonColumns(comparison, names, rows);
  const ratiosCaption = "ratio: median of the rounds' ratios (least–greatest)";
  if (names.length <= ABREAST) {
    return `${figuresCaption}; ${ratiosCaption}\n\n${renderColumns([cell, ...figures, ...ratios], rows)}`;
  }
  return [
    `${quantity}, ${ratiosCaption}`,
    renderColumns([cell, ...ratios], rows),
    figuresCaption,
    renderColumns([cell, ...figures], rows),
  ].join("\n\n");
}

/** All who stand in at least one row, in the order in which they first do. */
export function contendersOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap(({ samples }) => Object.keys(samples)))];
}

/** How `name` compares with the reference; undefined where one of them has no samples. */
export function compare({ samples }: Row, name: string, comparison: Comparison): Ratio | undefined {
  const contender = samples[name];
  const reference = samples[comparison.reference];
  if (contender === undefined || reference === undefined) return undefined;
  return comparison.ratio === "reference ÷ contender"
    ? ratioOf(reference, contender)
    : ratioOf(contender, reference);
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
  const ratios = names
    .filter((name) => name !== reference)
    .map((name) => ({
      title: title(name),
      cell: (row: Row) => renderRatio(compare(row, name, comparison)),
    }));
  if (rows.every((row) => row.goal === undefined)) return ratios;
  const goal = {
    title: `goal for ${title(subject)}`,
    cell: (row: Row) => renderGoal(row.goal, compare(row, subject, comparison)),
  };
  return [...ratios, goal];
}

function renderSamples(samples: readonly number[] | undefined): string {
  return samples === undefined ? NOTHING : `${figure(median(samples))} [${figure(minimum(samples))}]`;
}

function renderRatio(ratio: Ratio | undefined): string {
  if (ratio === undefined) return NOTHING;
  return `**${figure(ratio.median)}** (${figure(ratio.least)}–${figure(ratio.greatest)})`;
}

function renderGoal(goal: Row["goal"], ratio: Ratio | undefined): string {
  if (goal === undefined) return "";
  const reached = ratio?.median ?? Number.NaN;
  if ("atLeast" in goal) return `≥ ${goal.atLeast}, ${reached >= goal.atLeast ? "met" : "missed"}`;
  return `≤ ${goal.atMost}, ${reached <= goal.atMost ? "met" : "missed"}`;
}

/** Stands where a contender cannot do what the row asks. */
const NOTHING = "–";

/** Three digits that mean something, and whole numbers from 100 on: 0.0271, 0.271, 4.80, 27.7, 2,017. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 100 ? Math.round(value).toLocaleString("en-US") : rounded.toPrecision(3);
}

function renderColumns(columns: readonly Column[], rows: readonly Row[]): string {
  return align([
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ]);
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
