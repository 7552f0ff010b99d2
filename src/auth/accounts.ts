/**
 * Who may log in: registration and the check of a password. No tokens here, no HTTP, no clock, no randomness.
 */
import { checkPassword, type PasswordCaller, PasswordError, type PasswordHasher } from "../password/index.ts";
import { AuthError } from "./errors.ts";
import type { Account, AccountStore, PasswordChange } from "./store.ts";

/** Three to 32 characters, so that a name fits a column and a room's list, and needs no escaping in any URL. */
const usernameGrammar = /^[a-zA-Z0-9][a-zA-Z0-9._-]{2,31}$/;

/** What {@link Accounts} needs. */
export interface AccountsOptions {
  readonly store: AccountStore;
  readonly hasher: Pick<PasswordHasher, "hash" | "verify" | "needsRehash" | "decoy">;
  /** Words that are no passwords here, such as the name of the service; none by default. */
  readonly contextWords?: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new id that nobody has had or can guess, such as `crypto.randomUUID()`. */
  readonly randomId: () => string;
}

/** Registers accounts and checks their passwords. */
export class Accounts {
  readonly #store: AccountStore;
  readonly #hasher: AccountsOptions["hasher"];
  readonly #contextWords: readonly string[];
  readonly #now: () => number;
  readonly #randomId: () => string;

  constructor({ store, hasher, contextWords = [], now, randomId }: AccountsOptions) {
    this.#store = store;
    this.#hasher = hasher;
    this.#contextWords = contextWords;
    this.#now = now;
    this.#randomId = randomId;
  }

  /**
   * Makes an account. Usernames that differ only in case are the same.
   *
   * @param caller who asks, and until when: see `PasswordCaller` of `password`
   * @throws {AuthError} `account/invalid-username`, `account/weak-password`, `account/taken`, `auth/busy`
   * @throws the reason of `caller.signal` when it is aborted before the work begins
   */
  async register(username: string, password: string, caller: PasswordCaller = {}): Promise<Account> {
    checkUsername(username);
    await this.#check(password, username);
    // Asked before the costly hash. The answer may be out of date by the time of `createAccount`, which decides.
    if ((await this.#store.findAccountByUsername(username)) !== undefined) throw taken();
    const account = {
      id: this.#randomId(),
      username,
      passwordHash: await this.#hash(password, caller),
      passwordVersion: 0,
      createdAt: this.#now(),
    };
    if (!(await this.#store.createAccount(account))) throw taken();
    return account;
  }

  /**
   * The account that `username` and `password` belong to. An unknown user costs the same work as a wrong
   * password and gives the same error, so that neither answer nor time says who has an account.
   *
   * @param caller who asks, and until when: see `PasswordCaller` of `password`
   * @throws {AuthError} `auth/bad-credentials`, `auth/busy`
   * @throws {PasswordError} `password/malformed-hash`, `password/too-costly` when the stored hash is damaged
   * @throws the reason of `caller.signal` when it is aborted before the work begins
   */
  async verify(username: string, password: string, caller: PasswordCaller = {}): Promise<Account> {
    const account = usernameGrammar.test(username)
      ? await this.#store.findAccountByUsername(username)
      : undefined;
    const matches = await this.#matches(password, account?.passwordHash ?? this.#hasher.decoy, caller);
    if (account === undefined || !matches) {
      throw new AuthError("auth/bad-credentials", "The username or the password is wrong.");
    }
    return this.#hasher.needsRehash(account.passwordHash) ? this.#rehash(account, password, caller) : account;
  }

  /**
   * Checks both passwords of a change and hashes the new one: what `Sessions.changePassword` then carries out.
   *
   * @throws {AuthError} `auth/bad-credentials` when `current` is wrong, `account/weak-password`, `auth/busy`
   * @throws the reason of `caller.signal` when it is aborted before the work begins
   */
  async prepareChange(
    username: string,
    passwords: { readonly current: string; readonly next: string },
    caller: PasswordCaller = {},
  ): Promise<Pick<PasswordChange, "accountId" | "passwordHash" | "replacing">> {
    // The cheap check first; it tells nothing of anybody's account.
    await this.#check(passwords.next, username);
    const { id: accountId, passwordHash: replacing } = await this.verify(username, passwords.current, caller);
    return { accountId, replacing, passwordHash: await this.#hash(passwords.next, caller) };
  }

  /** The cost rose since the hash was made, and this is the moment when the password is known. */
  async #rehash(account: Account, password: string, caller: PasswordCaller): Promise<Account> {
    let passwordHash: string;
    try {
      passwordHash = await this.#hash(password, caller);
    } catch (error) {
      // The login is right; the next one can do this as well.
      if (error instanceof AuthError && error.code === "auth/busy") return account;
      throw error;
    }
    const replaced = await this.#store.updatePasswordHash(account.id, passwordHash, account.passwordHash);
    return replaced ? { ...account, passwordHash } : account;
  }

  /** Whether `username` may choose this password, by the policy of `password`. */
  async #check(password: string, username: string): Promise<void> {
    try {
      await checkPassword(password, { username, contextWords: this.#contextWords });
    } catch (error) {
      if (!(error instanceof PasswordError)) throw error;
      throw new AuthError("account/weak-password", error.message, { cause: error });
    }
  }

  #hash(password: string, caller: PasswordCaller): Promise<string> {
    return this.#hasher.hash(password, caller).catch(refuseBusy);
  }

  #matches(password: string, phc: string, caller: PasswordCaller): Promise<boolean> {
    return this.#hasher.verify(password, phc, caller).catch(refuseBusy);
  }
}

function checkUsername(username: string): void {
  if (usernameGrammar.test(username)) return;
  throw new AuthError(
    "account/invalid-username",
    'A username has 3 to 32 characters: letters a to z, digits, ".", "_" and "-", beginning with a letter or digit.',
  );
}

function refuseBusy(error: unknown): never {
  if (error instanceof PasswordError && error.code === "password/busy") {
    throw new AuthError("auth/busy", error.message, { cause: error });
  }
  throw error;
}

function taken(): AuthError {
  return new AuthError("account/taken", "The username is taken.");
}
