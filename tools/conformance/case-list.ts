/**
 * Ids of cases written by clause: `rfc6455/5.2/1-3, 7` is what people read, and what explanations and
 * `expected.json` are written with.
 */

/** A clause and numbers of cases within it. */
export interface ClauseCases {
  /** `rfc6455/5.2`, `h2:rfc6455/5.2` */
  readonly clause: string;
  readonly numbers: readonly number[];
}

/** The cases of each clause, in the order in which the clauses first come; numbers ascend. */
export function byClause(ids: Iterable<string>): readonly ClauseCases[] {
  const clauses = new Map<string, number[]>();
  for (const id of ids) {
    const at = id.lastIndexOf("/");
    const clause = id.slice(0, at);
    const numbers = clauses.get(clause) ?? [];
    clauses.set(clause, numbers);
    numbers.push(Number(id.slice(at + 1)));
  }
  return Array.from(clauses, ([clause, numbers]) => ({ clause, numbers: numbers.sort((a, b) => a - b) }));
}

/** `1-3, 7`; the numbers ascend. */
export function writeNumbers(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

/** @throws {TypeError} when it is not what {@link writeNumbers} writes */
export function readNumbers(text: string): readonly number[] {
  return text.split(", ").flatMap((range) => {
    const [, from = "", to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    if (from === "") throw new TypeError(`no numbers of cases: ${text}`);
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i);
  });
}

/** `rfc6455/5.2/1-3, 7` as ids. */
export function readCases(text: string): readonly string[] {
  const at = text.lastIndexOf("/");
  return readNumbers(text.slice(at + 1)).map((number) => `${text.slice(0, at)}/${number}`);
}
