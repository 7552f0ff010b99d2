/**
 * JWK Set, RFC 7517 §5: several keys, of which the token's header picks one; and their rotation.
 *
 *     add(new)                              ← signs from now on; what the older ones signed still verifies
 *     add(new, { signing: false })          ← published, so that verifiers have it before it is needed,
 *       … every cache has it … signWith(new)   and signing only then
 *     … the last token of the old one has expired … retire(old)
 *
 * https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
import { type Algorithm, algorithmRow } from "./algorithms.ts";
import { JwtError } from "./errors.ts";
import type { JoseHeader } from "./header.ts";
import { type IgnoredJwk, importSet, type JwkSet, MAX_KEYS, tooManyKeys } from "./import-jwks.ts";
import { checkSigner } from "./jws.ts";
import { checkKey, exportJwk, type Key } from "./key.ts";
import { checkBoolean, checkOptions } from "./options.ts";

/** What a {@link KeySet} is told besides its keys. */
export interface KeySetOptions {
  /**
   * The algorithms that keys of the set may be for. Needed for a JWK Set: each JWK is bound to the one its
   * `alg` names, if listed, and without `alg` to the first it fits. By default, whatever the `Key`s are for.
   */
  readonly algorithms?: readonly Algorithm[] | undefined;
}

const setOptions: ReadonlySet<string> = new Set(["algorithms"]);

/** How a key comes in. */
export interface AddOptions {
  /** Whether it signs from now on; by default, if it can. */
  readonly signing?: boolean | undefined;
}

const addOptions: ReadonlySet<string> = new Set(["signing"]);

/**
 * Keys with one algorithm each and no two of the same name; at most 64. Usable wherever a key is chosen by a
 * header.
 */
export class KeySet {
  /** The JWKs that were left out, and why. */
  readonly ignored: readonly IgnoredJwk[];
  readonly #algorithms: readonly Algorithm[] | undefined;
  readonly #keys: Set<Key> = new Set();
  readonly #named: Map<string, Key> = new Map();
  #signingKey: Key | undefined;

