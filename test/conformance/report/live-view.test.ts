import { describe, expect, it } from "vitest";
import { LiveView } from "../../../src/conformance/report/live-view.ts";
import { hostileRun } from "./hostile.ts";
import { failedClose, runOf, sampleCase } from "./sample.ts";

const style = { colour: false, width: 80 };
const [one, two] = [sampleCase({ id: "rfc6455/5.5.2/1" }), sampleCase({ id: "rfc6455/5.5.2/2" })];
const failed = failedClose();
const deflated = sampleCase({ id: "rfc7692/7.2.1/1", profile: "deflate" });

describe("the live view on a terminal", () => {
  it("says how far it is, and where", () => {
    const view = new LiveView({ ...style, terminal: true });
    expect(view.started([one, two, failed])).toEqual({ lines: [], progress: "[ 0/3 ]  …" });
    expect(view.caseStarted(one).progress).toBe("[ 0/3 ] rfc6455/5.5.2 …");
    expect(view.caseEnded(one)).toEqual({ lines: [], progress: "[ 1/3 ] rfc6455/5.5.2 …" });
  });

  it("counts what failed from the first on", () => {
    const view = new LiveView({ ...style, terminal: true });
    view.started([one, failed]);
    view.caseStarted(failed);
    expect(view.caseEnded(failed).progress).toBe("[ 1/2 ] rfc6455/5.5.1 …  1 failed");
  });

  it("never fills the line, so that it does not wrap", () => {
    for (const width of [10, 25, 40]) {
      const view = new LiveView({ colour: false, width, terminal: true });
      view.started([one]);
      expect(view.caseStarted(one).progress!.length).toBeLessThan(width);
    }
  });
});

describe("the sections of a live view", () => {
  it("are told when the last of their cases has ended, in whatever order that is", () => {
    const view = new LiveView({ ...style, terminal: false });
    view.started([one, two, deflated]);
    expect(view.caseEnded(two).lines).toEqual([]);
    expect(view.caseEnded(deflated).lines).toEqual([
      "",
      "deflate",
      "  ✓ rfc7692/7.2.1    Compression                        1 passed",
    ]);
    expect(view.caseEnded(one).lines).toEqual([
      "",
      "core",
      "  ✓ rfc6455/5.5.2    Ping                               2 passed",
    ]);
  });

  it("are followed by their failures, in the order of the cases", () => {
    const [first, second] = [
      { ...failed, id: "rfc6455/5.5.1/1" },
      { ...failed, id: "rfc6455/5.5.1/2" },
    ];
    const view = new LiveView({ ...style, terminal: false });
    view.started([first, second]);
    view.caseEnded(second);
    const { lines } = view.caseEnded(first);
    expect(lines.filter((line) => line.includes("✗"))).toEqual([
      "  ✗ rfc6455/5.5.1    Close                              2 failed",
      "    ✗ rfc6455/5.5.1/1  a Close frame of one octet  MUST",
      "    ✗ rfc6455/5.5.1/2  a Close frame of one octet  MUST",
    ]);
    const told = lines.filter((line) => !line.includes("repeat"));
    expect(Math.max(...told.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("have no line of progress where it could not be rewritten", () => {
    const view = new LiveView({ ...style, terminal: false });
    expect(view.started([one]).progress).toBeUndefined();
    expect(view.caseEnded(one).progress).toBeUndefined();
  });
});

describe("the end of a live view", () => {
  it("tells the sections that were not finished as far as they came", () => {
    const view = new LiveView({ ...style, terminal: true });
    view.started([one, two]);
    view.caseEnded(one);
    const run = runOf([one], { complete: false, ended: "ended early" });
    expect(view.finished(run)).toEqual({
      lines: [
        "",
        "core",
        "  ✓ rfc6455/5.5.2    Ping                               1 passed",
        "",
        "1 case in 8.2 s: 1 passed",
        "not complete: ended early",
      ],
      progress: undefined,
    });
  });

  it("tells nothing twice", () => {
    const view = new LiveView({ ...style, terminal: true });
    view.started([one]);
    view.caseEnded(one);
    expect(view.finished(runOf([one])).lines).toEqual(["", "1 case in 8.2 s: 1 passed"]);
  });

  it("lets nothing that a peer wrote act on the terminal", () => {
    const run = hostileRun();
    const view = new LiveView({ ...style, terminal: true });
    const updates = [
      view.started(run.cases),
      ...run.cases.map((item) => view.caseEnded(item)),
      view.finished(run),
    ];
    for (const { lines, progress = "" } of updates) {
      for (const line of [...lines, progress]) expect(line).not.toMatch(/\p{C}/u);
    }
  });
});
