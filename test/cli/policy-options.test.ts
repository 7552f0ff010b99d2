import { describe, expect, it } from "vitest";
import { moment, parsePolicy } from "../../src/cli/policy-options.ts";
import { verifyCommand } from "../../src/cli/token-commands.ts";
import { type ClaimsPolicy, unchecked } from "../../src/jwt/index.ts";
import { given } from "./given.ts";

const parties = ["--issuer", "i", "--audience", "a", "--typ", "JWT"];

function policy(...args: string[]): ClaimsPolicy {
  return parsePolicy(given(verifyCommand, ...args));
}

describe("parsePolicy", () => {
  it("reads what every policy has", () => {
    expect(policy(...parties)).toEqual({ issuer: "i", audience: "a", typ: "JWT" });
  });

  it("reads all that it may have", () => {
    const more = ["--subject", "s", "--require", "x", "--require", "y", "--max-age", "8h", "--leeway", "30s"];
    expect(policy(...parties, "--issuer", "j", ...more, "--unchecked", "exp")).toEqual({
      ...{ issuer: ["i", "j"], audience: "a", typ: "JWT", subject: "s", required: ["x", "y"] },
      ...{ maxAge: 28_800, leeway: 30, exp: unchecked },
    });
  });

  it.each([
    [["--unchecked", "issuer,audience,typ"]],
    [["issuer", "audience", "typ"].flatMap((name) => ["--unchecked", name])],
  ])("leaves out only what %j names", (args) =>
    expect(policy(...args)).toEqual({ issuer: unchecked, audience: unchecked, typ: unchecked }),
  );

  it.each([
    [[], "--issuer, --audience, --typ must be given, or left out by name: --unchecked issuer,audience,typ"],
    [["--issuer", "i", "--typ", "t"], "--audience must be given, or left out by name: --unchecked audience"],
    [[...parties, "--unchecked", "typ"], "--typ and --unchecked typ contradict each other"],
    [[...parties, "--unchecked", "signature"], "--unchecked takes issuer, audience, typ, exp"],
    [[...parties, "--leeway", "long"], "--leeway must be a number of seconds, or one with a unit"],
    [[...parties, "--max-age", "-1"], '--max-age needs a value; one that begins with "-"'],
  ])("refuses %j with 2", (args, message) => {
    const reading = (): ClaimsPolicy => policy(...args);
    expect(reading).toThrow(message);
    expect(reading).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe("moment", () => {
  it("reads --now, and refuses what is no time", () => {
    expect(moment(given(verifyCommand))).toBeUndefined();
    expect(moment(given(verifyCommand, "--now", "1795331400"))).toBe(1_795_331_400);
    expect(() => moment(given(verifyCommand, "--now", "later"))).toThrow(
      "--now must be seconds since the epoch",
    );
  });
});
