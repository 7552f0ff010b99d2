import { readFileSync } from "node:fs";
// Comes with fastify.
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { jsonReport } from "../../../src/conformance/report/json.ts";
import { reportSchema, type Schema, schemaFile } from "../../../src/conformance/report/schema.ts";
import { hostileRun } from "./hostile.ts";
import { manyRuns } from "./many.ts";
import { runOf, sampleRun } from "./sample.ts";

const published = new Ajv2020({ strict: true }).compile(JSON.parse(schemaFile()));
const runs = [sampleRun(), hostileRun(), runOf([]), ...manyRuns(20, 1)];

describe("the schema of reports", () => {
  it("is published as it is", () => {
    expect(readFileSync("docs/conformance-report.schema.json", "utf8")).toBe(schemaFile());
  });

  it("is JSON Schema 2020-12 that reports keep", () => {
    for (const run of runs) {
      published(JSON.parse(jsonReport(run)));
      expect(published.errors).toBeNull();
    }
  });

  it("names everything that is in a report", () => {
    const validate = new Ajv2020().compile(closed(reportSchema));
    for (const run of runs) {
      validate(run);
      expect(validate.errors).toBeNull();
    }
    expect(validate({ ...runs[0], more: 1 })).toBe(false);
  });

  it.each([
    ["a verdict that there is not", { cases: [{ ...sampleRun().cases[0], verdict: "ok" }] }],
    ["totals without a verdict", { totals: { pass: 1 } }],
    ["another format", { format: "barewire-conformance/2" }],
    ["a local time", { startedAt: "2026-11-22T12:40:11+01:00" }],
  ])("does not allow %s", (_, other) => {
    expect(published({ ...sampleRun(), ...other })).toBe(false);
  });
});

/** The same schema, without room for what it does not name. */
function closed(schema: Schema): object {
  const { properties, items, ...rest } = schema;
  const its = Object.entries(properties ?? {}).map(([name, inner]) => [name, closed(inner)]);
  return {
    ...rest,
    ...(properties && { properties: Object.fromEntries(its), additionalProperties: false }),
    ...(items && { items: closed(items) }),
  };
}
