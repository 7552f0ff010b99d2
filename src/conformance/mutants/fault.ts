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
 * Which cases these patterns mean.
 *
 * @returns whether a case with this id is among them
 * @throws {Error} when one is no pattern
 */
export function meaning(patterns: readonly string[]): (id: string) => boolean {
  const read = patterns.map(readPattern);
  return (id) => {
    const slash = id.lastIndexOf("/");
    const clause = id.slice(0, slash).replace("h2:", "");
    const number = Number(id.slice(slash + 1));
    return read.some(
      (pattern) =>
        pattern.clause === clause && pattern.ranges.some(([from, to]) => from <= number && number <= to),
    );
  };
}

interface Pattern {
  readonly clause: string;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

function readPattern(pattern: string): Pattern {
  const [, clause, numbers] = /^(.+)\/(\*|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)$/.exec(pattern) ?? [];
  if (clause === undefined || numbers === undefined) throw new Error(`${pattern} means no cases`);
  if (numbers === "*") return { clause, ranges: [[0, Number.POSITIVE_INFINITY]] };
  const ranges = numbers.split(",").map((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return [from, to] as const;
  });
  return { clause, ranges };
}
