/** A run as JSON: what `--format json` writes, `--baseline` reads, and the schema describes. */
import type { RunReport } from "../run-report.ts";
import { reportSchema, type Schema } from "./schema.ts";
import { visibleLines } from "./visible.ts";

/**
 * The report as pretty JSON that ends with a line end. The keys have the schema's order, whatever order they were
 * made in, so that two reports can be compared line by line. What a terminal would obey is escaped.
 */
export function jsonReport(report: RunReport): string {
  const text = JSON.stringify(inOrder(report, reportSchema), null, 2);
  // Raw line ends stand only between values: within a string JSON.stringify has escaped them.
  return `${visibleLines(text).join("\n")}\n`;
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
