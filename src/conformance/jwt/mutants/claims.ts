/** What the verifier of the mutants demands of claims. */
import type { Policy } from "../protocol.ts";
import { Refusal, type Rules } from "./rules.ts";

export type Claims = Readonly<Record<string, unknown>>;

const known: ReadonlySet<string> = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "x", "filler"]);

/** @throws {Refusal} unless the claims are what the policy demands */
export function checkClaims(claims: Claims, policy: Policy, rules: Rules): void {
  if (rules.breaks("unknown claims are ignored") && Object.keys(claims).some((name) => !known.has(name))) {
    throw new Refusal("an unknown claim");
  }
  checkText(claims.sub, rules.breaks("sub is a text") || rules.breaks("sub is compared strictly"));
  checkText(claims.jti, rules.breaks("jti is a text"));
  checkIssuer(claims.iss, policy, rules);
  checkSubject(claims.sub, policy, rules);
  checkAudience(claims.aud, policy, rules);
  checkExpiration(claims.exp, policy, rules);
  checkNotBefore(claims.nbf, policy, rules);
  checkAge(claims.iat, policy, rules);
}

function checkText(value: unknown, unchecked: boolean): void {
  if (value !== undefined && typeof value !== "string" && !unchecked) throw new Refusal("not a string");
}

function checkIssuer(iss: unknown, { issuer }: Policy, rules: Rules): void {
  if (issuer === undefined || rules.breaks("iss counts")) return;
  if (rules.breaks("the issuer is accepted")) throw new Refusal("an issuer");
  if (iss === undefined && rules.breaks("iss is there")) return;
  if (Array.isArray(iss) && rules.breaks("iss is one") && iss.includes(issuer)) return;
  if (typeof iss !== "string") throw new Refusal("no issuer");
  if (rules.breaks("iss in its case") && iss.toLowerCase() === issuer) return;
  if (rules.breaks("iss is no pattern") && new RegExp(`^${issuer}$`).test(iss)) return;
  if (rules.breaks("iss with its slash") && iss.replace(/\/$/, "") === issuer) return;
  if (rules.breaks("iss in full") && iss.startsWith(issuer)) return;
  if (iss !== issuer) throw new Refusal("another issuer");
}

function checkSubject(sub: unknown, { subject }: Policy, rules: Rules): void {
  if (subject === undefined || rules.breaks("sub counts")) return;
  if (rules.breaks("the subject is accepted")) throw new Refusal("a subject");
  if (rules.breaks("sub is compared strictly") ? `${sub}` !== subject : sub !== subject) {
    throw new Refusal("another subject");
  }
}

function checkAudience(aud: unknown, { audience }: Policy, rules: Rules): void {
  if (rules.breaks("aud counts")) return;
  if (aud === undefined || (aud === null && rules.breaks("aud is there"))) {
    if (audience === undefined || rules.breaks("aud is there")) return;
    throw new Refusal("no audience");
  }
  if (audience === undefined) {
    if (rules.breaks("aud is for somebody")) return;
    throw new Refusal("an audience that is not named");
  }
  if (!namesIn(aud, rules).some((name) => isOurs(name, audience, rules)))
    throw new Refusal("another audience");
}

/** The names that a token is addressed to. */
function namesIn(aud: unknown, rules: Rules): readonly string[] {
  if (typeof aud === "string") return rules.breaks("aud may be a text") ? [] : [aud];
  let names = aud;
  if (rules.breaks("aud is no object") && !Array.isArray(aud)) names = Object.values(aud ?? {});
  if (rules.breaks("aud is flat") && Array.isArray(aud)) names = aud.flat();
  if (!Array.isArray(names)) throw new Refusal("aud is neither a string nor an array");
  if (rules.breaks("aud lists somebody") && names.length === 0) return [EVERYBODY];
  const texts = names.filter((name) => typeof name === "string");
  if (texts.length < names.length && rules.keeps("aud lists texts")) throw new Refusal("no string in aud");
  return rules.breaks("all of aud is looked at") ? texts.slice(0, 1) : texts;
}

const EVERYBODY = "*";

function isOurs(name: string, audience: string, rules: Rules): boolean {
  if (name === EVERYBODY) return true;
  if (rules.breaks("aud is no longer")) return name.startsWith(audience);
  if (rules.breaks("aud is no shorter")) return audience.startsWith(name);
  if (rules.breaks("aud in its case")) return name.toLowerCase() === audience;
  return name === audience;
}

function checkExpiration(exp: unknown, policy: Policy, rules: Rules): void {
  const { clockTolerance = 0 } = policy;
  if (rules.breaks("exp counts")) return;
  if (exp === undefined) {
    if (rules.breaks("exp need not be there")) throw new Refusal("no exp");
    return;
  }
  if (typeof exp !== "number") {
    if (rules.breaks("exp is a number")) return;
    throw new Refusal("exp is no number");
  }
  if (rules.breaks("exp may be zero") && exp <= 0) return;
  if (rules.breaks("a fraction is a NumericDate") && !Number.isInteger(exp)) throw new Refusal("a fraction");
  if (rules.breaks("far is not past") && exp > 0xffff_ffff) throw new Refusal("exp is too large");
  const leeway = rules.breaks("leeway for exp")
    ? 0
    : clockTolerance * (rules.breaks("leeway in seconds") ? 1000 : 1);
  const ends = (rules.breaks("a fraction counts") ? Math.floor(exp) : exp) + leeway;
  const { now } = policy;
  const early = rules.breaks("before exp it is not over") ? 1 : 0;
  if (rules.breaks("at exp it is over") ? now > ends : now + early >= ends) throw new Refusal("expired");
}

function checkNotBefore(nbf: unknown, { now, clockTolerance = 0 }: Policy, rules: Rules): void {
  if (nbf === undefined || rules.breaks("nbf counts")) return;
  if (typeof nbf !== "number") {
    if (rules.breaks("nbf is a number")) return;
    throw new Refusal("nbf is no number");
  }
  if (rules.breaks("nbf may be past") && nbf < now) throw new Refusal("nbf is past");
  const begins = nbf - (rules.breaks("leeway for nbf") ? 0 : clockTolerance);
  if (now < begins || (rules.breaks("at nbf it begins") && now === begins)) throw new Refusal("not yet");
}

function checkAge(iat: unknown, { now, maxAge }: Policy, rules: Rules): void {
  if (iat !== undefined && typeof iat !== "number" && rules.keeps("iat is a number")) {
    throw new Refusal("iat is no number");
  }
  if (maxAge === undefined) return;
  if (rules.breaks("maxAge allows")) throw new Refusal("an age");
  if (iat === undefined) {
    if (rules.breaks("maxAge needs iat")) return;
    throw new Refusal("no iat");
  }
  if (now - (iat as number) > maxAge && rules.keeps("maxAge counts")) throw new Refusal("too old");
}
