/** Passwords: scrypt (RFC 7914) in PHC strings, a few at a time; which of them may be chosen. */
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
export { minPepperBytes, type Pepper } from "./pepper.ts";
export { formatPhc, parsePhc, type ScryptHash } from "./phc.ts";
export { checkPassword, minPasswordCharacters, type PasswordContext } from "./policy.ts";
export {
  chooseProfile,
  fitsMemory,
  type PasswordBudget,
  type ProfileChoice,
  type ProfileMeasurement,
  type ScryptProfile,
  type ScryptProfileName,
  scryptProfile,
  scryptProfiles,
} from "./profiles.ts";
export type { PasswordCaller } from "./queue.ts";
export { scryptKey } from "./scrypt.ts";
export {
  hostBudget,
  measureProfile,
  type PasswordTuning,
  type TuningOptions,
  tunePasswordCost,
} from "./tuning.ts";
