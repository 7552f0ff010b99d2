/** RFC 7519 §4.1.3: for whom a token is. */
import type { Case } from "../../case.ts";
import type { Policy, Question } from "../protocol.ts";
import { question } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const audienceNamed =
  'If the principal processing the claim does not identify itself with a value in the "aud" claim when this claim is present, then the JWT MUST be rejected.';
const audienceList =
  'In the general case, the "aud" value is an array of case-sensitive strings, each containing a StringOrURI value.';

const me = "https://api.example";

function addressed(aud: unknown): (now: number) => Question {
  const policy: Partial<Policy> = { audience: me };
  return (now) => question(now, { claims: { aud }, policy });
}

export const audience: readonly Case<JwtTrial>[] = clause("rfc7519/4.1.3", [
  {
    number: 1,
    title: "aud is our name",
    requirement:
      'In the special case when the JWT has one audience, the "aud" value MAY be a single case-sensitive string containing a StringOrURI value.',
    level: "MUST",
    run: accepted(addressed(me)),
  },
  {
    number: 2,
    title: "our name is among others in aud",
    requirement: audienceList,
    level: "MUST",
    run: accepted(addressed(["https://other.example", me])),
  },
  {
    number: 3,
    title: "aud is another's name",
    requirement: audienceNamed,
    level: "MUST",
    run: refused(addressed("https://other.example")),
  },
  {
    number: 4,
    title: "others' names in aud",
    requirement: audienceNamed,
    level: "MUST",
    run: refused(addressed(["https://other.example", "https://third.example"])),
  },
  {
    number: 5,
    title: "nobody's name in aud",
    requirement: audienceNamed,
    level: "MUST",
    run: refused(addressed([])),
  },
  {
    number: 6,
    title: "aud begins with our name",
    requirement: audienceNamed,
    level: "MUST",
    run: refused(addressed(`${me}.attacker.example`)),
  },
  {
    number: 7,
    title: "our name begins with aud",
    requirement: audienceNamed,
    level: "MUST",
    run: refused(addressed("https://api")),
  },
  {
    number: 8,
    title: "our name in upper case",
    requirement: audienceNamed,
    level: "MUST",
    run: refused(addressed(me.toUpperCase())),
  },
  {
    number: 9,
    title: "aud an object with our name in it",
    requirement: audienceNamed,
    level: "MUST",
    run: refused(addressed({ [me]: me })),
  },
  {
    number: 10,
    title: "our name in an array in aud",
    requirement: audienceNamed,
    level: "MUST",
    run: refused(addressed([[me]])),
  },
  {
    number: 11,
    title: "a number beside our name in aud",
    requirement: audienceList,
    level: "MAY",
    run: refused(addressed([42, me])),
  },
  {
    number: 12,
    title: "aud, where the application has no name",
    requirement: audienceNamed,
    level: "MUST",
    run: refused((now) => question(now, { claims: { aud: me } })),
  },
]);
