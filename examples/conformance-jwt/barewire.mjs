/** An adapter for `barewire/jwt`: npx barewire conform jwt --exec "node examples/conformance-jwt/barewire.mjs" */
import { createInterface } from "node:readline";
import { importKey, KeySet, unchecked, verifyJwt } from "barewire/jwt";

const known = /^([HRP]S|ES)(256|384|512)$|^ES256K$|^EdDSA$|^Ed25519$|^Ed448$/;
console.log(JSON.stringify({ hello: true, clock: true, name: "barewire/jwt" }));

function verify(
  token,
  jwk,
  { algorithms, now, issuer, audience, subject, typ, clockTolerance, maxAge, crit },
) {
  const policy = { issuer: issuer ?? unchecked, audience: audience ?? unchecked, typ: typ ?? unchecked };
  const rest = { subject, leeway: clockTolerance, maxAge, crit, exp: unchecked };
  const key = jwk.keys
    ? new KeySet(jwk, { algorithms })
    : ({ alg }) => (algorithms.includes(alg) ? importKey(jwk, alg) : undefined);
  return verifyJwt(token, key, { ...policy, ...rest }, now).claims;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, token, key, policy } = JSON.parse(line);
  if (!policy.algorithms.every((alg) => known.test(alg)))
    console.log(JSON.stringify({ id, unsupported: true }));
  else {
    try {
      console.log(JSON.stringify({ id, accept: true, claims: verify(token, key, policy) }));
    } catch (error) {
      console.log(JSON.stringify({ id, accept: false, reason: `${error.code}: ${error.message}` }));
    }
  }
}
