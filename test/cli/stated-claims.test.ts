import { describe, expect, it } from "vitest";
import { stateClaims } from "../../src/cli/stated-claims.ts";
import { signCommand } from "../../src/cli/token-commands.ts";
import type { Claims } from "../../src/jwt/index.ts";
import { given } from "./given.ts";

function state(file: Record<string, unknown>, ...args: string[]): Claims {
  return stateClaims(file, given(signCommand, ...args));
}

describe("stateClaims", () => {
  it("puts file and options together", () => {
    const options = ["--issuer", "i", "--subject", "s", "--audience", "a", "--claim", "name=Ann"];
    expect(state({ jti: "1" }, ...options)).toEqual({ jti: "1", iss: "i", sub: "s", aud: "a", name: "Ann" });
  });

  it("makes a list of several audiences", () => {
    expect(state({}, "--audience", "a", "--audience", "b")).toEqual({ aud: ["a", "b"] });
  });

  it.each([
    ["n=42", { n: "42" }],
    ["n:=42", { n: 42 }],
    ["admin:=true", { admin: true }],
    ["nothing:=null", { nothing: null }],
    ['roles:=["ops"]', { roles: ["ops"] }],
    ["https://example.com/roles:=[]", { "https://example.com/roles": [] }],
    ["empty=", { empty: "" }],
    ["equation=a=b:=c", { equation: "a=b:=c" }],
    ["lines=a\nb", { lines: "a\nb" }],
  ])("reads --claim %j", (text, claims) => expect(state({}, "--claim", text)).toEqual(claims));

  it("keeps a claim called __proto__ a claim", () => {
    expect(Object.entries(state({}, "--claim", "__proto__=x"))).toEqual([["__proto__", "x"]]);
  });

  it.each([
    [["--claim", "name"], /--claim takes NAME=TEXT or NAME:=JSON/],
    [["--claim", "=x"], /--claim takes NAME=TEXT or NAME:=JSON/],
    [["--claim", "a:=yes"], /--claim a:= must be followed by JSON; for a string write a=…/],
    [["--claim", "jti=2"], /the claim "jti" is given twice/],
    [["--subject", "a", "--claim", "sub=a"], /the claim "sub" is given twice/],
    [["--claim", "id:=12345678901234567890"], /a number that would be rounded/],
    [["--claim", 'deep:={"a":[9007199254740993]}'], /a number that would be rounded/],
    [["--claim", "much:=1e999"], /a number that would be rounded/],
    [["--claim", `deep:=${"[".repeat(40)}${"]".repeat(40)}`], /nested more than 32 deep/],
  ])("refuses %j with 2", (args, message) => {
    const stating = (): Claims => state({ jti: "1" }, ...args);
    expect(stating).toThrow(message);
    expect(stating).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
