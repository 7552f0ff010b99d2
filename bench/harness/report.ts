/** Turns what was measured into Markdown that also reads well in a terminal. Pure. */
import type { Bound, Comparison, Goal, Plot, Row, Section, Table } from "./bench.ts";
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
  const goals = goalColumns(rows, comparison);
  const figuresCaption = `${quantity}: median [least]`;
  if (comparison === undefined) {
    return `${figuresCaption}\n\n${renderColumns([cell, ...figures, ...goals], rows)}`;
  }

  const ratios = [...ratioColumns(comparison, names, rows), ...goals];
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
export function compare(row: Row, name: string, comparison: Comparison): Ratio | undefined {
  return ratioIn(row, pairOf(name, comparison));
}

/** What is set for `name` in comparison with the reference. */
export function boundFor(row: Row, name: string, comparison: Comparison): Bound | undefined {
  const title = titleOf(pairOf(name, comparison));
  return goalsOf(row, comparison).find((goal) => titleOf(goal) === title);
}

/** One figure of a row, or the ratio of two. */
type Quotient = Pick<Goal, "of" | "dividedBy">;

function titleOf({ of, dividedBy }: Quotient): string {
  return dividedBy === undefined ? of : `${of} ÷ ${dividedBy}`;
}

function pairOf(name: string, { reference, ratio }: Comparison): Quotient {
  return ratio === "reference ÷ contender"
    ? { of: reference, dividedBy: name }
    : { of: name, dividedBy: reference };
}

function ratioIn({ samples }: Row, { of, dividedBy }: Quotient): Ratio | undefined {
  const dividends = samples[of];
  const divisors = dividedBy === undefined ? dividends?.map(() => 1) : samples[dividedBy];
  if (dividends === undefined || divisors === undefined) return undefined;
  return ratioOf(dividends, divisors);
}

function goalsOf({ goal, goals = [] }: Row, comparison: Comparison | undefined): readonly Goal[] {
  if (goal === undefined || comparison === undefined) return goals;
  return [{ ...pairOf(comparison.subject, comparison), ...goal }, ...goals];
}

interface Column {
  readonly title: string;
  cell(row: Row): string;
}

/** The ratios to the reference, and those that only goals are about. */
function ratioColumns(
  comparison: Comparison,
  names: readonly string[],
  rows: readonly Row[],
): readonly Column[] {
  const toReference = names
    .filter((name) => name !== comparison.reference)
    .map((name) => pairOf(name, comparison));
  const inGoals = rows
    .flatMap((row) => goalsOf(row, comparison))
    .filter(({ dividedBy }) => dividedBy !== undefined);
  return distinct([...toReference, ...inGoals]).map((pair) => ({
    title: titleOf(pair),
    cell: (row) => renderRatio(ratioIn(row, pair)),
  }));
}

function goalColumns(rows: readonly Row[], comparison: Comparison | undefined): readonly Column[] {
  const all = rows.flatMap((row) => goalsOf(row, comparison));
  return distinct(all).map((quotient) => {
    const title = titleOf(quotient);
    return {
      title: `goal for ${title}`,
      cell: (row) => {
        const goal = goalsOf(row, comparison).find((other) => titleOf(other) === title);
        return renderGoal(goal, ratioIn(row, quotient));
      },
    };
  });
}

function distinct(quotients: readonly Quotient[]): readonly Quotient[] {
  return [...new Map(quotients.map((quotient) => [titleOf(quotient), quotient])).values()];
}

function renderSamples(samples: readonly number[] | undefined): string {
  return samples === undefined ? NOTHING : `${figure(median(samples))} [${figure(minimum(samples))}]`;
}

function renderRatio(ratio: Ratio | undefined): string {
  if (ratio === undefined) return NOTHING;
  return `**${figure(ratio.median)}** (${figure(ratio.least)}–${figure(ratio.greatest)})`;
}

function renderGoal(goal: Bound | undefined, ratio: Ratio | undefined): string {
  if (goal === undefined) return "";
  const reached = ratio?.median ?? Number.NaN;
  const met = "atLeast" in goal ? reached >= goal.atLeast : reached <= goal.atMost;
  return `${renderBound(goal)}, ${met ? "met" : "missed"}`;
}

/** `≥ 15`, `≤ 4,000`. */
export function renderBound(bound: Bound): string {
  return "atLeast" in bound
    ? `≥ ${bound.atLeast.toLocaleString("en-US")}`
    : `≤ ${bound.atMost.toLocaleString("en-US")}`;
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
