/** Finds Bun, another runtime for JavaScript, which takes part in benchmarks where it is installed. */
import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Bun {
  readonly path: string;
  readonly version: string;
}

const ourBinaries = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));

/**
 * The first that works: the file that the environment's BUN names, or a `bun` among our packages or in the
 * PATH. Undefined when there is none.
 *
 * @throws {Error} when BUN names something that is no Bun
 */
export function findBun(
  environment: NodeJS.ProcessEnv = process.env,
  binaries: string = ourBinaries,
): Bun | undefined {
  const { BUN, PATH = "" } = environment;
  if (BUN !== undefined && BUN !== "") {
    const version = versionOf(BUN);
    if (version === undefined) throw new Error(`BUN names no Bun that runs: ${BUN}`);
    return { path: BUN, version };
  }
  for (const folder of [binaries, ...PATH.split(delimiter)]) {
    const path = join(folder, process.platform === "win32" ? "bun.exe" : "bun");
    const version = versionOf(path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

/** What it says of itself; undefined when it cannot be run. */
function versionOf(path: string): string | undefined {
  try {
    const version = execFileSync(path, ["--version"], {
      encoding: "utf8",
      stdio: "pipe",
      timeout: 5_000,
    }).trim();
    return /^\d+\.\d+\.\d+/.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}
