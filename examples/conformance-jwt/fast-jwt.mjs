/** An adapter for fast-jwt: npx barewire conform jwt --exec "node examples/conformance-jwt/fast-jwt.mjs" */
import { createPublicKey } from "node:crypto";
import { createInterface } from "node:readline";
import { createVerifier } from "fast-jwt";

const known = /^([HRPE]S(256|384|512)|EdDSA)$/;
console.log(JSON.stringify({ hello: true, clock: true, name: "fast-jwt" }));

function verify(token, jwk, { algorithms, now, issuer, audience, subject, typ, clockTolerance = 0, maxAge }) {
  const pem = () => createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
  const key = jwk.kty === "oct" ? Buffer.from(jwk.k, "base64url") : pem();
  const allowed = { allowedIss: issuer, allowedAud: audience, allowedSub: subject, checkTyp: typ };
  // Times are in milliseconds here.
  const times = { clockTimestamp: now * 1000, clockTolerance: clockTolerance * 1000 };
  if (maxAge !== undefined) times.maxAge = maxAge * 1000;
  const demanded = { iss: issuer, aud: audience, sub: subject, iat: maxAge };
  const requiredClaims = Object.keys(demanded).filter((name) => demanded[name] !== undefined);
  return createVerifier({ algorithms, key, ...allowed, ...times, requiredClaims })(token);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, token, key, policy } = JSON.parse(line);
  // It takes PEM and secrets, not JWKs: what a JWK says of itself does not reach it.
  const aboutKey = key.keys || key.alg || key.use || key.key_ops;
  if (aboutKey || policy.crit || !policy.algorithms.every((alg) => known.test(alg)))
    console.log(JSON.stringify({ id, unsupported: true }));
  else {
    try {
      console.log(JSON.stringify({ id, accept: true, claims: verify(token, key, policy) }));
    } catch (error) {
      console.log(JSON.stringify({ id, accept: false, reason: error.message }));
    }
  }
}
