import { describe, it } from "vitest";
import { checkMessage, checkMutation } from "../stun/fuzz.ts";

// The long form of ../stun/fuzz.test.ts. A failure names its seed.
describe("RFC 8489 §14 messages made at random", () => {
  it("are decoded as they were encoded (seeds 300 to 30299)", () => {
    for (let seed = 300; seed < 30_300; seed++) checkMessage(seed);
  });
});

describe("RFC 5769 §2, RFC 8489 §B.1 vectors broken at random", () => {
  it("come to a documented end, and none to more than one bounded answer (seeds 2000 to 201999)", () => {
    for (let seed = 2000; seed < 202_000; seed++) checkMutation(seed);
  });
});
