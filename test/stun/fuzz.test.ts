import { describe, it } from "vitest";
import { checkMessage, checkMutation } from "./fuzz.ts";

// The short form; 100 times as many are in ../long/stun-fuzz.test.ts. A failure names its seed.
describe("RFC 8489 §14 messages made at random", () => {
  it("are decoded as they were encoded (seeds 0 to 299)", () => {
    for (let seed = 0; seed < 300; seed++) checkMessage(seed);
  });
});

describe("RFC 5769 §2, RFC 8489 §B.1 vectors broken at random", () => {
  it("come to a documented end, and none to more than one bounded answer (seeds 0 to 1999)", () => {
    for (let seed = 0; seed < 2000; seed++) checkMutation(seed);
  });
});
