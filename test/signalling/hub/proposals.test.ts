import { describe, expect, it } from "vitest";
import { type Proposal, Proposals } from "../../../src/signalling/hub/proposals.ts";

const proposal = (request: number): Proposal<never> => ({ entry: { type: "end" }, request });

function three(): Proposals<never> {
  const proposals = new Proposals<never>();
  for (const ref of [1, 2, 3]) proposals.add(ref, proposal(ref));
  return proposals;
}

describe("proposals that are on their way", () => {
  it.each([
    [[1, 2, 3], []],
    [[3, 2, 1], []],
    [[2], [1, 3]],
    [[3], [1, 2]],
    [[2, 1], [3]],
  ])("come back in any order, each once: %j", (order, rest) => {
    const proposals = three();
    for (const ref of order) {
      expect(proposals.take(ref)).toEqual(proposal(ref));
      expect(proposals.take(ref)).toBe(undefined);
    }
    expect(proposals.size).toBe(rest.length);
    expect(proposals.takeAll()).toEqual(rest.map(proposal));
    expect(proposals.size).toBe(0);
  });

  it("go on behind the last, also when that was taken out", () => {
    const proposals = three();
    proposals.take(3);
    proposals.add(4, proposal(4));
    expect(proposals.takeAll()).toEqual([1, 2, 4].map(proposal));
    proposals.add(5, proposal(5));
    expect(proposals.take(5)).toEqual(proposal(5));
    expect([proposals.take(9), proposals.takeAll()]).toEqual([undefined, []]);
  });
});
