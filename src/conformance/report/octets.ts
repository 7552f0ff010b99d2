/** Octets as they stand in reports: two hexadecimal digits each. */

/** `8905` → 0x89, 0x05. Half an octet at the end is left out. */
export function octetsOf(hex: string): Uint8Array {
  const octets = new Uint8Array(hex.length >> 1);
  for (let at = 0; at < octets.length; at++) octets[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return octets;
}

/** `8905` → `89 05`. */
export function spaced(hex: string): string {
  return hex.replace(/..(?=.)/g, "$& ");
}

/** Octets for the margin of a hexadecimal listing: ASCII that can be seen, and a dot for the rest. */
export function margin(hex: string): string {
  return Array.from(octetsOf(hex), (octet) =>
    octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".",
  ).join("");
}

/**
 * The text that the octets are in UTF-8; undefined when they are none.
 *
 * @param cut whether octets are missing at the end, so that the last character may be broken
 */
export function utf8Text(hex: string, cut: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octetsOf(hex), { stream: cut });
  } catch {
    return undefined;
  }
}

/** The text of octets that are lines of ASCII, as the head of an HTTP message is; undefined of anything else. */
export function asciiLines(hex: string): string | undefined {
  const octets = octetsOf(hex);
  const lines = octets.every((octet) => (octet >= 0x20 && octet < 0x7f) || [9, 10, 13].includes(octet));
  return lines && octets.length > 0 ? String.fromCharCode(...octets) : undefined;
}
