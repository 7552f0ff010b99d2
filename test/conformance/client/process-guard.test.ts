import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { atWork, numberIn } from "./clients.ts";

const folder = mkdtempSync(join(tmpdir(), "guard-"));
const [left, started, released] = ["left", "started", "released"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
let suite: ChildProcess | undefined;
afterAll(() => {
  suite?.kill("SIGKILL");
  if (existsSync(released)) process.kill(numberIn(released), "SIGKILL");
  rmSync(folder, { recursive: true });
});

const client = new URL("../../../src/conformance/client/", import.meta.url);

it("ends the clients of a suite that was killed, and what they started, but nobody that was released", async () => {
  suite = spawn(process.execPath, ["--input-type=module"], { stdio: ["pipe", "ignore", "inherit"] });
  suite.stdin!.end(`
    import { ClientProcess } from "${client}client-process.ts";
    import { ProcessGuard } from "${client}process-guard.ts";
    const guard = new ProcessGuard();
    new ClientProcess("echo $$ > '${left}'; sleep 1000 & echo $! > '${started}'; wait", guard);
    const unwatched = { watch: (group) => (guard.watch(group), guard.release(group)), release: () => {} };
    new ClientProcess("echo $$ > '${released}'; exec sleep 1000", unwatched);
  `);
  const pids = await vi.waitFor(() => [left, started, released].map((path) => numberIn(path)), 15_000);
  expect(pids.map(atWork)).toEqual([true, true, true]);
  suite.kill("SIGKILL");
  await once(suite, "exit");
  await vi.waitFor(() => expect(pids.map(atWork)).toEqual([false, false, true]), 15_000);
});
