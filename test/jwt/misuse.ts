/** What the calling code may get wrong: values of every type, to be given where another is wanted. */
import { unchecked } from "../../src/jwt/policy.ts";

/** A value of every type there is, by name. */
export const values: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  false: false,
  zero: 0,
  "minus one": -1,
  "a fraction": 1.5,
  "a number": 60,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "a bigint": 60n,
  "an empty text": "",
  "a text": "x",
  "a number as text": "60",
  "an empty list": [],
  "a list of a text": ["x"],
  "a list with an empty text": ["x", ""],
  "a list of numbers": [60],
  "a list with a hole": Object.assign(new Array(2), { 0: "x" }),
  "a list in a list": [["x"]],
  "an object": {},
  "a date": new Date(0),
  "a regular expression": /x/,
  "a set of a text": new Set(["x"]),
  "a function": () => true,
  "another symbol": Symbol("unchecked"),
  "what opts out": unchecked,
  "a String object": Object("x"),
  "a promise": Promise.resolve("x"),
};

/** A TypeError, or a RangeError for a number that is one. */
export const isMisuse: { asymmetricMatch(error: unknown): boolean } = {
  asymmetricMatch: (error) => error instanceof TypeError || error instanceof RangeError,
};
