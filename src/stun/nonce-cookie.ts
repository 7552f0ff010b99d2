/**
 * RFC 8489 §9.2, §9.2.1 and §18.1: the nonce cookie, which says in the NONCE what security features a server has, so
 * that nobody on the way can take them back unseen.
 *
 *     obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA
 *     ╰───┬───╯╰─┬╯╰───────────┬──────────────╯
 *       fixed  base64 of     the server's own
 *              24 bits
 *
 * Which bit is which: the RFC's text calls the leftmost one bit 0, its test vector (RFC 8489 §B.1) has them the other way
 * round. The verified erratum 6290 decides for the vector: bit 0 is the rightmost.
 */

/** What a server can do besides RFC 5389 (RFC 8489 §18.1). */
export interface SecurityFeatures {
  /** Bit 0: it sends PASSWORD-ALGORITHMS. */
  readonly passwordAlgorithms: boolean;
  /** Bit 1: it takes USERHASH in place of USERNAME. */
  readonly usernameAnonymity: boolean;
}

const PREFIX = "obMatJos2";
const FEATURES = /^obMatJos2([A-Za-z0-9+/]{4})/;
const PASSWORD_ALGORITHMS = 1 << 0;
const USERNAME_ANONYMITY = 1 << 1;

/** The 13 characters that a nonce of ours begins with. */
export function encodeNonceCookie(features: SecurityFeatures): string {
  const bits =
    (features.passwordAlgorithms ? PASSWORD_ALGORITHMS : 0) |
    (features.usernameAnonymity ? USERNAME_ANONYMITY : 0);
  return PREFIX + Buffer.from([0, 0, bits]).toString("base64");
}

/** The features in a NONCE; undefined when it has no nonce cookie: its server is one of RFC 5389. Unassigned bits are ignored. */
export function decodeNonceCookie(nonce: string): SecurityFeatures | undefined {
  const [, features] = FEATURES.exec(nonce) ?? [];
  if (features === undefined) return undefined;
  const bits = Buffer.from(features, "base64").readUIntBE(0, 3);
  return {
    passwordAlgorithms: (bits & PASSWORD_ALGORITHMS) !== 0,
    usernameAnonymity: (bits & USERNAME_ANONYMITY) !== 0,
  };
}
