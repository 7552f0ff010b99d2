/**
 * RSA keys in the form id-RSASSA-PSS, RFC 4055 §3.1: the ordinary numbers, and beside them with which hash,
 * mask and salt length the key is to be used, in DER:
 *
 *     SubjectPublicKeyInfo ::= SEQUENCE { AlgorithmIdentifier, BIT STRING { RSAPublicKey } }
 *     PrivateKeyInfo       ::= SEQUENCE { INTEGER 0, AlgorithmIdentifier, OCTET STRING { RSAPrivateKey } }
 *     AlgorithmIdentifier  ::= SEQUENCE { OBJECT IDENTIFIER, parameters }
 *
 * https://www.rfc-editor.org/rfc/rfc4055#section-3.1
 */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { JwtError } from "./errors.ts";

/** SHA-2, as OpenSSL names it. */
export type PssHash = "sha256" | "sha384" | "sha512";

const hashes: Readonly<Record<PssHash, { readonly oid: string; readonly length: number }>> = {
  sha256: { oid: "608648016503040201", length: 32 },
  sha384: { oid: "608648016503040202", length: 48 },
  sha512: { oid: "608648016503040203", length: 64 },
};

const ID_RSASSA_PSS = "2a864886f70d01010a";
const ID_MGF1 = "2a864886f70d010108";

const INTEGER = 0x02;
const BIT_STRING = 0x03;
/** The first octet of a BIT STRING says how many bits of its last one do not count. */
const WHOLE_OCTETS = Buffer.of(0);
const OCTET_STRING = 0x04;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;
/** A context-specific, constructed tag: `[number]`. */
const CONTEXT = 0xa0;

/** The same key with the parameters of RFC 7518 §3.5 inside. */
export function pssOf(material: KeyObject, hash: PssHash): KeyObject {
  const algorithm = der(SEQUENCE, oid(ID_RSASSA_PSS), pssParameters(hash));
  const numbers = numbersOf(material);
  if (material.type === "private") {
    const info = der(SEQUENCE, der(INTEGER, Buffer.of(0)), algorithm, der(OCTET_STRING, numbers));
    return createPrivateKey({ key: info, format: "der", type: "pkcs8" });
  }
  const info = der(SEQUENCE, algorithm, der(BIT_STRING, WHOLE_OCTETS, numbers));
  return createPublicKey({ key: info, format: "der", type: "spki" });
}

function pssParameters(hash: PssHash): Buffer {
  const { oid: name, length } = hashes[hash];
  const hashAlgorithm = der(SEQUENCE, oid(name), der(NULL));
  return der(
    SEQUENCE,
    der(CONTEXT + 0, hashAlgorithm),
    der(CONTEXT + 1, der(SEQUENCE, oid(ID_MGF1), hashAlgorithm)),
    der(CONTEXT + 2, der(INTEGER, Buffer.of(length))),
  );
}

/**
 * An RSASSA-PSS key as an ordinary RSA key, if its parameters are those of the algorithm or it has none.
 * @throws {JwtError} `key/wrong-algorithm`
 */
export function plainOf(material: KeyObject, hash: PssHash): KeyObject {
  const { hashAlgorithm, mgf1HashAlgorithm, saltLength = 0 } = material.asymmetricKeyDetails!;
  const agrees =
    hashAlgorithm === undefined ||
    (hashAlgorithm === hash && mgf1HashAlgorithm === hash && saltLength <= hashes[hash].length);
  if (!agrees) {
    throw new JwtError("key/wrong-algorithm", "The RSASSA-PSS key is limited to another hash or salt length");
  }
  const numbers = { key: numbersOf(material), format: "der", type: "pkcs1" } as const;
  return material.type === "private" ? createPrivateKey(numbers) : createPublicKey(numbers);
}

/**
 * RSAPublicKey or RSAPrivateKey, RFC 8017 §A.1. Cut out of the structure around them: Node exports the one
 * only of ordinary RSA keys, and (24.21) not of those that came in that way.
 */
function numbersOf(material: KeyObject): Buffer {
  if (material.type === "private") return parts(material.export({ format: "der", type: "pkcs8" }))[2]!;
  return parts(material.export({ format: "der", type: "spki" }))[1]!.subarray(WHOLE_OCTETS.length);
}

/** One DER value: tag, length, contents. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  // X.690 §8.1.3.5: a longer length is preceded by how many octets it takes.
  const length = Buffer.of(body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff);
  const octets = length.subarray(length.findIndex((octet) => octet !== 0));
  return Buffer.concat([Buffer.of(tag, 0x80 | octets.length), octets, body]);
}

function oid(hex: string): Buffer {
  return der(OBJECT_IDENTIFIER, Buffer.from(hex, "hex"));
}

/** The contents of the values inside a SEQUENCE that OpenSSL has written. */
function parts(sequence: Buffer): readonly Buffer[] {
  const inside = contents(sequence, 0);
  const values: Buffer[] = [];
  for (let at = 0; at < inside.length; ) {
    const value = contents(inside, at);
    values.push(value);
    at = value.byteOffset - inside.byteOffset + value.length;
  }
  return values;
}

/** The contents of the value at `at`. */
function contents(bytes: Buffer, at: number): Buffer {
  const first = bytes[at + 1]!;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
  const start = at + 2 + octets;
  return bytes.subarray(start, start + length);
}
