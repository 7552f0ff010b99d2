/** Compares what is in an SQLite store with what those who changed it said. */
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { SqliteStore } from "../../src/auth/sqlite/sqlite-store.ts";
import type { AuthStore } from "../../src/auth/store.ts";
import { canonical } from "../../src/auth/store-suite/expectations.ts";
import type { Line } from "./acting.ts";
import { type Call, perform } from "./random-calls.ts";

/** What somebody said who changed a store, until it was over. */
export interface Testimony {
  readonly prefix: string;
  readonly lines: readonly Line[];
  /** What it complained of: nothing, if all is well. */
  readonly complaints: string;
}

/** Knows what a database has to hold, from what the programs said. */
export class Witness {
  readonly violations: string[] = [];
  acknowledged = 0;
  underWay = 0;
  readonly #path: string;
  readonly #expected: MemoryStore = new MemoryStore();
  readonly #accountIds = new Set<string>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Hears programs that ran at the same time, each with its own accounts, and looks into the database. */
  async hear(round: string, testimonies: readonly Testimony[]): Promise<void> {
    const complain = (what: string): void => {
      this.violations.push(`${round}: ${what}`);
    };
    const pending = new Map<string, Call>();
    for (const { prefix, lines, complaints } of testimonies) {
      if (complaints !== "") complain(`program ${prefix} says ${complaints}`);
      const call = await this.#replay(lines, complain);
      if (call !== undefined) pending.set(prefix, call);
    }
    const store = await SqliteStore.open(this.#path);
    for (const { prefix } of testimonies) {
      const call = pending.get(prefix);
      // One that was alone may have forgotten what belongs to others.
      const part = testimonies.length === 1 ? "" : prefix;
      const found = await this.#contents(store, part);
      if (isDeepStrictEqual(found, await this.#contents(this.#expected, part))) continue;
      if (call !== undefined) await perform(this.#expected, call);
      const expected = await this.#contents(this.#expected, part);
      const missing = expected.filter((text) => !found.includes(text));
      const surplus = found.filter((text) => !expected.includes(text));
      if (missing.length + surplus.length > 0)
        complain(`${canonical(call)} was under way; missing: ${missing}; not asked for: ${surplus}`);
    }
    store.close();
    for (const fault of await this.#faults()) complain(fault);
  }

  /** Does what was acknowledged, and returns what was begun last and neither done nor refused. */
  async #replay(lines: readonly Line[], complain: (what: string) => void): Promise<Call | undefined> {
    let begun: Call | undefined;
    for (const line of lines) {
      if ("begin" in line) begun = line.begin;
      if ("begin" in line && line.begin[0] === "createAccount") this.#accountIds.add(line.begin[1].id);
      if ("done" in line && begun !== undefined) {
        this.acknowledged++;
        const result = (await perform(this.#expected, begun)) ?? null;
        if (!isDeepStrictEqual(sorted(result), sorted(line.done)))
          complain(`${canonical(begun)} answered ${canonical(line.done)}, not ${canonical(result)}`);
      }
      if ("failed" in line && line.failed !== "store/failed") complain(`failed with ${line.failed}`);
      if ("done" in line || "failed" in line) begun = undefined;
    }
    if (begun !== undefined) this.underWay++;
    return begun;
  }

  /** All that is in a store of what belongs to accounts whose ids begin with `prefix`. */
  async #contents(store: AuthStore, prefix: string): Promise<readonly string[]> {
    const ids = [...this.#accountIds].filter((id) => id.startsWith(prefix));
    const accounts = await Promise.all(ids.map((id) => store.findAccountById(id)));
    const sessions = await Promise.all(ids.map((id) => store.listSessions(id)));
    const revocations = (await store.loadRevocations(-1)).filter(({ id }) => id.startsWith(prefix));
    return [accounts.filter((account) => account !== undefined), sessions.flat(), revocations]
      .flat()
      .map(canonical)
      .sort();
  }

  /** What is wrong with the file as such, and what is in it that nobody asked for. */
  async #faults(): Promise<readonly string[]> {
    const database = new DatabaseSync(this.#path);
    const ask = (sql: string): readonly unknown[] => database.prepare(sql).all().flatMap(Object.values);
    const integrity = ask("PRAGMA integrity_check").filter((found) => found !== "ok");
    const dangling = ask("PRAGMA foreign_key_check");
    const rows =
      "SELECT id FROM accounts UNION ALL SELECT id FROM sessions UNION ALL SELECT id FROM revocations";
    const surplus = ask(rows).length - (await this.#contents(this.#expected, "")).length;
    database.close();
    return [...integrity, ...dangling, ...(surplus === 0 ? [] : [`${surplus} rows of nobody`])].map(String);
  }
}

/** Which ids come first is nobody's to say. */
function sorted(result: unknown): unknown {
  return Array.isArray(result) ? result.toSorted() : result;
}
