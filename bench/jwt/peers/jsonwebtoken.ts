/** jsonwebtoken: synchronous, with `KeyObject`s. It knows no EdDSA. */
import jwt, { type Jwt, type Algorithm as TheirAlgorithm } from "jsonwebtoken";
import type { Claims } from "../../../src/jwt/index.ts";
import type { Library } from "../contender.ts";
import { NOW, policy } from "../tokens.ts";

export const jsonwebtoken: Library = {
  name: "jsonwebtoken",
  async signer({ alg, privateKey }) {
    if (alg === "EdDSA") return undefined;
    const algorithm = alg as TheirAlgorithm;
    const options = { algorithm, header: { alg: algorithm, typ: policy.typ } };
    return (claims) => jwt.sign(claims, privateKey, options);
  },
  async verifier({ alg, publicKey }) {
    if (alg === "EdDSA") return undefined;
    const { issuer, audience, typ } = policy;
    const algorithms = [alg as TheirAlgorithm];
    const options = { algorithms, issuer, audience, clockTimestamp: NOW, complete: true } as const;
    return (text) => {
      const { header, payload } = jwt.verify(text, publicKey, options) as Jwt;
      // It leaves these two to the application.
      if (header.typ !== typ) throw new Error("another type of token");
      if ((payload as Claims).exp === undefined) throw new Error("a token without end");
      return payload as Claims;
    };
  },
};
