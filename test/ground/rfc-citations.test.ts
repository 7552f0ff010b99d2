import { describe, expect, it } from "vitest";
import { collectCitations, renderIndex } from "../../tools/rfc-citations.ts";

/** Spelled in two parts, so that the index of this project does not list its own examples. */
const cite = (rest: string): string => `RFC ${rest}`;

describe("the collection of citations", () => {
  it("finds documents, sections and appendices", () => {
    const text = `// ${cite("1234 §5.5.1")}: "MUST"; ${cite("1234")}, ${cite("1234 §A.3")}`;
    expect(collectCitations(new Map([["src/a.ts", text]]))).toEqual([
      { rfc: cite("1234"), section: "", files: ["src/a.ts"] },
      { rfc: cite("1234"), section: "5.5.1", files: ["src/a.ts"] },
      { rfc: cite("1234"), section: "A.3", files: ["src/a.ts"] },
    ]);
  });

  it("does not take the full stop of a sentence for part of the section", () => {
    const [section] = collectCitations(new Map([["src/a.ts", `See ${cite("1234 §5.5.")}`]]));
    expect(section?.section).toBe("5.5");
  });

  it("knows a revision in draft from the document it revises", () => {
    const files = new Map([["src/a.ts", `${cite("1234bis §5")} ${cite("1234 §5")}`]]);
    expect(collectCitations(files).map(({ rfc }) => rfc)).toEqual([cite("1234"), cite("1234bis")]);
  });

  it("sorts by number, not by letter, and names a file once", () => {
    const files = new Map([
      ["src/b.ts", `${cite("999 §10")} ${cite("999 §9")} ${cite("999 §9")} ${cite("9999 §1")}`],
      ["src/a.ts", `${cite("999 §9")}`],
    ]);
    expect(collectCitations(files).map(({ rfc, section, files }) => [rfc, section, ...files])).toEqual([
      [cite("999"), "9", "src/a.ts", "src/b.ts"],
      [cite("999"), "10", "src/b.ts"],
      [cite("9999"), "1", "src/b.ts"],
    ]);
  });

  it("ignores other forms", () => {
    expect(collectCitations(new Map([["src/a.ts", `RFC1234 rfc ${"1234"} §5`]]))).toEqual([]);
  });
});

describe("the rendering of the index", () => {
  it("writes one table for each document, source apart from tests, with relative links", () => {
    const index = renderIndex([
      { rfc: cite("1234"), section: "5.5.1", files: ["src/jwt/a.ts", "test/jwt/a.test.ts"] },
      { rfc: cite("1234"), section: "A.3", files: ["src/jwt/a.ts"] },
      { rfc: cite("99bis"), section: "2", files: ["test/b.test.ts"] },
    ]);
    expect(index.split("\n").slice(4)).toEqual([
      `## ${cite("1234")}`,
      "",
      "| section | source | tests |",
      "| --- | --- | --- |",
      "| [§5.5.1](https://www.rfc-editor.org/rfc/rfc1234.html#section-5.5.1) | [jwt/a.ts](../src/jwt/a.ts) | [jwt/a.test.ts](../test/jwt/a.test.ts) |",
      "| [§A.3](https://www.rfc-editor.org/rfc/rfc1234.html#appendix-A.3) | [jwt/a.ts](../src/jwt/a.ts) | – |",
      "",
      `## ${cite("99bis")}`,
      "",
      "| section | source | tests |",
      "| --- | --- | --- |",
      "| §2 | – | [b.test.ts](../test/b.test.ts) |",
      "",
    ]);
  });
});
