import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandError } from "../../src/cli/exit-code.ts";
import { token } from "../../src/cli/token.ts";
import { decodeJwt, exportJwk, generateKey, importKey, type Key, signJwt } from "../../src/jwt/index.ts";
import { barewire, type Finished } from "./barewire.ts";

const claims = { iss: "https://id.example", aud: "chat", sub: "alice", scope: "read" };
const policy = ["--issuer", "https://id.example", "--audience", "chat", "--typ", "at+jwt"];
const secret = "a secret that is longer than thirty-two octets";

let folder: string;
let key: Key;
let keyFile: string;
let publicFile: string;
let setFile: string;
let good: string;
let expired: string;

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-token-"));
  key = await generateKey("ES256", { kid: "2026-1" });
  const other = await generateKey("EdDSA", { kid: "2026-2" });
  keyFile = await file("key.json", exportJwk(key, { private: true }));
  publicFile = await file("public.json", exportJwk(key));
  setFile = await file("set.json", { keys: [exportJwk(other), exportJwk(key)] });
  good = signJwt(claims, key, { typ: "at+jwt", expiresIn: 600 });
  expired = signJwt(claims, key, { typ: "at+jwt", expiresIn: 600, now: 1_700_000_000 });
});
afterAll(() => rm(folder, { recursive: true }));

function verify(text: string, ...args: string[]): Promise<Finished> {
  return barewire(["token", "verify", "--alg", "ES256", ...policy, ...args], { input: text });
}

/** The name and exit code of a failure, which is one line on standard error and nothing else. */
function complaint({ code, stdout, stderr }: Finished): readonly [number | null, string] {
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^barewire: [^\n]+\n$/);
  return [code, stderr];
}

/** Why a command does not even begin; asked in this process, which is quicker. */
async function refusalOf(args: readonly string[]): Promise<CommandError> {
  const error: unknown = await token(args).catch((thrown: unknown) => thrown);
  if (error instanceof CommandError) return error;
  throw error;
}

