/**
 * The shell that measures what a hash costs on this host. Which profile follows from that is decided in
 * profiles.ts.
 */
import { totalmem } from "node:os";
import {
  chooseProfile,
  completeBudget,
  fitsMemory,
  type PasswordBudget,
  type ProfileChoice,
  type ProfileMeasurement,
  type ScryptProfile,
  scryptProfiles,
} from "./profiles.ts";
import { scryptKey } from "./scrypt.ts";

/** What {@link tunePasswordCost} may be told; what is left out is as in {@link PasswordBudget}. */
export interface TuningOptions extends Partial<PasswordBudget> {
  /** The milliseconds of one hash; {@link measureProfile} unless given. */
  readonly measure?: ((profile: ScryptProfile) => Promise<number>) | undefined;
}

/** What was chosen, and why. */
export interface PasswordTuning extends ProfileChoice {
  readonly budget: PasswordBudget;
  /** Those that had to be measured, in order. */
  readonly measurements: readonly ProfileMeasurement[];
}

/**
 * Chooses a profile for this host: from the most memory downwards, until one fits the budget. So a start costs
 * one hash where the first fits, and five at most. Give `profile.cost` to a `PasswordHasher`.
 *
 * A busy moment can lead to a profile with less memory than yesterday's. That harms nothing: `needsRehash`
 * never asks for less than there is.
 *
 * @throws {RangeError} for a budget that is invalid
 */
export async function tunePasswordCost(options: TuningOptions = {}): Promise<PasswordTuning> {
  const { measure = measureProfile, ...given } = options;
  const budget = hostBudget(given);
  const measurements: ProfileMeasurement[] = [];
  for (const profile of scryptProfiles.filter((one) => fitsMemory(one, budget))) {
    measurements.push({ profile, milliseconds: await measure(profile) });
    if (chooseProfile(measurements, budget).withinBudget) break;
  }
  return { ...chooseProfile(measurements, budget), budget, measurements };
}

/**
 * What was given of a budget, and the defaults of this host for the rest. Its memory is what this process may
 * have at most: in a container, the container's.
 *
 * @throws {RangeError} for a budget that is invalid
 */
export function hostBudget(given: Partial<PasswordBudget> = {}): PasswordBudget {
  const limit = process.constrainedMemory();
  return completeBudget(given, Math.min(totalmem(), limit > 0 ? limit : Number.POSITIVE_INFINITY));
}

/** The milliseconds that one hash of this profile takes here and now. */
export async function measureProfile({ cost }: ScryptProfile): Promise<number> {
  const bytes = new Uint8Array(16);
  const start = performance.now();
  await scryptKey(bytes, bytes, cost, 32);
  return performance.now() - start;
}
