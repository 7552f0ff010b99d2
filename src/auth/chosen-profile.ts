/**
 * The shell that chooses by measuring what a password's hash costs here, once, and remembers it beside the database.
 *
 * Measured anew at each start, a busy moment would lead to another profile; then the decoy that an unknown user is
 * checked against would cost something else than the hashes that are stored, and the time of a failed login would tell
 * who exists. On another machine, delete the file or name a profile.
 */
import { readFile, writeFile } from "node:fs/promises";
import type { Log } from "../log.ts";
import { type ScryptCost, scryptProfile, type TuningOptions, tunePasswordCost } from "../password/index.ts";
import { AuthError } from "./errors.ts";

/**
 * The cost of the profile that the file at `path` names; where there is none, or nothing in it because the process was
 * killed as it wrote, of the one that fits this host, which is written there.
 *
 * @param options what the host is measured by
 * @throws {AuthError} `store/cannot-open` when the file cannot be read or written, or names no profile
 */
export async function chosenCost(path: string, log: Log, options: TuningOptions = {}): Promise<ScryptCost> {
  const remembered = await readName(path);
  if (remembered !== undefined) {
    const profile = scryptProfile(remembered);
    if (profile !== undefined) return profile.cost;
    throw unusable(path, "names no profile that there is. Delete it, and the host is measured again");
  }
  const { profile } = await tunePasswordCost(options);
  log.info("auth.password-profile", { profile: profile.name });
  await writeFile(path, `${profile.name}\n`, { mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw unusable(path, `cannot be written: ${error.code}`, error);
  });
  return profile.cost;
}

async function readName(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim() || undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw unusable(path, `cannot be read: ${code}`, error);
  }
}

function unusable(path: string, why: string, cause?: unknown): AuthError {
  return new AuthError("store/cannot-open", `The password profile ${path} ${why}.`, { cause });
}
