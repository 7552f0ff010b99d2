/** What brings a verifier down that is not prepared for it. */
import { VerifierFailed } from "../trial.ts";
import type { Header } from "./header.ts";
import type { Rule, Rules } from "./rules.ts";

/** What an unprepared verifier meets, and the rule that it breaks by going down. */
const strains: readonly [Rule, (token: string, header: Header | undefined, claims: string) => boolean][] = [
  ["endures full stops", (token) => /^\.{9999}/.test(token)],
  ["endures length", (token) => token.length > 1_000_000 && !token.includes(".")],
  ["endures brackets", (token) => Buffer.from(token.slice(0, 8), "base64url").toString() === "[[[[[["],
  ["endures long names", (_, header) => `${header?.alg}`.length > 9999],
  ["endures long lists", (_, header) => Array.isArray(header?.crit) && header.crit.length > 9999],
  ["endures patience", (_, header) => Number(header?.p2c) > 9_999_999],
  ["endures bombs", (_, header) => header?.zip === "DEF"],
  ["endures deep headers", (_, header) => typeof header?.x === "object"],
  ["endures long kids", (_, header) => `${header?.kid}`.length > 9999],
  ["endures deep claims", (_, __, claims) => claims.includes("[[[[[[")],
  ["endures digits", (_, __, claims) => /9{9999}/.test(claims)],
  ["endures infinity", (_, __, claims) => claims.includes("1e999")],
  ["endures large claims", (_, __, claims) => claims.length > 1_000_000],
  ["endures many claims", (_, __, claims) => claims.includes('"c9999":')],
  ["endures surrogates", (_, __, claims) => claims.includes("\\ud800")],
];

/** @throws {VerifierFailed} where the rule that is broken is the one that would have helped */
export function checkEndurance(
  token: string,
  header: Header | undefined,
  claims: string,
  rules: Rules,
): void {
  for (const [rule, isStrained] of strains) {
    if (rules.breaks(rule) && isStrained(token, header, claims)) {
      throw new VerifierFailed("it ended", true);
    }
  }
}
