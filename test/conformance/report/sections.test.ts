import { describe, expect, it } from "vitest";
import { sectionsOf } from "../../../src/conformance/report/sections.ts";
import { sampleCase } from "./sample.ts";

describe("the sections of a run", () => {
  it("keep the order of their first cases, within their profile's", () => {
    const cases = [
      sampleCase({ id: "rfc6455/5.2/1" }),
      sampleCase({ id: "rfc6455/4.1/1", profile: "handshake" }),
      sampleCase({ id: "rfc6455/5.5.1/1" }),
      sampleCase({ id: "rfc6455/5.2/2" }),
      sampleCase({ id: "rfc6455/5.2/3", profile: "handshake" }),
    ];
    expect(
      sectionsOf(cases).map(({ profile, name, title, cases: its }) => [profile, name, title, its.length]),
    ).toEqual([
      ["core", "rfc6455/5.2", "Base Framing Protocol", 2],
      ["core", "rfc6455/5.5.1", "Close", 1],
      ["handshake", "rfc6455/4.1", "Client Requirements", 1],
      ["handshake", "rfc6455/5.2", "Base Framing Protocol", 1],
    ]);
  });
});
