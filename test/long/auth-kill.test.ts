import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { killPrograms, killWhileOpening } from "../auth/kills.ts";
import { memory, useSqliteFolder } from "../auth/sqlite/sqlite-folder.ts";
import { version1 } from "../auth/sqlite/version-1.ts";
import { random } from "../websocket/random.ts";

describe("a store whose process is killed 200 times at random points", () => {
  // On a disk most die while they wait for it, in memory most while they calculate.
  const places = [
    { place: "on a disk", under: tmpdir() },
    { place: "in memory", under: memory },
  ];
  const runs = Array.from({ length: 10 }, (_, n) => ({ seed: n + 1, ...places[n % 2]! }));

  it.each(runs)(
    "has all that it acknowledged and nothing half done (seed $seed, $place)",
    async ({ seed, under }) => {
      const report = await killPrograms({ seed, under, kills: 20 });
      expect(report.violations).toEqual([]);
      expect(report.acknowledged).toBeGreaterThan(report.kills);
    },
  );
});

describe("a database of version 1 whose first opening by this one is killed 20 times", () => {
  const files = useSqliteFolder();
  const rows = 5000;
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})`;
  const contents = `${numbers} INSERT INTO accounts SELECT 'a' || i, 'user' || i, 'hash', i FROM n;
    ${numbers} INSERT INTO revocations SELECT 'token' || i, i FROM n;`;

  it("keeps every account and every revocation (seed 1)", async () => {
    const next = random(1);
    for (let kill = 0; kill < 20; kill++) {
      files.tamper(version1 + contents);
      const { complaints } = await killWhileOpening(files.path, next() * 40);
      expect(complaints).toBe("");
      const store = await files.open();
      expect(files.ask("PRAGMA integrity_check")).toEqual(["ok"]);
      expect(files.ask("SELECT count(*), sum(created_at), sum(password_version) FROM accounts")).toEqual([
        ...[rows, (rows * (rows + 1)) / 2, 0],
      ]);
      await expect(store.loadRevocations(0)).resolves.toHaveLength(rows);
      await expect(store.findAccountByUsername("USER77")).resolves.toMatchObject({
        id: "a77",
        createdAt: 77,
      });
      files.closeAll();
      rmSync(files.path);
    }
  });
});
