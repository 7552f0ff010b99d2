/** The shape of a JSON object that nobody here looks into, but that is passed on. */
import { Fault, type Shape } from "./shapes.ts";

export interface JsonObjectOptions {
  /** As JSON, in UTF-16 code units. */
  readonly longest: number;
  /** How many arrays and objects within each other; the outermost is one. Parsers of JSON differ in what they bear. */
  readonly deepest: number;
}

/** Any JSON object within these bounds, in which every string is well-formed and every number is finite. */
export function jsonObject({
  longest,
  deepest,
}: JsonObjectOptions): Shape<Readonly<Record<string, unknown>>> {
  const expected = new Fault(
    `must be an object of up to ${longest} characters as JSON, ${deepest} levels deep`,
  );
  return {
    schema: { type: "object" },
    read: (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return expected;
      // Only what is known to be shallow may be given to JSON.stringify, which calls itself for each level.
      if (!canBeRelayed(value, deepest) || JSON.stringify(value).length > longest) return expected;
      return value as Readonly<Record<string, unknown>>;
    },
  };
}

/** Whether it comes out of JSON as it went in, and is no deeper than that. */
function canBeRelayed(value: unknown, deepest: number): boolean {
  if (typeof value === "string") return value.isWellFormed();
  // JSON's 1e999 is read as Infinity, which JSON cannot write.
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (deepest === 0) return false;
  if (Array.isArray(value)) return value.every((item) => canBeRelayed(item, deepest - 1));
  return Object.entries(value).every(
    ([name, item]) => name.isWellFormed() && canBeRelayed(item, deepest - 1),
  );
}
