import { describe, expect, it } from "vitest";
import { killPrograms } from "../kills.ts";
import { memory } from "./sqlite-folder.ts";

describe("a store whose process is killed", () => {
  it("has all that it acknowledged and nothing half done, after 10 kills (seed 1; 200 in the long tests)", async () => {
    const report = await killPrograms({ under: memory, seed: 1, kills: 10 });
    expect(report.violations).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(0);
  });

  it("would be caught if it acknowledged what it had not written yet", async () => {
    const report = await killPrograms({ under: memory, seed: 2, kills: 50, writeBehind: true });
    expect(report.violations).not.toEqual([]);
  });
});
