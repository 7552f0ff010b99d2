import { describe, expect, it } from "vitest";
import { junitReport } from "../../../src/conformance/report/junit.ts";
import { attack, hostileRun } from "./hostile.ts";
import { runOf, sampleCase, sampleRun } from "./sample.ts";
import { elements, parseXml } from "./xml.ts";

describe("the JUnit report", () => {
  const root = parseXml(junitReport(sampleRun()));

  it("counts failures, errors and what was skipped, in all and in each section", () => {
    expect(root.attributes).toMatchObject({
      tests: "8",
      failures: "1",
      errors: "2",
      skipped: "1",
      time: "8.213",
    });
    expect(elements(root, "testsuite").map(({ attributes: { name, tests } }) => [name, tests])).toEqual([
      ["core rfc6455/5.5.2 Ping", "2"],
      ["core rfc6455/5.5.1 Close", "1"],
      ["core rfc6455/8.1 Handling Errors in UTF-8-Encoded Data", "1"],
      ["core rfc6455/7.1.1 Close the WebSocket Connection", "1"],
      ["deflate rfc7692/7.2.3 Examples", "1"],
      ["handshake rfc6455/4.2.1 Reading the Client's Opening Handshake", "1"],
      ["hostile rfc6455/10.4 Implementation-Specific Limits", "1"],
    ]);
  });

  it("has an element for each verdict but those that passed", () => {
    const results = elements(root, "testcase").map(({ children }) => children.map(({ name }) => name).join());
    expect(results).toEqual(["", "", "failure", "system-out", "system-out", "skipped", "error", "error"]);
  });

  it("tells a failure with its octets and the command that repeats it", () => {
    const [failure] = elements(root, "failure");
    expect(failure!.attributes).toEqual({
      message: 'expected a Close frame with 1002, or the end; came Close 1000 "bye", 5 octets',
      type: "MUST",
    });
    expect(failure!.text).toContain("88 81 ");
    expect(failure!.text).toContain("--only rfc6455/5.5.1/3");
  });

  it("names errors by their kind, and why something was skipped", () => {
    expect(elements(root, "error").map(({ attributes }) => attributes.type)).toEqual([
      "setup failed",
      "harness error",
    ]);
    const [skipped] = elements(root, "skipped");
    expect(skipped!.attributes.message).toBe("the server does not accept permessage-deflate");
  });

  it("has an error when the run ended early, so that it does not look green", () => {
    const early = parseXml(
      junitReport(runOf([sampleCase({ id: "a/1" })], { complete: false, ended: "no echo" })),
    );
    expect(elements(early, "error").map(({ attributes }) => attributes.message)).toEqual(["no echo"]);
  });

  it("stays XML whatever the peer writes, and keeps all of it", () => {
    const hostile = parseXml(junitReport(hostileRun()));
    expect(elements(hostile, "testcase")).toHaveLength(8);
    expect(elements(hostile, "script")).toEqual([]);
    const [failure] = elements(hostile, "failure");
    expect(failure!.attributes.message).toContain(
      "]]>--> \\u001b[2J\\u001b]0;owned\\u0007\\u009b31m \\u202eelif",
    );
    expect(attack).toContain("]]>");
  });
});
