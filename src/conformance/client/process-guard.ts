/**
 * Sees to it that no client outlives the suite, however the suite ends: by an exception, a signal, even SIGKILL.
 *
 * A small shell reads from a pipe which process groups are ours. When the suite is gone, the operating system closes the
 * pipe, and the shell ends the groups that are left. It has a session of its own, so that what a terminal sends to
 * the suite (Ctrl-C) does not reach it first.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

/** `+ 123` is to be watched, `- 123` no longer is. */
const WATCH = `
trap '' HUP INT TERM
groups=
while read -r sign group; do
  left=
  for one in $groups; do [ "$one" = "$group" ] || left="$left $one"; done
  groups=$left
  [ "$sign" = + ] && groups="$groups $group"
done
for one in $groups; do kill -s KILL -- "-$one"; done
`;

export class ProcessGuard {
  #shell: ChildProcess | undefined;

  /** The process group is ours from now on. The guard itself is started with the first of them. */
  watch(group: number): void {
    this.#tell(`+ ${group}`);
  }

  /** The process group is empty. */
  release(group: number): void {
    this.#tell(`- ${group}`);
  }

  /** Ends what is left, and the guard. */
  close(): void {
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #tell(line: string): void {
    this.#shell ??= start();
    this.#shell.stdin?.write(`${line}\n`);
  }
}

function start(): ChildProcess {
  const shell = spawn("sh", ["-c", WATCH], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  // Where there is no shell, no client was started either.
  shell.on("error", () => {});
  shell.stdin?.on("error", () => {});
  // It waits for our end: it must not keep us from ending.
  shell.unref();
  (shell.stdin as Socket).unref();
  return shell;
}
