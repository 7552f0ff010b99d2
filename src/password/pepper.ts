/**
 * Peppers: a secret that goes into every hash and is not kept where the hashes are.
 *
 *     hash = scrypt(HMAC-SHA-256(pepper, password), salt)
 *
 * Who steals the database alone can then guess nothing. HMAC (RFC 2104) comes before scrypt and not after, so
 * that the pepper is never needed to tell what a hash costs, and what scrypt gets has one length. A pepper
 * cannot be taken out of a hash again: to change it, the password has to be there. So there is a list, each
 * hash names its own, and logins bring them to the first.
 *
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#peppering
 */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { PasswordError } from "./errors.ts";
import { keyidGrammar } from "./phc.ts";

/** A secret and its name. */
export interface Pepper {
  /** What hashes call it: one to eight printable characters of ASCII, such as the year. Not secret. */
  readonly id: string;
  /** At least {@link minPepperBytes} random bytes, used for nothing else. They are copied. */
  readonly key: Uint8Array;
}

/** RFC 2104 §3: keys shorter than the hash's output are "strongly discouraged". */
export const minPepperBytes = 32;

/** The peppers of one hasher. */
export class Peppers {
  /** The id of the one that goes into new hashes: the first's; `undefined` when there are none. */
  readonly current: string | undefined;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  /** @throws {RangeError} for an id that is invalid or comes twice, and for a key that is too short */
  constructor(peppers: readonly Pepper[]) {
    const keys = new Map<string, KeyObject>();
    for (const { id, key } of peppers) {
      if (!keyidGrammar.test(id)) {
        throw new RangeError("the id of a pepper must be 1 to 8 printable characters of ASCII");
      }
      if (keys.has(id)) throw new RangeError(`there are two peppers called ${id}`);
      if (key.length < minPepperBytes) {
        throw new RangeError(`the pepper called ${id} must have at least ${minPepperBytes} bytes`);
      }
      keys.set(id, createSecretKey(key));
    }
    this.current = peppers[0]?.id;
    this.#keys = keys;
  }

  /**
   * What scrypt gets of a password: its bytes alone where `id` is undefined.
   *
   * @throws {PasswordError} `password/unknown-pepper` when no pepper has this id
   */
  apply(password: Uint8Array, id: string | undefined): Uint8Array {
    if (id === undefined) return password;
    const key = this.#keys.get(id);
    if (key !== undefined) return createHmac("sha256", key).update(password).digest();
    throw new PasswordError(
      "password/unknown-pepper",
      `The stored password hash was made with the pepper ${id}, which is not in the list of peppers.`,
    );
  }
}
