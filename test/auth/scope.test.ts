import { describe, expect, it } from "vitest";
import { administratorScope, defaultScope, grantScope, hasScope, narrowScope } from "../../src/auth/scope.ts";

describe("RFC 6749 §3.3 the scope of a login", () => {
  it("is everything when nothing was asked for", () => {
    expect(grantScope(undefined)).toBe("account sockets");
    expect(defaultScope).toBe("account sockets");
  });

  it("is everything, too, when the parameter has no value (RFC 6749 §3.2)", () => {
    expect(grantScope("")).toBe("account sockets");
  });

  it.each([
    ["account", "account"],
    ["sockets", "sockets"],
    ["sockets account", "account sockets"],
    ["sockets sockets", "sockets"],
  ])("is what was asked for, %j as %j", (requested, granted) => {
    expect(grantScope(requested)).toBe(granted);
  });

  it.each([
    "admin",
    "account admin",
    "ACCOUNT",
    "account,sockets",
    " ",
    "account ",
    " account",
    "account  sockets",
  ])("is refused as %j: no more than there is, and one space between two names", (requested) => {
    expect(() => grantScope(requested)).toThrow(expect.objectContaining({ code: "auth/invalid-scope" }));
  });

  it("is of what the caller allows", () => {
    expect(grantScope(undefined, "read write")).toBe("read write");
    expect(grantScope("write", "read write")).toBe("write");
    expect(() => grantScope("account", "read write")).toThrow(/"read write"/);
  });
});

describe("what is left of a scope", () => {
  it.each([
    ["account sockets rooms", defaultScope, "account sockets"],
    ["rooms sockets", administratorScope, "rooms sockets"],
    ["sockets", administratorScope, "sockets"],
    ["rooms", defaultScope, ""],
  ])("of %j where %j is allowed is %j: never more than there was", (scope, allowed, left) => {
    expect(narrowScope(scope, allowed)).toBe(left);
  });
});

describe("a name in a scope", () => {
  it("is there as a whole word", () => {
    expect(hasScope("account sockets", "sockets")).toBe(true);
    expect(hasScope("account sockets", "account")).toBe(true);
    for (const name of ["sock", "accounts", "account sockets", "Account"]) {
      expect(hasScope("account sockets", name)).toBe(false);
    }
  });

  it("is not there in an empty scope, not even the empty name in another", () => {
    expect(hasScope("", "account")).toBe(false);
    expect(hasScope("account", "")).toBe(false);
  });
});
