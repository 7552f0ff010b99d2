/** Where a command takes something from: a file, a variable of the environment, standard input. */
import {
  type Command,
  type CommandLine,
  KEY_IS_NO_ARGUMENT,
  type OptionGroup,
  usage,
} from "./command-line.ts";

export type Source =
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "variable"; readonly name: string }
  | { readonly from: "stdin" };

/** The source in words, for messages. */
export function describeSource(source: Source): string {
  switch (source.from) {
    case "file":
      return source.path;
    case "variable":
      return `the variable ${source.name}`;
    case "stdin":
      return "standard input";
  }
}

/** The options by which every command takes a key. */
export const keyOptions: OptionGroup = {
  title: "The key, which is never an argument",
  options: [
    {
      flag: "key-file",
      value: "PATH",
      help: "a JWK, PEM, or for HS256, HS384, HS512 a secret; - is standard input",
    },
    { flag: "key-env", value: "NAME", help: "the same from a variable of the environment" },
    { flag: "key-stdin", help: "the same from standard input" },
    {
      flag: "key-encoding",
      value: "NAME",
      help: "how a secret is spelt: raw (default: every octet counts), base64url, base64, hex",
    },
  ],
};

/**
 * The sources of keys that were named, in the order file, variable, standard input.
 *
 * @throws {CommandError} 2 when what is given for a path or a name looks like the key itself
 */
export function keySources(line: CommandLine): readonly Source[] {
  const files = line.texts("key-file").map((path) => fileSource(line, "key-file", path));
  const variables = line.texts("key-env").map((name): Source => {
    if (/^[A-Za-z_]\w{0,127}$/.test(name)) return { from: "variable", name };
    throw usage(`--key-env takes the name of a variable; ${KEY_IS_NO_ARGUMENT}`, line.command);
  });
  return [...files, ...variables, ...(line.has("key-stdin") ? [{ from: "stdin" } as const] : [])];
}

/**
 * The one source of a key.
 *
 * @throws {CommandError} 2 when there is none, or more than one
 */
export function oneKeySource(line: CommandLine): Source {
  const [source, ...others] = keySources(line);
  if (source === undefined)
    throw usage("a key is needed: --key-file, --key-env or --key-stdin", line.command);
  if (others.length > 0) throw usage("one key is needed, and more are given", line.command);
  return source;
}

/**
 * The value of an option that takes a path; `-` is standard input.
 *
 * @throws {CommandError} 2 when it looks like a key
 */
export function fileSource(line: CommandLine, flag: string, path: string): Source {
  if (path === "-") return { from: "stdin" };
  if (looksLikeKey(path)) throw usage(`--${flag} takes a path; ${KEY_IS_NO_ARGUMENT}`, line.command);
  if (path.includes("\0")) throw usage(`--${flag} takes a path`, line.command);
  return { from: "file", path };
}

/** @throws {CommandError} 2 when two things are to come from standard input, which can be read but once */
export function checkOneStdin(sources: readonly Source[], command: Command): void {
  if (sources.filter(({ from }) => from === "stdin").length > 1) {
    throw usage("only one thing can come from standard input", command);
  }
}

/** Whether an argument is the text of a JWK or a PEM file. */
export function looksLikeKey(text: string): boolean {
  return text.includes("-----BEGIN ") || /^\s*\{/.test(text);
}

/** Whether a name under which there is no file may be a secret that was put in its place. */
export function looksLikeSecret(text: string): boolean {
  return /^[A-Za-z0-9+/_=-]{24,}$/.test(text);
}
