/** fast-jwt: synchronous; it takes keys as PEM or bytes, and makes its own `KeyObject`s of them once. */
import type { KeyObject } from "node:crypto";
import {
  createSigner,
  createVerifier,
  type Algorithm as TheirAlgorithm,
  type VerifierOptions,
} from "fast-jwt";
import type { Claims } from "../../../src/jwt/index.ts";
import type { Library } from "../contender.ts";
import { type KeyPair, NOW, policy } from "../tokens.ts";

export const fastJwt: Library = {
  name: "fast-jwt",
  async signer({ alg, privateKey }) {
    const algorithm = alg as TheirAlgorithm;
    const key = keyOf(privateKey);
    return createSigner<Claims>({ key, algorithm, header: { alg: algorithm, typ: policy.typ } });
  },
  async verifier(pair) {
    return fastJwtVerifier(pair, { cache: false });
  },
};

/** Its verifier with further options: for what they are about. */
export function fastJwtVerifier(
  { alg, publicKey }: KeyPair,
  options: VerifierOptions,
): (text: string) => Claims {
  const { issuer, audience, typ } = policy;
  return createVerifier<string>({
    key: keyOf(publicKey),
    algorithms: [alg as TheirAlgorithm],
    allowedIss: issuer,
    allowedAud: audience,
    checkTyp: typ,
    // Otherwise a token that does not say is let through.
    requiredClaims: ["iss", "aud", "exp"],
    clockTimestamp: NOW * 1_000,
    ...options,
  });
}

function keyOf(key: KeyObject): Buffer | string {
  switch (key.type) {
    case "secret":
      return key.export();
    case "private":
      return key.export({ format: "pem", type: "pkcs8" }).toString();
    case "public":
      return key.export({ format: "pem", type: "spki" }).toString();
  }
}
