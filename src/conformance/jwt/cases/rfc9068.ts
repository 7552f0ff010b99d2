/** RFC 9068 §4: access tokens. */
import type { Case } from "../../case.ts";
import type { Question } from "../protocol.ts";
import { HOUR, question } from "../question.ts";
import { segment } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const typ =
  'The resource server MUST verify that the "typ" header value is "at+jwt" or "application/at+jwt" and reject tokens carrying any other value.';
const iss =
  'The issuer identifier for the authorization server (which is typically obtained during discovery) MUST exactly match the value of the "iss" claim.';
const aud =
  'The JWT access token MUST be rejected if "aud" does not contain a resource indicator of the current resource server as a valid audience.';
const exp = 'The current time MUST be before the time represented by the "exp" claim.';

const policy = { issuer: "https://issuer.example", audience: "https://api.example", typ: "at+jwt" };

interface Parts {
  readonly typ?: string | undefined;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An access token with all that RFC 9068 §2.2 asks for, for a resource server. */
function access(now: number, parts: Parts = {}): Question {
  return question(now, {
    header: { typ: "typ" in parts ? parts.typ : "at+jwt" },
    claims: {
      iss: policy.issuer,
      aud: policy.audience,
      client_id: "s6BhdRkqt3",
      iat: now - 60,
      jti: "dbe39bf3a3ba4238a513f51d6e1691c4",
      ...parts.claims,
    },
    policy,
  });
}

function unsecured(now: number): Question {
  const good = access(now);
  const header = segment({ alg: "none", typ: "at+jwt" });
  return { ...good, token: `${header}.${good.token.split(".")[1]}.` };
}

export const accessTokens: readonly Case<JwtTrial>[] = clause("rfc9068/4", [
  {
    number: 1,
    title: "an access token, typ at+jwt",
    requirement: typ,
    level: "MUST",
    run: accepted((now) => access(now)),
  },
  {
    number: 2,
    title: "an access token, typ application/at+jwt",
    requirement: typ,
    level: "MUST",
    run: accepted((now) => access(now, { typ: "application/at+jwt" })),
  },
  {
    number: 3,
    title: "typ JWT, as ID tokens have it",
    requirement: typ,
    level: "MUST",
    run: refused((now) => access(now, { typ: "JWT" })),
  },
  {
    number: 4,
    title: "no typ",
    requirement: typ,
    level: "MUST",
    run: refused((now) => access(now, { typ: undefined })),
  },
  {
    number: 5,
    title: "another issuer",
    requirement: iss,
    level: "MUST",
    run: refused((now) => access(now, { claims: { iss: "https://other.example" } })),
  },
  {
    number: 6,
    title: "no issuer",
    requirement: iss,
    level: "MUST",
    run: refused((now) => access(now, { claims: { iss: undefined } })),
  },
  {
    number: 7,
    title: "for another resource server",
    requirement: aud,
    level: "MUST",
    run: refused((now) => access(now, { claims: { aud: "https://other.example" } })),
  },
  {
    number: 8,
    title: "for nobody",
    requirement: aud,
    level: "MUST",
    run: refused((now) => access(now, { claims: { aud: undefined } })),
  },
  {
    number: 9,
    title: "alg none",
    requirement: 'The resource server MUST reject any JWT in which the value of "alg" is "none".',
    level: "MUST",
    run: refused(unsecured),
  },
  {
    number: 10,
    title: "expired two hours ago",
    requirement: exp,
    level: "MUST",
    run: refused((now) => access(now, { claims: { exp: now - 2 * HOUR } })),
  },
]);
