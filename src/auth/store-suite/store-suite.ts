/**
 * What every store must do, as tests for whoever brings one. Each sentence of `store.ts` that can be seen from
 * outside is a test here. `docs/stores.md` shows how to run them.
 */
import type { AuthStore } from "../store.ts";
import { accountTests } from "./accounts.ts";
import { concurrencyTests } from "./concurrency.ts";
import { endingTests } from "./ending.ts";
import { passwordTests } from "./passwords.ts";
import { restartTests } from "./restart.ts";
import { revocationTests } from "./revocations.ts";
import { sessionTests } from "./sessions.ts";
import type { StoreTests, Subject } from "./subject.ts";

/** How the suite gets a store. It closes those it opened. */
export interface StoreUnderTest {
  /** A store with nothing in it. */
  open(): Promise<AuthStore>;
  /**
   * One more over the data of the last that {@link open} gave, while that is open: as another process has.
   * Absent: a store's data is one process's alone.
   */
  readonly openBeside?: (() => Promise<AuthStore>) | undefined;
  /**
   * One over the data of the last that {@link open} gave, after it was closed: as after a restart. Absent: a
   * store forgets.
   */
  readonly reopen?: (() => Promise<AuthStore>) | undefined;
  /** Called after each test, when all stores are closed. */
  readonly dispose?: (() => Promise<void>) | undefined;
}

/** The functions of a test runner that the suite calls: those of vitest, of jest or of `node:test`. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

const groups: Readonly<Record<string, StoreTests>> = {
  "as a store of accounts": accountTests,
  "when a password changes": passwordTests,
  "as a store of sessions": sessionTests,
  "when sessions end": endingTests,
  "as a store of revocations": revocationTests,
  "when much happens at once": concurrencyTests,
};

/** Declares the tests that the store called `name` must pass. */
export function describeStore(name: string, under: StoreUnderTest, { describe, it }: TestRunner): void {
  const all = under.reopen === undefined ? groups : { ...groups, "after a restart": restartTests };
  describe(name, () => {
    for (const [group, tests] of Object.entries(all)) {
      describe(group, () => {
        for (const [behaviour, test] of Object.entries(tests)) it(behaviour, () => withSubject(under, test));
      });
    }
  });
}

async function withSubject(under: StoreUnderTest, test: (subject: Subject) => Promise<void>): Promise<void> {
  const opened: AuthStore[] = [];
  const opening = async (store: Promise<AuthStore>): Promise<AuthStore> => {
    opened.push(await store);
    return store;
  };
  const closeAll = async (): Promise<void> => {
    for (const store of opened.splice(0)) await store.close?.();
  };
  try {
    const store = await opening(under.open());
    const another = async (): Promise<AuthStore> =>
      under.openBeside === undefined ? store : opening(under.openBeside());
    const restart = async (): Promise<AuthStore> => {
      await closeAll();
      return under.reopen === undefined ? store : opening(under.reopen());
    };
    await test({ store, another, restart });
  } finally {
    await closeAll();
    await under.dispose?.();
  }
}
