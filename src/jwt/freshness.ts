/**
 * For how long a response may be used without asking again: RFC 9111 §4.2, as far as a key set needs it.
 *
 *     Cache-Control   = #cache-directive
 *     cache-directive = token [ "=" ( token / quoted-string ) ]
 *
 * What the source says is honoured within bounds: too short a time would let it be asked without end, too
 * long a one would keep a withdrawn key for years.
 * https://www.rfc-editor.org/rfc/rfc9111#section-4.2
 */

/** The two fields that count here, as they stand in the response; several lines of one joined by commas. */
export interface FreshnessFields {
  readonly cacheControl: string | undefined;
  readonly age: string | undefined;
}

/** Milliseconds, all three. */
export interface FreshnessBounds {
  readonly minFreshness: number;
  readonly maxFreshness: number;
  /** Where the response does not say. */
  readonly defaultFreshness: number;
}

/**
 * How many milliseconds a response is fresh, counted from the request for it.
 *
 * We are a private cache, so `s-maxage` and `private` are not for us. `must-revalidate` would forbid what
 * the caller of a remote key set asks for with `staleFor`; his word counts (RFC 9111 §4.2.4 leaves room for
 * "configuration in accordance with an out-of-band contract"). `Expires` is not read.
 */
export function freshFor({ cacheControl, age }: FreshnessFields, bounds: FreshnessBounds): number {
  const { minFreshness, maxFreshness, defaultFreshness } = bounds;
  const stated = cacheControl === undefined ? undefined : statedLifetime(cacheControl);
  const lifetime = stated === undefined ? defaultFreshness : stated * 1000;
  return Math.min(Math.max(lifetime - ageOf(age) * 1000, minFreshness), maxFreshness);
}

/** The freshness lifetime in seconds, RFC 9111 §4.2.1; `undefined` when the field does not speak of it. */
function statedLifetime(cacheControl: string): number | undefined {
  const directives = parseCacheControl(cacheControl);
  // RFC 9111 §4.2.1: "Caches are encouraged to consider responses that have invalid freshness information
  // (e.g., a max-age directive with non-integer content) to be stale." So is one whose directives cannot be
  // told apart.
  if (directives === undefined) return 0;
  // RFC 9111 §4.2.1: "If directives conflict (e.g., both max-age and no-cache are present), the most
  // restrictive directive should be honored."
  if (directives.has("no-store") || directives.has("no-cache")) return 0;
  if (!directives.has("max-age")) return undefined;
  return parseDeltaSeconds(directives.get("max-age")) ?? 0;
}

/**
 * RFC 9111 §5.1: a list counts by its first member, and what is no number is ignored.
 */
function ageOf(age: string | undefined): number {
  return parseDeltaSeconds(/^[^,]*/.exec(age ?? "")![0].trim()) ?? 0;
}

/**
 * RFC 9111 §1.2.2, of a number that is too great: "the cache MUST consider the value to be 2147483648", which
 * stands for infinity.
 */
function parseDeltaSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]+$/.test(text) ? Math.min(Number(text), 2_147_483_648) : undefined;
}

/** RFC 9110 §5.6.2 and §5.6.4. Each character can match in one way only, so the time is linear. */
const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const quotedString = /"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"/y;
/** What stands between two elements of a list, empty elements among it (RFC 9110 §5.6.1.2). */
const separators = /[ \t,]*/y;
const optionalWhiteSpace = /[ \t]*/y;

/**
 * The directives by their names in lower case, each with its argument, quoted or not; `undefined` when the
 * field is not written by the grammar. RFC 9111 §4.2.1: of "more than one value present for a given
 * directive" the first is used.
 */
export function parseCacheControl(field: string): ReadonlyMap<string, string | undefined> | undefined {
  const directives = new Map<string, string | undefined>();
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [text] = pattern.exec(field) ?? [""];
    at += text.length;
    return text;
  };

  take(separators);
  while (at < field.length) {
    const name = take(token).toLowerCase();
    if (name === "") return undefined;
    let argument: string | undefined;
    if (field[at] === "=") {
      at++;
      argument = take(token) || unquote(take(quotedString));
      if (argument === undefined) return undefined;
    }
    if (!directives.has(name)) directives.set(name, argument);
    take(optionalWhiteSpace);
    if (at < field.length && field[at] !== ",") return undefined;
    take(separators);
  }
  return directives;
}

function unquote(quoted: string): string | undefined {
  return quoted === "" ? undefined : quoted.slice(1, -1).replace(/\\(.)/g, "$1");
}
