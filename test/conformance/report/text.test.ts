import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { sectionsOf } from "../../../src/conformance/report/sections.ts";
import { sectionLine, summaryLines, textReport } from "../../../src/conformance/report/text.ts";
import { hostileRun } from "./hostile.ts";
import { runOf, sampleCase, sampleRun } from "./sample.ts";

const style = { colour: false, width: 100 };

describe("the text report", () => {
  it("has a line for each section below its profile", () => {
    const lines = textReport(sampleRun(), style).split("\n");
    expect(lines.slice(0, 12)).toEqual([
      "ws://127.0.0.1:9001/echo (kite/2.4.1)",
      "server · barewire 0.1.0 · seed 7",
      "",
      "core",
      "  ✓ rfc6455/5.5.2    Ping                               2 passed",
      "  ✗ rfc6455/5.5.1    Close                              1 failed",
      "  ▲ rfc6455/8.1      Handling Errors in UTF-8-Encoded … 1 warned",
      "  i rfc6455/7.1.1    Close the WebSocket Connection     1 informed",
      "",
      "deflate",
      "  – rfc7692/7.2.3    Examples                           1 not applicable",
      "",
    ]);
  });

  it("tells at length what needs a look, and ends with the counts", () => {
    const text = textReport(sampleRun(), style);
    expect(text.match(/^ {4}repeat /gm)).toHaveLength(4);
    expect(text.trimEnd().split("\n").at(-1)).toBe(
      "8 cases in 8.2 s: 1 failed, 1 could not begin, 1 met a fault of this suite, 1 warned, 1 informed, 2 passed, 1 not applicable",
    );
  });

  it("says why it ended early", () => {
    const run = runOf([], { complete: false, ended: "no echo at all" });
    expect(summaryLines(run, style)).toEqual([
      "0 cases in 8.2 s: nothing was tested",
      "not complete: no echo at all",
    ]);
  });

  it.each([40, 60, 80, 200])("keeps section lines within %i columns", (width) => {
    const cases = [
      "fail",
      "warn",
      "info",
      "pass",
      "harness error",
      "setup failed",
      "not applicable",
    ] as const;
    const run = runOf(cases.map((verdict, at) => sampleCase({ id: `rfc7692/7.1.2.1/${at}`, verdict })));
    for (const section of sectionsOf(run.cases)) {
      expect(Array.from(sectionLine(section, { colour: false, width })).length).toBeLessThanOrEqual(width);
    }
  });

  it("lets nothing that a peer wrote act on the terminal", () => {
    expect(textReport(hostileRun(), style)).not.toMatch(/[^\n\P{C}]/u);
    expect(stripVTControlCharacters(textReport(hostileRun(), { ...style, colour: true }))).not.toContain(
      "\x1b",
    );
  });
});
