import { createPublicKey, X509Certificate } from "node:crypto";
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  generateSecret,
  importJWK,
  importPKCS8,
  importSPKI,
  importX509,
  type JWK,
  jwtVerify,
  SignJWT,
} from "jose";
import { describe, expect, it } from "vitest";
import {
  type Algorithm,
  exportJwk,
  generateKey,
  importKey,
  type Jwk,
  type Key,
  signJwt,
  thumbprint,
  verifyJwt,
} from "../../../src/jwt/index.ts";
import { KeySet } from "../../../src/jwt/jwks.ts";
import { certifiedKey, privateKeys, publicKeys } from "../vectors/rfc7517.ts";
import { claims, now, policy, runtimeHasMlDsa, typ } from "./peers.ts";

const secrets = ["HS256", "HS384", "HS512"] as const satisfies readonly Algorithm[];
const pairs = [
  ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const),
  ...(["ES256", "ES384", "ES512", "EdDSA", "Ed25519"] as const),
  ...(runtimeHasMlDsa ? (["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] as const) : []),
] satisfies readonly Algorithm[];
const withoutJose = ["ES256K", "Ed448"] as const satisfies readonly Algorithm[];

type Their = Parameters<SignJWT["sign"]>[0];

/** A token of theirs is verified by our key, and one of ours by theirs. */
async function expectSameKey(
  ours: { sign: Key; verify: Key },
  theirs: { sign: Their; verify: Their },
): Promise<void> {
  const { alg } = ours.sign;
  const fromThem = await new SignJWT({ ...claims }).setProtectedHeader({ alg, typ }).sign(theirs.sign);
  expect(verifyJwt(fromThem, ours.verify, policy, now).claims).toEqual(claims);
  const fromUs = signJwt(claims, ours.sign, { typ });
  const { payload } = await jwtVerify(fromUs, theirs.verify, {
    algorithms: [alg],
    currentDate: new Date(now * 1000),
  });
  expect(payload).toEqual(claims);
}

describe("secrets exchanged with jose", () => {
  it.each(secrets)("of ours for %s, as JWK", async (alg) => {
    const key = await generateKey(alg);
    const theirs = await importJWK(exportJwk(key, { private: true }) as JWK, alg);
    await expectSameKey({ sign: key, verify: key }, { sign: theirs, verify: theirs });
  });

  it.each(secrets)("of theirs for %s, as JWK", async (alg) => {
    const theirs = await generateSecret(alg, { extractable: true });
    const key = importKey((await exportJWK(theirs)) as Jwk, alg);
    await expectSameKey({ sign: key, verify: key }, { sign: theirs, verify: theirs });
  });
});

describe("key pairs exchanged with jose", () => {
  it.each(pairs)("of ours for %s, as JWK and as PEM", async (alg) => {
    const sign = await generateKey(alg);
    const verify = importKey(exportJwk(sign), alg);
    await expectSameKey(
      { sign, verify },
      {
        sign: await importJWK(exportJwk(sign, { private: true }) as JWK, alg),
        verify: await importJWK(exportJwk(sign) as JWK, alg),
      },
    );
    await expectSameKey(
      { sign, verify },
      {
        sign: await importPKCS8(sign.material.export({ type: "pkcs8", format: "pem" }).toString(), alg),
        verify: await importSPKI(
          createPublicKey(sign.material).export({ type: "spki", format: "pem" }).toString(),
          alg,
        ),
      },
    );
  });

  it.each(pairs)("of theirs for %s, as JWK and as PEM", async (alg) => {
    const theirs = await generateKeyPair(alg, { extractable: true });
    const pair = { sign: theirs.privateKey, verify: theirs.publicKey };
    await expectSameKey(
      {
        sign: importKey((await exportJWK(theirs.privateKey)) as Jwk, alg),
        verify: importKey((await exportJWK(theirs.publicKey)) as Jwk, alg),
      },
      pair,
    );
    await expectSameKey(
      {
        sign: importKey(await exportPKCS8(theirs.privateKey), alg),
        verify: importKey(await exportSPKI(theirs.publicKey), alg),
      },
      pair,
    );
  });

  it.each(withoutJose)("not for %s: jose has no such keys", async (alg) => {
    const key = await generateKey(alg);
    await expect(generateKeyPair(alg)).rejects.toThrow(/not supported|unsupported/i);
    await expect(importJWK(exportJwk(key) as JWK, alg)).rejects.toThrow(/not supported|unsupported/i);
  });

  it("in a certificate", async () => {
    const pem = new X509Certificate(Buffer.from(certifiedKey.x5c[0], "base64")).toString();
    const theirs = await exportJWK(await importX509(pem, "RS256", { extractable: true }));
    expect(exportJwk(importKey(pem, "RS256"))).toEqual({ ...theirs, alg: "RS256" });
  });

  it("as JWKs with the same members and values", async () => {
    for (const alg of pairs) {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      for (const [key, options] of [
        [privateKey, { private: true }],
        [publicKey, {}],
      ] as const) {
        const theirs = await exportJWK(key);
        expect(exportJwk(importKey(theirs as Jwk, alg), options)).toEqual({ ...theirs, alg });
      }
    }
  });
});

describe("RFC 9864 §2.2 the two names of Ed25519", () => {
  it.each([
    ["EdDSA", "Ed25519"],
    ["Ed25519", "EdDSA"],
  ] as const)("verifies what jose signs as %s with a key for %s", async (theirName, ourName) => {
    const { privateKey, publicKey } = await generateKeyPair(theirName, { extractable: true });
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: theirName, typ })
      .sign(privateKey);
    const ours = importKey(await exportSPKI(publicKey), ourName);
    expect(verifyJwt(token, ours, policy, now).header.alg).toBe(theirName);
  });
});

