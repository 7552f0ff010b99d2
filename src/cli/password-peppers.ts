/** Peppers from the files that an option names. */
import type { Pepper } from "../password/index.ts";
import { type CommandLine, usage } from "./command-line.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { read } from "./input.ts";
import { importFrom } from "./key-import.ts";
import { describeSource, fileSource, type Source } from "./source.ts";

/**
 * The peppers of every `--pepper-file`, in order. Each is a JWK for HS256, as `barewire key generate` writes it,
 * and its `kid` is the pepper's name.
 *
 * @throws {CommandError} 2 for standard input, where the password comes from; 3 for a file without such a key
 */
export async function readPeppers(line: CommandLine): Promise<readonly Pepper[]> {
  const sources = line.texts("pepper-file").map((path) => fileSource(line, "pepper-file", path));
  if (sources.some(({ from }) => from === "stdin")) {
    throw usage("--pepper-file takes a path: standard input is for the password", line.command);
  }
  return Promise.all(sources.map((source) => readPepper(source)));
}

/** The pepper in one file. @throws {CommandError} 3 for a file without such a key */
export async function readPepper(source: Source): Promise<Pepper> {
  const octets = await read(source, "the pepper");
  const { key } = importFrom(octets, source, { alg: "HS256", encoding: undefined });
  if (key.kid !== undefined) return { id: key.kid, key: key.material.export() };
  throw new CommandError(
    ExitCode.Unreachable,
    `the pepper from ${describeSource(source)} cannot be used: it is no JWK with a kid, as "barewire key generate --alg HS256 --kid 2026" makes one`,
  );
}
