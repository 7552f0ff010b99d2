import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { SqliteDatabase } from "../../../src/auth/sqlite/sqlite-database.ts";
import { SqliteStore } from "../../../src/auth/sqlite/sqlite-store.ts";
import { alice, sessionOf, terms } from "../../../src/auth/store-suite/subject.ts";
import { act, type Line, type Orders } from "../acting.ts";
import { parseLines } from "../kills.ts";
import { Witness } from "../witness.ts";
import { useSqliteFolder } from "./sqlite-folder.ts";

const files = useSqliteFolder();
const program = fileURLToPath(new URL("../store-program.ts", import.meta.url));
const orders = { seed: 1, prefix: "a-", alone: false, most: 600, writeBehind: false };

/** What has several statements, of which the last may be the one that there is no room for. */
const severalStatements = ["openSession", "endSessions", "changePassword"];

/** The methods that were refused. */
function refused(lines: readonly Line[]): readonly string[] {
  return lines.flatMap((line, n) => {
    const before = lines[n - 1];
    return "failed" in line && before !== undefined && "begin" in before ? [before.begin[0]] : [];
  });
}

/** Says what is wrong, in the file and with the answers. */
async function violations(lines: readonly Line[], complaints: string = ""): Promise<readonly string[]> {
  files.closeAll();
  const witness = new Witness(files.path);
  await witness.hear("full", [{ prefix: orders.prefix, lines, complaints }]);
  return witness.violations;
}

/** Runs the program where no file may become larger than so many blocks of 512 octets. */
async function runWithin(blocks: number): Promise<{ lines: readonly Line[]; complaints: string }> {
  const told: Orders = { ...orders, path: files.path };
  // Without the trap the signal would end the process; with it, writing fails as on a full disk.
  const script = `trap "" XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`;
  const child = spawn("sh", ["-c", script, process.execPath, program, JSON.stringify(told)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [said, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { lines: parseLines(said), complaints };
}

describe("a disk that is full", () => {
  it("fails changes with store/failed, says why, and leaves nothing half done", async () => {
    const database = await SqliteDatabase.open(files.path, {}, (opened) => opened);
    // As if the disk had room for not one more page.
    const { page_count: pages } = database.prepare("PRAGMA page_count").get()!;
    database.prepare(`PRAGMA max_page_count = ${Number(pages)}`).get();
    // The constructor is private to the compiler alone.
    const store: SqliteStore = Reflect.construct(SqliteStore, [database]);
    const lines: Line[] = [];
    await act({ store, orders, say: (line) => lines.push(line) });
    expect(refused(lines)).toEqual(expect.arrayContaining(severalStatements));
    const change = store.createAccount({ ...alice, passwordHash: "x".repeat(10_000) });
    await expect(change).rejects.toThrow(`The database ${files.path} cannot grow: the disk is full.`);
    await expect(store.findAccountById(alice.id)).resolves.toBeUndefined();

    database.prepare("PRAGMA max_page_count = 1000").get();
    const [room] = lines.flatMap((line) =>
      "begin" in line && line.begin[0] === "createAccount" ? [line.begin] : [],
    );
    const session = sessionOf({ id: "a-afterwards", accountId: room![1].id });
    const { passwordVersion } = (await store.findAccountById(room![1].id))!;
    lines.push({ begin: ["openSession", session, terms({ passwordVersion })] }, { done: [] });
    await expect(store.openSession(session, terms({ passwordVersion }))).resolves.toEqual([]);
    store.close();
    await expect(violations(lines)).resolves.toEqual([]);
  });

  it("fails changes with store/failed wherever the system says no, and leaves nothing half done", async () => {
    const { lines, complaints } = await runWithin(200);
    expect(refused(lines)).toEqual(expect.arrayContaining(severalStatements));
    await expect(violations(lines, complaints)).resolves.toEqual([]);
  });

  it("is found out at start, and the database can be made when there is room again", async () => {
    const { lines, complaints } = await runWithin(1);
    expect(lines).toEqual([{ opening: true }]);
    expect(complaints).toContain("store/failed");
    await expect((await files.open()).createAccount(alice)).resolves.toBe(true);
  });

  it("is found out at start by a database that is there already, which keeps what it has", async () => {
    await (await files.open()).createAccount(alice);
    files.closeAll();
    const { lines, complaints } = await runWithin(1);
    expect(lines).toEqual([{ opening: true }]);
    expect(complaints).toContain("store/failed");
    await expect((await files.open()).findAccountById(alice.id)).resolves.toEqual(alice);
  });
});
