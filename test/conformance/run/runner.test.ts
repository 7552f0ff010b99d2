import { describe, expect, it } from "vitest";
import type { Case } from "../../../src/conformance/case.ts";
import type { CaseReport, RunReport } from "../../../src/conformance/run/run-report.ts";
import { type RunOptions, runCases } from "../../../src/conformance/run/runner.ts";
import { type CaseContext, type Target, TargetUnreachable } from "../../../src/conformance/run/target.ts";
import { Deviation, NotApplicable, SetupFailed } from "../../../src/conformance/verdict.ts";

type Trial = { readonly context: CaseContext };

describe("the verdict on a case", () => {
  it.each<[string, Partial<Case<Trial>>, string]>([
    ["passes when nothing was found", {}, "pass"],
    ["fails when a MUST was not kept", { level: "MUST", run: deviates }, "fail"],
    ["warns when a SHOULD was not kept", { level: "SHOULD", run: deviates }, "warn"],
    ["informs when a MAY was not made use of", { level: "MAY", run: deviates }, "info"],
    [
      "is the graver of what was noted and what ended it",
      {
        level: "SHOULD",
        run: async ({ context }) => {
          context.note({ severity: "info", expected: "a", came: "b" });
          await deviates();
        },
      },
      "warn",
    ],
    [
      "takes the level that a deviation brings along",
      {
        level: "MAY",
        run: async () => {
          throw new Deviation("a", "b", { level: "MUST", clause: "RFC 6455 §5.1" });
        },
      },
      "fail",
    ],
    [
      "is not applicable where the peer takes no part",
      { run: thrower(new NotApplicable("no")) },
      "not applicable",
    ],
    [
      "is setup failed where the case could not begin",
      { run: thrower(new SetupFailed("no")) },
      "setup failed",
    ],
    [
      "is a harness error where the case itself is at fault",
      { run: thrower(new TypeError("oh")) },
      "harness error",
    ],
  ])("%s", async (_, item, verdict) => {
    const report = await run([case_("a/1/1", item)]);
    expect(report.cases).toMatchObject([{ verdict }]);
    expect(report.totals).toMatchObject({ [verdict]: 1 });
  });

  it("tells what was expected, what came, and the clause where it is another", async () => {
    const deviation = new Deviation("one thing", "another", { level: "MUST", clause: "RFC 6455 §5.1" });
    const report = await run([case_("a/1/1", { run: thrower(deviation) })]);
    expect(report.cases[0]!.findings).toEqual([
      { severity: "fail", expected: "one thing", came: "another", clause: "RFC 6455 §5.1" },
    ]);
  });
});

