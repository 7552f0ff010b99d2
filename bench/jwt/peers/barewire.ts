/** Ours: `signJwt` and `verifyJwt` whole. */
import { importKey, signJwt, verifyJwt } from "../../../src/jwt/index.ts";
import type { Library } from "../contender.ts";
import { NOW, policy } from "../tokens.ts";

export const barewire: Library = {
  name: "barewire",
  async signer({ alg, privateKey }) {
    const key = importKey(privateKey, alg);
    const options = { typ: policy.typ };
    return (claims) => signJwt(claims, key, options);
  },
  async verifier({ alg, publicKey }) {
    const key = importKey(publicKey, alg);
    return (text) => verifyJwt(text, key, policy, NOW).claims;
  },
};
