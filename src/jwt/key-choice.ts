/** Which key a token is verified with. */
import { JwtError } from "./errors.ts";
import type { JoseHeader } from "./header.ts";
import { checkKey, Key } from "./key.ts";

/**
 * Picks the key for a header that nobody has verified yet; `undefined` refuses the token. A key that the
 * header itself offers (`jwk`, `jku`, `x5u`, `x5c`) proves nothing: whoever made the token chose it.
 */
export type KeyChoice =
  | ((header: JoseHeader) => Key | undefined)
  | { choose(header: JoseHeader): Key | undefined };

/** The same where the key may have to be fetched first. */
export type AsyncKeyChoice =
  | ((header: JoseHeader) => Promise<Key | undefined> | Key | undefined)
  | { choose(header: JoseHeader): Promise<Key | undefined> | Key | undefined };

/**
 * The key for `header`.
 *
 * @throws {JwtError} `jws/unknown-key` when there is none, and whatever the choice throws
 * @throws {TypeError} when `keyOrChoice` is neither a key nor a choice, or the choice answers with something else
 */
export function chooseKey(keyOrChoice: Key | KeyChoice, header: JoseHeader): Key {
  return keyOrChoice instanceof Key ? keyOrChoice : checkChosen(ask(keyOrChoice, header));
}

/** The key for `header`, perhaps later: see {@link chooseKey}. */
export async function awaitKey(keyOrChoice: Key | AsyncKeyChoice, header: JoseHeader): Promise<Key> {
  return keyOrChoice instanceof Key ? keyOrChoice : checkChosen(await ask(keyOrChoice, header));
}

function ask(choice: AsyncKeyChoice, header: JoseHeader): unknown {
  checkChoice(choice);
  return typeof choice === "function" ? choice(header) : choice.choose(header);
}

/** @throws {TypeError} unless `choice` is a function, or has one named `choose` */
export function checkChoice(choice: AsyncKeyChoice): void {
  if (typeof choice === "function") return;
  if (typeof choice === "object" && choice !== null && typeof choice.choose === "function") return;
  throw new TypeError("A Key, a set of keys, or a function that picks one is needed");
}

function checkChosen(key: unknown): Key {
  if (key === undefined) throw new JwtError("jws/unknown-key", "No key is known for this token");
  if (key instanceof Promise) {
    // Nobody will wait for it, so nobody would hear of its failure.
    key.catch(() => {});
    throw new TypeError("The choice of the key takes time: verifyJwtAsync waits for it");
  }
  checkKey(key);
  return key;
}
