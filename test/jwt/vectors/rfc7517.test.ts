import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { exportJwk, importKey, signJws, thumbprint, verifyJws } from "../../../src/jwt/index.ts";
import { KeySet } from "../../../src/jwt/jwks.ts";
import { refusal } from "./proof.ts";
import { certifiedKey, privateKeys, publicKeys, symmetricKeys } from "./rfc7517.ts";

describe("RFC 7517 §A.1 and §A.2 public and private keys", () => {
  const [encryption, rsa] = publicKeys;

  it("takes the RSA keys in and writes them as they were", () => {
    expect(exportJwk(importKey(rsa, "RS256"))).toEqual(rsa);
    expect(exportJwk(importKey(privateKeys[1], "RS256"))).toEqual(rsa);
    expect(exportJwk(importKey(privateKeys[1], "RS256"), { private: true })).toEqual(privateKeys[1]);
  });

  it("signs with the private key of §A.2 what the public one of §A.1 verifies", () => {
    const { header, payload } = verifyJws(
      signJws("text", importKey(privateKeys[1], "RS256")),
      importKey(rsa, "RS256"),
    );
    expect(header).toEqual({ alg: "RS256", kid: "2011-04-29" });
    expect(payload.toString()).toBe("text");
  });

  it("refuses the keys for what they are not", () => {
    expect(refusal(() => importKey(encryption, "ES256"))).toBe("key/wrong-use");
    expect(refusal(() => importKey(privateKeys[0], "ES256"))).toBe("key/wrong-use");
    expect(refusal(() => importKey(rsa, "PS256"))).toBe("key/wrong-algorithm");
    expect(refusal(() => importKey(rsa, "RS512"))).toBe("key/wrong-algorithm");
  });

  it("takes the halves of the elliptic curve key for halves of one key", () => {
    const { use: _, ...unlimited } = privateKeys[0];
    const { use: __, ...half } = encryption;
    const token = signJws("text", importKey(unlimited, "ES256"));
    expect(verifyJws(token, importKey(half, "ES256")).payload.toString()).toBe("text");
  });

  it("makes a set of the public keys, without the one for encryption", () => {
    const set = new KeySet({ keys: publicKeys }, { algorithms: ["ES256", "RS256"] });
    expect(set.keys.map(({ kid }) => kid)).toEqual(["2011-04-29"]);
    expect(set.ignored).toMatchObject([{ index: 0, kid: "1", code: "key/wrong-use" }]);
    expect(set.publicJwks()).toEqual({ keys: [rsa] });
  });

  it("refuses a set of the private ones", () => {
    expect(refusal(() => new KeySet({ keys: privateKeys }, { algorithms: ["RS256"] }))).toBe(
      "key/private-in-set",
    );
  });
});

describe("RFC 7517 §A.3 symmetric keys", () => {
  const [wrapping, hmac] = symmetricKeys;

  it("takes the HMAC key in, with its long name", () => {
    expect(exportJwk(importKey(hmac, "HS256"), { private: true })).toEqual({ ...hmac, alg: "HS256" });
  });

  it("refuses the one for key wrapping", () => {
    expect(refusal(() => importKey(wrapping, "HS256"))).toBe("key/wrong-algorithm");
  });

  it("refuses them as a public set", () => {
    expect(refusal(() => new KeySet({ keys: symmetricKeys }, { algorithms: ["HS256"] }))).toBe(
      "key/private-in-set",
    );
  });
});

describe("RFC 7517 §B a certificate beside a key", () => {
  const pem = new X509Certificate(Buffer.from(certifiedKey.x5c[0], "base64")).toString();

  it("is signed by the key it certifies", () => {
    const certificate = new X509Certificate(pem);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it("holds the key of the JWK", () => {
    expect(thumbprint(exportJwk(importKey(pem, "RS256")))).toBe(thumbprint(certifiedKey));
    expect(exportJwk(importKey(pem, "RS256", { kid: "1b94c", use: "sig" }))).toEqual(
      exportJwk(importKey(certifiedKey, "RS256")),
    );
  });
});
