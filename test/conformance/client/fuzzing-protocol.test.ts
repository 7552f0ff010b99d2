import { describe, expect, it } from "vitest";
import { CaseNumbers, caseInfo } from "../../../src/conformance/client/case-numbers.ts";
import { readWanted } from "../../../src/conformance/client/fuzzing-protocol.ts";
import { echoCase } from "./clients.ts";

describe("what a client asks of the fuzzing server", () => {
  it.each([
    ["/getCaseCount", { kind: "case count" }],
    ["/getCaseInfo?case=3", { kind: "case info", which: { number: 3 } }],
    ["/runCase?case=12&agent=a%20b", { kind: "case", which: { number: 12 }, agent: "a b" }],
    ["/runCase?agent=a&case=12", { kind: "case", which: { number: 12 }, agent: "a" }],
    ["/runCase?casetuple=1.1.1", { kind: "case", which: { name: "1.1.1" } }],
    ["/getCaseStatus?case=1&agent=a", { kind: "case status", which: { number: 1 } }],
    ["/updateReports?agent=a", { kind: "end" }],
    ["/stopServer", { kind: "end" }],
    ["/", { kind: "page" }],
    ["/?x", { kind: "page" }],
  ])("is in the path: %s", (target, wanted) => {
    expect(readWanted(`GET ${target} HTTP/1.1`)).toEqual(wanted);
  });

  it.each([
    "GET /runCase HTTP/1.1",
    "GET /runCase?case=0 HTTP/1.1",
    "GET /runCase?case=1e3 HTTP/1.1",
    "GET /runCase?case=-1 HTTP/1.1",
    "GET /getcasecount HTTP/1.1",
    "GET //[ HTTP/1.1",
    "POST /getCaseCount HTTP/1.1",
    "GET /getCaseCount HTTP/1.0",
    "",
  ])("is nothing we have: %j", (startLine) => {
    expect(readWanted(startLine)).toEqual({ kind: "nothing we have" });
  });
});

describe("the numbers of cases", () => {
  const cases = [
    echoCase("a/1/1", { autobahn: ["1.1.1", "1.1.2"] }),
    echoCase("a/1/2", { connections: 2 }),
    echoCase("a/1/3"),
  ];
  const numbers = new CaseNumbers(cases);

  it("begin with the echo, and count connections", () => {
    expect(numbers.count).toBe(5);
    const ids = [1, 2, 3, 4, 5, 6].map((number) => {
      const numbered = numbers.find({ number });
      return numbered === undefined ? undefined : caseInfo(numbered).id;
    });
    expect(ids).toEqual(["echo", "a/1/1", "a/1/2", "a/1/2", "a/1/3", undefined]);
  });

  it("tell what the case is, and which of its connections", () => {
    expect(caseInfo(numbers.find({ number: 2 })!)).toEqual({
      id: "a/1/1",
      description: "a text message: an echo",
    });
    expect(caseInfo(numbers.find({ number: 4 })!).description).toBe(
      "a text message (connection 2 of 2): an echo",
    );
  });

  it("have names as well: Autobahn's, and the ids", () => {
    expect(numbers.find({ name: "1.1.2" })?.item).toBe(cases[0]);
    expect(numbers.find({ name: "a/1/3" })?.item).toBe(cases[2]);
    expect(numbers.find({ name: "9.9.9" })).toBeUndefined();
  });
});