describe("a run", () => {
  it("carries out no more cases at a time than it was told", async () => {
    let now = 0;
    let most = 0;
    const cases = Array.from({ length: 20 }, (_, i) =>
      case_(`a/1/${i + 1}`, {
        run: async () => {
          most = Math.max(most, ++now);
          await new Promise(setImmediate);
          now--;
        },
      }),
    );
    await run(cases, {}, { concurrency: 3 });
    expect(most).toBe(3);
  });

  it("carries out a case that is to be alone when no other runs, and reports in the cases' order", async () => {
    const running = new Set<string>();
    const beside: string[][] = [];
    const item = (id: string, alone: boolean): Case<Trial> =>
      case_(id, {
        alone,
        run: async () => {
          running.add(id);
          if (alone) beside.push([...running]);
          await new Promise(setImmediate);
          running.delete(id);
        },
      });
    const report = await run([item("a/1/1", true), item("a/1/2", false), item("a/1/3", true)]);
    expect(beside).toEqual([["a/1/1"], ["a/1/3"]]);
    expect(report.cases.map(({ id }) => id)).toEqual(["a/1/1", "a/1/2", "a/1/3"]);
  });

  it("draws the same at random for a case whatever runs beside it", async () => {
    const drawn = async (cases: readonly string[], seed: number): Promise<string> => {
      const octets = new Map<string, string>();
      const items = cases.map((id) =>
        case_(id, {
          run: async ({ context }) => {
            octets.set(id, context.random.octets(8).toString("hex"));
          },
        }),
      );
      await run(items, {}, { seed });
      return octets.get("a/1/2")!;
    };
    expect(await drawn(["a/1/1", "a/1/2"], 7)).toBe(await drawn(["a/1/2"], 7));
    expect(await drawn(["a/1/2"], 8)).not.toBe(await drawn(["a/1/2"], 7));
  });

  it("is as patient as the target is slow", async () => {
    const patience = async (answer: number): Promise<number> => {
      let seen = 0;
      const item = case_("a/1/1", {
        run: async ({ context }) => {
          seen = context.patience;
        },
      });
      await run([item], { probe: async () => answer });
      return seen;
    };
    expect(await patience(1)).toBe(5_000);
    expect(await patience(1_000)).toBe(40_000);
  });

  it("is one failure, and not one for each case, where the precondition fails", async () => {
    const probe = thrower(new SetupFailed("the server does not echo"));
    const report = await run([case_("a/1/1"), case_("a/1/2")], { probe });
    expect(report).toMatchObject({ complete: false, ended: "the server does not echo", cases: [] });
  });

  it("does not begin where there is nothing to test", async () => {
    const probe = thrower(new TargetUnreachable("nobody there"));
    await expect(run([case_("a/1/1")], { probe })).rejects.toThrow(TargetUnreachable);
  });

  it("ends when the target is gone, and names who may have brought it down", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cases = [
      case_("a/1/1", { run: () => promise }),
      case_("a/1/2", { run: thrower(new SetupFailed("connection refused")) }),
      case_("a/1/3"),
    ];
    const alive = async (): Promise<boolean> => {
      resolve();
      return false;
    };
    const report = await run(cases, { alive }, { concurrency: 2 });
    expect(report.complete).toBe(false);
    expect(report.ended).toContain("connection refused");
    expect(report.ended).toContain("a/1/1");
    expect(report.cases.map(({ id }) => id)).not.toContain("a/1/3");
  });

  it("goes on after a case that could not begin while the target is there", async () => {
    const report = await run([case_("a/1/1", { run: thrower(new SetupFailed("no")) }), case_("a/1/2")]);
    expect(report).toMatchObject({
      complete: true,
      cases: [{ verdict: "setup failed" }, { verdict: "pass" }],
    });
  });

  it("reports what is known when it is ended early", async () => {
    const stopping = new AbortController();
    const cases = [
      case_("a/1/1"),
      case_("a/1/2", {
        run: async () => {
          stopping.abort();
          await new Promise(() => {});
        },
      }),
      case_("a/1/3"),
    ];
    const report = await run(cases, {}, { concurrency: 1, signal: stopping.signal });
    expect(report.complete).toBe(false);
    expect(report.cases.map(({ id }) => id)).toEqual(["a/1/1"]);
  });

  it("fails a case that does not come to an end", async () => {
    const stands = case_("a/1/1", { run: () => new Promise(() => {}) });
    const report = await run([stands], { probe: async () => 0 }, { patience: 1 });
    expect(report.cases[0]).toMatchObject({
      verdict: "fail",
      findings: [{ expected: "an end of the case" }],
    });
  });

  it("leaves nothing of a case behind, whatever became of it", async () => {
    const ended: Trial[] = [];
    const end = async (trial: Trial): Promise<void> => {
      ended.push(trial);
    };
    await run(
      [case_("a/1/1"), case_("a/1/2", { run: deviates }), case_("a/1/3", { run: thrower(new Error("x")) })],
      { end },
    );
    expect(ended).toHaveLength(3);
  });

  it("tells what happens as it happens", async () => {
    const told: string[] = [];
    const observer = {
      started: (cases: readonly { id: string }[]) => told.push(`started ${cases.length}`),
      caseStarted: ({ id }: { id: string }) => told.push(`begin ${id}`),
      caseEnded: ({ id, verdict }: CaseReport) => told.push(`end ${id} ${verdict}`),
    };
    await run([case_("a/1/1"), case_("a/1/2", { run: deviates })], {}, { observer, concurrency: 1 });
    expect(told).toEqual(["started 2", "begin a/1/1", "end a/1/1 pass", "begin a/1/2", "end a/1/2 fail"]);
  });
});

async function run(
  cases: readonly Case<Trial>[],
  target: Partial<Target<Trial>> = {},
  options: Partial<RunOptions> = {},
): Promise<RunReport> {
  const complete: Target<Trial> = {
    role: "server",
    description: { address: "ws://test" },
    probe: async () => 1,
    alive: async () => true,
    begin: (_, context) => ({ context }),
    end: async () => {},
    close: async () => {},
    ...target,
  };
  return runCases(cases, complete, { suite: { name: "test", version: "0" }, repeat: (id) => id, ...options });
}

function case_(id: string, item: Partial<Case<Trial>> = {}): Case<Trial> {
  return {
    id,
    title: "a case",
    requirement: "…",
    level: "MUST",
    profile: "core",
    autobahn: [],
    roles: ["server"],
    run: async () => {},
    ...item,
  };
}

async function deviates(): Promise<void> {
  throw new Deviation("one thing", "another");
}

function thrower(error: Error): () => Promise<never> {
  return async () => {
    throw error;
  };
}
