/** Passwords: scrypt (RFC 7914) in PHC strings, a few at a time. */
export { defaultCost, type ScryptCost } from "./cost.ts";
export { PasswordError, type PasswordErrorCode } from "./errors.ts";
export {
  hashPassword,
  needsRehash,
  PasswordHasher,
  type PasswordHasherOptions,
  verifyPassword,
} from "./hasher.ts";
export { maxPasswordBytes, passwordBytes } from "./normalise.ts";
export { formatPhc, parsePhc, type ScryptHash } from "./phc.ts";
export type { PasswordCaller } from "./queue.ts";
export { scryptKey } from "./scrypt.ts";
