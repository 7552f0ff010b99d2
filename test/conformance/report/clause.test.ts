import { describe, expect, it } from "vitest";
import { addressOf, clauseOf } from "../../../src/conformance/report/clause.ts";
import { sectionTitles } from "../../../src/conformance/report/section-titles.ts";
import { documents } from "../../../tools/requirements/documents.ts";

describe("the clause of a case", () => {
  it.each([
    ["rfc6455/5.5.1/3", "rfc6455/5.5.1", "3", "RFC 6455 §5.5.1", "Close"],
    ["h2:rfc6455/5.5.1/3", "h2:rfc6455/5.5.1", "3", "RFC 6455 §5.5.1 over HTTP/2", "Close"],
    ["rfc7692/99/1", "rfc7692/99", "1", "RFC 7692 §99", undefined],
    ["perf/echo/1", "perf/echo", "1", "perf/echo", undefined],
    ["alone", "alone", "alone", "alone", undefined],
    ["constructor/1", "constructor", "1", "constructor", undefined],
  ])("is taken from its id: %s", (id, section, number, citation, title) => {
    expect(clauseOf(id)).toEqual({ section, number, citation, title });
  });

  it("has a title for every section that has a requirement", () => {
    const sections = documents.flatMap(({ number, requirements }) =>
      requirements.map(({ section }) => `rfc${number}/${section}`),
    );
    expect([...new Set(sections)].filter((section) => sectionTitles[section] === undefined)).toEqual([]);
  });
});

describe("where a citation can be read", () => {
  it("is at the RFC Editor", () => {
    const section = "https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1";
    expect(addressOf("RFC 6455 §5.5.1")).toBe(section);
    expect(addressOf("RFC 6455 §5.5.1 over HTTP/2")).toBe(section);
    expect(addressOf("RFC 7515 §A.5")).toBe("https://www.rfc-editor.org/rfc/rfc7515#appendix-A.5");
    expect(addressOf("RFC 6455")).toBe("https://www.rfc-editor.org/rfc/rfc6455");
  });

  it.each(["perf/echo", "javascript:alert(1)", 'RFC 6455 §5" onclick="x', "RFC 6455 §5\nx"])(
    "is nowhere for %j",
    (text) => expect(addressOf(text)).toBeUndefined(),
  );
});
