/** A hasher that writes down what it is asked to do, and accounts that work with it. */
import { Accounts } from "../../src/auth/accounts.ts";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { PasswordError, PasswordHasher } from "../../src/password/index.ts";

export const cost = { ln: 4, r: 1, p: 1 };
export const password = "correct horse";

/** A hasher that writes down what it is asked to do, and can be told to be busy. */
export class RecordingHasher {
  readonly verified: { password: string; phc: string }[] = [];
  hashed = 0;
  busy = false;
  readonly #hasher = new PasswordHasher({ cost });
  readonly decoy: string = this.#hasher.decoy;

  async hash(password: string): Promise<string> {
    if (this.busy) throw new PasswordError("password/busy", "busy");
    this.hashed += 1;
    return this.#hasher.hash(password);
  }

  async verify(password: string, phc: string): Promise<boolean> {
    if (this.busy) throw new PasswordError("password/busy", "busy");
    this.verified.push({ password, phc });
    return this.#hasher.verify(password, phc);
  }

  needsRehash(phc: string): boolean {
    return this.#hasher.needsRehash(phc);
  }
}

interface SetUp {
  readonly accounts: Accounts;
  readonly store: MemoryStore;
  readonly hasher: RecordingHasher;
}

/** Accounts over a store, and ids that are counted. */
export function setUp(given: Partial<Pick<SetUp, "store" | "hasher">> = {}): SetUp {
  const { store = new MemoryStore(), hasher = new RecordingHasher() } = given;
  let ids = 0;
  const randomId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const contextWords = ["barewire"];
  const accounts = new Accounts({ store, hasher, contextWords, now: () => 1_700_000_000_000, randomId });
  return { accounts, store, hasher };
}
