import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { rsa } from "../hostile/pairs.ts";
import type { KeyTheme } from "./theme.ts";

const pss = (options: object): KeyPairKeyObjectResult =>
  generateKeyPairSync("rsa-pss", { modulusLength: 2_048, ...options });
const sha = (hash: string, mask: string, saltLength: number) =>
  pss({ hashAlgorithm: hash, mgf1HashAlgorithm: mask, saltLength });

const [bare, good] = [pss({}), sha("sha256", "sha256", 32)];
const [otherMask, longSalt] = [sha("sha256", "sha1", 20), sha("sha256", "sha256", 33)];
const good512 = sha("sha512", "sha512", 20);

const limited: KeyTheme = {
  rule: "RFC 7518 §3.5 and RFC 4055 §3.1 an RSASSA-PSS key is limited to its hash, mask and salt",
  cases: [
    ["one for SHA-256 with PS384", good.publicKey, "PS384", "key/wrong-algorithm", bare.publicKey],
    [
      "one for SHA-256 with PS512, private",
      good.privateKey,
      "PS512",
      "key/wrong-algorithm",
      good512.privateKey,
    ],
    ["one for SHA-512 with PS256", good512.publicKey, "PS256", "key/wrong-algorithm", good.publicKey],
    ["one with another mask", otherMask.publicKey, "PS256", "key/wrong-algorithm", good.publicKey],
    ["one with another mask, private", otherMask.privateKey, "PS256", "key/wrong-algorithm", good.privateKey],
    ["one with a longer salt", longSalt.publicKey, "PS256", "key/wrong-algorithm", good.publicKey],
    [
      "one with another mask in PEM",
      otherMask.publicKey.export({ format: "pem", type: "spki" }),
      "PS256",
      "key/wrong-algorithm",
      good.publicKey.export({ format: "pem", type: "spki" }),
    ],
    ["one for RS256", bare.publicKey, "RS256", "key/wrong-type", rsa.publicKey],
    ["a private one for RS256", good.privateKey, "RS256", "key/wrong-type", rsa.privateKey],
  ],
};

export const themes: readonly KeyTheme[] = [limited];
