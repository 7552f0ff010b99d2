/** RFC 7518 §3.6: the algorithm that is none. */
import type { Case } from "../../case.ts";
import { signingKeys } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import { compact, segment } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { clause, refused } from "./judging.ts";

const byDefault = "Implementations MUST NOT accept Unsecured JWSs by default.";

/** Header, claims and a full stop, for who trusts the key of `alg`. */
function unsecured(now: number, name: string, alg = "HS256"): Question {
  const token = `${segment({ alg: name })}.${segment({ sub: "alice", exp: now + HOUR })}.`;
  return { ...question(now, { alg }), token };
}

export const none: readonly Case<JwtTrial>[] = clause("rfc7518/3.6", [
  ...["none", "None", "NONE", "nOnE"].map((name, at) => ({
    number: 1 + at,
    title: `alg ${name}, no signature`,
    requirement: byDefault,
    level: "MUST" as const,
    run: refused((now) => unsecured(now, name)),
  })),
  {
    number: 5,
    title: "alg none, no signature, where RS256 is expected",
    requirement: byDefault,
    level: "MUST",
    run: refused((now) => unsecured(now, "none", "RS256")),
  },
  {
    number: 6,
    title: "alg none, and the full stop is missing too",
    requirement: byDefault,
    level: "MUST",
    run: refused((now) => {
      const asked = unsecured(now, "none");
      return { ...asked, token: asked.token.slice(0, -1) };
    }),
  },
  {
    number: 7,
    title: "alg none, and a MAC that is right",
    requirement: "Recipients MUST verify that the JWS Signature value is the empty octet sequence.",
    level: "MUST",
    run: refused((now) => {
      const claims = { sub: "alice", exp: now + HOUR };
      return { ...question(now), token: compact({ alg: "none" }, claims, "HS256", signingKeys.HS256!) };
    }),
  },
]);
