import { describe, it } from "vitest";
import { checkKey } from "../jwt/fuzzing-keys.ts";
import { checkToken } from "../jwt/fuzzing-tokens.ts";

describe("a million random and mutated inputs", () => {
  for (let first = 1_000_000; first < 1_900_000; first += 100_000) {
    it(`let no undocumented error escape, and no token in (seeds ${first} to ${first + 99_999})`, () => {
      for (let seed = first; seed < first + 100_000; seed++) checkToken(seed);
    });
  }

  it("let no undocumented error escape, and no key in that does not work (seeds 1,000,000 to 1,099,999)", () => {
    for (let seed = 1_000_000; seed < 1_100_000; seed++) checkKey(seed);
  });
});
