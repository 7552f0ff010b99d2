import { describe, expect, it } from "vitest";
import { generateKey, signJwt } from "../../src/jwt/index.ts";
import { barewire } from "./barewire.ts";

const claims = { iss: "https://id.example", aud: "chat", sub: "alice", scope: "read" };
const key = await generateKey("ES256");
const good = signJwt(claims, key, { typ: "at+jwt", expiresIn: 600 });
const expired = signJwt(claims, key, { typ: "at+jwt", expiresIn: 600, now: 1_700_000_000 });

describe("barewire token decode", () => {
  it("shows a token and says loudly that nothing is verified", async () => {
    const { code, stdout, stderr } = await barewire(["token", "decode"], { input: `${expired}\n` });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Claims, unverified\n");
    expect(stdout).toMatch(/exp +expired +2023-11-14 22:23:20 UTC, \d+ years ago {2}1700000600\n/);
    expect(stdout).toMatch(/! NOT VERIFIED/);
    expect(stdout).not.toContain("\x1b");
  });

  it("colours the parts when told to", async () => {
    const { stdout } = await barewire(["token", "decode", "--color", "always", good]);
    expect(stdout).toContain("\x1b[35malg\x1b[0m");
    expect(stdout).toContain("\x1b[36miss\x1b[0m");
  });

  it("prints one JSON object, valid being unknown", async () => {
    const { stdout } = await barewire(["token", "decode", "--json"], { input: good });
    expect(JSON.parse(stdout)).toMatchObject({
      valid: null,
      header: { alg: "ES256" },
      claims,
      error: null,
      checks: [],
    });
  });

  it("ends with 1 for what is no token, with advice", async () => {
    const { code, stdout } = await barewire(["token", "decode"], { input: `Bearer ${good}` });
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ MALFORMED [^\n]+\(jws\/malformed\)\n {2}Leave "Bearer" out/);
  });

  it("lets a token write nothing to the terminal but its text", async () => {
    const hostile = signJwt({ iss: "\x1b]0;owned\x07\x9b2J\u202e" }, key, { typ: "\x1b[2J" });
    for (const args of [[], ["--json"]]) {
      const { stdout } = await barewire(["token", "decode", ...args], { input: hostile });
      expect(stdout).toContain("\\u001b]0;owned\\u0007\\u009b2J\\u202e");
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
  });
});

describe("barewire token", () => {
  it.each(["sign", "verify", "decode"])("explains %s", async (name) => {
    const { code, stdout, stderr } = await barewire(["token", name, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`barewire token ${name}`);
  });

  it("ends with 2 without a command", async () => {
    const { code, stdout, stderr } = await barewire(["token"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^barewire: [^\n]+ sign, verify or decode [^\n]+\n$/);
  });
});