  /**
   * From `Key`s, of which the first that can sign becomes the {@link signingKey}; or from a JWK Set, which
   * must be public. In others' sets several keys for one algorithm may lack a name, since RFC 7517 §4.5 makes
   * it optional: they are taken, and a token that means one of them is refused. One's own keys can be named,
   * so with `Key`s that is refused here, as by {@link add}.
   *
   * @throws {JwtError} `jwks/malformed`, `jwks/too-large`, `key/duplicate-kid`; `key/private-in-set` for a
   * JWK Set that holds what nobody should see; `key/wrong-algorithm` for a `Key` whose algorithm is not
   * listed; `alg/unsupported`, `alg/unavailable`
   * @throws {TypeError} when an option, or an element of a list of keys, is not of its type
   */
  constructor(keys: readonly Key[] | JwkSet, options: KeySetOptions = {}) {
    checkOptions(options, setOptions, "KeySet options");
    const { algorithms } = options;
    this.#algorithms = algorithms === undefined ? undefined : checkAlgorithms(algorithms);
    if (Array.isArray(keys)) {
      this.ignored = [];
      for (const key of keys) this.add(key, { signing: this.#signingKey === undefined && canSign(key) });
      return;
    }
    if (this.#algorithms === undefined) throw new TypeError("A JWK Set needs options.algorithms");
    const { accepted, ignored } = importSet(keys, this.#algorithms);
    this.ignored = ignored;
    for (const key of accepted) this.#take(key);
  }

  /** The key to sign with; `undefined` when none can, or when it was retired and none has followed. */
  get signingKey(): Key | undefined {
    return this.#signingKey;
  }

  /** The keys, in the order in which they came. */
  get keys(): readonly Key[] {
    return [...this.#keys];
  }

  /**
   * The key for a header, RFC 7515 §4.1.4: the one of that very name where the header has a `kid`, even if
   * its algorithm is another (verifying then says so); else the only one for the header's `alg`. `undefined`
   * when there is none. Bound: may be passed around without its set.
   *
   * @throws {JwtError} `jws/ambiguous-key` when several would do, and the header does not say which
   */
  readonly choose: (header: JoseHeader) => Key | undefined = ({ kid, alg }) => {
    if (kid !== undefined) return this.#named.get(kid);
    let chosen: Key | undefined;
    for (const key of this.#keys) {
      if (!key.accepts(alg)) continue;
      if (chosen !== undefined) {
        throw new JwtError("jws/ambiguous-key", `The token has no "kid", and several keys are for its "alg"`);
      }
      chosen = key;
    }
    return chosen;
  };

  /**
   * Takes one more key in. If it can sign, it is the {@link signingKey} from now on, unless told otherwise;
   * the others go on verifying.
   *
   * A key without a name (`importKey` and `generateKey` give it one) must be the only one for its algorithm.
   *
   * @throws {JwtError} `key/duplicate-kid` also when two keys for one algorithm are not both named;
   * `key/wrong-algorithm`, `jwks/too-large`; `key/not-private`, `key/wrong-operations` when it is to sign and
   * cannot
   */
  add(key: Key, options: AddOptions = {}): void {
    checkKey(key);
    checkOptions(options, addOptions, "add options");
    const { signing = canSign(key) } = options;
    checkBoolean(signing, "signing");
    this.#checkFindable(key);
    if (signing) checkSigner(key);
    this.#take(key);
    if (signing) this.#signingKey = key;
  }

  /**
   * Without a name, a key is found by its algorithm alone: beside another for that one it would never be
   * chosen, not even for what it signs itself. Better said now than by every token.
   */
  #checkFindable(key: Key): void {
    for (const other of this.#keys) {
      if (isMistakable(key, other) || isMistakable(other, key)) {
        throw new JwtError(
          "key/duplicate-kid",
          `Two keys for ${key.alg}, not both with a "kid": tokens could not say which. Name each of them`,
        );
      }
    }
  }

  #take(key: Key): void {
    this.#checkAdmission(key);
    this.#keys.add(key);
    if (key.kid !== undefined) this.#named.set(key.kid, key);
  }

  #checkAdmission(key: Key): void {
    if (this.#keys.size >= MAX_KEYS) throw tooManyKeys();
    // RFC 7517 §4.5: "different keys within the JWK Set SHOULD use distinct "kid" values." Two would make it
    // a matter of luck which one verifies, and which one is retired.
    if (this.#keys.has(key) || (key.kid !== undefined && this.#named.has(key.kid))) {
      throw new JwtError("key/duplicate-kid", `A key of this name is in the set already`);
    }
    if (this.#algorithms !== undefined && !this.#algorithms.some((alg) => key.accepts(alg))) {
      throw new JwtError("key/wrong-algorithm", `The set takes no keys for ${key.alg}`);
    }
  }

  /**
   * Lets a key of the set sign from now on: one that was added with `signing: false`, to be published first.
   *
   * @throws {JwtError} `key/not-private`, `key/wrong-operations`
   * @throws {RangeError} when it is not in the set
   */
  signWith(kidOrKey: string | Key): void {
    const key = this.#find(kidOrKey);
    checkSigner(key);
    this.#signingKey = key;
  }

  /**
   * Takes a key out: what it signed is refused from now on. The signing key may go too, for a stolen key
   * cannot wait; then there is no {@link signingKey} until one is added or named. None moves up by itself,
   * since an older one was replaced for a reason.
   *
   * @throws {RangeError} when it is not in the set: a misspelt name must not pass for a revocation
   */
  retire(kidOrKey: string | Key): void {
    const key = this.#find(kidOrKey);
    this.#keys.delete(key);
    if (key.kid !== undefined) this.#named.delete(key.kid);
    if (this.#signingKey === key) this.#signingKey = undefined;
  }

  #find(kidOrKey: string | Key): Key {
    if (typeof kidOrKey !== "string") checkKey(kidOrKey);
    const key = typeof kidOrKey === "string" ? this.#named.get(kidOrKey) : kidOrKey;
    if (key === undefined || !this.#keys.has(key)) throw new RangeError("There is no such key in the set");
    return key;
  }

  /** The set for everyone to read: public halves alone, of secrets nothing. A new object each time. */
  publicJwks(): JwkSet {
    return { keys: this.keys.filter(({ type }) => type !== "secret").map((key) => exportJwk(key)) };
  }
}

/**
 * @throws {TypeError} unless `algorithms` is a list that is not empty
 * @throws {JwtError} `alg/unsupported`, `alg/unavailable`
 */
export function checkAlgorithms(algorithms: readonly Algorithm[]): readonly Algorithm[] {
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw new TypeError("algorithms must be a list of at least one algorithm");
  }
  const copy: readonly Algorithm[] = [...algorithms];
  for (const alg of copy) algorithmRow(alg);
  return copy;
}

/** Whether what `unnamed` signs, if it has no name, could be by `other` as well. */
function isMistakable(unnamed: Key, other: Key): boolean {
  return unnamed.kid === undefined && other.accepts(unnamed.alg);
}

function canSign(key: Key): boolean {
  checkKey(key);
  return key.type !== "public" && key.isFor("sign");
}
