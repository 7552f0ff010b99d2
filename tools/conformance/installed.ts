/** Finds what takes part where it is installed: programs, and packages of npm and of Python. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** How long a program may take to say which version it is. */
const PATIENCE = 20_000;

/** The version of an npm package as it is found from a folder; undefined when it is not. */
export function packageVersion(name: string, folder: string): string | undefined {
  const { resolve } = createRequire(join(folder, "from-here.cjs"));
  try {
    for (let at = dirname(resolve(name)); at !== dirname(at); at = dirname(at)) {
      const found = manifest(join(at, "package.json"));
      if (found?.name === name) return found.version;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
  }
  return undefined;
}

function manifest(path: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The `__version__` of a module that `python3` imports; PYTHONPATH may say where it is. */
export function pythonModuleVersion(module: string): string | undefined {
  return said("python3", ["-c", `import ${module}; print(${module}.__version__)`]);
}

export interface Program {
  readonly path: string;
  readonly version: string;
}

/** Debian has nginx where not everybody's PATH leads. */
export function findNginx(): Program | undefined {
  for (const path of ["nginx", "/usr/sbin/nginx"]) {
    const { error, stderr } = spawnSync(path, ["-v"], { encoding: "utf8", timeout: PATIENCE });
    const version = error === undefined ? /nginx\/(\S+)/.exec(stderr)?.[1] : undefined;
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

/** What a program prints; undefined when it is not there, or fails. */
function said(program: string, args: readonly string[]): string | undefined {
  try {
    const text = execFileSync(program, args, { encoding: "utf8", stdio: "pipe", timeout: PATIENCE }).trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}
