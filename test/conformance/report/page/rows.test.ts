import { describe, expect, it } from "vitest";
import { type Filter, passes, type Row, sectionRows } from "../../../../src/conformance/report/page/rows.ts";
import type { Verdict } from "../../../../src/conformance/verdict.ts";
import { runOf, sampleCase } from "../sample.ts";

const open: Filter = {
  verdicts: new Set(),
  profiles: new Set(),
  levels: new Set(),
  roles: new Set(),
  onlyDiffering: false,
};

describe("the rows of several runs", () => {
  it("are one for each case, with its verdict in each run", () => {
    const rows = rowsOf([
      run({ "rfc6455/5.2/1": "pass", "rfc6455/5.2/2": "fail" }),
      run({ "rfc6455/5.2/2": "warn" }),
    ]);
    expect(
      rows.map(({ id, results, places }) => [id, results.map((result) => result?.verdict), places]),
    ).toEqual([
      ["rfc6455/5.2/1", ["pass", undefined], [0, -1]],
      ["rfc6455/5.2/2", ["fail", "warn"], [1, 0]],
    ]);
  });

  it("put a case that only a later run has into its section", () => {
    const rows = rowsOf([
      run({ "rfc6455/5.2/1": "pass", "rfc6455/5.4/1": "pass" }),
      run({ "rfc6455/5.2/9": "pass" }),
    ]);
    expect(rows.map(({ id }) => id)).toEqual(["rfc6455/5.2/1", "rfc6455/5.2/9", "rfc6455/5.4/1"]);
  });

  it("differ where verdicts do, or where one run has none", () => {
    const both = [
      run({ "a/1": "pass", "a/2": "pass", "a/3": "pass" }),
      run({ "a/1": "pass", "a/2": "info" }),
    ];
    expect(rowsOf(both).map(({ differs }) => differs)).toEqual([false, true, true]);
  });

  it("do not differ between a server and a client", () => {
    const client = { ...run({ "a/1": "fail" }), role: "client" as const };
    expect(rowsOf([run({ "a/1": "pass" }), client]).map(({ differs }) => differs)).toEqual([false]);
  });
});

describe("the filter", () => {
  const runs = [
    run({ "a/1": "pass", "b/1": "fail" }),
    { ...run({ "a/1": "warn" }), role: "client" as const },
  ];
  const [first, second] = sectionRows(runs).flatMap(({ cases }) => cases) as [Row, Row];

  it.each<[string, Partial<Filter>, boolean, boolean]>([
    ["lets everything through at first", {}, true, true],
    ["by verdict, in any run", { verdicts: new Set(["warn", "fail"]) }, true, true],
    [
      "by verdict, in runs of a role",
      { verdicts: new Set(["warn", "fail"]), roles: new Set(["server"]) },
      false,
      true,
    ],
    ["by role", { roles: new Set(["client"]) }, true, false],
    ["by profile", { profiles: new Set(["deflate"]) }, false, false],
    ["by level", { levels: new Set(["MUST"]) }, true, true],
    ["by difference", { onlyDiffering: true }, false, false],
  ])("%s", (_, filter, one, two) => {
    expect(passes(first, { ...open, ...filter }, runs)).toBe(one);
    expect(passes(second, { ...open, ...filter }, runs)).toBe(two);
  });
});

function run(verdicts: Readonly<Record<string, Verdict>>): ReturnType<typeof runOf> {
  return runOf(Object.entries(verdicts).map(([id, verdict]) => sampleCase({ id, verdict })));
}

function rowsOf(runs: Parameters<typeof sectionRows>[0]): readonly Row[] {
  return sectionRows(runs).flatMap(({ cases }) => cases);
}
