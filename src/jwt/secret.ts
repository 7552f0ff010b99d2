/**
 * What may serve as an HMAC secret, RFC 7518 §3.2.
 * https://www.rfc-editor.org/rfc/rfc7518#section-3.2
 */
import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
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
  return isBareKeyFile(secret) || isBareKeyFile(Buffer.from(secret.toString("latin1"), "base64"));
}

/** NULs are taken out first, so that UTF-16 hides nothing; white space and a byte order mark may stand in front. */
function isBareKeyFile(bytes: Buffer): boolean {
  const text = bytes.toString("latin1").replaceAll("\0", "");
  // RFC 7468, and RFC 4716 §3.2 with four hyphens and a space.
  if (/---- ?-?BEGIN /.test(text)) return true;
  if (/^[^!-~]*(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-|PuTTY-)/.test(text)) return true;
  // The back slash: a JWK that has become a string in other JSON.
  if (/"(?:kty|keys)\\*"\s*:/.test(text)) return true;
  const der = bytes.subarray(/^[\0\s\xfe\xff\xef\xbb\xbf]*/.exec(bytes.toString("latin1"))![0].length);
  return der[0] === DER_SEQUENCE && derReaders.some((read) => succeeds(read, der));
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
