/**
 * Hashing and verifying passwords: what an application calls.
 */
import { equalBytes } from "../bytes.ts";
import { defaultCost, isAffordable, isScryptCost, isWeaker, type ScryptCost } from "./cost.ts";
import { PasswordError } from "./errors.ts";
import { passwordBytes } from "./normalise.ts";
import { type Pepper, Peppers } from "./pepper.ts";
import { formatPhc, parsePhc } from "./phc.ts";
import { BoundedQueue, type PasswordCaller } from "./queue.ts";
import { randomSalt, scryptKey } from "./scrypt.ts";

/** Bytes of salt and hash in what we write. */
const saltLength = 16;
const hashLength = 32;

/** How a {@link PasswordHasher} works; everything has a safe default. */
export interface PasswordHasherOptions {
  /** What new hashes cost; by default {@link defaultCost}. */
  readonly cost?: ScryptCost | undefined;
  /** Secrets that go into hashes: the first into new ones, each of them to verify old ones; none by default. */
  readonly peppers?: readonly Pepper[] | undefined;
  /** How many hashes are computed at once, each on a thread of its own; 2 by default. */
  readonly concurrency?: number | undefined;
  /** How many may wait for their turn; 64 by default. */
  readonly queue?: number | undefined;
  /** How many of those with the same `client` (see {@link PasswordCaller}); 8 by default. */
  readonly queuePerClient?: number | undefined;
}

/** Hashes and verifies passwords with scrypt, a few at a time. */
export class PasswordHasher {
  /** What new hashes cost. */
  readonly cost: ScryptCost;
  /**
   * A hash of the current cost and pepper that no password has. Verifying against it takes the work of a wrong
   * password: do that for users who do not exist, so that nobody learns from the time taken who does.
   */
  readonly decoy: string;
  readonly #peppers: Peppers;
  readonly #queue: BoundedQueue;

  /**
   * @throws {RangeError} when scrypt is not defined for the cost, or verifying would refuse it as too costly;
   *   for a pepper without a proper id or key
   */
  constructor(options: PasswordHasherOptions = {}) {
    const { cost = defaultCost, peppers = [], concurrency = 2, queue = 64, queuePerClient = 8 } = options;
    if (!isScryptCost(cost)) throw new RangeError("scrypt is not defined for this cost");
    if (!isAffordable(cost)) throw new RangeError("this cost is above what verify accepts");
    this.cost = cost;
    this.#peppers = new Peppers(peppers);
    // No input is known that scrypt takes to 32 zero bytes: finding one is as hard as breaking SHA-256.
    const [salt, hash] = [new Uint8Array(saltLength), new Uint8Array(hashLength)];
    this.decoy = formatPhc({ cost, salt, hash, keyid: this.#peppers.current });
    this.#queue = new BoundedQueue(concurrency, { total: queue, perClient: queuePerClient });
  }

  /** How many hashes are being computed. */
  get running(): number {
    return this.#queue.running;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /**
   * The PHC string to store for `password`, with a salt of its own.
   *
   * @throws {PasswordError} `password/too-long`, `password/not-unicode`, `password/busy`
   * @throws the reason of `caller.signal` when it is aborted before the work begins
   */
  async hash(password: string, caller: PasswordCaller = {}): Promise<string> {
    const keyid = this.#peppers.current;
    const bytes = this.#peppers.apply(passwordBytes(password), keyid);
    const salt = randomSalt(saltLength);
    const hash = await this.#queue.run(() => scryptKey(bytes, salt, this.cost, hashLength), caller);
    return formatPhc({ cost: this.cost, salt, hash, keyid });
  }

  /**
   * Whether `password` is the one that `phc` was made from. A password that {@link hash} refuses matches nothing.
   *
   * @throws {PasswordError} `password/malformed-hash`, `password/too-costly`, `password/unknown-pepper` for the
   *   stored string, `password/busy`
   * @throws the reason of `caller.signal` when it is aborted before the work begins
   */
  async verify(password: string, phc: string, caller: PasswordCaller = {}): Promise<boolean> {
    const { cost, salt, hash, keyid } = parsePhc(phc);
    if (!isAffordable(cost)) {
      throw new PasswordError(
        "password/too-costly",
        "The stored password hash asks for too much memory or time.",
      );
    }
    const acceptable = acceptableBytes(password);
    if (acceptable === undefined) return false;
    const bytes = this.#peppers.apply(acceptable, keyid);
    const key = await this.#queue.run(() => scryptKey(bytes, salt, cost, hash.length), caller);
    return equalBytes(key, hash);
  }

  /**
   * Whether `phc` protects less than what we would write today, or has another pepper, or none where we have
   * one. The moment to replace it is a successful login: only then is the password at hand.
   *
   * @throws {PasswordError} `password/malformed-hash`
   */
  needsRehash(phc: string, cost: ScryptCost = this.cost): boolean {
    const stored = parsePhc(phc);
    const short = stored.salt.length < saltLength || stored.hash.length < hashLength;
    return short || stored.keyid !== this.#peppers.current || isWeaker(stored.cost, cost);
  }
}

function acceptableBytes(password: string): Uint8Array | undefined {
  try {
    return passwordBytes(password);
  } catch (error) {
    if (error instanceof PasswordError) return undefined;
    throw error;
  }
}

/** One for the process: the limit on hashes at once means something only if all share it. */
const shared: PasswordHasher = new PasswordHasher();

/** {@link PasswordHasher.hash} at the default cost, on the hasher that the whole process shares. */
export function hashPassword(password: string): Promise<string> {
  return shared.hash(password);
}

/** {@link PasswordHasher.verify} on the hasher that the whole process shares. */
export function verifyPassword(password: string, phc: string): Promise<boolean> {
  return shared.verify(password, phc);
}

/** {@link PasswordHasher.needsRehash} against `cost`, the default cost unless given. */
export function needsRehash(phc: string, cost: ScryptCost = defaultCost): boolean {
  return shared.needsRehash(phc, cost);
}
