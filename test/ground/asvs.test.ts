import { globSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { describe, expect, it } from "vitest";
import { chapters } from "../../tools/asvs/chapters.ts";
import type { AsvsChapter, AsvsRequirement } from "../../tools/asvs/requirement.ts";
import { renderAsvs } from "../../tools/asvs-page.ts";
import { proveAsvs } from "../../tools/asvs-proof.ts";
import { compareWithAsvs } from "../../tools/asvs-text.ts";

const files = new Map([
  ["test/a.test.ts", 'it("locks", () => {});\nit.skip("opens", () => {});\n'],
  ["docs/a.md", "# Doors\n\n## Locks, and keys\n\nLocks\n"],
]);

const flawless: AsvsRequirement = {
  id: "1.2.1",
  level: 1,
  asks: "doors that can be shut",
  verdict: "met",
  test: { file: "a.test.ts", title: "locks" },
};

const chapter = (...requirements: readonly AsvsRequirement[]): AsvsChapter => ({
  id: "1",
  title: "Doors",
  source: "doors.md",
  whole: false,
  sections: [{ id: "1.2", title: "Locks", count: requirements.length, requirements }],
});

const problemsOf = (change: Partial<AsvsRequirement>): readonly string[] =>
  proveAsvs([chapter({ ...flawless, ...change })], files).problems;

/** A requirement whose test was taken away. */
function untested(change: Partial<AsvsRequirement>): AsvsRequirement {
  const { test: _, ...rest } = flawless;
  return { ...rest, ...change };
}

describe("the proof that a requirement is met", () => {
  it("is a test, or a heading of a page", () => {
    expect(problemsOf({})).toEqual([]);
    const page = { file: "docs/a.md", heading: "Locks, and keys" };
    expect(proveAsvs([chapter(untested({ page }))], files).problems).toEqual([]);
  });

  it.each([
    ["test/b.test.ts: there is no such file", { test: { file: "b.test.ts", title: "locks" } }],
    ["does not occur", { test: { file: "a.test.ts", title: "shuts" } }],
    ["not expected to pass", { test: { file: "a.test.ts", title: "opens" } }],
    ["docs/b.md: there is no such file", { page: { file: "docs/b.md", heading: "Doors" } }],
    ['docs/a.md: has no heading "Locks"', { page: { file: "docs/a.md", heading: "Locks" } }],
  ] as const)("is lost: %s", (problem, change) => {
    expect(problemsOf(change)).toEqual([expect.stringMatching(/^ASVS 1\.2\.1: /)]);
    expect(problemsOf(change)[0]).toContain(problem);
  });

  it("is missing where nothing is named", () => {
    expect(proveAsvs([chapter(untested({ reason: "so" }))], files).problems).toEqual([
      "ASVS 1.2.1: met, says neither a test nor a page",
    ]);
  });
});

describe("any other verdict", () => {
  it.each(["not met", "left to who deploys", "not applicable"] as const)("has a reason: %s", (verdict) => {
    expect(problemsOf({ verdict })).toEqual([`ASVS 1.2.1: ${verdict}, without a reason`]);
    expect(proveAsvs([chapter(untested({ verdict, reason: "no doors" }))], files).problems).toEqual([]);
  });
});

describe("the list of requirements", () => {
  it("has every number of a section once, in order", () => {
    for (const ids of [["1.2.2"], ["1.2.1", "1.2.3"], ["1.2.2", "1.2.1"], ["1.2.1", "1.2.1"], ["1.3.1"]]) {
      const { problems } = proveAsvs([chapter(...ids.map((id) => ({ ...flawless, id })))], files);
      expect(problems, ids.join()).toEqual([expect.stringMatching(/^ASVS 1\.2: has /)]);
    }
  });

  it("says each in few words", () => {
    expect(problemsOf({ asks: "doors ".repeat(40).trim() })).toEqual([expect.stringContaining("too long")]);
  });
});

describe("the comparison with the text of the standard", () => {
  const text = [
    "| # | Description | Level |",
    "| **1.1.1** | Verify that walls stand. | 1 |",
    "| **1.2.1** | Verify that all of the doors can be shut and locked by those inside. | 1 |",
  ].join("\n");

  it("finds nothing when numbers and levels agree and the words do not", () => {
    expect(compareWithAsvs(chapter(flawless), text)).toEqual([]);
  });

  it("finds what is missing, what is too much, another level, and a quote", () => {
    const compare = (change: Partial<AsvsRequirement>): readonly string[] =>
      compareWithAsvs(chapter({ ...flawless, ...change }), text);
    expect(compare({ id: "1.2.2" })).toEqual(["missing: 1.2.1", "not in the text: 1.2.2"]);
    expect(compare({ level: 2 })).toEqual(["1.2.1 is of level 1, not 2"]);
    expect(compare({ asks: "that all the doors can be shut, and bolted, by those who are inside" })).toEqual(
      [],
    );
    const quote = "all of the doors can be shut, and locked";
    expect(compare({ asks: quote })).toEqual([`1.2.1 quotes the text: "${quote}"`]);
    expect(compareWithAsvs({ ...chapter(flawless), whole: true }, text)).toEqual(["missing: 1.1.1"]);
  });
});

describe("the rendering of the verdicts", () => {
  it("writes a row for each requirement, counts them, and puts first what is not met", () => {
    const given = [
      chapter(
        { ...flawless, page: { file: "docs/a.md", heading: "Locks, and keys" } },
        untested({ id: "1.2.2", level: 3, verdict: "not met", reason: "No <bolts>." }),
      ),
    ];
    const lines = renderAsvs(given, proveAsvs(given, files)).split("\n");
    expect(lines).toContain("| V1 Doors | 2 | 1 | 1 | 0 | 0 |");
    expect(lines).toContain("| in all | 2 | 1 | 1 | 0 | 0 |");
    expect(lines).toContain("- **1.2.2** (level 3), doors that can be shut: No \\<bolts\\>.");
    const link = "https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/doors.md";
    expect(lines.slice(-3, -1)).toEqual([
      `| [1.2.1](${link}) | 1 | doors that can be shut | met | [a.test.ts:1](../test/a.test.ts#L1) locks<br>[Locks, and keys](a.md#locks-and-keys) |`,
      `| [1.2.2](${link}) | 3 | doors that can be shut | **not met** | *No \\<bolts\\>.* |`,
    ]);
  });
});

describe("docs/asvs.md", () => {
  it("names tests and headings that are there, and reasons for all else", () => {
    const paths = globSync(["test/**/*.ts", "*.md", "docs/**/*.md"]).map((path) => path.split(sep).join("/"));
    const present = new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
    expect(proveAsvs(chapters, present).problems).toEqual([]);
  });

  it("has as many requirements of each chapter or section as the standard", () => {
    const count = (chapter: AsvsChapter): number =>
      chapter.sections.reduce((sum, { requirements }) => sum + requirements.length, 0);
    expect(chapters.map((chapter) => [chapter.sections[0]!.id, count(chapter)])).toEqual([
      ["4.4", 4],
      ["6.1", 47],
      ["7.1", 19],
      ["9.1", 7],
      ["17.3", 2],
    ]);
  });
});
