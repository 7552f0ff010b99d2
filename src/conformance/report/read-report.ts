/** Reads JSON reports back: from a file that somebody chose, so nothing in it is believed unseen. */
import type { RunReport } from "../run/run-report.ts";
import { reportSchema, type Schema } from "./schema.ts";

/** It is not a report of this format. The message says where: `cases[3].wire[0].direction: …`. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

/** @throws {ReportError} when `text` is not JSON, or not what the schema describes */
export function readReport(text: string): RunReport {
  const value = parse(text);
  check(value, reportSchema, "");
  const report = value as RunReport;
  const seen = new Set<string>();
  for (const [at, { id }] of report.cases.entries()) {
    if (seen.has(id)) throw new ReportError(`cases[${at}].id: ${id} is there twice`);
    seen.add(id);
  }
  return report;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ReportError("it is not JSON");
    throw error;
  }
}

/** Holds `value` against `schema`; `path` is where it stands in the report. */
function check(value: unknown, schema: Schema, path: string): void {
  const wrong = complaint(value, schema);
  if (wrong !== undefined) throw new ReportError(`${path || "the report"}: ${wrong}`);
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    for (const [at, item] of value.entries()) check(item, items, `${path}[${at}]`);
    return;
  }
  const { properties = {}, required = [] } = schema;
  const given = value as Readonly<Record<string, unknown>>;
  for (const [name, its] of Object.entries(properties)) {
    const at = /^\w+$/.test(name) ? `${path === "" ? "" : `${path}.`}${name}` : `${path}["${name}"]`;
    if (Object.hasOwn(given, name)) check(given[name], its, at);
    else if (required.includes(name)) throw new ReportError(`${at}: it is missing`);
  }
}

/** What is wrong with `value` itself, whatever is in it. */
function complaint(value: unknown, schema: Schema): string | undefined {
  const { type, enum: allowed, pattern, minimum = -Infinity, maximum = Infinity } = schema;
  if (schema.const !== undefined && value !== schema.const) return `expected "${schema.const}"`;
  if (allowed !== undefined && !(allowed as readonly unknown[]).includes(value))
    return `expected one of ${allowed.map((word) => `"${word}"`).join(", ")}`;
  if (type !== undefined && !isOf(type, value))
    return `expected ${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
  if (typeof value === "string" && pattern !== undefined && !new RegExp(pattern, "u").test(value))
    return `expected text like ${pattern}`;
  if (typeof value === "number" && (value < minimum || value > maximum))
    return `expected ${minimum}${maximum === Infinity ? " or more" : ` to ${maximum}`}`;
  return undefined;
}

function isOf(type: NonNullable<Schema["type"]>, value: unknown): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "boolean":
    case "number":
    case "string":
      return typeof value === type;
  }
}
