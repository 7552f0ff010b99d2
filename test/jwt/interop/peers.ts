/**
 * The three JWT libraries most used on Node, behind one face, to exchange tokens with them. Keys reach them as PEM
 * or as the octets of a secret, read by their own code. Each is told as much of what to expect as its options allow.
 */
import { generateKeyPairSync } from "node:crypto";
import { createSigner, createVerifier, type Algorithm as FastAlgorithm } from "fast-jwt";
import { importPKCS8, importSPKI, jwtVerify, SignJWT } from "jose";
import jsonwebtoken from "jsonwebtoken";
import type { ClaimsPolicy } from "../../../src/jwt/index.ts";

/** The time by which everybody here goes, in seconds. */
export const now = 1_700_000_000;
export const claims: { iss: string; aud: string; sub: string; iat: number; exp: number } = {
  iss: "https://issuer.example",
  aud: "https://api.example",
  sub: "alice",
  iat: now,
  exp: now + 600,
};
export const typ = "JWT";
export const policy: ClaimsPolicy = { issuer: claims.iss, audience: claims.aud, typ };

/** PEM, or the octets of a secret. */
export type Material = string | Buffer;

/** What a verifier goes by, besides what the {@link claims} must be. */
export interface Trust {
  readonly alg: string;
  /** SPKI where there are two halves. */
  readonly key: Material;
  /** The verifier has no name by which a token could address it, so it is told of none. */
  readonly nameless?: boolean | undefined;
}

export interface Peer {
  readonly name: "jose" | "jsonwebtoken" | "fast-jwt";
  /** With a PKCS #8 key or a secret. */
  sign(stated: object, alg: string, key: Material): Promise<string>;
  verify(token: string, trust: Trust): Promise<unknown>;
}

const jose: Peer = {
  name: "jose",
  async sign(stated, alg, key) {
    const signer = new SignJWT({ ...stated }).setProtectedHeader({ alg, typ });
    return signer.sign(typeof key === "string" ? await importPKCS8(key, alg) : key);
  },
  async verify(token, { alg, key, nameless }) {
    const { payload } = await jwtVerify(token, typeof key === "string" ? await importSPKI(key, alg) : key, {
      algorithms: [alg],
      issuer: claims.iss,
      ...(!nameless && { audience: claims.aud }),
      typ,
      requiredClaims: ["exp"],
      currentDate: new Date(now * 1000),
    });
    return payload;
  },
};

const jwt: Peer = {
  name: "jsonwebtoken",
  async sign(stated, alg, key) {
    return jsonwebtoken.sign({ ...stated }, key, { algorithm: alg as jsonwebtoken.Algorithm });
  },
  async verify(token, { alg, key, nameless }) {
    return jsonwebtoken.verify(token, key, {
      algorithms: [alg as jsonwebtoken.Algorithm],
      issuer: claims.iss,
      ...(!nameless && { audience: claims.aud }),
      clockTimestamp: now,
    });
  },
};

const fastJwt: Peer = {
  name: "fast-jwt",
  async sign(stated, alg, key) {
    return createSigner({ algorithm: alg as FastAlgorithm, key })({ ...stated });
  },
  async verify(token, { alg, key, nameless }) {
    const verify = createVerifier({
      algorithms: [alg as FastAlgorithm],
      key,
      allowedIss: claims.iss,
      ...(!nameless && { allowedAud: claims.aud }),
      checkTyp: typ,
      clockTimestamp: now * 1000,
      requiredClaims: nameless ? ["iss", "exp"] : ["iss", "aud", "exp"],
    });
    return verify(token);
  },
};

export const peers: readonly Peer[] = [jose, jwt, fastJwt];

/** Where it is false, ML-DSA is unknown to jose as to us. */
export const runtimeHasMlDsa: boolean = (() => {
  try {
    generateKeyPairSync("ml-dsa-44" as "ed25519");
    return true;
  } catch {
    return false;
  }
})();
