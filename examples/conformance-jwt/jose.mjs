/** An adapter for jose: npx barewire conform jwt --exec "node examples/conformance-jwt/jose.mjs" */
import { createInterface } from "node:readline";
import { createLocalJWKSet, jwtVerify } from "jose";

const known = /^([HRPE]S(256|384|512)|EdDSA|Ed25519)$/;
console.log(JSON.stringify({ hello: true, clock: true, name: "jose" }));

async function verify(token, jwk, { now, crit = [], maxAge: maxTokenAge, ...policy }) {
  const key = jwk.keys ? createLocalJWKSet(jwk) : jwk;
  const understood = Object.fromEntries(crit.map((name) => [name, true]));
  const rest = { maxTokenAge, crit: understood, currentDate: new Date(now * 1000) };
  return (await jwtVerify(token, key, { ...policy, ...rest })).payload;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, token, key, policy } = JSON.parse(line);
  if (key.crv === "Ed448" || !policy.algorithms.every((alg) => known.test(alg)))
    console.log(JSON.stringify({ id, unsupported: true }));
  else {
    try {
      console.log(JSON.stringify({ id, accept: true, claims: await verify(token, key, policy) }));
    } catch (error) {
      console.log(JSON.stringify({ id, accept: false, reason: error.message }));
    }
  }
}
