/**
 * Base64url without padding, RFC 7515 §2 (on RFC 4648 §5), decoded strictly.
 * https://www.rfc-editor.org/rfc/rfc7515#section-2
 */

/** Encodes bytes, or the UTF-8 bytes of a text. */
export function encodeBase64url(data: Uint8Array | string): string {
  const bytes =
    typeof data === "string" ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes.toString("base64url");
}

/**
 * Decodes; `undefined` when `text` is not what {@link encodeBase64url} makes of those bytes.
 *
 * Node's own decoder skips what it does not know and forgives the rest. Encoding its answer again and
 * comparing refuses all of it in one line: `=` padding, white space, `+` and `/`, foreign characters, a
 * length of 4n + 1, and non-zero bits after the last byte (RFC 4648 §3.5: "decoders MAY chose to reject an
 * encoding if the pad bits have not been set to zero"; we do, so that one token has exactly one spelling).
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}

/**
 * Whether {@link decodeBase64url} would decode `text`. Decodes nothing: for keys, of which no copy should be
 * left anywhere.
 */
export function isBase64url(text: string): boolean {
  if (/[^A-Za-z0-9_-]/.test(text)) return false;
  switch (text.length % 4) {
    case 1:
      return false;
    case 2: // 4 bits left over
      return /[AQgw]$/.test(text);
    case 3: // 2 bits left over
      return /[AEIMQUYcgkosw048]$/.test(text);
    default:
      return true;
  }
}
