import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { key } from "../../src/cli/key.ts";
import { exportJwk, importKey, type Jwk, thumbprint } from "../../src/jwt/index.ts";
import { barewire, type Finished } from "./barewire.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-key-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function generate(...args: string[]): Promise<Jwk> {
  const { code, stdout, stderr } = await barewire(["key", "generate", ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Jwk;
}

function complaint({ code, stdout, stderr }: Finished): readonly [number | null, string] {
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^barewire: [^\n]+\n$/);
  return [code, stderr];
}

describe("barewire key generate", () => {
  it.each(["HS384", "ES256", "EdDSA", "Ed448", "PS256"] as const)(
    "makes a private JWK for %s",
    async (alg) => {
      const jwk = await generate("--alg", alg, "--kid", "thumbprint");
      expect(jwk).toMatchObject({ alg, use: "sig", kid: thumbprint(jwk) });
      expect(importKey(jwk, alg).type).toBe(alg === "HS384" ? "secret" : "private");
    },
  );

  it("makes what it is asked for: a name, a curve, a length", async () => {
    expect(await generate("--alg", "EdDSA", "--crv", "Ed448", "--kid", "a")).toMatchObject({
      crv: "Ed448",
      kid: "a",
    });
    const { n } = (await generate("--alg", "RS256", "--bits", "3072")) as { n?: string };
    expect(Buffer.from(n!, "base64url")).toHaveLength(384);
  });

  it("writes PEM", async () => {
    const { stdout } = await barewire(["key", "generate", "--alg", "ES384", "--pem"]);
    expect(stdout).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(createPrivateKey(stdout).asymmetricKeyDetails?.namedCurve).toBe("secp384r1");
  });

  it("writes a new file for its owner alone, prints nothing, and overwrites none", async () => {
    const path = join(folder, "key.json");
    const make = (): Promise<Finished> => barewire(["key", "generate", "--alg", "ES256", "--out", path]);
    expect(await make()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    expect(importKey(JSON.parse(text) as Jwk, "ES256").type).toBe("private");
    expect(complaint(await make())).toEqual([3, expect.stringContaining("a key is never overwritten")]);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("follows no link to write a key, and needs a folder to be there", async () => {
    const link = join(folder, "link.json");
    await symlink(join(folder, "elsewhere.json"), link);
    expect(complaint(await barewire(["key", "generate", "--alg", "ES256", "--out", link]))[0]).toBe(3);
    await expect(stat(join(folder, "elsewhere.json"))).rejects.toThrow("ENOENT");
    const nowhere = join(folder, "nowhere", "key.json");
    const [code, line] = complaint(await barewire(["key", "generate", "--alg", "ES256", "--out", nowhere]));
    expect([code, line]).toEqual([3, expect.stringContaining("there is no such file or folder")]);
  });

  it.each([
    [[], "--alg is needed"],
    [["--alg", "none"], "--alg must be one of HS256, "],
    [["--alg", "ES256", "--bits", "2048"], "--bits is for RSA"],
    [["--alg", "RS256", "--bits", "1024"], "--bits must be a multiple of 8 from 2048 to 16384"],
    [["--alg", "ES256", "--crv", "P-256"], "--crv is for EdDSA"],
    [["--alg", "EdDSA", "--crv", "X25519"], "--crv must be Ed25519 or Ed448"],
    [["--alg", "HS256", "--pem"], "--pem does not go with a secret"],
    [["--alg", "ES256", "--pem", "--kid", "a"], "--kid does not go with --pem"],
    [["--alg", "ES256", "extra"], "it takes no argument"],
  ])("ends with 2 and names what is wrong: %j", async (args, message) => {
    await expect(key(["generate", ...args])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });
});

describe("barewire key public", () => {
  it("gives the public half of what comes in, with its kid", async () => {
    const jwk = await generate("--alg", "ES256", "--kid", "2026-1");
    const { code, stdout } = await barewire(["key", "public"], { input: JSON.stringify(jwk) });
    expect(code).toBe(0);
    const { d, ...half } = jwk;
    expect(JSON.parse(stdout)).toEqual(half);
    // And of a public key, the same again.
    expect((await barewire(["key", "public"], { input: stdout })).stdout).toBe(stdout);
  });

  it("turns PEM into a JWK and a JWK into PEM", async () => {
    const { stdout: pem } = await barewire(["key", "generate", "--alg", "ES256", "--pem"]);
    const { stdout } = await barewire(["key", "public", "--alg", "ES256", "--kid", "thumbprint"], {
      input: pem,
    });
    const jwk = JSON.parse(stdout) as Jwk;
    expect(jwk).toMatchObject({ kty: "EC", alg: "ES256", kid: thumbprint(jwk) });
    expect(jwk).not.toHaveProperty("d");
    const spki = await barewire(["key", "public", "--pem"], { input: stdout });
    expect(spki.stdout).toBe(createPublicKey(pem).export({ type: "spki", format: "pem" }));
  });

  it("makes a set of several keys for verifiers", async () => {
    const paths = await Promise.all(
      ["2026", "2027"].map(async (kid) => {
        const path = join(folder, `${kid}.json`);
        await writeFile(path, JSON.stringify(await generate("--alg", "EdDSA", "--kid", kid)));
        return path;
      }),
    );
    const files = paths.flatMap((path) => ["--key-file", path]);
    const { code, stdout } = await barewire(["key", "public", "--set", ...files]);
    expect(code).toBe(0);
    const { keys } = JSON.parse(stdout) as { keys: Jwk[] };
    expect(keys.map(({ kid, d }) => [kid, d])).toEqual([
      ["2026", undefined],
      ["2027", undefined],
    ]);
    expect(complaint(await barewire(["key", "public", ...files]))).toEqual([
      2,
      expect.stringContaining("add --set"),
    ]);
    const double = await barewire([
      "key",
      "public",
      "--set",
      "--key-file",
      paths[0]!,
      "--key-file",
      paths[0]!,
    ]);
    expect(complaint(double)).toEqual([3, expect.stringContaining("key/duplicate-kid")]);
  });

  it("has nothing to give of a secret", async () => {
    const input = JSON.stringify(await generate("--alg", "HS256"));
    expect(complaint(await barewire(["key", "public"], { input }))).toEqual([
      3,
      expect.stringContaining("a secret has no public half"),
    ]);
  });

  it("takes no key as an argument", async () => {
    const jwk = JSON.stringify(exportJwk(importKey(await generate("--alg", "ES256"), "ES256")));
    for (const args of [[jwk], ["--key", jwk], ["--key-file", jwk], ["--key-env", jwk]]) {
      await expect(key(["public", ...args])).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(/^(?!.*kty).*a key is never an argument/),
      });
    }
  });
});

describe("barewire key thumbprint", () => {
  it("is the same for a private key, its public half and PEM", async () => {
    const jwk = await generate("--alg", "ES256");
    const of = async (input: string, ...args: string[]): Promise<string> =>
      (await barewire(["key", "thumbprint", ...args], { input })).stdout;
    const imported = importKey(jwk, "ES256");
    expect(await of(JSON.stringify(jwk))).toBe(`${thumbprint(jwk)}\n`);
    expect(await of(JSON.stringify(exportJwk(imported)))).toBe(`${thumbprint(jwk)}\n`);
    const pem = imported.material.export({ type: "pkcs8", format: "pem" }).toString();
    expect(await of(pem, "--alg", "ES256")).toBe(`${thumbprint(jwk)}\n`);
  });
});

describe("barewire key", () => {
  it.each(["generate", "public", "thumbprint"])("explains %s", async (name) => {
    const { code, stdout, stderr } = await barewire(["key", name, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`barewire key ${name}`);
  });

  it("ends with 2 without a command", async () => {
    expect(complaint(await barewire(["key"]))[0]).toBe(2);
  });
});
