import { describe, expect, it } from "vitest";
import { documents } from "../../tools/requirements/documents.ts";
import type { Document, Requirement } from "../../tools/requirements/requirement.ts";
import { renderCoverage } from "../../tools/rfc-coverage-page.ts";
import { keyWordsOf, prove } from "../../tools/rfc-coverage-proof.ts";
import { compareWithText } from "../../tools/rfc-coverage-text.ts";

/** Spelled in two parts, so that the index of this project does not list its own examples. */
const cite = (rest: string): string => `RFC ${rest}`;

const files = new Map([
  ["src/a.ts", `// ${cite('1234 §5.1: "MUST"')}\nmask();\n${"\n".repeat(20)}unmask();\nend(); end();\n`],
  [
    "test/a.test.ts",
    'it("masks", () => {});\nit("ends", () => {});\nit("ends again, as it ends", () => {});\n',
  ],
]);

const flawless: Requirement = {
  section: "5.1",
  role: "client",
  quote: "a client MUST mask",
  code: { file: "a.ts", anchor: "mask();\n\n" },
  test: { file: "a.test.ts", title: '"masks"' },
};

function document(requirements: readonly Requirement[]): Document {
  const words = requirements.map(({ quote }) => keyWordsOf(quote).length);
  return {
    number: "1234",
    title: "An Example: Of Titles",
    chapters: [5, 5],
    sentences: requirements.filter(({ level }) => level === undefined).length,
    keyWords: words.reduce((sum, count) => sum + count, 0),
    requirements,
  };
}

const problemsOf = (change: Partial<Requirement>): readonly string[] =>
  prove(document([{ ...flawless, ...change }]), files).problems;

/** A requirement whose proof was taken away. */
function without(...names: readonly ("code" | "test")[]): Requirement {
  const { code, test, ...rest } = flawless;
  return {
    ...rest,
    ...(names.includes("code") ? {} : { code }),
    ...(names.includes("test") ? {} : { test }),
  } as Requirement;
}

