import { describe, expect, it } from "vitest";
import { byClause, readCases, writeNumbers } from "../../tools/conformance/case-list.ts";
import { type Explanation, explain } from "../../tools/conformance/explanation.ts";
import type { PeerRun } from "../../tools/conformance/peer.ts";

/** A run of a server `x` with the verdict of each case. */
function run(verdicts: Readonly<Record<string, string>>): PeerRun {
  const cases = Object.entries(verdicts).map(([id, verdict]) => ({
    id,
    verdict,
    findings: [{ severity: "fail", expected: "this", came: "that" }],
  }));
  return {
    role: "server",
    name: "x",
    profiles: [{ profile: "core", report: { cases } }],
  } as unknown as PeerRun;
}

function explanation(cases: Explanation["cases"], sometimes?: Explanation["cases"]): Explanation {
  return { family: "f", text: "t", cases, ...(sometimes === undefined ? {} : { sometimes }) };
}

describe("explanations of deviations", () => {
  const peer = run({
    "a/1/1": "pass",
    "a/1/2": "fail",
    "a/1/3": "warn",
    "a/1/4": "info",
    "a/1/5": "setup failed",
  });

  it("are whole where each deviation has one, and each has a deviation", () => {
    const { explained, problems } = explain([peer], [explanation({ "x (server)": ["a/1/2-3, 5"] })]);
    expect(problems).toEqual([]);
    expect(explained[0]!.deviations.map(({ report }) => report.id)).toEqual(["a/1/2", "a/1/3", "a/1/5"]);
  });

  it("are missing where a deviation has none", () => {
    const { problems } = explain([peer], [explanation({ "x (server)": ["a/1/2, 5"] })]);
    expect(problems).toEqual(["unexplained: x (server) a/1/3 warn (expected this; came that)"]);
  });

  it("are left over where there is no deviation any more", () => {
    const { problems } = explain([peer], [explanation({ "x (server)": ["a/1/1-3, 5"] })]);
    expect(problems).toEqual(["explained, but no deviation: x (server) a/1/1"]);
  });

  it("may be of deviations that do not always show", () => {
    const { problems } = explain([peer], [explanation({}, { "x (server)": ["a/1/1-6"] })]);
    expect(problems).toEqual([]);
  });

  it("of peers that did not take part are not looked at", () => {
    expect(explain([], [explanation({ "x (server)": ["a/1/1"] })])).toEqual({ explained: [], problems: [] });
  });
});

describe("lists of cases", () => {
  it("are written by clause, with ranges", () => {
    const clauses = byClause(["a/1/3", "h2:a/1/1", "a/1/1", "a/1/2", "a/1/7"]);
    expect(clauses.map(({ clause, numbers }) => `${clause}/${writeNumbers(numbers)}`)).toEqual([
      "a/1/1-3, 7",
      "h2:a/1/1",
    ]);
  });

  it("are read again", () => {
    expect(readCases("a/1/1-3, 7")).toEqual(["a/1/1", "a/1/2", "a/1/3", "a/1/7"]);
    expect(() => readCases("a/1/*")).toThrow(TypeError);
  });
});
