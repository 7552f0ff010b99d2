/**
 * The five scrypt profiles of OWASP's Password Storage Cheat Sheet, and which of them a host can afford.
 *
 * OWASP calls them equally good for the one who has to defend: they trade memory against passes. For who
 * attacks with circuits of his own, memory is what costs, so we take the most that a host has room for.
 *
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
import { memoryBytes, type ScryptCost } from "./cost.ts";

/** The names of the profiles: after the memory that one hash takes. */
export type ScryptProfileName =
  | "scrypt-128mib"
  | "scrypt-64mib"
  | "scrypt-32mib"
  | "scrypt-16mib"
  | "scrypt-8mib";

/** A cost that has a name. */
export interface ScryptProfile {
  readonly name: ScryptProfileName;
  readonly cost: ScryptCost;
  /** What one hash takes while it is computed. */
  readonly memoryBytes: number;
}

/** The profiles, from the most memory to the least. The first is {@link defaultCost}. */
export const scryptProfiles: readonly ScryptProfile[] = [
  profile("scrypt-128mib", { ln: 17, r: 8, p: 1 }),
  profile("scrypt-64mib", { ln: 16, r: 8, p: 2 }),
  profile("scrypt-32mib", { ln: 15, r: 8, p: 3 }),
  profile("scrypt-16mib", { ln: 14, r: 8, p: 5 }),
  profile("scrypt-8mib", { ln: 13, r: 8, p: 10 }),
];

function profile(name: ScryptProfileName, cost: ScryptCost): ScryptProfile {
  return { name, cost, memoryBytes: memoryBytes(cost) };
}

/** The profile called `name`; `undefined` when there is none. */
export function scryptProfile(name: string): ScryptProfile | undefined {
  return scryptProfiles.find((one) => one.name === name);
}

/** What hashing may take of a host. */
export interface PasswordBudget {
  /** Milliseconds that one hash may take; 500 by default. */
  readonly milliseconds: number;
  /** Bytes that all hashes at once may take; a quarter of the host's memory by default. */
  readonly memoryBytes: number;
  /** How many hashes are computed at once; 2 by default, as by a `PasswordHasher`. */
  readonly concurrency: number;
}

/**
 * What was given of a budget, and the defaults of a host with `hostMemoryBytes` for the rest.
 *
 * @throws {RangeError} for what is no positive number, or no positive whole number of hashes
 */
export function completeBudget(given: Partial<PasswordBudget>, hostMemoryBytes: number): PasswordBudget {
  const { milliseconds = 500, memoryBytes = hostMemoryBytes / 4, concurrency = 2 } = given;
  if (!(milliseconds > 0)) throw new RangeError("milliseconds must be a positive number");
  if (!(memoryBytes > 0)) throw new RangeError("memoryBytes must be a positive number");
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new RangeError("concurrency must be a positive integer");
  }
  return { milliseconds, memoryBytes, concurrency };
}

/** How long one hash of a profile took. */
export interface ProfileMeasurement {
  readonly profile: ScryptProfile;
  readonly milliseconds: number;
}

/** Which profile to hash with. */
export interface ProfileChoice {
  readonly profile: ScryptProfile;
  /** Whether it fits. When none does it is the nearest, for hashing with less than a profile is no choice. */
  readonly withinBudget: boolean;
}

/** Whether as many hashes at once as the budget says fit into its memory. */
export function fitsMemory(profile: ScryptProfile, budget: PasswordBudget): boolean {
  return profile.memoryBytes * budget.concurrency <= budget.memoryBytes;
}

/**
 * The measured profile with the most memory that fits the budget. If none does, the quickest of those whose
 * memory fits; if there is none either, the one with the least memory.
 */
export function chooseProfile(
  measurements: readonly ProfileMeasurement[],
  budget: PasswordBudget,
): ProfileChoice {
  const roomy = measurements.filter((one) => fitsMemory(one.profile, budget));
  const [best] = roomy
    .filter(({ milliseconds }) => milliseconds <= budget.milliseconds)
    .sort((a, b) => b.profile.memoryBytes - a.profile.memoryBytes);
  if (best !== undefined) return { profile: best.profile, withinBudget: true };
  const [quickest] = roomy.sort((a, b) => a.milliseconds - b.milliseconds);
  return { profile: quickest?.profile ?? scryptProfiles.at(-1)!, withinBudget: false };
}
