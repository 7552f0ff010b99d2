/**
 * A JWK Set at a URL, RFC 7517 §5, as issuers publish them: fetched when a key is needed, kept for as long
 * as the source says, and asked for again when a token names a key that is not in it.
 *
 * A shell, for the clock and the timer: freshness.ts says how long a response is fresh, refetching.ts when to
 * ask again, jwks-request.ts asks, and jwks.ts picks the key.
 *
 * The URL is the application's, from its configuration: never a token's `jku` or `iss`, which would make
 * every signer his own authority.
 * https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
import { algorithmRow } from "./algorithms.ts";
import { JwtError } from "./errors.ts";
import { freshFor } from "./freshness.ts";
import type { JoseHeader } from "./header.ts";
import type { IgnoredJwk, JwkSet } from "./import-jwks.ts";
import { parseObject } from "./json.ts";
import { KeySet } from "./jwks.ts";
import { requestJwks, unreachable } from "./jwks-request.ts";
import type { Key } from "./key.ts";
import { defaultLimits } from "./limits.ts";
import { Refetching } from "./refetching.ts";
import {
  checkRemoteOptions,
  checkUrl,
  type RemoteKeySetOptions,
  type RemoteSettings,
} from "./remote-jwks-options.ts";

/**
 * The key set at `url`. Nothing is fetched before a key is asked for, or {@link RemoteKeySet.refresh} called.
 *
 * @param url `https:`; `http:` for 127.0.0.0/8, `[::1]` and `localhost` only
 * @throws {TypeError | RangeError} when the URL is another, or an option not of its type
 * @throws {JwtError} `alg/unsupported`
 */
export function remoteKeySet(url: string | URL, options: RemoteKeySetOptions): RemoteKeySet {
  return new RemoteKeySet(checkUrl(url), checkRemoteOptions(options), options.now ?? Date.now);
}

/** A key set that is fetched. Made by {@link remoteKeySet}; usable wherever a key may be chosen asynchronously. */
export class RemoteKeySet {
  readonly #url: URL;
  readonly #settings: RemoteSettings;
  readonly #now: () => number;
  readonly #refetching: Refetching;
  #set: KeySet | undefined;
  #failure: JwtError | undefined;
  #fetching: Promise<void> | undefined;
  readonly #closing: AbortController = new AbortController();

  constructor(url: URL, settings: RemoteSettings, now: () => number) {
    this.#url = url;
    this.#settings = settings;
    this.#now = now;
    this.#refetching = new Refetching(settings);
  }

  /** The JWKs that the present set was made without, and why. */
  get ignored(): readonly IgnoredJwk[] {
    return this.#set?.ignored ?? [];
  }

  /** Why the last fetch failed; `undefined` when it succeeded, or there was none. */
  get failure(): JwtError | undefined {
    return this.#failure;
  }

  /**
   * The key for a header, as {@link KeySet.choose} picks it; fetches the set where that is due. Bound: may be
   * passed around without its set.
   *
   * @throws {JwtError} `jwks/…`, `key/private-in-set`, `key/duplicate-kid` when there is no set that may be
   * used; `jws/ambiguous-key`
   */
  readonly choose: (header: JoseHeader) => Promise<Key | undefined> = async (header) => {
    const before = this.#set;
    const set = await this.#current();
    const key = set.choose(header);
    // A set that came after the token has whatever there is.
    if (key !== undefined || set !== before || !this.#mayBeThere(header)) return key;
    return (await this.#lookAgain()).choose(header);
  };

  /**
   * Fetches the set now, however fresh it is and whether or not a failure has just been. For the start of a
   * program, or when one knows of a rotation: so what comes was asked for after the call. A fetch under way
   * is waited for, and all who call meanwhile share the one that follows it.
   *
   * @throws {JwtError} `jwks/…`, `key/private-in-set`, `key/duplicate-kid`; a set from before is kept
   */
  async refresh(): Promise<void> {
    // Should the earlier one fail, those who wanted it are told.
    if (this.#fetching !== undefined) await this.#fetching.catch(() => {});
    await this.#fetch();
  }

  /** Ends a fetch that is under way, and allows no more. What is there may be used until its time is over. */
  close(): void {
    this.#closing.abort(unreachable("The remote key set was closed"));
  }

  async #current(): Promise<KeySet> {
    switch (this.#refetching.next(this.#now())) {
      case "use":
        break;
      case "use, and fetch":
        // Should it fail, that is remembered; nobody is waiting to be told.
        this.#fetch().catch(() => {});
        break;
      case "fetch":
        await this.#fetch().catch((error) => {
          if (!this.#refetching.isUsable(this.#now())) throw error;
        });
        break;
      case "refuse":
        if (this.#fetching === undefined) throw again(this.#failure!);
        await this.#fetching;
    }
    return this.#set!;
  }

  async #lookAgain(): Promise<KeySet> {
    if (this.#fetching !== undefined || this.#refetching.mayLookAgain(this.#now())) {
      // Should it fail, the set that is there has its answer already.
      await this.#fetch().catch(() => {});
    }
    return this.#set!;
  }

  /** Whether a newer set could help: not a token with an algorithm that the set takes no keys for. */
  #mayBeThere({ alg }: JoseHeader): boolean {
    return this.#settings.algorithms.some((listed) => {
      const row = algorithmRow(listed);
      return listed === alg || row.crv?.some((crv) => row.alias?.(crv) === alg);
    });
  }

  /** One fetch for all who need it at the same time. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #load(): Promise<void> {
    const requestedAt = this.#now();
    try {
      const { set, lifetime } = await this.#request();
      this.#set = set;
      this.#failure = undefined;
      this.#refetching.succeeded(requestedAt, lifetime);
    } catch (error) {
      // Whatever it was, the source is not asked again at once: an agent for another scheme makes node:http
      // throw, and so it would for each token.
      const failure = error instanceof JwtError ? error : unreachable("The source cannot be asked", error);
      this.#failure = failure;
      this.#refetching.failed(this.#now());
      throw failure;
    }
  }

  async #request(): Promise<{ readonly set: KeySet; readonly lifetime: number }> {
    const { algorithms, timeout, maxBytes, headers, agent, ca } = this.#settings;
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(unreachable(`The source took longer than ${timeout} ms`)),
      timeout,
    );
    const signal = AbortSignal.any([late.signal, this.#closing.signal]);
    try {
      const response = await requestJwks(this.#url, { maxBytes, headers, signal, agent, ca });
      const set = parseObject(response.body, defaultLimits.maxDepth);
      if (set === undefined)
        throw new JwtError("jwks/malformed", "The source's answer is not a JSON object in UTF-8");
      return {
        set: new KeySet(set as unknown as JwkSet, { algorithms }),
        lifetime: freshFor(
          { cacheControl: response.headers["cache-control"], age: response.headers.age },
          this.#settings,
        ),
      };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A failure that is told once more has a stack of its own, and the first one for its cause. */
function again(failure: JwtError): JwtError {
  return new JwtError(failure.code, failure.message, { cause: failure });
}
