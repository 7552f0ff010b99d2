import { describe, expect, it } from "vitest";
import { bearerChallenge, parseBearer } from "../../../src/http/credentials/bearer.ts";

describe("RFC 6750 §2.1 credentials", () => {
  it("reads the example", () => {
    expect(parseBearer("Bearer mF_9.B5f-4.1JqM")).toEqual({ token: "mF_9.B5f-4.1JqM" });
  });

  it.each([
    ["bearer a", "a"],
    ["BEARER  a~+/==", "a~+/=="],
  ])("reads %s", (field, token) => {
    expect(parseBearer(field)).toEqual({ token });
  });

  it.each([undefined, "", "Basic QTpi", "Bearerx abc"])("finds none in %j", (field) => {
    expect(parseBearer(field)).toBeUndefined();
  });

  it.each([
    "Bearer",
    "Bearer ",
    "Bearer a b",
    "Bearer a,b",
    "Bearer =",
    "Bearer a=b",
    "Bearer é",
    "Bearer a\tb",
  ])("finds %j malformed", (field) => {
    expect(parseBearer(field)).toBe("malformed");
  });
});

describe("RFC 6750 §3 challenge", () => {
  it("has no error when no token was sent", () => {
    expect(bearerChallenge("example")).toBe('Bearer realm="example"');
  });

  it("says what is wrong with the token that was sent", () => {
    const error = { error: "invalid_token", description: "The access token expired" } as const;
    expect(bearerChallenge("example", error)).toBe(
      'Bearer realm="example", error="invalid_token", error_description="The access token expired"',
    );
  });
});
