import { describe, it } from "vitest";
import { checkKey } from "../jwt/fuzzing-keys.ts";
import { checkToken } from "../jwt/fuzzing-tokens.ts";

/** Checks 100,000 seeds. Most inputs are refused, and where an error was made takes longer to find out than that it was. */
function checkFrom(first: number, check: (seed: number) => unknown): void {
  const { stackTraceLimit } = Error;
  let seed = first;
  try {
    Error.stackTraceLimit = 0;
    for (; seed < first + 100_000; seed++) check(seed);
  } catch (error) {
    Error.stackTraceLimit = stackTraceLimit;
    check(seed); // the same, and from where
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

describe("a million random and mutated inputs", () => {
  for (let first = 1_000_000; first < 1_900_000; first += 100_000) {
    it(`let no undocumented error escape, and no token in (seeds ${first} to ${first + 99_999})`, () => {
      checkFrom(first, checkToken);
    });
  }

  it("let no undocumented error escape, and no key in that does not work (seeds 1,000,000 to 1,099,999)", () => {
    checkFrom(1_000_000, checkKey);
  });
});
