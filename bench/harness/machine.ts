/** Where a benchmark ran: a figure without its machine means nothing. */
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: number;
  readonly kernel: string;
  /** Processes that wanted a core in the last minute: what else the machine does. */
  readonly load: number;
  readonly node: string;
  readonly v8: string;
  readonly openssl: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memory: totalmem(),
    kernel: `${type()} ${release()} ${arch()}`,
    load: loadavg()[0]!,
    node: process.versions.node,
    v8: process.versions.v8,
    openssl: process.versions.openssl,
  };
}

/** How many files, sockets too, this process may have open at once; a system may not say, and set no limit. */
export function openFileLimit(): number {
  const report = process.report.getReport() as {
    userLimits?: Record<string, { soft: number | "unlimited" }>;
  };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
}

/** The installed version of each package. */
export function packageVersions(names: readonly string[]): readonly string[] {
  return names.map((name) => {
    // Not by require: a package need not export its package.json.
    const { version } = JSON.parse(readFileSync(findPackageJSON(name, import.meta.url)!, "utf8"));
    return `${name} ${version}`;
  });
}