describe("RFC 7638 thumbprints", () => {
  it.each([...pairs, ...withoutJose])("of a key for %s are jose's", async (alg) => {
    const key = await generateKey(alg);
    const theirs = await calculateJwkThumbprint(exportJwk(key) as JWK);
    expect(thumbprint(exportJwk(key))).toBe(theirs);
    expect(thumbprint(exportJwk(key, { private: true }))).toBe(theirs);
  });

  it.each(secrets)("of a secret for %s are jose's", async (alg) => {
    const jwk = exportJwk(await generateKey(alg), { private: true });
    expect(thumbprint(jwk)).toBe(await calculateJwkThumbprint(jwk as JWK));
  });
});

describe("RFC 7517 §5 JWK Sets", () => {
  const algorithms = ["ES256", "ES384", "Ed25519", "RS256", "PS256"] as const;
  const signingKeys = Promise.all(algorithms.map((alg) => generateKey(alg, { kid: `for ${alg}` })));

  it("of ours serve jose, for every key in it", async () => {
    const keys = await signingKeys;
    const published = new KeySet(keys).publicJwks();
    const theirs = createLocalJWKSet(JSON.parse(JSON.stringify(published)));
    for (const key of keys) {
      const token = signJwt(claims, key, { typ });
      const { payload } = await jwtVerify(token, theirs, { currentDate: new Date(now * 1000) });
      expect(payload).toEqual(claims);
    }
  });

  it("of theirs serve us, for every key in it", async () => {
    const theirs = await Promise.all(algorithms.map((alg) => generateKeyPair(alg, { extractable: true })));
    const keys = theirs.map(async ({ publicKey }, i) => ({
      ...(await exportJWK(publicKey)),
      kid: `key ${i}`,
      alg: algorithms[i],
      use: "sig",
    }));
    const set = new KeySet({ keys: (await Promise.all(keys)) as Jwk[] }, { algorithms });
    expect(set.ignored).toEqual([]);
    for (const [i, { privateKey }] of theirs.entries()) {
      const header = { alg: algorithms[i]!, kid: `key ${i}`, typ };
      const token = await new SignJWT({ ...claims }).setProtectedHeader(header).sign(privateKey);
      expect(verifyJwt(token, set, policy, now).claims).toEqual(claims);
    }
  });

  it("of the RFC give both of us the same key, and neither of us the one for encryption", async () => {
    const theirs = createLocalJWKSet({ keys: [...publicKeys] as JWK[] });
    const ours = new KeySet({ keys: publicKeys }, { algorithms: ["RS256", "ES256"] });
    const token = signJwt(claims, importKey(privateKeys[1], "RS256"), { typ });
    expect((await jwtVerify(token, theirs, { currentDate: new Date(now * 1000) })).payload).toEqual(claims);
    expect(verifyJwt(token, ours, policy, now).claims).toEqual(claims);

    const { use: _, ...misused } = privateKeys[0];
    const wrong = signJwt(claims, importKey(misused, "ES256"), { typ });
    await expect(jwtVerify(wrong, theirs, { currentDate: new Date(now * 1000) })).rejects.toThrow();
    expect(() => verifyJwt(wrong, ours, policy, now)).toThrow(
      expect.objectContaining({ code: "jws/unknown-key" }),
    );
  });
});
