import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { htmlReport } from "../../../src/conformance/report/html.ts";
import { pageScript, pageStyle } from "../../../src/conformance/report/page-text.ts";
import { PAGE_TEXT, pageText } from "../../../tools/report-page.ts";
import { hostileRun } from "./hostile.ts";
import { sampleRun } from "./sample.ts";

describe("the HTML report", () => {
  it("has every run in it, whole", () => {
    const runs = [sampleRun(), hostileRun()];
    const page = htmlReport(runs);
    const summaries = dataOf(page, "runs") as { cases: object[] }[];
    const wires = runs.map((_, run) => dataOf(page, `wire-${run}`) as unknown[]);
    const whole = summaries.map((summary, run) => ({
      ...summary,
      cases: summary.cases.map((item, at) => ({ ...item, wire: wires[run]![at] })),
    }));
    expect(whole).toEqual(runs);
  });

  it("loads nothing", () => {
    const page = htmlReport([sampleRun()]);
    expect(page.match(/<(?!meta|link rel="icon" href="data:)[^>]*\s(src|href)=/g)).toBeNull();
    expect(pageStyle).not.toMatch(/@import|url\(/);
    expect(pageScript).not.toMatch(
      /\bimport\b|fetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|outerHTML|document\.write|eval\(/,
    );
  });

  it("allows its own script and style by their hashes, and nothing else", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(htmlReport([sampleRun()]))![1];
    const hash = (text: string): string => createHash("sha256").update(text).digest("base64");
    expect(policy?.split("; ")).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash(between(htmlReport([sampleRun()]), "<script>", "</script>"))}'`,
      `style-src 'sha256-${hash(between(htmlReport([sampleRun()]), "<style>", "</style>"))}'`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it("gives a peer no way out of the data", () => {
    const page = htmlReport([hostileRun()]);
    expect(page.match(/<script\b[^>]*>/g)).toEqual([
      '<script type="application/json" id="runs">',
      '<script type="application/json" id="wire-0">',
      "<script>",
    ]);
    expect(page.match(/<\/script/g)).toHaveLength(3);
    expect(page).not.toMatch(/<img|<!--|[\u202a-\u202e\u2066-\u2069]/);
    expect(/<title>(.*)<\/title>/.exec(page)?.[1]).toMatch(/^Conformance: &#60;\/script&#62;/);
  });
});

describe("the page's script", () => {
  it("is made of the files in page/ as they are", () => {
    expect(readFileSync(PAGE_TEXT, "utf8"), "run: node tools/conformance-report.ts").toBe(pageText());
  });

  it("is JavaScript in which no two modules use a name", () => {
    expect(() => new Script(pageScript)).not.toThrow();
    const twice = '"use strict"; { function a() {} function a() {} }';
    expect(() => new Script(twice)).toThrow(SyntaxError);
  });

  it("could stand in any page", () => {
    expect(pageScript).not.toMatch(/<\/script|<!--/i);
    expect(pageStyle).not.toMatch(/<\/style/i);
  });
});

function between(page: string, begin: string, end: string): string {
  const from = page.indexOf(begin) + begin.length;
  return page.slice(from, page.indexOf(end, from));
}

/** The JSON in an element, read as a browser would: up to the first end of a script. */
function dataOf(page: string, id: string): unknown {
  return JSON.parse(between(page, `<script type="application/json" id="${id}">`, "</script"));
}
