import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { algorithmNames } from "../../src/jwt/algorithms.ts";

const page = "src/jwt/README.md";
const readme = readFileSync(page, "utf8");
const samples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? "");

describe("the lesson", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "jwt-readme-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("has samples", () => {
    expect(samples.length).toBeGreaterThan(1);
  });

  it.each([...samples.keys()])("shows code that runs (sample %i)", (index) => {
    const entry = pathToFileURL(resolve("src/jwt/index.ts")).href;
    const file = join(folder, `sample-${index}.ts`);
    writeFileSync(file, samples[index]!.replaceAll('"barewire/jwt"', JSON.stringify(entry)));
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
  });

  it("names every algorithm, and every file of the folder", () => {
    expect(algorithmNames.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
    const files = readdirSync("src/jwt").filter((name) => name.endsWith(".ts") && name !== "index.ts");
    const lesson = readme.slice(readme.indexOf("## 8."), readme.indexOf("## 9."));
    expect(files.filter((name) => !lesson.includes(`\`${name}\``))).toEqual([]);
  });

  it("and the migration tables link only to what exists", () => {
    for (const from of [page, "docs/migrating-jwt.md"]) {
      const targets = [...readFileSync(from, "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
        ([, to]) => to!,
      );
      expect(targets.filter((target) => !existsSync(join(dirname(from), target)))).toEqual([]);
    }
  });
});
