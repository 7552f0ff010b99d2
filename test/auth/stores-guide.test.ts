import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

/** The address of a file of the library. */
const source = (path: string): string =>
  pathToFileURL(join(import.meta.dirname, "../../src/auth", path)).href;

const memoryStore = `export { MemoryStore as MyStore } from "${source("memory-store.ts")}";`;
/** One that forgets to compare versions. */
const brokenStore = `import { MemoryStore } from "${source("memory-store.ts")}";
  export class MyStore extends MemoryStore {
    async updateSession(session) {
      const { version } = (await this.findSessionById(session.id)) ?? session;
      return super.updateSession({ ...session, version: version + 1 });
    }
  }`;

/** Runs the example of docs/stores.md on a store, and resolves to what node:test counted. */
async function runExample(myStore: string): Promise<{ passed: number; failed: number }> {
  const page = await readFile(new URL("../../docs/stores.md", import.meta.url), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "barewire-guide-"));
  await writeFile(join(folder, "my-store.ts"), myStore);
  const suite = example.replace("barewire/auth/store-suite", source("store-suite/store-suite.ts"));
  await writeFile(join(folder, "my-store.test.ts"), suite);
  const child = spawn(process.execPath, ["--test-reporter=tap", join(folder, "my-store.test.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const report = await text(child.stdout);
  await rm(folder, { recursive: true });
  const count = (what: string): number => Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(report)?.[1]);
  return { passed: count("pass"), failed: count("fail") };
}

describe("docs/stores.md", () => {
  it("shows how a store of one's own is tested, without vitest", async () => {
    const { passed, failed } = await runExample(memoryStore);
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThan(50);
  });

  it("finds a store of one's own that breaks a promise", async () => {
    expect((await runExample(brokenStore)).failed).toBeGreaterThan(0);
  });
});
