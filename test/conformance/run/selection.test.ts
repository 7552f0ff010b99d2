import { describe, expect, it } from "vitest";
import type { CaseDescription, Profile } from "../../../src/conformance/case.ts";
import { type Selection, selectCases } from "../../../src/conformance/run/selection.ts";

const cases = [
  described("rfc6455/5.5/1", "core", ["2.5"]),
  described("rfc6455/5.5.1/1", "core", ["7.3.1"]),
  described("rfc6455/5.5.1/12", "core", ["7.9.1", "7.9.2"]),
  described("rfc6455/5.50/1", "core", []),
  described("rfc7692/7.2.1/1", "deflate", ["12.1.1"]),
  described("h2:rfc6455/5.5.1/1", "h2", []),
];

describe("the selection of cases", () => {
  it("takes every case when nothing is said", () => {
    expect(selected({})).toEqual(cases.map(({ id }) => id));
  });

  it.each<[string, readonly string[]]>([
    ["rfc6455/5.5.1/1", ["rfc6455/5.5.1/1"]],
    ["rfc6455/5.5", ["rfc6455/5.5/1", "rfc6455/5.5.1/1", "rfc6455/5.5.1/12"]],
    ["rfc6455/5.5.1/*", ["rfc6455/5.5.1/1", "rfc6455/5.5.1/12"]],
    ["rfc6455/5.*", ["rfc6455/5.5/1", "rfc6455/5.5.1/1", "rfc6455/5.5.1/12", "rfc6455/5.50/1"]],
    ["*/5.5.1/1", ["rfc6455/5.5.1/1", "h2:rfc6455/5.5.1/1"]],
    ["h2:*", ["h2:rfc6455/5.5.1/1"]],
    ["autobahn:7.9.*", ["rfc6455/5.5.1/12"]],
    ["autobahn:7", ["rfc6455/5.5.1/1", "rfc6455/5.5.1/12"]],
    ["autobahn:12.1.1", ["rfc7692/7.2.1/1"]],
    ["rfc6455/5x5", []],
    ["5.5.1", []],
  ])("--only %s", (pattern, ids) => {
    expect(selected({ only: [pattern] })).toEqual(ids);
  });

  it("takes a case that fits one of several patterns, once", () => {
    expect(selected({ only: ["autobahn:2.5", "rfc6455/5.5/1", "rfc7692"] })).toEqual([
      "rfc6455/5.5/1",
      "rfc7692/7.2.1/1",
    ]);
  });

  it("leaves out by profile and by pattern", () => {
    expect(selected({ profiles: ["core"], except: ["rfc6455/5.5.1"] })).toEqual([
      "rfc6455/5.5/1",
      "rfc6455/5.50/1",
    ]);
  });
});

function selected(selection: Selection): readonly string[] {
  return selectCases(cases, selection).map(({ id }) => id);
}

function described(id: string, profile: Profile, autobahn: readonly string[]): CaseDescription {
  return { id, profile, autobahn, title: "a case", requirement: "…", level: "MUST" };
}