describe("barewire token sign", () => {
  it("signs the claims of a file and of options, and prints the token and nothing else", async () => {
    const from = await file("claims.json", { jti: "1" });
    const options = ["--issuer", "i", "--claim", "admin:=true", "--expires-in", "10m", "--now", "1700000000"];
    const { code, stdout, stderr } = await barewire([
      ...["token", "sign", "--key-file", keyFile, "--typ", "JWT", "--claims", from],
      ...options,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(decodeJwt(stdout.trim())).toEqual({
      header: { alg: "ES256", typ: "JWT", kid: "2026-1" },
      claims: { jti: "1", iss: "i", admin: true, iat: 1_700_000_000, exp: 1_700_000_600 },
    });
  });

  it("takes a secret from the environment, and claims from standard input", async () => {
    const { code, stdout } = await barewire(
      [
        "token",
        "sign",
        "--key-env",
        "SECRET",
        "--alg",
        "HS256",
        "--typ",
        "JWT",
        "--claims",
        "-",
        "--expires-in",
        "1m",
      ],
      { environment: { SECRET: secret }, input: '{"sub":"bob"}' },
    );
    expect(code).toBe(0);
    expect(decodeJwt(stdout.trim()).claims.sub).toBe("bob");
  });

  it("remarks on a token that never expires", async () => {
    const { code, stderr } = await barewire(["token", "sign", "--key-file", keyFile, "--typ", "JWT"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^barewire: note: the token never expires[^\n]+\n$/);
  });

  it.each([
    [["--secret", secret], 2, "a key is never an argument"],
    [[secret], 2, "a key is never an argument"],
    [[], 2, "a key is needed"],
    [["--key-file", "{}"], 2, "--key-file takes a path; a key is never an argument"],
    [["--key-env", secret], 2, "--key-env takes the name of a variable"],
    [["--key-env", "BAREWIRE_NO_SUCH_VARIABLE"], 3, "BAREWIRE_NO_SUCH_VARIABLE"],
    [["--key-stdin", "--claims", "-"], 2, "only one thing can come from standard input"],
    [["--key-file", "/no/such/file"], 3, "/no/such/file: there is no such file"],
    [["--key-file", "c2VjcmV0IG9mIG1vcmUgdGhhbiAyNA"], 3, "its name is not shown"],
  ])("never takes a key from an argument, nor shows one: %j", async (args, exitCode, message) => {
    const refusal = await refusalOf(["sign", "--typ", "JWT", ...args]);
    expect(refusal).toMatchObject({ exitCode, message: expect.stringContaining(message) });
    expect(refusal.message).not.toMatch(/longer than thirty|c2Vjc/);
  });

  it("ends with 2 for claims that cannot be, and with 3 for a key that cannot sign", async () => {
    const sign = (...args: string[]): Promise<Finished> =>
      barewire(["token", "sign", "--typ", "JWT", ...args]);
    const [code, line] = complaint(await sign("--key-file", keyFile, "--claim", "exp=soon"));
    expect([code, line]).toEqual([2, expect.stringContaining('"exp" is not of its type')]);
    expect(complaint(await sign("--key-file", publicFile))).toEqual([
      3,
      expect.stringContaining("key/not-private"),
    ]);
  });
});

describe("barewire token verify", () => {
  it("ends with 0 for a good token, from standard input or an argument", async () => {
    const piped = await verify(`${good}\n`, "--key-file", publicFile);
    expect({ code: piped.code, stderr: piped.stderr }).toEqual({ code: 0, stderr: "" });
    expect(piped.stdout).toMatch(/✓ key +ES256 "2026-1" from .*public\.json\n/);
    expect(piped.stdout).toMatch(/✓ VALID/);
    expect((await verify("", good, "--key-file", publicFile)).code).toBe(0);
  });

  it("ends with 1 for an expired one, and shows how far it came", async () => {
    const { code, stdout } = await verify(expired, "--key-file", publicFile);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /✓ audience .*\n.*– not before .*\n.*✗ expiry +expired 2023-11-14 22:23:20 UTC, \d+ years ago\n/,
    );
    expect(stdout).toMatch(/✗ REFUSED {2}The token has expired \(claims\/expired\)\n$/);
  });

  it("stands at whatever time it is told to", async () => {
    expect((await verify(expired, "--key-file", publicFile, "--now", "2023-11-14T22:23:19Z")).code).toBe(0);
  });

  it("reports as JSON which check failed, and no claims", async () => {
    const signature = good.lastIndexOf(".") + 1;
    const other = good[signature] === "A" ? "B" : "A";
    const forged = good.slice(0, signature) + other + good.slice(signature + 1);
    const { code, stdout } = await verify(forged, "--key-file", publicFile, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ valid: false, header: null, claims: null },
      error: { code: "jws/bad-signature" },
      checks: expect.arrayContaining([
        { name: "signature", result: "failed", detail: expect.any(String) },
        { name: "issuer", result: "not-reached", detail: "not reached" },
      ]),
    });
  });

  it("takes PEM, and a secret by its encoding", async () => {
    const pem = await file(
      "public.pem",
      importKey(exportJwk(key), "ES256").material.export({ type: "spki", format: "pem" }).toString(),
    );
    expect((await verify(good, "--key-file", pem)).code).toBe(0);
    const text = signJwt(claims, importKey(Buffer.from(secret), "HS256"), { typ: "at+jwt", expiresIn: 60 });
    const { code } = await barewire(
      ["token", "verify", text, "--alg", "HS256", "--key-stdin", "--key-encoding", "hex", ...policy],
      { input: Buffer.from(secret).toString("hex") },
    );
    expect(code).toBe(0);
  });

  it("takes the key that the token names from a set", async () => {
    const { code, stdout } = await verify(good, "--jwks", setFile, "--alg", "EdDSA");
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ key +ES256 "2026-1" from .*set\.json\n/);
    const unknown = await barewire(["token", "verify", "--alg", "RS256", ...policy, "--jwks", setFile], {
      input: good,
    });
    expect(unknown.code).toBe(1);
    expect(unknown.stdout).toContain('✗ key         no key is known for "2026-1"');
    expect(unknown.stderr).toMatch(/^barewire: note: of the keys from .* is not used: .*, and 1 more\n$/);
  });

  it("refuses a set with a private key in it with 3", async () => {
    const leaking = await file("leaking.json", { keys: [exportJwk(key, { private: true })] });
    expect(complaint(await verify(good, "--jwks", leaking))).toEqual([
      3,
      expect.stringContaining("key/private-in-set"),
    ]);
  });

  it("refuses every algorithm but the one it is told", async () => {
    const [code, line] = complaint(
      await barewire(["token", "verify", good, "--key-file", publicFile, ...policy]),
    );
    expect([code, line]).toEqual([2, expect.stringContaining("--alg is needed")]);
    const forged = signJwt(claims, importKey(Buffer.from(secret), "HS256"), { typ: "at+jwt", expiresIn: 60 });
    const { stdout } = await verify(forged, "--key-file", publicFile);
    expect(stdout).toContain('✗ algorithm   expected "ES256"; the token says "HS256"');
  });

  it.each([
    [["--issuer", "i"], "--audience, --typ must be given, or left out by name"],
    [["--unchecked", "all"], "--unchecked takes issuer, audience, typ, exp"],
    [[...policy, "--leeway", "much"], "--leeway must be a number of seconds"],
    [[...policy, "--algorithm", "x"], "there is no option --algorithm"],
    [[...policy, "a.b.c", "d.e.f"], "one token is needed, and 2 arguments are given"],
    [[...policy, '{"kty":"oct"}'], "a key is never an argument"],
    [[...policy, "--color", "red"], "--color must be auto, always or never"],
    [[...policy, "--alg", "ES384", "--key-stdin", "a.b.c"], "give one --alg"],
    [[...policy, "--key-stdin"], "only one thing can come from standard input"],
    [[...policy, "--key-stdin", "--jwks", "x"], "more are given"],
    [[...policy, "--jwks-url", "http://id.example/jwks"], "--jwks-url: The URL of a key set must be https"],
  ])("ends with 2 and names what is wrong: %j", async (args, message) => {
    expect(await refusalOf(["verify", "--alg", "ES256", ...args])).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });

  it("reads no more than a mebibyte of anything, and ends with 3", async () => {
    const flood = await verify("a".repeat(1_048_577), "--key-file", publicFile);
    expect(complaint(flood)).toEqual([3, expect.stringContaining("longer than 1048576 octets")]);
    expect((await verify("a".repeat(1_048_576), "--key-file", publicFile)).code).toBe(1);
    const fat = await file("fat.json", "x".repeat(1_048_577));
    expect(complaint(await verify(good, "--key-file", fat))[0]).toBe(3);
    expect(complaint(await verify(good, "--key-file", folder))).toEqual([
      3,
      expect.stringContaining("it is a folder"),
    ]);
  });
});

describe("barewire token verify --jwks-url", () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.url === "/set" ? 200 : 404, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ keys: [exportJwk(key)] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  it("verifies with the keys that are there", async () => {
    const { code, stdout } = await verify(good, "--jwks-url", `${url}/set`);
    expect(code).toBe(0);
    expect(stdout).toContain(`ES256 "2026-1" from ${url}/set`);
  });

  it("ends with 3, and does not call the token refused, when they cannot be had", async () => {
    const { code, stdout } = await verify(good, "--jwks-url", `${url}/nothing`);
    expect(code).toBe(3);
    expect(stdout).toMatch(/✗ NOT VERIFIED {2}[^\n]+ \(jwks\/unreachable\)\n$/);
    expect(stdout).toMatch(/✗ key .*\n.*· algorithm +not reached\n/);
  });
});
