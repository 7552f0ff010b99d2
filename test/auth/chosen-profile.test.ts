import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chosenCost } from "../../src/auth/chosen-profile.ts";
import { jsonLog } from "../../src/log.ts";
import { scryptProfile, scryptProfiles, type TuningOptions } from "../../src/password/index.ts";

let folder: string;
let path: string;
const lines: string[] = [];
/** A host on which the second profile is the first that fits. */
const host: TuningOptions = {
  milliseconds: 500,
  memoryBytes: 2 ** 40,
  measure: async ({ name }) => (name === scryptProfiles[0]?.name ? 501 : 500),
};
const chosen = scryptProfiles[1]!;
const log = jsonLog((line) => lines.push(line), "info", Date.now);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-profile-"));
  path = join(folder, "password-profile");
  lines.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

describe("the password profile of a host", () => {
  it("is measured once, written for its owner alone, said in the log, and remembered", async () => {
    await expect(chosenCost(path, log, host)).resolves.toEqual(chosen.cost);
    expect(await readFile(path, "utf8")).toBe(`${chosen.name}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(lines.join("")).toContain(`"profile":"${chosen.name}"`);
    await expect(chosenCost(path, log)).resolves.toEqual(chosen.cost);
    expect(lines).toHaveLength(1);
  });

  it("is what the file names, whatever this host would choose", async () => {
    await writeFile(path, "scrypt-8mib\n");
    await expect(chosenCost(path, log)).resolves.toEqual(scryptProfile("scrypt-8mib")?.cost);
  });

  it("is measured anew where the process was killed before the file had its name", async () => {
    await writeFile(path, "");
    await expect(chosenCost(path, log, host)).resolves.toEqual(chosen.cost);
    expect(await readFile(path, "utf8")).toBe(`${chosen.name}\n`);
  });

  it.each(["md5", "scrypt-128mib scrypt-8mib"])("is no %j, which is refused and left there", async (text) => {
    await writeFile(path, text);
    await expect(chosenCost(path, log)).rejects.toMatchObject({ code: "store/cannot-open" });
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("is refused where the file cannot be read or written, with the reason", async () => {
    await mkdir(path);
    await expect(chosenCost(path, log)).rejects.toThrow("EISDIR");
    await expect(chosenCost(join(folder, "gone", "profile"), log, host)).rejects.toThrow("ENOENT");
  });
});
