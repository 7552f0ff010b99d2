import { createSecretKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { selfSigned } from "../../websocket/self-signed.ts";
import { ed25519, p256, p521, rsa } from "../hostile/pairs.ts";
import type { KeyCase, KeyTheme } from "./theme.ts";

const { cert } = selfSigned();
const spki = p256.publicKey.export({ format: "pem", type: "spki" }) as string;
const spkiDer = p256.publicKey.export({ format: "der", type: "spki" });
const point521 = p521.publicKey.export({ format: "der", type: "spki" }).subarray(-133);
const jwk = JSON.stringify(p256.publicKey.export({ format: "jwk" }));
const pad = "x".repeat(64);
const ssh = "AAAAC3NzaC1lZDI1NTE5AAAAIJ0bYmFyZXdpcmUgYmFyZXdpcmUgYmFyZXdpcmUgYmE alice@example";

/** A key file as a secret for HS256; its twin is a secret that looks as much like it as may be. */
function file(why: string, secret: string | Buffer, twin: string | Buffer = pad): KeyCase {
  return [why, Buffer.from(secret as string), "HS256", "key/text-as-secret", Buffer.from(twin as string)];
}

const pems: KeyTheme = {
  rule: "RFC 8725 §2.1 and RFC 7468 §2 a PEM file as a secret",
  cases: [
    file("SPKI", spki, spki.slice(11, 60)),
    file("PKCS #8", p256.privateKey.export({ format: "pem", type: "pkcs8" })),
    file("SEC 1", p256.privateKey.export({ format: "pem", type: "sec1" })),
    file("PKCS #1, public", rsa.publicKey.export({ format: "pem", type: "pkcs1" })),
    file("PKCS #1, private", rsa.privateKey.export({ format: "pem", type: "pkcs1" })),
    file("a certificate", cert),
    file("an Ed25519 key", ed25519.publicKey.export({ format: "pem", type: "spki" })),
    file(
      "an encrypted key",
      p256.privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-128-cbc", passphrase: "p" }),
    ),
    file("an OpenSSH private key", `-----BEGIN OPENSSH PRIVATE KEY-----\n${pad}`),
    file("a PGP public key", `-----BEGIN PGP PUBLIC KEY BLOCK-----\n${pad}`),
    file("white space in front", ` \r\n\t${spki}`),
    file("a NUL in front", `\0${spki}`),
    file("a byte order mark in front", `\ufeff${spki}`),
    file("a byte order mark, a NUL and white space in front", `\ufeff\0 \n${spki}`),
    file("quotation marks around it", JSON.stringify(spki)),
    file("its line feeds written out", spki.replaceAll("\n", "\\n")),
    file("CRLF", spki.replaceAll("\n", "\r\n")),
    file("the end missing", spki.slice(0, 80)),
    file("another text in front", `public key:\n${spki}`),
    file("UTF-16", Buffer.from(spki, "utf16le")),
    file("UTF-16, the high octet first", Buffer.from(`\ufeff${spki}`, "utf16le").swap16()),
    file("base64 of it", Buffer.from(spki).toString("base64"), Buffer.alloc(64, 7).toString("base64")),
    file(
      "base64url of it",
      Buffer.from(spki).toString("base64url"),
      Buffer.alloc(64, 7).toString("base64url"),
    ),
    [
      "a KeyObject of it",
      createSecretKey(spki, "utf8"),
      "HS256",
      "key/text-as-secret",
      createSecretKey(pad, "utf8"),
    ],
    [
      "a JWK of it",
      { kty: "oct", k: Buffer.from(spki).toString("base64url") },
      "HS256",
      "key/text-as-secret",
      { kty: "oct", k: pad },
    ],
    ["it for HS512", Buffer.from(spki), "HS512", "key/text-as-secret", Buffer.from(pad)],
    ["the text itself, not its octets", spki, "HS256", "key/text-as-secret", Buffer.from(pad)],
    [
      "a password as text",
      "correct horse battery staple, and more",
      "HS256",
      "key/text-as-secret",
      Buffer.from(pad),
    ],
    [
      "a PEM that is too short for a secret as well",
      Buffer.from("-----BEGIN A"),
      "HS256",
      "key/text-as-secret",
      Buffer.from(pad),
    ],
  ],
};

const jwks: KeyTheme = {
  rule: "RFC 8725 §2.1 and RFC 7517 §4 a JWK's text as a secret",
  cases: [
    file("a JWK", jwk, JSON.stringify({ a: pad })),
    file("a JWK spaced", JSON.stringify(JSON.parse(jwk), null, 2), JSON.stringify({ a: pad }, null, 2)),
    file("a JWK with a space before its colons", jwk.replaceAll(":", " :")),
    file("a private JWK", JSON.stringify(p256.privateKey.export({ format: "jwk" }))),
    file("a secret's JWK", JSON.stringify({ kty: "oct", k: pad }), JSON.stringify({ cty: "oct", k: pad })),
    file("a JWK Set", JSON.stringify({ keys: [JSON.parse(jwk)] }), JSON.stringify({ keyz: [pad] })),
    file("an empty JWK Set", JSON.stringify({ keys: [] })),
    file("a list of JWKs", `[${jwk}]`, JSON.stringify([pad])),
    file("white space in front", `\n  ${jwk}`),
    file("a NUL in front", `\0${jwk}`),
    file("a byte order mark in front", `\ufeff ${jwk}`),
    file("UTF-16", Buffer.from(jwk, "utf16le")),
    file("a JWK that has become a string", JSON.stringify(jwk), JSON.stringify(pad)),
    file("base64url of a JWK", Buffer.from(jwk).toString("base64url")),
    file("a name in front", `JWK=${jwk}`),
    file(
      "a name written by its numbers",
      jwk.replace("kty", "\\u006bt\\u0079"),
      `{"\\u006bt\\u007a":"${pad}"}`,
    ),
    file("hexadecimal of a JWK", Buffer.from(jwk).toString("hex"), "ab".repeat(64)),
  ],
};

const binaries: KeyTheme = {
  rule: "RFC 8725 §2.1 and RFC 5280 §4.1 a key file in DER as a secret",
  cases: [
    file("SPKI", spkiDer, Buffer.alloc(91, 0x30)),
    file("SPKI of RSA", rsa.publicKey.export({ format: "der", type: "spki" }), Buffer.alloc(294, 0x30)),
    file(
      "SPKI of Ed25519",
      ed25519.publicKey.export({ format: "der", type: "spki" }),
      Buffer.alloc(44, 0x30),
    ),
    file("SPKI of X25519", generateKeyPairSync("x25519").publicKey.export({ format: "der", type: "spki" })),
    file("PKCS #1, public", rsa.publicKey.export({ format: "der", type: "pkcs1" }), Buffer.alloc(270, 0x30)),
    file("PKCS #1, private", rsa.privateKey.export({ format: "der", type: "pkcs1" })),
    file("PKCS #8", p256.privateKey.export({ format: "der", type: "pkcs8" })),
    file("SEC 1", p256.privateKey.export({ format: "der", type: "sec1" })),
    file("a certificate", new X509Certificate(cert).raw),
    file("a line feed in front", Buffer.concat([Buffer.from("\n"), spkiDer])),
    file("a NUL in front", Buffer.concat([Buffer.alloc(1), spkiDer])),
    file("a byte order mark in front", Buffer.concat([Buffer.from("\ufeff"), spkiDer])),
    file("a line feed behind", Buffer.concat([spkiDer, Buffer.from("\n")])),
    file(
      "base64 of SPKI, as services show it",
      spkiDer.toString("base64"),
      Buffer.alloc(91, 0x30).toString("base64"),
    ),
    file("base64 of SPKI in lines", spki.split("\n").slice(1, -2).join("\n")),
    file("base64url of SPKI", spkiDer.toString("base64url")),
    file("base64 of SPKI after its name", `base64:${spkiDer.toString("base64")}`, `base64:${pad}`),
    file("hexadecimal of SPKI", spkiDer.toString("hex"), "30".repeat(91)),
    file("hexadecimal of SPKI in pairs", spkiDer.toString("hex").replaceAll(/../g, "$& ")),
    file("the point of SPKI", spkiDer.subarray(-65), Buffer.alloc(65, 4)),
    file("the point of SPKI of P-521", point521, Buffer.alloc(133, 4)),
    file("base64 of a PKCS #8", p256.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64")),
    file("base64 of a certificate", new X509Certificate(cert).raw.toString("base64")),
  ],
};

const others: KeyTheme = {
  rule: "RFC 8725 §2.1, RFC 4253 §6.6 and RFC 4716 §3 an SSH key as a secret",
  cases: [
    file("Ed25519", `ssh-ed25519 ${ssh}`, `sshd-25519 ${ssh}`),
    file("RSA", `ssh-rsa ${ssh}`, `sshrsa ${ssh}`),
    file("ECDSA", `ecdsa-sha2-nistp256 ${ssh}`, `ecdsa ${ssh}`),
    file("a security key", `sk-ssh-ed25519@openssh.com ${ssh}`, `sk-${ssh}`),
    file("a security key with ECDSA", `sk-ecdsa-sha2-nistp256@openssh.com ${ssh}`),
    file("white space in front", `\n ssh-ed25519 ${ssh}`),
    file("a NUL in front", `\0ssh-ed25519 ${ssh}`),
    file("a byte order mark in front", `\ufeffssh-ed25519 ${ssh}`),
    file("UTF-16", Buffer.from(`ssh-ed25519 ${ssh}`, "utf16le")),
    file("the form with headers", `---- BEGIN SSH2 PUBLIC KEY ----\n${ssh}\n---- END SSH2 PUBLIC KEY ----\n`),
    file("PuTTY's form", `PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 2\n${ssh}`),
  ],
};

export const themes: readonly KeyTheme[] = [pems, jwks, binaries, others];
