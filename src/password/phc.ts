/**
 * The string a password hash is stored as: the PHC string format, for scrypt.
 *
 *     $scrypt$ln=17,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E
 *     └──┬──┘ └─────┬─────┘ └─────────┬──────────┘ └────────────────────┬────────────────────┘
 *     function    cost        salt, 16 bytes                     hash, 32 bytes
 *
 * Numbers are plain decimal without leading zeros, in this order; salt and hash are standard base64
 * (RFC 4648 §4) without padding. passlib and others write the same. One value has one spelling: whatever
 * parses is exactly what {@link formatPhc} would have written.
 *
 * Where a pepper went into the hash, a fourth parameter names it, as the specification has it for Argon2:
 * "Value is a sequence of 0 to 8 bytes, encoded in B64", chosen by the application to find the key by.
 *
 *     $scrypt$ln=17,r=8,p=1,keyid=MjAyNg$…$…      the pepper called 2026
 *
 * https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 */
import { isScryptCost, type ScryptCost } from "./cost.ts";
import { PasswordError } from "./errors.ts";

/** A stored hash, taken apart. */
export interface ScryptHash {
  readonly cost: ScryptCost;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  /** The id of the pepper that went into it; `undefined`: none did. */
  readonly keyid?: string | undefined;
}

/** What a pepper may be called: one to eight printable characters of ASCII, which the eight bytes of `keyid` hold. */
export const keyidGrammar: RegExp = /^[!-~]{1,8}$/;

/** Salts and hashes outside of these bounds, in bytes, protect nothing or are not ours. */
const bounds = { salt: { min: 8, max: 64 }, hash: { min: 16, max: 64 } } as const;

/** Longer than any string within {@link bounds}, and short enough to look at for nothing. */
const maxLength = 256;

const grammar =
  /^\$scrypt\$ln=([1-9][0-9]?),r=([1-9][0-9]{0,8}),p=([1-9][0-9]{0,8})(?:,keyid=([A-Za-z0-9+/]{2,11}))?\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/**
 * Takes a stored string apart. What it costs to verify is not judged here.
 *
 * @throws {PasswordError} `password/malformed-hash` when it is not the one spelling of a scrypt hash
 */
export function parsePhc(phc: string): ScryptHash {
  const fields = phc.length <= maxLength ? grammar.exec(phc) : null;
  if (fields === null) throw malformed("it is not $scrypt$ln=…,r=…,p=…$salt$hash");
  const cost = { ln: Number(fields[1]), r: Number(fields[2]), p: Number(fields[3]) };
  if (!isScryptCost(cost)) throw malformed("scrypt is not defined for its parameters");
  const keyid = fields[4] === undefined ? undefined : decodeKeyid(fields[4]);
  return { cost, salt: decode(fields[5]!, "salt"), hash: decode(fields[6]!, "hash"), keyid };
}

/** Writes the string to store. The caller's values are within the bounds that {@link parsePhc} demands. */
export function formatPhc({ cost, salt, hash, keyid }: ScryptHash): string {
  const pepper = keyid === undefined ? "" : `,keyid=${encode(Buffer.from(keyid, "latin1"))}`;
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}${pepper}$${encode(salt)}$${encode(hash)}`;
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

function decodeKeyid(text: string): string {
  const keyid = decodeBase64(text, "keyid").toString("latin1");
  if (!keyidGrammar.test(keyid)) throw malformed("its keyid is not 1 to 8 printable characters");
  return keyid;
}

/** Node's decoder forgives much; that what it read encodes to what was there makes it strict. */
function decodeBase64(text: string, field: "salt" | "hash" | "keyid"): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (encode(bytes) !== text) throw malformed(`its ${field} is not canonical base64`);
  return bytes;
}

function decode(text: string, field: "salt" | "hash"): Uint8Array {
  const bytes = decodeBase64(text, field);
  const { min, max } = bounds[field];
  if (bytes.length < min || bytes.length > max) throw malformed(`its ${field} is not ${min} to ${max} bytes`);
  return bytes;
}

function malformed(why: string): PasswordError {
  return new PasswordError("password/malformed-hash", `The stored password hash is unusable: ${why}.`);
}
