/** RFC 7797: unencoded payloads, which are not for JWTs. */
import type { Case } from "../../case.ts";
import { signingKeys } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import { seal, segment } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { clause, refused } from "./judging.ts";

/** A token whose payload is the text of its claims. */
function unencoded(now: number, header: Readonly<Record<string, unknown>>): Question {
  const claims = JSON.stringify({ sub: "alice", exp: now + HOUR });
  const token = seal(`${segment({ alg: "HS256", ...header })}.${claims}`, "HS256", signingKeys.HS256!);
  return { ...question(now), token };
}

export const unencodedPayloads: readonly Case<JwtTrial>[] = [
  ...clause("rfc7797/6", [
    {
      number: 1,
      title: "an unencoded payload, and no crit that says so",
      requirement:
        'The "crit" Header Parameter MUST be included with "b64" in its set of values when using the "b64" Header Parameter to cause implementations not implementing "b64" to reject the JWS (instead of it being misinterpreted).',
      level: "MUST",
      run: refused((now) => unencoded(now, { b64: false })),
    },
    {
      number: 2,
      title: "b64 false, not in crit, and a payload that is encoded all the same",
      requirement:
        'The "crit" Header Parameter MUST be included with "b64" in its set of values when using the "b64" Header Parameter to cause implementations not implementing "b64" to reject the JWS (instead of it being misinterpreted).',
      // Who does not know b64 has to ignore it.
      level: "MAY",
      run: refused((now) => question(now, { header: { b64: false } })),
    },
  ]),
  ...clause("rfc7797/7", [
    {
      number: 1,
      title: "an unencoded payload, well signed and critical",
      requirement:
        'For interoperability reasons, JSON Web Tokens [JWT] MUST NOT use "b64" with a "false" value.',
      level: "MUST",
      run: refused((now) => unencoded(now, { b64: false, crit: ["b64"] })),
    },
    {
      number: 2,
      title: "b64 false and critical, and a payload that is encoded all the same",
      requirement:
        'For interoperability reasons, JSON Web Tokens [JWT] MUST NOT use "b64" with a "false" value.',
      level: "MUST",
      run: refused((now) => question(now, { header: { b64: false, crit: ["b64"] } })),
    },
  ]),
  ...clause("rfc7515/5.2", [
    {
      number: 51,
      title: "b64 critical, and neither true nor false",
      requirement:
        'Verify that the implementation understands and can process all fields that it is required to support, whether required by this specification, by the algorithm being used, or by the "crit" Header Parameter value, and that the values of those parameters are also understood and supported.',
      level: "MUST",
      run: refused((now) => question(now, { header: { b64: "true", crit: ["b64"] } })),
    },
  ]),
];
