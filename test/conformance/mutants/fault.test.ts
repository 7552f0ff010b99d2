import { describe, expect, it } from "vitest";
import { meaning } from "../../../src/conformance/mutants/fault.ts";

function means(pattern: string, id: string): boolean {
  return meaning([pattern])(id);
}

describe("patterns of cases", () => {
  it("mean one case of a clause", () => {
    expect(means("rfc6455/5.2/4", "rfc6455/5.2/4")).toBe(true);
    expect(means("rfc6455/5.2/4", "rfc6455/5.2/41")).toBe(false);
    expect(means("rfc6455/5.2/4", "rfc6455/5.20/4")).toBe(false);
  });

  it("mean ranges, ends included", () => {
    const meant = [1, 2, 3, 4, 5, 6, 7].filter((n) => means("rfc6455/5.2/2-4,6", `rfc6455/5.2/${n}`));
    expect(meant).toEqual([2, 3, 4, 6]);
  });

  it("mean all of a clause, but not of those below it", () => {
    expect(means("rfc6455/5.5/*", "rfc6455/5.5/16")).toBe(true);
    expect(means("rfc6455/5.5/*", "rfc6455/5.5.1/1")).toBe(false);
  });

  it("mean the same case over HTTP/2", () => {
    expect(means("rfc6455/5.2/4", "h2:rfc6455/5.2/4")).toBe(true);
  });

  it("mean together what each of them means", () => {
    const isMeant = meaning(["rfc6455/5.2/1", "rfc6455/5.4/2"]);
    expect(["rfc6455/5.2/1", "rfc6455/5.4/2", "rfc6455/5.4/1"].map(isMeant)).toEqual([true, true, false]);
  });

  it.each(["rfc6455", "rfc6455/5.2/", "rfc6455/5.2/4-", "rfc6455/5.*"])("are not %j", (pattern) => {
    expect(() => meaning([pattern])).toThrow("means no cases");
  });
});