describe("the proof of a requirement", () => {
  it("is a line of code that cites its section, and a test", () => {
    const { problems, rows } = prove(document([flawless]), files);
    expect(problems).toEqual([]);
    expect(rows).toMatchObject([
      {
        number: "/1",
        code: [{ file: "src/a.ts", line: 2 }],
        tests: [{ file: "test/a.test.ts", line: 1, title: "masks" }],
      },
    ]);
  });

  it("may be several of each, and may cite another section that says the same", () => {
    const places = [
      flawless.code,
      { file: "a.ts", anchor: "// RFC", cites: "5.1" },
    ].flat() as Requirement["code"];
    const { problems, rows } = prove(document([{ ...flawless, code: places! }]), files);
    expect(problems).toEqual([]);
    expect(rows[0]!.code.map(({ line }) => line)).toEqual([2, 1]);
    expect(problemsOf({ section: "9", code: { file: "a.ts", anchor: "// RFC", cites: "5.1" } })).toEqual([]);
    const other = new Map([...files, ["src/a.ts", `// ${cite("99 §2")}\nmask();\n\n`]]);
    const elsewhere = { ...flawless, code: { file: "a.ts", anchor: "mask();\n\n", cites: cite("99 §2") } };
    expect(prove(document([elsewhere]), other).problems).toEqual([]);
    expect(prove(document([elsewhere]), files).problems).toEqual([
      expect.stringContaining(`${cite("99 §2")} is not cited`),
    ]);
  });

  it("is missing when neither it nor a reason is given", () => {
    for (const [absent, problem] of [
      ["code", "no code"],
      ["test", "no test"],
    ] as const) {
      const bare = without(absent);
      expect(prove(document([bare]), files).problems).toEqual([expect.stringContaining(problem)]);
      expect(prove(document([{ ...bare, reason: "binds proxies" }]), files).problems).toEqual([]);
    }
  });

  it.each([
    ["src/b.ts: there is no such file", { code: { file: "b.ts", anchor: "x" } }],
    ["src/a.ts: does not occur", { code: { file: "a.ts", anchor: "masked();" } }],
    ["src/a.ts: occurs more than once", { code: { file: "a.ts", anchor: "end();" } }],
    ["test/b.test.ts: there is no such file", { test: { file: "b.test.ts", title: "x" } }],
    ["test/a.test.ts: does not occur", { test: { file: "a.test.ts", title: "mask it" } }],
    ["test/a.test.ts: occurs more than once", { test: { file: "a.test.ts", title: "ends" } }],
  ] as const)("is lost: %s", (problem, change) => {
    expect(problemsOf(change)).toEqual([expect.stringContaining(`${cite("1234 §5.1")} /1: ${problem}`)]);
  });

  it("is no test that is not expected to pass", () => {
    const title = { file: "b.test.ts", title: "masks all" };
    const withTest = (call: string): readonly string[] =>
      prove(
        document([{ ...flawless, test: title }]),
        new Map([...files, ["test/b.test.ts", `it("x", f);\n${call}("masks all", f);\nit.skip("y", f);`]]),
      ).problems;
    for (const call of ["it", "it.each(rows)", "test", "it.only"]) expect(withTest(call), call).toEqual([]);
    for (const call of ["it.fails", "it.skip", "describe.skip", "it.todo", "test.fails"]) {
      expect(withTest(call)).toEqual([
        expect.stringContaining("b.test.ts:2: the test is not expected to pass"),
      ]);
    }
  });

  it("has the whole title of its test, however little of it was named", () => {
    const titles = (text: string, title: string): unknown =>
      prove(
        document([{ ...flawless, test: { file: "b.test.ts", title } }]),
        new Map([...files, ["test/b.test.ts", text]]),
      ).rows[0]!.tests[0]!.title;
    expect(titles('it("masks all", f);', "masks")).toBe("masks all");
    expect(titles(`  it(\`masks \${how}, and \${what} more\`, f);`, "it(`masks ")).toBe(
      "masks …, and … more",
    );
    expect(titles('["a row", 1],\n["another \\"row\\"", 2]', '["another')).toBe('another "row"');
    expect(titles('["; a", EASY, "; b"],', 'EASY, "; b"')).toBe("; b");
    expect(titles("it(title, f);", "it(title")).toBe("it(title");
  });

  it("may be in a file that opens with a range of sections", () => {
    const range = `/** ${cite("1234 §5.4-§7")}. */\n${"\n".repeat(20)}mask();\n\n`;
    const opened = new Map([...files, ["src/a.ts", range]]);
    const problems = (section: string): number =>
      prove(document([{ ...flawless, section }]), opened).problems.length;
    expect(["5.4", "5.4.1", "5.10", "6.1", "7", "7.1.7"].map(problems)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(["5.3", "5", "8", "8.1"].map(problems)).toEqual([1, 1, 1, 1]);
  });

  it("is none without a citation of the section in this RFC, near the line or where the file opens", () => {
    const far = { code: { file: "a.ts", anchor: "unmask();" } };
    expect(problemsOf(far)).toEqual([
      expect.stringContaining(`src/a.ts:23: ${cite("1234 §5.1")} is not cited`),
    ]);
    expect(problemsOf({ section: "5" })).toEqual([expect.stringContaining("§5 is not cited")]);
    const other = new Map([...files, ["src/a.ts", `// ${cite("99 §5.1")}\nmask();\n\n`]]);
    expect(prove(document([flawless]), other).problems).toHaveLength(1);
    const opening = `/**\n * ${cite("1234 §5.1")}: masks.\n */\n/** ${cite("1234 §6")} */\n${"\n".repeat(20)}mask();\n\n`;
    const opened = new Map([...files, ["src/a.ts", opening]]);
    expect(prove(document([flawless]), opened).problems).toEqual([]);
    expect(prove(document([{ ...flawless, section: "5.1.7" }]), opened).problems).toEqual([]);
    for (const section of ["5", "5.10", "6"]) {
      expect(prove(document([{ ...flawless, section }]), opened).problems, section).toHaveLength(1);
    }
    const short = new Map([...files, ["src/a.ts", "// §5.1\nmask();\n\n"]]);
    expect(prove(document([flawless]), short).problems).toEqual([]);
  });
});

describe("the wording of a requirement", () => {
  it("has a key word, unless it is said what it is instead", () => {
    expect(problemsOf({ quote: "a client masks" })).toContainEqual(expect.stringContaining("no key word"));
    expect(problemsOf({ quote: "a client masks", level: "step" })).toEqual([]);
    expect(problemsOf({ level: "step" })).toContainEqual(expect.stringContaining("a step with a key word"));
  });

  it("is short", () => {
    expect(problemsOf({ quote: `MUST${" x".repeat(50)}` })).toEqual([expect.stringContaining("too long")]);
  });

  it("is counted: as many sentences and key words as the RFC has", () => {
    const short = { ...document([flawless]), sentences: 2, keyWords: 3 };
    expect(prove(short, files).problems).toEqual([
      `${cite("1234")}: 1 sentences, not 2`,
      `${cite("1234")}: 1 key words, not 3`,
    ]);
    expect(keyWordsOf("MUST NOT, MUST; SHOULD NOT MAY must MUSTARD NOT RECOMMENDED SHALL REQUIRED")).toEqual([
      ...["MUST NOT", "MUST", "SHOULD NOT", "NOT RECOMMENDED", "SHALL", "REQUIRED"],
    ]);
  });
});

describe("the numbers of requirements", () => {
  it("count the sentences of a section, with letters for what comes between", () => {
    const step = { ...flawless, quote: "items", level: "step" } as const;
    const other = {
      ...flawless,
      section: "5.2",
      code: { file: "a.ts", anchor: "mask();\n\n", cites: "5.1" },
    };
    const { rows, problems } = prove(document([step, flawless, step, step, flawless, step, other]), files);
    expect(problems).toEqual([]);
    expect(rows.map(({ number }) => number)).toEqual(["/0a", "/1", "/1a", "/1b", "/2", "/2a", "/1"]);
  });
});

describe("the rendering of the coverage", () => {
  it("writes a row for each requirement, with links to lines, and counts them", () => {
    const quote = "|Upgrade| MUST be _there_";
    const page = renderCoverage([
      prove(
        document([
          flawless,
          { section: "5.2", role: "other", quote, reason: "binds proxies" },
          { ...without("test"), level: "step", quote: "so", reason: "no test can see it" },
        ]),
        files,
      ),
    ]);
    const lines = page.split("\n");
    expect(lines).toContain(
      `| [${cite("1234")}](#rfc-1234-an-example-of-titles) | §5–§5 | 2 | 2 | 1 | 0 | 1 | 1 |`,
    );
    expect(lines.slice(-6, -1)).toEqual([
      "| | binds | requirement | code | test |",
      "| --- | --- | --- | --- | --- |",
      "| [§5.1](https://www.rfc-editor.org/rfc/rfc1234.html#section-5.1) /1 | client | a client MUST mask | [a.ts:2](../src/a.ts#L2) | [a.test.ts:1](../test/a.test.ts#L1) masks |",
      "| [§5.2](https://www.rfc-editor.org/rfc/rfc1234.html#section-5.2) /1 | other | \\|Upgrade\\| MUST be \\_there\\_ | – | *binds proxies* |",
      "| [§5.1](https://www.rfc-editor.org/rfc/rfc1234.html#section-5.1) /0a | client | so (step) | [a.ts:2](../src/a.ts#L2) | *no test can see it* |",
    ]);
  });
});

describe("the comparison with the text of an RFC", () => {
  const text = [
    "   5.1.  A Chapter . . . . . . . . . . 3",
    "",
    "5.1.  A Chapter",
    "",
    "   Nothing is said here.  A client MUST",
    "   send |Sec-WebSocket-",
    "",
    "Somebody              Standards Track                 [Page 1]",
    "\f",
    cite("1234              An Example             December 2011"),
    "",
    "",
    "   Key| (see below), and SHOULD NOT wait.  It masks.",
    "",
    "6.  Another",
    "",
    "   It MUST not matter.",
  ].join("\n");
  const sentence: Requirement = {
    section: "5.1",
    role: "client",
    quote: "A client MUST send |Sec-WebSocket-Key| … and SHOULD NOT wait.",
  };
  const compare = (...requirements: readonly Requirement[]): readonly string[] =>
    compareWithText(document(requirements), text);

  it("finds all sentences with a key word, across lines and pages, in their chapters", () => {
    expect(compare(sentence)).toEqual([]);
    expect(compare(sentence, { ...sentence, level: "step", quote: "It masks." })).toEqual([]);
  });

  it("tells what is missing, what is misquoted and what the text does not say", () => {
    expect(compare()).toEqual([expect.stringContaining("missing: §5.1 A client MUST")]);
    expect(compare(sentence, sentence)).toEqual([expect.stringContaining("not in the text: §5.1")]);
    for (const change of [
      { section: "5.2" },
      { quote: "A client MUST send |Sec-WebSocket-Key|" },
      { quote: "The client MUST send … and SHOULD NOT wait." },
      { quote: "and SHOULD NOT wait … A client MUST send" },
    ]) {
      expect(compare({ ...sentence, ...change }), JSON.stringify(change)).toHaveLength(1);
    }
    const step = { ...sentence, level: "step", quote: "It unmasks." } as const;
    expect(compare(sentence, step)).toEqual(['not in the text: §5.1 "It unmasks."']);
  });
});

describe("the requirements of this project", () => {
  /** Counted in the texts of the RFC Editor: the sentences of §3-§11, §5-§8 and §3-§5, and their key words. */
  it("are all sentences of their RFCs that bind somebody", () => {
    const counted = documents.map(({ number, requirements }) => {
      const bound = requirements.filter(({ level }) => level === undefined);
      return [number, bound.length, bound.flatMap(({ quote }) => keyWordsOf(quote)).length];
    });
    expect(counted).toEqual([
      ["6455", 152, 164],
      ["7692", 40, 40],
      ["8441", 7, 8],
    ]);
  });
});
