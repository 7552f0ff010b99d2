import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { benches, moduleOf, selectBenches } from "../../bench/benches.ts";

describe("selectBenches", () => {
  it("takes all without a name", () => expect(selectBenches([])).toEqual({ selected: benches }));
  it.each([
    [["websocket/echo"], ["websocket/echo"]],
    [["echo"], ["websocket/echo"]],
    [["endurance"], ["websocket/endurance"]],
    [["websocket"], benches.filter((name) => name.startsWith("websocket/"))],
    [
      ["parts", "jwt/decode"],
      ["jwt/decode", "jwt/parts"],
    ],
    [
      ["http", "mask", "mask"],
      ["websocket/mask", ...benches.filter((name) => name.startsWith("http/"))],
    ],
  ])("takes %j for %j, each once and in order", (names, selected) => {
    expect(selectBenches(names)).toEqual({ selected });
  });
  it.each(["ech", "websocket/", "", "peers"])("does not know %j", (name) => {
    expect(selectBenches(["echo", name])).toEqual({ unknown: name });
  });
});

describe("moduleOf", () => {
  it.each(benches)("leads to the file of %s", (name) => expect(existsSync(moduleOf(name))).toBe(true));
});

describe("npm run bench", () => {
  it("ends with 2 and the names there are when it does not know one", async () => {
    const { code, output } = await run("nonsense");
    expect(code).toBe(2);
    expect(output).toContain('there is no benchmark "nonsense"');
    for (const name of benches) expect(output).toContain(name);
  });
  it("ends with 2 when it does not know an option", async () => {
    expect((await run("--fast")).code).toBe(2);
  });
  it("says what it can when asked", async () => {
    const { code, output } = await run("--help");
    expect(code).toBe(0);
    expect(output).toContain("--quick");
  });
});

function run(...args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((settle) => {
    const child = execFile(process.execPath, [resolve("bench/main.ts"), ...args], (_error, stdout, stderr) =>
      settle({ code: child.exitCode!, output: stdout + stderr }),
    );
  });
}
