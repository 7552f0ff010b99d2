import { describe, expect, it } from "vitest";
import { type FormatName, formats } from "../../../src/conformance/report/formats.ts";
import { verdictsByGravity } from "../../../src/conformance/report/verdict-words.ts";
import { verdicts } from "../../../src/conformance/verdict.ts";
import { runOf, sampleCase, sampleRun } from "./sample.ts";

const names = Object.keys(formats) as FormatName[];

describe("the formats", () => {
  it("have file names that do not collide", () => {
    expect(new Set(names.map((name) => formats[name].fileName)).size).toBe(names.length);
  });

  it.each(names)("change with every verdict: %s", (name) => {
    const shown = verdicts.map((verdict) =>
      formats[name].render([runOf([sampleCase({ id: "rfc6455/5.2/1", verdict })])]),
    );
    // A badge has room for what one acts upon; info passes, and errors of both kinds say the same.
    expect(new Set(shown).size).toBe(name === "badge" ? 5 : verdicts.length);
  });

  it.each(["text", "markdown", "html"] as const)("tell several runs in one file: %s", (name) => {
    const other = { ...sampleRun(), target: { address: "ws://other.example/" } };
    const both = formats[name].render([sampleRun(), other]);
    expect(both).toContain("ws://127.0.0.1:9001/echo");
    expect(both).toContain("ws://other.example/");
  });

  it.each(["json", "junit", "badge"] as const)("are about one run: %s", (name) => {
    expect(() => formats[name].render([sampleRun(), sampleRun()])).toThrow(RangeError);
    expect(() => formats[name].render([])).toThrow(RangeError);
  });
});

describe("the verdicts", () => {
  it("are all among those that reports tell, once", () => {
    expect(verdictsByGravity.toSorted()).toEqual([...verdicts].sort());
  });
});
