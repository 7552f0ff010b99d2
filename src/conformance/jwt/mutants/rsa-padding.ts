/** Two careless ways to look into what an RSA signature holds (RFC 8017 §9). */
import { constants, createHash, type KeyObject, publicDecrypt } from "node:crypto";

function opened(signature: Buffer, key: KeyObject): Buffer {
  return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
}

function sha(name: "sha1" | "sha256", ...octets: readonly Buffer[]): Buffer {
  const hash = createHash(name);
  for (const part of octets) hash.update(part);
  return hash.digest();
}

/** Whether the hash comes after some padding, whatever comes after the hash. */
export function endsCarelessly(input: Buffer, signature: Buffer, key: KeyObject): boolean {
  const digestInfo = Buffer.from("003031300d060960864801650304020105000420", "hex");
  return opened(signature, key).includes(Buffer.concat([digestInfo, sha("sha256", input)]));
}

/** EMSA-PSS with SHA-256, a salt of 32 octets, and a mask by SHA-1 (RFC 8017 §9.1.2), little checked. */
export function maskedBySha1(input: Buffer, signature: Buffer, key: KeyObject): boolean {
  const block = opened(signature, key);
  const hash = block.subarray(-33, -1);
  const masked = block.subarray(0, -33);
  const mask = Buffer.concat(
    Array.from({ length: Math.ceil(masked.length / 20) }, (_, counter) => {
      const octets = Buffer.alloc(4);
      octets.writeUInt32BE(counter);
      return sha("sha1", hash, octets);
    }),
  );
  const salt = masked.map((octet, at) => octet ^ mask[at]!).subarray(-32);
  return sha("sha256", Buffer.alloc(8), sha("sha256", input), Buffer.from(salt)).equals(hash);
}
