import { describe, expect, it } from "vitest";
import { type VerifiedToken, VerifiedTokens } from "../../src/jwt/verified-tokens.ts";
import { claims, secret } from "./forge.ts";

const token = (sub: string): VerifiedToken => ({
  jwt: { header: { alg: "HS256" }, claims: { ...claims, sub } },
  key: secret,
  exp: claims.exp,
});

describe("tokens that were verified", () => {
  it("are found by their whole text, and by nothing less", () => {
    const tokens = new VerifiedTokens(4);
    const alice = token("alice");
    tokens.add("a.b.c", alice);
    expect(tokens.find("a.b.c")).toBe(alice);
    expect(tokens.find("a.b.d")).toBeUndefined();
    expect(tokens.find("a.b.")).toBeUndefined();
  });

  it("are never more than the capacity, however many come", () => {
    const tokens = new VerifiedTokens(10);
    for (let i = 0; i < 1_000; i++) {
      tokens.add(`token ${i}`, token(`${i}`));
      tokens.find(`token ${i % 7}`);
      expect(tokens.size).toBeLessThanOrEqual(10);
    }
  });

  it("keep at least the last half of what was used", () => {
    const tokens = new VerifiedTokens(10);
    for (let i = 0; i < 100; i++) tokens.add(`token ${i}`, token(`${i}`));
    for (let i = 95; i < 100; i++) expect(tokens.find(`token ${i}`)).toBeDefined();
    expect(tokens.find("token 89")).toBeUndefined();
  });

  it("keep one that is used again and again while others pass by", () => {
    const tokens = new VerifiedTokens(4);
    tokens.add("mine", token("me"));
    for (let i = 0; i < 100; i++) {
      tokens.add(`token ${i}`, token(`${i}`));
      expect(tokens.find("mine")?.jwt.claims.sub).toBe("me");
    }
  });

  it("are replaced, not doubled, by the same text", () => {
    const tokens = new VerifiedTokens(4);
    tokens.add("same", token("first"));
    tokens.add("other", token("x"));
    tokens.add("third", token("y"));
    tokens.add("same", token("second"));
    expect(tokens.find("same")?.jwt.claims.sub).toBe("second");
    expect(tokens.size).toBe(3);
  });

  it("go when they are deleted, from either generation, and all at once", () => {
    const tokens = new VerifiedTokens(4);
    for (const name of ["a", "b", "c"]) tokens.add(name, token(name));
    tokens.delete("a");
    tokens.delete("c");
    expect(["a", "b", "c"].map((name) => tokens.find(name)?.jwt.claims.sub)).toEqual([
      undefined,
      "b",
      undefined,
    ]);
    tokens.clear();
    expect(tokens.size).toBe(0);
  });

  it("of more than 4,096 characters are not kept", () => {
    const tokens = new VerifiedTokens(4);
    tokens.add("x".repeat(4_097), token("long"));
    expect(tokens.size).toBe(0);
    tokens.add("x".repeat(4_096), token("just short enough"));
    expect(tokens.size).toBe(1);
  });
});
