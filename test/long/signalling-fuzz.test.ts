import { describe, expect, it } from "vitest";
import type { RefusalCode } from "../../src/signalling/protocol.ts";
import { attack } from "../signalling/fuzz.ts";

const documented: readonly RefusalCode[] = [
  ...(["already-in-room", "forbidden", "malformed", "not-in-room", "rate-limited"] as const),
  ...(["unknown-peer", "unknown-type"] as const),
];

describe("a million mutated messages", () => {
  for (let seed = 1; seed <= 10; seed++) {
    it(`earn documented refusals, and harm nobody else, 100,000 times (seed ${seed})`, () => {
      expect(documented).toEqual(expect.arrayContaining([...attack(seed, 100_000)]));
    });
  }
});
