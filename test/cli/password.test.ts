import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandError } from "../../src/cli/exit-code.ts";
import { password } from "../../src/cli/password.ts";
import { PasswordHasher, type Pepper, parsePhc } from "../../src/password/index.ts";
import { barewire } from "./barewire.ts";

const PASSWORD = "zk4-9xqw \u00e9t\u00e9";
const tiny = { cost: { ln: 4, r: 8, p: 1 } };
const pepper: Pepper = { id: "2026", key: new Uint8Array(32).fill(7) };

let folder: string;
const file = (name: string): string => join(folder, name);
const jwk = (kid: string | undefined, key: Uint8Array = pepper.key): string =>
  JSON.stringify({
    kty: "oct",
    k: Buffer.from(key).toString("base64url"),
    ...(kid !== undefined && { kid }),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-password-"));
  const files = {
    "pepper.json": jwk("2026"),
    "other.json": jwk("2027", new Uint8Array(32).fill(8)),
    "nameless.json": jwk(undefined),
    "long-name.json": jwk("2026-11-22"),
    "short.json": jwk("2026", new Uint8Array(31)),
    "raw.txt": "zk4-9xqw".repeat(8),
    "plain.phc": `${await new PasswordHasher(tiny).hash(PASSWORD)}\n`,
    "peppered.phc": await new PasswordHasher({ ...tiny, peppers: [pepper] }).hash(PASSWORD),
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(file(name), text)));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command in this process, for somebody who types `typed`. */
async function run(args: readonly string[], typed = PASSWORD) {
  let stdout = "";
  const remarks: string[] = [];
  const code = await password(args, {
    readPassword: async () => typed,
    print: (text) => {
      stdout += text;
    },
    remark: (text) => {
      remarks.push(text);
    },
  });
  return { code, stdout, remarks };
}

/** The same for a command that ends with one line. */
async function failure(args: readonly string[], typed?: string): Promise<CommandError> {
  const outcome = await run(args, typed).catch((error) => error);
  if (outcome instanceof CommandError) return outcome;
  throw new Error("the command did not fail", { cause: outcome });
}

describe("barewire password in a process of its own", () => {
  it("takes the line on standard input for the password, and prints its hash", async () => {
    const { code, stdout, stderr } = await barewire(["password", "hash", "--profile", "scrypt-8mib"], {
      input: `${PASSWORD}\n`,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(parsePhc(stdout.trimEnd()).cost).toEqual({ ln: 13, r: 8, p: 10 });
    await expect(new PasswordHasher().verify(PASSWORD, stdout.trimEnd())).resolves.toBe(true);
  });
});

describe("barewire password hash", () => {
  it("uses the first pepper, and the profile it is told", async () => {
    const peppers = ["--pepper-file", file("pepper.json"), "--pepper-file", file("other.json")];
    const { code, stdout } = await run(["hash", "--profile", "scrypt-16mib", ...peppers]);
    expect(code).toBe(0);
    expect(parsePhc(stdout.trimEnd())).toMatchObject({ cost: { ln: 14, r: 8, p: 5 }, keyid: "2026" });
    const hasher = new PasswordHasher({ peppers: [pepper] });
    await expect(hasher.verify(PASSWORD, stdout.trimEnd())).resolves.toBe(true);
  });

  it.each([
    ["password/common", "trustno1", []],
    ["password/too-short", "zk4", []],
    ["password/username", "Zk4-nxqw-1", ["--username", "zk4-nxqw"]],
    ["password/too-long", "zk4-".repeat(65), ["--unchecked"]],
  ])("ends with 1 and %s for what cannot be taken, and does not repeat it", async (why, typed, args) => {
    const { exitCode, message } = await failure(["hash", ...args], typed);
    expect(exitCode).toBe(1);
    expect(message).toMatch(new RegExp(`^Choose [^\\n]+ \\(${why}\\)$`));
    expect(message).not.toMatch(/trustno1|zk4/i);
  });

  it("hashes such a password when told to, and without a pepper as everybody does", async () => {
    const { stdout } = await run(["hash", "--unchecked", "--profile", "scrypt-8mib"], "x");
    expect(stdout).toMatch(/^\$scrypt\$ln=13,r=8,p=10\$[^$]{22}\$[^$]{43}\n$/);
  });
});

describe("barewire password verify", () => {
  it("ends with 0 when the password is right, and says that a new hash would be better", async () => {
    const phc = (await readFile(file("plain.phc"), "utf8")).trim();
    expect(await run(["verify", phc])).toEqual({
      ...{ code: 0, stdout: "The password is right.\n" },
      remarks: ["a new hash would protect the password better, or has another pepper"],
    });
  });

  it("ends with 1 when it is wrong", async () => {
    const verify = ["verify", "--hash-file", file("plain.phc")];
    const text = { code: 1, stdout: "The password is wrong.\n", remarks: [] };
    expect(await run(verify, "something else")).toEqual(text);
    const json = { code: 1, stdout: '{"valid":false,"needsRehash":true}\n', remarks: [] };
    expect(await run([...verify, "--json"], "something else")).toEqual(json);
  });

  it("needs the pepper that the hash names, among others if need be", async () => {
    const verify = ["verify", "--json", "--hash-file", file("peppered.phc")];
    const { exitCode, message } = await failure([...verify, "--pepper-file", file("other.json")]);
    expect([exitCode, message]).toEqual([3, expect.stringContaining("password/unknown-pepper")]);
    const both = ["--pepper-file", file("other.json"), "--pepper-file", file("pepper.json")];
    expect(await run([...verify, ...both])).toMatchObject({
      code: 0,
      stdout: '{"valid":true,"needsRehash":true}\n',
    });
  });

  it("asks once, and not at all when the hash is none; hash asks twice", async () => {
    const asked: number[] = [];
    const readPassword = async (times: number) => {
      asked.push(times);
      return "";
    };
    const dialogue = { readPassword, print: () => {}, remark: () => {} };
    await expect(password(["verify", "$scrypt$"], dialogue)).rejects.toMatchObject({ exitCode: 3 });
    expect(await password(["verify", "--hash-file", file("plain.phc")], dialogue)).toBe(1);
    await expect(password(["hash"], dialogue)).rejects.toMatchObject({ exitCode: 1 });
    expect(asked).toEqual([1, 2]);
  });
});

describe("barewire password tune", () => {
  it("measures the profiles there is room for, and marks one", async () => {
    const { code, stdout } = await run(["tune", "--json", "--memory", "16", "--time", "60000"]);
    const { chosen, withinBudget, profiles } = JSON.parse(stdout);
    expect({ code, chosen, withinBudget }).toEqual({ code: 0, chosen: "scrypt-8mib", withinBudget: true });
    const times = profiles.map(({ milliseconds }: { milliseconds: number | null }) => milliseconds);
    expect(times).toEqual([null, null, null, null, expect.any(Number)]);
  });

  it("counts as many at once as it is told, and ends with 1 where none fits", async () => {
    const { code, stdout } = await run(["tune", "--memory", "16", "--concurrency", "3"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^scrypt-8mib .* no room {2}chosen$/m);
    expect(stdout).toContain("3 at once in 16 MiB");
  });
});

describe("the command line of barewire password", () => {
  it.each<[readonly string[], string]>([
    [[], "barewire password takes hash, verify or tune"],
    [["guess"], "barewire password takes hash, verify or tune"],
    [["hash", "zk4-9xqw"], "a password is never an argument"],
    [["hash", "--password", "zk4-9xqw"], "there is no --password: a password is never an argument"],
    [["hash", "--password=zk4-9xqw"], "there is no --password: a password is never an argument"],
    [["hash", "--profile", "zk4-9xqw"], "--profile must be one of scrypt-128mib, scrypt-64mib, "],
    [["hash", "--pepper-file", "-"], "standard input is for the password"],
    [["hash", "--pepper-file", '{"kty":"oct","k":"zk4-9xqw"}'], "--pepper-file takes a path"],
    [["verify"], "one PHC string is needed"],
    [["verify", "zk4-9xqw", "zk4-9xqw"], "one PHC string is needed"],
    [["verify", "zk4-9xqw", "--hash-file", "x"], "one PHC string is needed"],
    [["verify", "--hash-file", "-"], "standard input is for the password"],
    [["tune", "zk4-9xqw"], "it takes no argument"],
    [["tune", "--time", "0"], "--time must be a whole number from 1 to 60000"],
    [["tune", "--memory", "1GiB"], "--memory must be a whole number"],
    [["tune", "--concurrency", "0"], "--concurrency must be a whole number"],
  ])("refuses %j with 2, and repeats no secret", async (args, message) => {
    const failed = await failure(args);
    expect(failed.exitCode).toBe(2);
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toMatch(/zk4/);
  });

  it.each<[string, readonly string[], string]>([
    ["a PHC string that is none", ["verify", "zk4-9xqw"], "password/malformed-hash"],
    ["one that a shell has emptied", ["verify", "=17,r=8,p=1/zk4"], "password/malformed-hash"],
    ["a file that is not there", ["verify", "--hash-file", "/nowhere/at/all"], "there is no such file"],
    ["a pepper that is not there", ["hash", "--pepper-file", "/nowhere/at/all"], "there is no such file"],
  ])("ends with 3 for %s", async (_what, args, message) => {
    const failed = await failure(args);
    expect(failed.exitCode).toBe(3);
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toMatch(/zk4/);
  });

  it.each([
    ["without a name", ["nameless.json"], "with a kid"],
    ["that is no JWK", ["raw.txt"], "with a kid"],
    ["with too long a name", ["long-name.json"], "1 to 8 printable characters"],
    ["that is too short", ["short.json"], "at least 32 needed"],
    ["that is there twice", ["pepper.json", "pepper.json"], "there are two peppers called 2026"],
  ])("ends with 3 for a pepper %s, and shows none of it", async (_what, names, message) => {
    const args = names.flatMap((name) => ["--pepper-file", file(name)]);
    const failed = await failure(["hash", ...args]);
    expect(failed.exitCode).toBe(3);
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toMatch(/zk4|BwcH/);
  });

  it("prints its help, which names what there is", async () => {
    const { code, stdout } = await run(["--help"]);
    expect(code).toBe(0);
    for (const name of ["hash", "verify", "tune"]) {
      expect(stdout).toContain(`  barewire password ${name} `);
      const help = await run([name, "--help"]);
      expect(help).toMatchObject({ code: 0, remarks: [] });
      expect(help.stdout).toMatch(new RegExp(`^barewire password ${name} .*\n\n[^]*\nEnds with 0 when `));
    }
  });
});
