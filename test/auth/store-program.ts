/**
 * A program that changes an SQLite store at random until it is killed, and says on standard output what it is
 * about to do and, once the store has acknowledged it, that it is done: one line of JSON each ({@link Line}).
 *
 *     node store-program.ts '{"path": "…", "seed": 1, "prefix": "a", …}'
 */
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { SqliteStore } from "../../src/auth/sqlite/sqlite-store.ts";
import { act, type Line, type Orders } from "./acting.ts";

async function main({ path, ...orders }: Orders): Promise<void> {
  say({ opening: true });
  const store = await SqliteStore.open(path);
  say({ opened: true });
  await act({ store, orders, say });
  store.close();
}

/** Leaves the process at once: a line in a buffer would die with it. */
function say(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

// Usually done at the end, which it does not live to see.
flushCompileCache();
await main(JSON.parse(process.argv[2]!));
