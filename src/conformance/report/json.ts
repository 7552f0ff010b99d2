/** A run as JSON: what `--format json` writes, `--baseline` reads, and the schema describes. */
import type { RunReport } from "../run/run-report.ts";
import { reportSchema, type Schema } from "./schema.ts";
import { visibleLines } from "./visible.ts";

/**
 * The report as pretty JSON that ends with a line end, what went over the wire on one line an entry. The keys have the
 * schema's order, whatever order they were made in, so that two reports can be compared line by line. What a terminal
 * would obey is escaped.
 */
export function jsonReport(report: RunReport): string {
  const ordered = inOrder(report, reportSchema) as RunReport;
  const numbered = ordered.cases.map((item, i) => ({ ...item, wire: `@${i}@` }));
  // No text of a peer can look like this: within a string the quotation marks would be escaped.
  const text = JSON.stringify({ ...ordered, cases: numbered }, null, 2).replace(
    /(?<=^ {6}"wire": )"@(\d+)@"/gm,
    (_, i: string) => entryLines(ordered.cases[Number(i)]!.wire),
  );
  // Raw line ends stand only between values: within a string JSON.stringify has escaped them.
  return `${visibleLines(text).join("\n")}\n`;
}

function entryLines(wire: RunReport["cases"][number]["wire"]): string {
  if (wire.length === 0) return "[]";
  return `[\n${wire.map((entry) => `        ${JSON.stringify(entry)}`).join(",\n")}\n      ]`;
}

/** What the schema knows of `value`, in the schema's order. */
function inOrder(value: unknown, schema: Schema): unknown {
  const { properties, items } = schema;
  if (items !== undefined && Array.isArray(value)) return value.map((item) => inOrder(item, items));
  if (properties === undefined) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const known = Object.entries(properties).filter(([name]) => given[name] !== undefined);
  return Object.fromEntries(known.map(([name, its]) => [name, inOrder(given[name], its)]));
}
