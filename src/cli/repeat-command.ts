/** The command that repeats just one case of a run. */
import type { CommandLine } from "./command-line.ts";

/** Options that say what is tested and how; the others choose cases and reports. */
const kept = ["exec", "listen", "http2-url", "insecure", "pid", "timeout"];

/** A line for a POSIX shell. */
export function repeatCommand(
  line: CommandLine,
  { id, seed }: { readonly id: string; readonly seed: number },
): string {
  const options = kept.flatMap((flag) => {
    if (!line.has(flag)) return [];
    const value = line.text(flag)!;
    return value === "" ? [`--${flag}`] : [`--${flag}`, quoted(value)];
  });
  const words = ["npx barewire", line.command.name, ...line.operands.map(quoted), ...options];
  return [...words, "--only", quoted(id), ...(seed === 1 ? [] : ["--seed", `${seed}`])].join(" ");
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
