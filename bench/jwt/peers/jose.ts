/** jose: asynchronous, on Web Crypto. Its keys are `CryptoKey`s, imported before. */
import { type KeyObject, subtle } from "node:crypto";
import { importPKCS8, importSPKI, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Claims } from "../../../src/jwt/index.ts";
import type { Library } from "../contender.ts";
import { NOW, policy } from "../tokens.ts";

export const jose: Library = {
  name: "jose",
  async signer({ alg, privateKey }) {
    const key =
      privateKey.type === "secret"
        ? await importSecret(alg, privateKey)
        : await importPKCS8(privateKey.export({ format: "pem", type: "pkcs8" }).toString(), alg);
    const header = { alg, typ: policy.typ };
    return (claims) => new SignJWT(claims as JWTPayload).setProtectedHeader(header).sign(key);
  },
  async verifier({ alg, publicKey }) {
    const key =
      publicKey.type === "secret"
        ? await importSecret(alg, publicKey)
        : await importSPKI(publicKey.export({ format: "pem", type: "spki" }).toString(), alg);
    const { issuer, audience, typ } = policy;
    const currentDate = new Date(NOW * 1_000);
    const options = { algorithms: [alg], issuer, audience, typ, requiredClaims: ["exp"], currentDate };
    return async (text) => (await jwtVerify(text, key, options)).payload as Claims;
  },
};

type HmacKey = Awaited<ReturnType<typeof subtle.importKey>>;

function importSecret(alg: string, secret: KeyObject): Promise<HmacKey> {
  const algorithm = { name: "HMAC", hash: `SHA-${alg.slice(2)}` };
  return subtle.importKey("raw", secret.export(), algorithm, false, ["sign", "verify"]);
}
