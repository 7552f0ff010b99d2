/**
 * What a remote key set may be told, checked at once.
 */
import type { Agent } from "node:http";
import type { Algorithm } from "./algorithms.ts";
import type { FreshnessBounds } from "./freshness.ts";
import { checkAlgorithms } from "./jwks.ts";
import type { CertificateAuthorities } from "./jwks-request.ts";
import { checkFinite, checkOptions, isPlainObject } from "./options.ts";
import type { RefetchLimits } from "./refetching.ts";

/** How a remote set is fetched and kept. Times are in milliseconds. */
export interface RemoteKeySetOptions {
  /** The algorithms that its keys may be for; see {@link KeySet}. */
  readonly algorithms: readonly Algorithm[];
  /** For a fetch as a whole, redirects and all. Default 5 s; at most 5 min. */
  readonly timeout?: number | undefined;
  /** Octets in the response. Default 128 KiB. */
  readonly maxBytes?: number | undefined;
  /** The pause after a failure, and between two fetches for the sake of unknown keys. Default 30 s. */
  readonly cooldown?: number | undefined;
  /** The least for which a set is fresh, whatever `Cache-Control` says. Default 60 s. */
  readonly minFreshness?: number | undefined;
  /** The most, likewise: when at the latest a withdrawn key is gone. Default 24 h. */
  readonly maxFreshness?: number | undefined;
  /** Where `Cache-Control` does not say. Default 10 min. */
  readonly defaultFreshness?: number | undefined;
  /** How long a set is used after it was fresh, while the source fails. Default 1 h; 0: not at all. */
  readonly staleFor?: number | undefined;
  /** More request headers, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For instance one that goes through a proxy. */
  readonly agent?: Agent | undefined;
  /** The authorities trusted for TLS, in place of those that come with Node. */
  readonly ca?: CertificateAuthorities | undefined;
  /** The clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The options, each with its value; those that have no default are as they were given. */
export interface RemoteSettings extends RefetchLimits, FreshnessBounds {
  readonly algorithms: readonly Algorithm[];
  readonly timeout: number;
  readonly maxBytes: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent | undefined;
  readonly ca: CertificateAuthorities | undefined;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const MAX_TIMEOUT = 5 * MINUTE;

const optionNames: ReadonlySet<string> = new Set([
  "algorithms",
  "timeout",
  "maxBytes",
  "cooldown",
  "minFreshness",
  "maxFreshness",
  "defaultFreshness",
  "staleFor",
  "headers",
  "agent",
  "ca",
  "now",
]);

/** @throws {TypeError | RangeError} unless every option is known, of its type and in its range */
export function checkRemoteOptions(options: RemoteKeySetOptions): RemoteSettings {
  checkOptions(options, optionNames, "remoteKeySet options");
  const { timeout = 5 * SECOND, maxBytes = 131_072, cooldown = 30 * SECOND, staleFor = HOUR } = options;
  const { minFreshness = MINUTE, maxFreshness = 24 * HOUR, defaultFreshness = 10 * MINUTE } = options;
  const { agent, ca, now } = options;
  checkRange(timeout, "timeout", { least: 1, most: MAX_TIMEOUT });
  checkRange(maxBytes, "maxBytes", { least: 1 });
  for (const [what, time] of Object.entries({
    cooldown,
    staleFor,
    minFreshness,
    maxFreshness,
    defaultFreshness,
  })) {
    checkRange(time, what, { least: 0 });
  }
  if (minFreshness > maxFreshness) throw new RangeError("minFreshness must not be more than maxFreshness");
  if (agent !== undefined && !isAgent(agent)) throw new TypeError("agent must be an http.Agent");
  if (ca !== undefined && !isAuthorities(ca))
    throw new TypeError("ca must be PEM text, a Buffer, or a list of them");
  if (now !== undefined && typeof now !== "function") throw new TypeError("now must be a function");
  const algorithms = checkAlgorithms(options.algorithms);
  const headers = checkHeaders(options.headers ?? {});
  return {
    ...{ algorithms, timeout, maxBytes, cooldown, staleFor },
    ...{ minFreshness, maxFreshness, defaultFreshness, headers, agent, ca },
  };
}

function checkRange(value: unknown, what: string, { least, most = Number.MAX_SAFE_INTEGER }: Range): void {
  checkFinite(value, what);
  if (value < least || value > most) throw new RangeError(`${what} must be between ${least} and ${most}`);
}

interface Range {
  readonly least: number;
  readonly most?: number;
}

/** As `node:http` tells it, which takes whatever has the method. */
function isAgent(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<Requester>).addRequest === "function"
  );
}

interface Requester {
  addRequest(): void;
}

function isAuthorities(value: unknown): boolean {
  const isOne = (one: unknown): boolean => typeof one === "string" || Buffer.isBuffer(one);
  return Array.isArray(value) ? value.every(isOne) : isOne(value);
}

/** What the request writes itself, what frames it, and what would ask for another answer than a key set. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...[
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "range",
    "te",
  ],
  ...["trailer", "transfer-encoding", "upgrade"],
]);

function checkHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (!isPlainObject(headers)) throw new TypeError("headers must be a plain object");
  const copy: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    // RFC 9110 §5.6.2 and §5.5; the value stays out of the message, for it may be a password.
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) throw new TypeError("headers: a name is not a token");
    if (typeof value !== "string" || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new TypeError(`headers: "${name}" is not text that a header field can hold`);
    }
    if (ownHeaders.has(name.toLowerCase())) throw new TypeError(`headers: the request sets "${name}" itself`);
    copy[name] = value;
  }
  return copy;
}

/**
 * A copy of `url`, which must be one that nobody on the way can answer: `https:`, or `http:` to this machine.
 *
 * @throws {TypeError} when it is no such URL
 */
export function checkUrl(url: string | URL): URL {
  const target = URL.parse(url instanceof URL ? url.href : url);
  if (target === null) throw new TypeError("A remote key set needs an absolute URL");
  if (target.username !== "" || target.password !== "") {
    throw new TypeError("The URL of a key set must not hold credentials: URLs end up in logs. See headers");
  }
  if (target.protocol !== "https:" && !(target.protocol === "http:" && isLoopback(target.hostname))) {
    throw new TypeError("The URL of a key set must be https:, or http: to a loopback address");
  }
  return target;
}

/** The URL standard has brought every spelling of an address into one: `127.1` and `0x7f000001` to 127.0.0.1. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.[0-9]+\.[0-9]+\.[0-9]+$/.test(hostname);
}
