import { describe, expect, it } from "vitest";
import { codeSpan, markdownReport, markdownText } from "../../../src/conformance/report/markdown.ts";
import { hostileRun } from "./hostile.ts";
import { failedClose, runOf, sampleCase, sampleRun } from "./sample.ts";

describe("the Markdown report", () => {
  const text = markdownReport(sampleRun());

  it("has a row for each profile and one for all", () => {
    expect(text.split("\n").filter((line) => line.startsWith("|"))).toEqual([
      "| Profile | ✗ fail | ⊘ setup failed | ‼ harness error | ▲ warn | i info | ✓ pass | – n/a | all |",
      "| :-- | --: | --: | --: | --: | --: | --: | --: | --: |",
      "| core | 1 |  |  | 1 | 1 | 2 |  | 5 |",
      "| deflate |  |  |  |  |  |  | 1 | 1 |",
      "| handshake |  | 1 |  |  |  |  |  | 1 |",
      "| hostile |  |  | 1 |  |  |  |  | 1 |",
      "| **all** | 1 | 1 | 1 | 1 | 1 | 2 | 1 | 8 |",
    ]);
  });

  it("tells each case that needs a look, the failed ones first", () => {
    expect(text.match(/^#+ .*/gm)).toEqual([
      "## Conformance of `ws://127.0.0.1:9001/echo` (`kite/2.4.1`)",
      "### Failed",
      "#### ✗ `rfc6455/5.5.1/3` a Close frame of one octet",
      "### Could not begin",
      "#### ⊘ `rfc6455/4.2.1/9` a request without Host",
      "### Met a fault of this suite",
      "#### ‼ `rfc6455/10.4/4` a million empty fragments",
      "### Warned",
      "#### ▲ `rfc6455/8.1/12` text that is not UTF-8, in two fragments",
    ]);
  });

  it("has the clause, what was expected, what came, and the command in a block of its own", () => {
    expect(text).toContain(
      "[RFC 6455 §5.5.1](https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1), MUST: “If there",
    );
    expect(text).toContain(
      'expected  a Close frame with 1002, or the end\ncame      Close 1000 "bye", 5 octets\n```',
    );
    expect(text).toContain(
      "```sh\nnpx barewire conform server ws://127.0.0.1:9001/echo --only rfc6455/5.5.1/3 --seed 7\n```",
    );
  });

  it("says so when the run ended early", () => {
    const early = markdownReport(runOf([], { complete: false, ended: "no echo at all" }));
    expect(early).toContain("> Not complete: `no echo at all`");
  });
});

describe("the length of a Markdown report", () => {
  const many = Array.from({ length: 300 }, (_, at) => ({ ...failedClose(), id: `rfc6455/5.5.1/${at}` }));

  it("is bounded, and a line says how much was left out", () => {
    const cut = markdownReport(runOf(many), 20_000);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(20_000);
    const told = cut.match(/^#### /gm)?.length ?? 0;
    expect(told).toBeGreaterThan(10);
    expect(cut).toContain(`**… and ${300 - told} more that did not fit here; the other reports have them.**`);
  });

  it("is what it takes where that is allowed", () => {
    const whole = markdownReport(runOf(many));
    expect(whole.match(/^#### /gm)).toHaveLength(300);
    expect(markdownReport(runOf(many), Buffer.byteLength(whole))).toBe(whole);
    expect(markdownReport(runOf(many), Buffer.byteLength(whole) - 1)).toContain("did not fit here");
  });

  it("is below GitHub's limit of 1 MiB even when one case would fill it", () => {
    const finding = { severity: "fail" as const, expected: "a", came: "é".repeat(1 << 20) };
    const cut = markdownReport(runOf([sampleCase({ id: "a/1", verdict: "fail", findings: [finding] })]));
    expect(Buffer.byteLength(cut)).toBeLessThan(1 << 20);
    expect(cut).toContain("and 1 more that did not fit here");
  });
});

describe("what a peer writes into Markdown", () => {
  it("stays within code, on one line", () => {
    const outside = withoutCode(markdownReport(hostileRun()));
    expect(outside).not.toMatch(/<|^# injected|\*\*bold|javascript:/m);
    expect(outside).not.toMatch(/[^\n\P{C}]/u);
  });

  it("cannot end the code that it is in", () => {
    expect(codeSpan("a`b``c")).toBe("```a`b``c```");
    expect(codeSpan("`")).toBe("`` ` ``");
    expect(codeSpan("")).toBe("");
  });

  it("is text and no mark where it is not in code", () => {
    expect(markdownText("*a* <b> [c](d) | `e` @f https://g")).toBe(
      "\\*a\\* &#60;b&#62; \\[c\\]\\(d\\) \\| \\`e\\` &#64;f https\\://g",
    );
  });
});

/** The text without fenced blocks, code spans and escaped marks. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, "")
    .replace(/\\[\\`*_[\]()<>|~!:$#]/g, "")
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
}
