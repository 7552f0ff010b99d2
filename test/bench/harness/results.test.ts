import { describe, expect, it } from "vitest";
import { mergeResults, readSections } from "../../../bench/harness/results.ts";

const order = ["websocket/echo", "jwt/sign-verify", "http/requests"];

describe("RESULTS.md", () => {
  it("holds what was put in, in the order of the benchmarks", () => {
    const fresh = new Map([
      ["jwt/sign-verify", "## JWT\n\n| a |"],
      ["websocket/echo", "## Echo"],
    ]);
    const document = mergeResults(undefined, fresh, order);
    expect([...readSections(document)]).toEqual([
      ["websocket/echo", "## Echo"],
      ["jwt/sign-verify", "## JWT\n\n| a |"],
    ]);
    expect(document).toMatch(/^# Results\n/);
    expect(document.endsWith("<!-- end jwt/sign-verify -->\n")).toBe(true);
  });
  it("keeps the sections that a run did not measure", () => {
    const before = mergeResults(undefined, new Map(order.map((name) => [name, `## old ${name}`])), order);
    const after = mergeResults(before, new Map([["jwt/sign-verify", "## new"]]), order);
    expect(after).toBe(before.replace("## old jwt/sign-verify", "## new"));
  });
  it("begins anew without the document as it was", () => {
    const fresh = new Map([["websocket/echo", "## Echo"]]);
    expect([...readSections(mergeResults(undefined, fresh, order)).keys()]).toEqual(["websocket/echo"]);
  });
  it("drops sections of benchmarks that are no more", () => {
    const before = mergeResults(undefined, new Map([["old/one", "## Old"]]), ["old/one"]);
    expect(mergeResults(before, new Map(), order)).not.toContain("Old");
  });
});
