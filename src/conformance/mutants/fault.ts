/** What a mutant is: a correct peer with one rule broken on purpose, and the cases that have to notice. */

/** One rule that can be broken. */
export interface FaultDescription {
  /** Names the switch. */
  readonly name: string;
  /** What the peer does wrong, in one line. */
  readonly breaks: string;
  /** The clause that is broken: `RFC 6455 §5.1`. */
  readonly rule: string;
  /** Who has this switch; `either` makes two mutants of it. */
  readonly role: "server" | "client" | "either";
  /** What the peer is like besides; see {@link Manner}. Default: as it stands. */
  readonly manner?: Manner;
  /**
   * Cases, each of which has to turn red, by clause and numbers: `rfc6455/5.2/1-8,11`, `rfc6455/5.5.3/*`. Over HTTP/2
   * (`h2:…`) the same are meant.
   */
  readonly cases: readonly string[];
}

/** Other ways of being correct, which some cases need: by default they would find nothing to look at. */
export type Manner =
  | "refuses-for-good"
  | "offers-no-extension"
  | "offers-no-hint"
  | "asks-for-a-small-window-without-takeover";

/**
 * Whether a pattern of {@link FaultDescription.cases} means this case.
 *
 * @throws {Error} when it is no pattern
 */
export function means(pattern: string, id: string): boolean {
  const [, clause, numbers] = /^(.+)\/(\*|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)$/.exec(pattern) ?? [];
  if (clause === undefined || numbers === undefined) throw new Error(`${pattern} means no cases`);
  const slash = id.lastIndexOf("/");
  if (id.slice(0, slash).replace(/^h2:/, "") !== clause) return false;
  const number = Number(id.slice(slash + 1));
  return numbers === "*" || numbers.split(",").some((range) => isWithin(number, range));
}

function isWithin(number: number, range: string): boolean {
  const [from, to = from] = range.split("-").map(Number);
  return number >= from! && number <= to!;
}
