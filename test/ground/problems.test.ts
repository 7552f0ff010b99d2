import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ProblemCode, problemCodes } from "../../src/http/message/problem-codes.ts";
import { reasonPhrase } from "../../src/http/message/response.ts";
import { renderProblems } from "../../tools/problems-page.ts";

interface Use {
  readonly file: string;
  readonly status: number;
  readonly code: string;
}

/** Every place in the source that names the status and the code of a problem together. */
function uses(): readonly Use[] {
  return globSync("src/**/*.ts").flatMap((file) =>
    [
      ...readFileSync(file, "utf8").matchAll(/roblem\(\s*(\d{3}),\s*(?:\{\s*code: )?"([a-z-]+\/[a-z-]+)"/g),
    ].map(([, status, code]) => ({ file, status: Number(status), code: code! })),
  );
}

describe("docs/problems.md", () => {
  it("is what the table of codes says", () => {
    expect(readFileSync("docs/problems.md", "utf8")).toBe(renderProblems());
  });

  it("has every code with a phrase for its status and one sentence", () => {
    for (const [code, { status, meaning }] of Object.entries(problemCodes)) {
      expect(code).toMatch(/^[a-z]+\/[a-z-]+$/);
      expect(reasonPhrase(status)).not.toBe("");
      expect(meaning).toMatch(/^[A-Z](?:(?!\. ).)*\.$/);
    }
  });
});

describe("the problems that the source answers with", () => {
  it("have the status that the table gives their code", () => {
    const found = uses();
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["http/not-found", "http/internal"]),
    );
    const expected = found.map(({ file, code }) => ({
      file,
      status: problemCodes[code as ProblemCode]?.status,
      code,
    }));
    expect(found).toEqual(expected);
  });
});
