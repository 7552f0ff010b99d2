/**
 * What may serve as an HMAC secret, RFC 7518 §3.2.
 * https://www.rfc-editor.org/rfc/rfc7518#section-3.2
 */
import { createPublicKey, ECDH, type KeyObject, X509Certificate } from "node:crypto";
import { JwtError } from "./errors.ts";

/**
 * @param hashLength octets of the hash's output
 * @throws {JwtError} `key/empty-secret`, `key/text-as-secret`, `key/short-secret`
 */
export function checkSecret(material: KeyObject, hashLength: number): void {
  const secret = material.export();
  if (secret.length === 0) throw new JwtError("key/empty-secret", "The secret is empty");
  if (isKeyFile(secret)) {
    throw new JwtError("key/text-as-secret", "The secret is a key file or a JWK, which others may know");
  }
  // RFC 7518 §3.2: "A key of the same size as the hash output (for instance, 256 bits for "HS256") or
  // larger MUST be used with this algorithm."
  if (secret.length < hashLength) {
    throw new JwtError(
      "key/short-secret",
      `The secret has ${secret.length} octets, at least ${hashLength} needed`,
    );
  }
}

/**
 * Whether the bytes are a key file in one of its usual dresses, or the base64 of one.
 *
 * The best known attack on JWTs signs with HMAC and takes for its secret the text of the server's *public*
 * key. A key here has one algorithm, so a token cannot bring that about; a configuration still could.
 */
function isKeyFile(secret: Buffer): boolean {
  const text = secret.toString("latin1");
  const unpacked = [secret, Buffer.from(text.replace(/^base64:/, ""), "base64")];
  if (/^[0-9a-f\s]+$/i.test(text)) unpacked.push(Buffer.from(text.replace(/\s/g, ""), "hex"));
  return unpacked.some(isBareKeyFile) || isPoint(secret);
}

/** Whether the bytes are a public key on an elliptic curve as SEC 1 §2.3.3 writes it: 04, x, y. No chance hits one. */
function isPoint(bytes: Buffer): boolean {
  const curve = { 65: "prime256v1", 97: "secp384r1", 133: "secp521r1" }[bytes.length];
  return curve !== undefined && bytes[0] === 4 && succeeds((point) => ECDH.convertKey(point, curve), bytes);
}

/** NULs are taken out first, so that UTF-16 hides nothing; white space and a byte order mark may stand in front. */
function isBareKeyFile(bytes: Buffer): boolean {
  const text = bytes.toString("latin1").replaceAll("\0", "");
  // RFC 7468, and RFC 4716 §3.2 with four hyphens and a space.
  if (/---- ?-?BEGIN /.test(text)) return true;
  if (/^[^!-~]*(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-|PuTTY-)/.test(text)) return true;
  // The back slash: a JWK that has become a string in other JSON.
  if (/"(?:kty|keys)\\*"\s*:/.test(text.replace(/\\u00([0-7][0-9a-f])/gi, unescapeLetter))) return true;
  const der = bytes.subarray(/^[\0\s\xfe\xff\xef\xbb\xbf]*/.exec(bytes.toString("latin1"))![0].length);
  return der[0] === DER_SEQUENCE && derReaders.some((read) => succeeds(read, der));
}

/** JSON may write any letter by its number. */
function unescapeLetter(_escape: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

const DER_SEQUENCE = 0x30;

const derReaders: readonly ((der: Buffer) => unknown)[] = [
  (der) => createPublicKey({ key: der, format: "der", type: "spki" }),
  (der) => createPublicKey({ key: der, format: "der", type: "pkcs1" }),
  (der) => new X509Certificate(der),
];

function succeeds(read: (der: Buffer) => unknown, der: Buffer): boolean {
  try {
    read(der);
    return true;
  } catch {
    // OpenSSL has one kind of error for every way in which bytes are not a key.
    return false;
  }
}
