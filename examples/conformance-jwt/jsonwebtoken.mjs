/** An adapter for jsonwebtoken: npx barewire conform jwt --exec "node examples/conformance-jwt/jsonwebtoken.mjs" */
import { createPublicKey, createSecretKey } from "node:crypto";
import { createInterface } from "node:readline";
import jsonwebtoken from "jsonwebtoken";

const known = /^[HRPE]S(256|384|512)$/;
console.log(JSON.stringify({ hello: true, clock: true, name: "jsonwebtoken" }));

function verify(token, jwk, { now: clockTimestamp, ...policy }) {
  const secret = jwk.kty === "oct" && createSecretKey(Buffer.from(jwk.k, "base64url"));
  const key = secret || createPublicKey({ key: jwk, format: "jwk" });
  return jsonwebtoken.verify(token, key, { ...policy, clockTimestamp });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, token, key, policy } = JSON.parse(line);
  // It takes keys of Node, not JWKs: what a JWK says of itself does not reach it.
  const aboutKey = key.keys || key.alg || key.use || key.key_ops;
  if (aboutKey || policy.typ || policy.crit || !policy.algorithms.every((alg) => known.test(alg)))
    console.log(JSON.stringify({ id, unsupported: true }));
  else {
    try {
      console.log(JSON.stringify({ id, accept: true, claims: verify(token, key, policy) }));
    } catch (error) {
      console.log(JSON.stringify({ id, accept: false, reason: error.message }));
    }
  }
}
