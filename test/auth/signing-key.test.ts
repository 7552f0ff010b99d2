import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadOrCreateSigningKey } from "../../src/auth/signing-key.ts";
import {
  exportJwk,
  generateKey,
  type Key,
  signJwt,
  thumbprint,
  unchecked,
  verifyJwt,
} from "../../src/jwt/index.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-key-"));
  path = join(folder, "signing-key.json");
});

afterEach(() => rm(folder, { recursive: true }));

const code = (value: string) => expect.objectContaining({ code: value });
const secretOf = (key: Key): unknown => exportJwk(key, { private: true }).d;

/** A new key as the members of its JWK. */
async function freshJwk(): Promise<Record<string, unknown>> {
  return { ...exportJwk(await generateKey("ES256"), { private: true }) };
}

async function writeKey(contents: string, mode = 0o600): Promise<void> {
  await writeFile(path, contents);
  await chmod(path, mode);
}

describe("a signing key where there is none yet", () => {
  it("is a new ES256 key that signs, named by its thumbprint", async () => {
    const key = await loadOrCreateSigningKey(path);
    expect([key.alg, key.type, key.use]).toEqual(["ES256", "private", "sig"]);
    expect(key.kid).toBe(thumbprint(exportJwk(key)));
    const token = signJwt({ sub: "x" }, key, { typ: "t+jwt" });
    const policy = { issuer: unchecked, audience: unchecked, typ: "t+jwt", exp: unchecked } as const;
    expect(verifyJwt(token, key, policy).claims.sub).toBe("x");
  });

  it("is written for its owner alone, with nothing left beside it", async () => {
    await loadOrCreateSigningKey(path);
    expect(await readdir(folder)).toEqual(["signing-key.json"]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is another one each time", async () => {
    const one = await loadOrCreateSigningKey(path);
    const two = await loadOrCreateSigningKey(join(folder, "other.json"));
    expect(secretOf(one)).not.toBe(secretOf(two));
  });

  it("is the same for all who ask at the same moment", async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSigningKey(path)));
    expect(new Set(keys.map(secretOf)).size).toBe(1);
    expect(await readdir(folder)).toEqual(["signing-key.json"]);
  });

  it("is refused when its directory does not exist", async () => {
    const missing = join(folder, "missing", "key.json");
    await expect(loadOrCreateSigningKey(missing)).rejects.toEqual(code("key/unusable"));
    await expect(loadOrCreateSigningKey(missing)).rejects.toThrow("cannot be read or created: ENOENT");
  });
});

describe("a signing key that is there", () => {
  it("is the one that was made before, and the file stays as it is", async () => {
    const made = await loadOrCreateSigningKey(path);
    const before = await readFile(path);
    const loaded = await loadOrCreateSigningKey(path);
    expect(exportJwk(loaded, { private: true })).toEqual(exportJwk(made, { private: true }));
    expect(await readFile(path)).toEqual(before);
  });

  it("keeps the kid in the file, and has its thumbprint for one where there is none", async () => {
    const jwk = await freshJwk();
    await writeKey(JSON.stringify({ ...jwk, kid: "spring" }));
    expect((await loadOrCreateSigningKey(path)).kid).toBe("spring");
    await writeKey(JSON.stringify(jwk));
    expect((await loadOrCreateSigningKey(path)).kid).toBe(thumbprint(jwk as { kty: string }));
  });

  it.each([0o604, 0o640, 0o644, 0o660, 0o602, 0o666])(
    "is refused as key/exposed with mode %o",
    async (mode) => {
      await writeKey(JSON.stringify(await freshJwk()), mode);
      await expect(loadOrCreateSigningKey(path)).rejects.toEqual(code("key/exposed"));
      await expect(loadOrCreateSigningKey(path)).rejects.toThrow(`chmod 600 ${path}`);
    },
  );

  it("may be read-only to its owner", async () => {
    await writeKey(JSON.stringify(await freshJwk()), 0o400);
    await expect(loadOrCreateSigningKey(path)).resolves.toMatchObject({ type: "private" });
  });

  it.each([
    ["nothing", async () => "", "is not JSON"],
    ["half of a key", async () => JSON.stringify(await freshJwk()).slice(0, 90), "is not JSON"],
    ["null", async () => "null", "is not a JWK"],
    ["a number", async () => "1", "is not a JWK"],
    ["text", async () => '"-----BEGIN PRIVATE KEY-----"', "is not a JWK"],
    ["a list", async () => "[]", "is not a JWK"],
    ["an empty object", async () => "{}", "is not an ES256 private JWK"],
    ["a public key", async () => JSON.stringify({ ...(await freshJwk()), d: undefined }), "is a public key"],
    [
      "a secret",
      async () => JSON.stringify({ kty: "oct", k: "A".repeat(43) }),
      "is not an ES256 private JWK",
    ],
    [
      "a key for something else",
      async () => JSON.stringify({ ...(await freshJwk()), alg: "ES384" }),
      "is not an ES256 private JWK",
    ],
    [
      "the halves of two keys",
      async () => JSON.stringify({ ...(await freshJwk()), d: (await freshJwk()).d }),
      "is not an ES256 private JWK",
    ],
    ["a megabyte", async () => " ".repeat(2 ** 20), "is too large to be a key"],
  ])("is refused as key/unusable when the file holds %s", async (_what, contents, message) => {
    await writeKey(await contents());
    await expect(loadOrCreateSigningKey(path)).rejects.toEqual(code("key/unusable"));
    await expect(loadOrCreateSigningKey(path)).rejects.toThrow(`The signing key ${path} ${message}.`);
  });

  it("is refused as key/unusable when it is a directory", async () => {
    await chmod(folder, 0o700);
    await expect(loadOrCreateSigningKey(folder)).rejects.toEqual(code("key/unusable"));
  });

  it("does not show in the error, whatever is wrong with it", async () => {
    const jwk = await freshJwk();
    await writeKey(JSON.stringify(jwk).slice(0, -1));
    const error = await loadOrCreateSigningKey(path).catch((error: unknown) => error as Error);
    expect(error).toEqual(code("key/unusable"));
    const shown = JSON.stringify([String(error), (error as Error).stack, (error as Error).cause]);
    expect(shown).not.toContain(String(jwk.d).slice(0, 8));
  });
});
