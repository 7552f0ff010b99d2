import { describe, expect, it } from "vitest";
import { matrixOf, matrixText } from "../../../src/conformance/mutants/matrix.ts";
import { isRed, type Meeting, type Proven } from "../../../src/conformance/mutants/meeting.ts";
import { type Mutant, mutants } from "../../../src/conformance/mutants/mutants.ts";
import type { Verdict } from "../../../src/conformance/verdict.ts";

function proven(id: string, verdict: Verdict = "pass"): Proven {
  return { id, verdict, profile: "core", findings: [], duration: 1 };
}

const [masks, accepts] = [named("masks-its-frames"), named("accepts-unmasked")];
const answersInAnotherManner = named("says-close-and-stays");

function named(name: string): Mutant {
  return mutants.find(({ fault }) => fault.name === name)!;
}

function met(mutant: Mutant, id: string, verdict: Verdict, correct: Verdict = "pass"): Meeting {
  return { ...proven(id, verdict), mutant, correct };
}

describe("a meeting of a mutant and a case", () => {
  it.each(["fail", "warn", "info"] as const)("is red when the case says %s", (verdict) => {
    expect(isRed(met(masks, "a/1", verdict))).toBe(true);
  });

  it.each(["pass", "not applicable", "setup failed", "harness error"] as const)(
    "is not red when the case says %s, for that is no judgement",
    (verdict) => {
      expect(isRed(met(masks, "a/1", verdict))).toBe(false);
    },
  );

  it("is not red when the correct peer gets the same", () => {
    expect(isRed(met(masks, "a/1", "fail", "fail"))).toBe(false);
  });

  it("is red when a figure could not be told", () => {
    const figure = { severity: "info", expected: "a figure", came: "3 ms" } as const;
    const meeting = { ...met(masks, "a/1", "info", "info"), findings: [figure] };
    expect(isRed(meeting)).toBe(false);
    expect(isRed({ ...meeting, findings: [{ ...figure, expected: "an echo" }] })).toBe(true);
  });
});

describe("the matrix", () => {
  const correct = [proven("a/1"), proven("a/2"), proven("a/3"), proven("b/1", "fail")];
  const meetings = [met(masks, "a/1", "fail"), met(masks, "a/2", "pass"), met(accepts, "a/1", "warn")];
  const matrix = matrixOf(correct, meetings);

  it("has the mutants of every case, and the cases of every mutant", () => {
    expect(matrix.byCase.get("a/1")).toEqual(["masks-its-frames", "accepts-unmasked"]);
    expect(matrix.byCase.get("a/3")).toEqual([]);
    expect(matrix.byMutant.get("masks-its-frames")).toEqual(["a/1"]);
  });

  it("finds cases that are not green, and cases that are never red", () => {
    expect(matrix.notGreen).toEqual(["b/1: fail"]);
    expect(matrix.notRed).toEqual(["a/2", "a/3", "b/1"]);
  });

  it("finds mutants that got away", () => {
    expect(matrix.escaped).toEqual(["masks-its-frames: a/2: pass"]);
  });

  it("takes a case for green that a correct peer of another manner passes", () => {
    const one = [proven("a/1", "not applicable")];
    expect(matrixOf(one, [met(masks, "a/1", "fail")]).notGreen).toEqual(["a/1: not applicable"]);
    expect(matrixOf(one, [met(answersInAnotherManner, "a/1", "fail")]).notGreen).toEqual([]);
    expect(matrixOf(one, [met(answersInAnotherManner, "a/1", "fail", "warn")]).notGreen).toHaveLength(1);
  });

  it("is written from both sides, with neighbours on one line", () => {
    const ids = ["a/1", "a/2", "a/3", "a/5", "b/1"];
    const all = ids.map((id) => met(masks, id, "fail"));
    expect(
      matrixText(
        matrixOf(
          ids.map((id) => proven(id)),
          all,
        ),
      ),
    ).toBe(`Cases, and the mutants that turn them red

a/1-3,5 b/1: masks-its-frames

Mutants, and the cases that they turn red

masks-its-frames: a/1-3,5 b/1

5 cases: 5 green, 5 red on one of 1 mutants
`);
  });

  it("says what is missing", () => {
    const text = matrixText(matrix);
    expect(text).toContain("Cases in which no correct peer passes\n\nb/1: fail\n");
    expect(text).toContain("Cases that no mutant turns red\n\na/2\na/3\nb/1\n");
    expect(text).toContain("Mutants that get away\n\nmasks-its-frames: a/2: pass\n");
    expect(text).toContain("4 cases: 3 green, 1 red on one of 2 mutants\n");
  });
});
