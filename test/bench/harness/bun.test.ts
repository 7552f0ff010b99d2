import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findBun } from "../../../bench/harness/bun.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe("findBun", () => {
  it("takes the file that BUN names before all others", () => {
    const named = folderWith("echo 1.2.3");
    const path = join(named, "bun");
    const others = folderWith("echo 4.5.6");
    expect(findBun({ BUN: path, PATH: others }, others)).toEqual({ path, version: "1.2.3" });
  });
  it("refuses a BUN that does not run", () => {
    const BUN = join(folderWith("echo 1.2.3"), "bum");
    expect(() => findBun({ BUN, PATH: "" }, "/nowhere")).toThrow("BUN names no Bun that runs");
  });
  it("takes one among the packages before one in the PATH", () => {
    const packages = folderWith("echo 1.2.3");
    expect(findBun({ PATH: folderWith("echo 4.5.6") }, packages)?.version).toBe("1.2.3");
  });
  it("takes the first in the PATH that runs", () => {
    const path = [folderWith("exit 1"), folderWith("echo no version"), folderWith("echo 4.5.6")];
    expect(findBun({ PATH: path.join(delimiter) }, "/nowhere")?.version).toBe("4.5.6");
  });
  it("finds none where there is none", () => {
    expect(findBun({ PATH: "/nowhere", BUN: "" }, "/nowhere")).toBeUndefined();
  });
});

/** A folder with a `bun` that is this shell script. */
function folderWith(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "barewire-bun-"));
  folders.push(folder);
  writeFileSync(join(folder, "bun"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}
