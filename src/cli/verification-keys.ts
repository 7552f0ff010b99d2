/** What `barewire token verify` verifies with: one key, a set from a file, a set from an address. */
import { type Algorithm, type JoseHeader, type Key, KeySet, remoteKeySet } from "../jwt/index.ts";
import { type CommandLine, usage } from "./command-line.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { read } from "./input.ts";
import { parseJsonObject } from "./json-input.ts";
import { importFrom, keyFailure, parseAlgorithm, parseEncoding } from "./key-import.ts";
import {
  checkOneStdin,
  describeSource,
  fileSource,
  keySources,
  oneKeySource,
  type Source,
} from "./source.ts";

/** The keys, and which of them was chosen in the end. */
export interface VerificationKeys {
  readonly algorithms: readonly Algorithm[];
  readonly choose: (header: JoseHeader) => Promise<Key | undefined>;
  /** The chosen key in words; `undefined` while none was. */
  readonly chosen: () => string | undefined;
  /** What may have been overlooked about the keys. */
  readonly note: () => string | undefined;
}

/**
 * Reads the keys that the options name.
 *
 * @param others where else something is read from
 * @throws {CommandError} 2 for wrong options, 3 for keys that cannot be read or used
 */
export async function readKeys(line: CommandLine, others: readonly Source[]): Promise<VerificationKeys> {
  const algorithms = parseAlgorithms(line);
  const [path, url] = [line.text("jwks"), line.text("jwks-url")];
  const ways = keySources(line).length + (path === undefined ? 0 : 1) + (url === undefined ? 0 : 1);
  if (ways > 1) throw usage("one key or one set of keys is needed, and more are given", line.command);
  if (url !== undefined) return fetchedSet(url, algorithms, line);
  if (path !== undefined) {
    const source = fileSource(line, "jwks", path);
    checkOneStdin([source, ...others], line.command);
    return readSet(source, algorithms);
  }
  const source = oneKeySource(line);
  checkOneStdin([source, ...others], line.command);
  const [alg, ...more] = algorithms;
  if (more.length > 0) throw usage("one key has one algorithm: give one --alg", line.command);
  const { key, note } = importFrom(await read(source, "the key"), source, {
    alg,
    encoding: parseEncoding(line),
  });
  return { ...watching(() => key, describeSource(source)), algorithms, note: () => note };
}

function parseAlgorithms(line: CommandLine): readonly Algorithm[] {
  const { command } = line;
  const names = line.texts("alg").flatMap((list) => list.split(","));
  if (names.length === 0) {
    throw usage("--alg is needed: which algorithm the key is for is yours to say, not the token's", command);
  }
  return names.map((name) => parseAlgorithm(name, command));
}

async function readSet(source: Source, algorithms: readonly Algorithm[]): Promise<VerificationKeys> {
  const from = describeSource(source);
  const jwks = parseJsonObject((await read(source, "the key set")).toString());
  if (jwks === undefined) throw new CommandError(ExitCode.Unreachable, `${from} does not hold a JSON object`);
  if (jwks.keys === undefined && jwks.kty !== undefined) {
    throw new CommandError(ExitCode.Unreachable, `${from} holds one key and not a set: use --key-file`);
  }
  try {
    const set = new KeySet(jwks as unknown as { keys: [] }, { algorithms });
    return { ...watching(set.choose, from), algorithms, note: () => noteIgnored(set, from) };
  } catch (error) {
    throw keyFailure(error, `the key set from ${from}`);
  }
}

function fetchedSet(url: string, algorithms: readonly Algorithm[], line: CommandLine): VerificationKeys {
  try {
    const set = remoteKeySet(url, { algorithms });
    return { ...watching(set.choose, url), algorithms, note: () => noteIgnored(set, url) };
  } catch (error) {
    if (error instanceof TypeError) throw usage(`--jwks-url: ${error.message}`, line.command);
    throw keyFailure(error, "the key set");
  }
}

function noteIgnored({ ignored }: Pick<KeySet, "ignored">, from: string): string | undefined {
  const [first, ...others] = ignored;
  if (first === undefined) return undefined;
  const name = first.kid === undefined ? `number ${first.index + 1}` : JSON.stringify(first.kid);
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return `of the keys from ${from}, ${name} is not used: ${first.reason} (${first.code})${more}`;
}

/** The choice, with an eye kept on what it chooses. */
function watching(
  choose: (header: JoseHeader) => Promise<Key | undefined> | Key | undefined,
  from: string,
): Pick<VerificationKeys, "choose" | "chosen"> {
  let chosen: Key | undefined;
  return {
    choose: async (header) => {
      chosen = await choose(header);
      return chosen;
    },
    chosen: () => {
      if (chosen === undefined) return undefined;
      return `${chosen.alg}${chosen.kid === undefined ? "" : ` ${JSON.stringify(chosen.kid)}`} from ${from}`;
    },
  };
}
