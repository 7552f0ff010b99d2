import { describe, expect, it } from "vitest";
import { alternate, mapSamples } from "../../../bench/harness/rounds.ts";

describe("alternating rounds", () => {
  it("measure everyone once a round, and another one first each time", async () => {
    const order: string[] = [];
    const contenders = ["a", "b", "c"].map((name) => ({ name, measure: () => order.push(name) }));
    await alternate(contenders, 4);
    expect(order.join("")).toBe("abcbcacababc");
  });
  it("keep the samples in the order of the rounds, whoever began", async () => {
    let round = 0;
    const first = { name: "first", measure: async () => ++round };
    const second = { name: "second", measure: () => round * 10 };
    expect(await alternate([first, second], 3)).toEqual({ first: [1, 2, 3], second: [10, 10, 30] });
  });
  it("measure nothing in no rounds", async () => {
    expect(await alternate([{ name: "a", measure: () => 1 }], 0)).toEqual({ a: [] });
  });
  it("end with the first failure", async () => {
    const failing = { name: "failing", measure: () => Promise.reject(new Error("no answer")) };
    await expect(alternate([failing], 1)).rejects.toThrow("no answer");
  });
});

describe("mapSamples", () => {
  it("takes one figure of each sample", () => {
    const samples = { ours: [{ cpu: 1 }, { cpu: 2 }], theirs: [{ cpu: 3 }, { cpu: 4 }] };
    expect(mapSamples(samples, ({ cpu }) => cpu)).toEqual({ ours: [1, 2], theirs: [3, 4] });
  });
});
