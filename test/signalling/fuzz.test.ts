import { describe, expect, it } from "vitest";
import { attack } from "./fuzz.ts";

describe("mutated messages", () => {
  it("earn documented refusals, and harm nobody else, 20,000 times (seed 20250709)", () => {
    expect([...attack(20_250_709, 20_000)].sort()).toEqual([
      ...["already-in-room", "forbidden", "malformed", "not-in-room", "unknown-peer", "unknown-type"],
    ]);
  });
});
