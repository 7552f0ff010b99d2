/** RFC 7515 §4.1.11: extensions that have to be understood. */
import type { Case } from "../../case.ts";
import type { Policy, Question } from "../protocol.ts";
import { question } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const understood =
  "If any of the listed extension Header Parameters are not understood and supported by the recipient, then the JWS is invalid.";
const array =
  "Its value is an array listing the Header Parameter names present in the JOSE Header that use those extensions.";
const constraints =
  "Recipients MAY consider the JWS to be invalid if the critical list contains any Header Parameter names defined by this specification or [JWA] for use with JWS or if any other constraints on its use are violated.";

/** A token with these members in its header, for an application that understands the extensions in `crit`. */
function header(
  members: Readonly<Record<string, unknown>>,
  ...crit: readonly string[]
): (now: number) => Question {
  const policy: Partial<Policy> = crit.length === 0 ? {} : { crit };
  return (now) => question(now, { header: members, policy });
}

const extensions = clause("rfc7515/4.1.11", [
  {
    number: 1,
    title: "an extension that is not understood",
    requirement: understood,
    level: "MUST",
    run: refused(header({ crit: ["x"], x: true })),
  },
  {
    number: 2,
    title: "an extension that is named like a claim, and is not understood",
    requirement: understood,
    level: "MUST",
    run: refused(header({ crit: ["exp"], exp: 4_102_444_800 })),
  },
  {
    number: 3,
    title: "an extension that is understood",
    requirement: "This Header Parameter MUST be understood and processed by implementations.",
    level: "MUST",
    run: accepted(header({ crit: ["x"], x: true }, "x")),
  },
  {
    number: 4,
    title: "two extensions, of which the second is not understood",
    requirement: understood,
    level: "MUST",
    run: refused(header({ crit: ["x", "y"], x: true, y: true }, "x")),
  },
  {
    number: 5,
    title: "an extension that is understood, but in upper case",
    requirement: understood,
    level: "MUST",
    run: refused(header({ crit: ["X"], X: true }, "x")),
  },
  {
    number: 6,
    title: "an extension that is not understood, nor in the header",
    requirement: understood,
    level: "MUST",
    run: refused(header({ crit: ["x"] })),
  },
  {
    number: 7,
    title: "an extension named like something that every JavaScript object has",
    requirement: understood,
    level: "MUST",
    run: refused(header({ crit: ["constructor"], constructor: true })),
  },
  {
    number: 8,
    title: "crit a text",
    requirement: array,
    level: "MUST",
    run: refused(header({ crit: "x", x: true })),
  },
  {
    number: 9,
    title: "crit null",
    requirement: array,
    level: "MUST",
    run: refused(header({ crit: null })),
  },
  {
    number: 10,
    title: "crit an object",
    requirement: array,
    level: "MUST",
    run: refused(header({ crit: { x: true }, x: true })),
  },
  {
    number: 11,
    title: "crit true",
    requirement: array,
    level: "MUST",
    run: refused(header({ crit: true })),
  },
  {
    number: 12,
    title: "a number in crit",
    requirement: array,
    level: "MUST",
    run: refused(header({ crit: [1], 1: true })),
  },
  {
    number: 13,
    title: "an array in crit",
    requirement: array,
    level: "MUST",
    run: refused(header({ crit: [["x"]], x: true }, "x")),
  },
  {
    number: 14,
    title: "crit the empty array",
    requirement: constraints,
    level: "MAY",
    run: refused(header({ crit: [] })),
  },
  {
    number: 15,
    title: "alg in crit",
    requirement: constraints,
    level: "MAY",
    run: refused(header({ crit: ["alg"] })),
  },
  {
    number: 16,
    title: "an extension that is understood, twice in crit",
    requirement: constraints,
    level: "MAY",
    run: refused(header({ crit: ["x", "x"], x: true }, "x")),
  },
  {
    number: 17,
    title: "an extension that is understood, and is not in the header",
    requirement: constraints,
    level: "MAY",
    run: refused(header({ crit: ["x"] }, "x")),
  },
]);

export const criticality: readonly Case<JwtTrial>[] = extensions;
