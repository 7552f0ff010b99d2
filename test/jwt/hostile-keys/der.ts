/** Key files of our own making, in DER (X.690) and PEM (RFC 7468). */

/** One octet of tag, the length, the contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), body]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), body]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
export const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
export const bitString = (bytes: Uint8Array): Buffer => der(0x03, Buffer.of(0), bytes);
export const octetString = (bytes: Uint8Array): Buffer => der(0x04, bytes);

/** A number that is not negative. */
export function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  return der(0x02, Buffer.from(hex.padStart(hex.length + 2 - (hex.length % 2), "0"), "hex"));
}

/** RFC 7468 §2. */
export function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The number that octets in base64url are, the highest first. */
export const numberOf = (encoded: unknown): bigint =>
  BigInt(`0x0${Buffer.from(encoded as string, "base64url").toString("hex")}`);

/** RFC 7518 §2, Base64urlUInt: the number in as few octets as it takes, or in so many. */
export function encoded(value: bigint, length = 0): string {
  const hex = value.toString(16);
  const octets = Math.max(length, Math.ceil(hex.length / 2));
  return Buffer.from(hex.padStart(2 * octets, "0"), "hex").toString("base64url");
}
