/** Full-text search: in what is told about a case, and in what went over the wire, as text and as octets. */
import type { WireEntry } from "../../wire/wire-log.ts";
import { clauseOf } from "../clause.ts";
import { utf8Text } from "../octets.ts";
import type { Row } from "./rows.ts";

/** What is looked for. All terms have to be found. */
export interface Query {
  /** In lower case; a term in quotation marks may have spaces in it. */
  readonly terms: readonly string[];
  /** The whole query, where it can be read as octets: `88 02 03 e8`. */
  readonly octets: string | undefined;
}

/** What a row is searched in. */
export interface Haystack {
  readonly text: string;
  /** Hexadecimal, the pieces two spaces apart, so that octets begin at even places. */
  readonly octets: string;
}

/** Between pieces of hexadecimal: as long as an octet. */
const APART = "  ";

/** Reads what somebody typed; undefined when it says nothing. */
export function parseQuery(typed: string): Query | undefined {
  const lower = typed.trim().toLowerCase();
  const terms = [...lower.matchAll(/"([^"]+)"?|[^\s"]+/g)].map(([word, phrase]) => phrase ?? word);
  if (terms.length === 0) return undefined;
  const digits = lower.replace(/\s+|0x/g, "");
  const octets = /^([0-9a-f]{2}){2,}$/.test(digits) ? digits : undefined;
  return { terms, octets };
}

/** Everything that a row can be found by. */
export function haystackOf(row: Row, wires: readonly (readonly WireEntry[])[]): Haystack {
  const { id, title, requirement, level, autobahn, results } = row;
  const { citation, title: section = "" } = clauseOf(id);
  const told = results.flatMap((result) => [
    result?.reason ?? "",
    ...(result?.findings ?? []).flatMap(({ expected, came, clause = "" }) => [expected, came, clause]),
  ]);
  const entries = wires.flat();
  const payloads = entries.flatMap(({ frame, octets = "" }) => frame?.payload ?? octets);
  const text = [
    ...[id, citation, section, title, requirement, level, ...autobahn.map((number) => `autobahn:${number}`)],
    ...told,
    ...entries.map(({ summary }) => summary),
    ...payloads.map((payload) => utf8Text(payload, true) ?? ""),
  ];
  const octets = [...entries.map((entry) => entry.octets ?? ""), ...payloads];
  return { text: text.join("\n").toLowerCase(), octets: octets.join(APART) };
}

/** Whether everything that is looked for is there. */
export function isFound({ terms, octets }: Query, haystack: Haystack): boolean {
  if (octets !== undefined && hasOctets(haystack.octets, octets)) return true;
  return terms.every((term) => haystack.text.includes(term));
}

/** Whether `wanted` is there and begins with an octet, not in the middle of one. */
function hasOctets(hex: string, wanted: string): boolean {
  let at = hex.indexOf(wanted);
  while (at !== -1 && at % 2 === 1) at = hex.indexOf(wanted, at + 1);
  return at !== -1;
}
