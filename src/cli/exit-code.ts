/** What the exit status of every command says. */
export const ExitCode = {
  /** Done, and good. */
  Ok: 0,
  /** The thing that was checked is bad. */
  Bad: 1,
  /** The command line or the environment is wrong. */
  Usage: 2,
  /** A target could not be reached or read: a port in use, a file that is not what it should be. */
  Unreachable: 3,
  /** A fault of ours. */
  Internal: 4,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Ends a command with one clear line for the person who ran it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
