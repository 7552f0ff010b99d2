import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { selfSigned } from "../../websocket/self-signed.ts";
import { ed25519, p256, rsa } from "../hostile/pairs.ts";
import { pem, sequence } from "./der.ts";
import type { KeyCase, KeyTheme } from "./theme.ts";

/** The types do not know every kind of key that OpenSSL makes. */
const generate = generateKeyPairSync as (type: string, options: object) => KeyPairKeyObjectResult;

const dsa = generate("dsa", { modulusLength: 1_024, divisorLength: 160 });
const dh = generate("dh", { group: "modp14" });
const { cert, key: certKey } = selfSigned();
const spki = p256.publicKey.export({ format: "pem", type: "spki" }) as string;
const pkcs8 = p256.privateKey.export({ format: "pem", type: "pkcs8" }) as string;
const sec1 = p256.privateKey.export({ format: "pem", type: "sec1" }) as string;
const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
const jwk = p256.publicKey.export({ format: "jwk" });
const locked = { format: "pem", cipher: "aes-128-cbc", passphrase: "p" } as const;
const file = (why: string, text: string, twin: string = spki): KeyCase => [
  why,
  text,
  "ES256",
  "key/malformed",
  twin,
];

const number: KeyTheme = {
  rule: "RFC 7468 §2 a PEM text with one key",
  cases: [
    file("no text", ""),
    file("text that is no PEM", "hello"),
    file("two public keys", spki + spki),
    file("two private keys", pkcs8 + pkcs8, pkcs8),
    file("a public and a private key", spki + pkcs8),
    file("a private and a public key", pkcs8 + spki, pkcs8),
    file("a certificate and its key", cert + certKey, cert),
    file("a key and its certificate", certKey + cert, certKey),
    file("a chain of certificates", cert + cert, cert),
    file("a key and a request for a certificate", `${pkcs8}-----BEGIN CERTIFICATE REQUEST-----\n`, pkcs8),
    file("parameters without a key", parameters, parameters + sec1),
    file("the beginning of a second key", `${spki}-----BEGIN PUBLIC KEY-----\n`),
  ],
};

const form: KeyTheme = {
  rule: "RFC 7468 §2 the lines of a PEM text",
  cases: [
    file("one cut short", spki.slice(0, 60)),
    file("no last line", spki.split("\n").slice(0, -2).join("\n")),
    file("no first line", spki.split("\n").slice(1).join("\n")),
    file("first and last line of two kinds", spki.replace("END PUBLIC", "END PRIVATE")),
    file("all in one line", spki.replaceAll("\n", "")),
    file("indented lines", spki.replaceAll(/^/gm, "  "), spki.replaceAll("\n", "\r\n")),
    file("a NUL in front", `\0${spki}`, `\n${spki}`),
    file("a NUL within", spki.replace("M", "\0M")),
    file("lower case", spki.replaceAll("PUBLIC KEY", "public key")),
    file("four hyphens", spki.replaceAll("-----", "----")),
    file("its line feeds written out", spki.replaceAll("\n", "\\n")),
    file("base64 of it", Buffer.from(spki).toString("base64")),
    file("no content", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"),
    file("content that is no DER", pem("PUBLIC KEY", Buffer.from("hello"))),
    file("an empty sequence", pem("PUBLIC KEY", sequence())),
    file("a private key that says it is public", pkcs8.replaceAll("PRIVATE", "PUBLIC"), pkcs8),
    file("a public key that says it is private", spki.replaceAll("PUBLIC", "PRIVATE")),
    file("a public key that says it is a certificate", spki.replaceAll("PUBLIC KEY", "CERTIFICATE")),
    file("a certificate that says it is a public key", cert.replaceAll("CERTIFICATE", "PUBLIC KEY"), cert),
    file("an unknown kind", spki.replaceAll("PUBLIC KEY", "FOREIGN KEY")),
  ],
};

const kinds: KeyTheme = {
  rule: "RFC 7468 §5 to RFC 7468 §13 kinds of key file that are not read, or are for another algorithm",
  cases: [
    [
      "encrypted PKCS #8",
      p256.privateKey.export({ ...locked, type: "pkcs8" }),
      "ES256",
      "key/malformed",
      pkcs8,
    ],
    ["encrypted SEC 1", p256.privateKey.export({ ...locked, type: "sec1" }), "ES256", "key/malformed", sec1],
    file(
      "an OpenSSH private key",
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n",
      pkcs8,
    ),
    file("an OpenSSH public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0b alice@example"),
    file(
      "an SSH2 public key",
      "---- BEGIN SSH2 PUBLIC KEY ----\nAAAAC3NzaC1lZDI1NTE5\n---- END SSH2 PUBLIC KEY ----\n",
    ),
    file("a PGP key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----\n"),
    file("a JWK as text", JSON.stringify(jwk)),
    file("a private JWK as text", JSON.stringify(p256.privateKey.export({ format: "jwk" })), pkcs8),
    file("a JWK Set as text", JSON.stringify({ keys: [jwk] })),
    file("a JWK as text after white space", `\n ${JSON.stringify(jwk)}`),
    file("a token", "eyJhbGciOiJub25lIn0.e30."),
    file("an address", "https://issuer.example/jwks.json"),
    file("a path", "/etc/ssl/private/key.pem"),
    [
      "an RSA PEM for ES256",
      rsa.publicKey.export({ format: "pem", type: "spki" }),
      "ES256",
      "key/wrong-type",
      spki,
    ],
    [
      "an RSA PEM in PKCS #1 for ES256",
      rsa.publicKey.export({ format: "pem", type: "pkcs1" }),
      "ES256",
      "key/wrong-type",
      spki,
    ],
    [
      "an EC PEM for RS256",
      spki,
      "RS256",
      "key/wrong-type",
      rsa.publicKey.export({ format: "pem", type: "pkcs1" }),
    ],
    [
      "a private EC PEM for PS256",
      sec1,
      "PS256",
      "key/wrong-type",
      rsa.privateKey.export({ format: "pem", type: "pkcs1" }),
    ],
    [
      "an Ed25519 PEM for ES256",
      ed25519.publicKey.export({ format: "pem", type: "spki" }),
      "ES256",
      "key/wrong-type",
      spki,
    ],
    [
      "an EC PEM for EdDSA",
      pkcs8,
      "EdDSA",
      "key/wrong-type",
      ed25519.privateKey.export({ format: "pem", type: "pkcs8" }),
    ],
    [
      "an EC certificate for RS256",
      cert,
      "RS256",
      "key/wrong-type",
      rsa.publicKey.export({ format: "pem", type: "spki" }),
    ],
    [
      "a certificate of P-256 for ES384",
      cert,
      "ES384",
      "key/wrong-curve",
      generateKeyPairSync("ec", { namedCurve: "secp384r1" }).publicKey,
    ],
    ["a DSA key for ES256", dsa.publicKey, "ES256", "key/wrong-type", p256.publicKey],
    [
      "a DSA PEM for RS256",
      dsa.publicKey.export({ format: "pem", type: "spki" }),
      "RS256",
      "key/wrong-type",
      rsa.publicKey,
    ],
    ["a private DSA key for EdDSA", dsa.privateKey, "EdDSA", "key/wrong-type", ed25519.privateKey],
    ["a DH key for RS256", dh.publicKey, "RS256", "key/wrong-type", rsa.publicKey],
    ["a private DH key for ES256", dh.privateKey, "ES256", "key/wrong-type", p256.privateKey],
  ],
};

export const themes: readonly KeyTheme[] = [number, form, kinds];
