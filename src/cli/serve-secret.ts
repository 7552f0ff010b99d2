/** Secrets that `barewire serve` is given by files, since what stands in arguments anybody on the machine can read. */
import { CommandError, ExitCode } from "./exit-code.ts";
import { read } from "./input.ts";

/** What both are made of, so that nothing has to be escaped anywhere (RFC 6749 §2.3.1, RFC 6750 §2.1). */
const grammar: RegExp = /^[A-Za-z0-9._-]{32,256}$/;

/**
 * The secret on the one line of the file at `path`; undefined where no path is given.
 *
 * @param what for messages: "the token for metrics"
 * @throws {CommandError} 3 when the file cannot be read or holds something else
 */
export async function readServeSecret(path: string, what: string): Promise<string | undefined> {
  if (path === "") return undefined;
  const text = (await read({ from: "file", path }, what)).toString("utf8").replace(/\r?\n$/, "");
  if (grammar.test(text)) return text;
  throw new CommandError(
    ExitCode.Unreachable,
    `${what} in ${path} must be one line of 32 to 256 letters, digits, ".", "_" and "-", such as "openssl rand -hex 32" prints`,
  );
}

/** What coturn takes as `static-auth-secret`, on a line: nothing that a configuration file would read as something else. */
const turnSecret: RegExp = /^[!-"$-~]{16,256}$/;

/**
 * The secrets that TURN servers share with us, one a line, from the file at `path`: the first mints, the others are what
 * the servers still take while it is being replaced. None where no path is given.
 *
 * @throws {CommandError} 3 when the file cannot be read or holds something else
 */
export async function readTurnSecrets(path: string): Promise<readonly string[]> {
  if (path === "") return [];
  const what = "the secret of the TURN servers";
  const text = (await read({ from: "file", path }, what)).toString("utf8");
  const secrets = text.split(/\r?\n/).filter((line) => line !== "");
  if (secrets.length > 0 && secrets.every((secret) => turnSecret.test(secret))) return secrets;
  throw new CommandError(
    ExitCode.Unreachable,
    `${what} in ${path} must be lines of 16 to 256 characters without spaces, such as "openssl rand -hex 32" prints`,
  );
}
