/** `barewire key generate|public|thumbprint`. */
import { open, unlink } from "node:fs/promises";
import { exportJwk, generateKey, importKey, type Jwk, type Key, KeySet, thumbprint } from "../jwt/index.ts";
import {
  type Command,
  type CommandLine,
  describeCommand,
  KEY_IS_NO_ARGUMENT,
  parseCommandLine,
  usage,
} from "./command-line.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { read, systemReason } from "./input.ts";
import { generateCommand, KEY_HELP, publicCommand, thumbprintCommand } from "./key-commands.ts";
import { importFrom, keyFailure, named, parseAlgorithm, parseEncoding, withKid } from "./key-import.ts";
import { checkOneStdin, keySources, oneKeySource, type Source } from "./source.ts";

/**
 * Runs the command whose words after `key` are given.
 *
 * @throws {CommandError} 2 for wrong options, 3 for a key that cannot be read, used or written
 */
export async function key([name, ...args]: readonly string[]): Promise<ExitCode> {
  switch (name) {
    case "generate":
      return run(args, generateCommand, generate);
    case "public":
      return run(args, publicCommand, showPublic);
    case "thumbprint":
      return run(args, thumbprintCommand, showThumbprint);
    case "--help":
    case "-h":
      process.stdout.write(KEY_HELP);
      return ExitCode.Ok;
    default:
      throw new CommandError(
        ExitCode.Usage,
        "barewire key takes generate, public or thumbprint (barewire key --help)",
      );
  }
}

async function run(
  args: readonly string[],
  command: Command,
  act: (line: CommandLine) => Promise<string>,
): Promise<ExitCode> {
  const line = parseCommandLine(args, command);
  if (line !== undefined && line.operands.length > 0) {
    throw usage(`it takes no argument: ${KEY_IS_NO_ARGUMENT}`, command);
  }
  process.stdout.write(line === undefined ? describeCommand(command) : await act(line));
  return ExitCode.Ok;
}

async function generate(line: CommandLine): Promise<string> {
  const { command } = line;
  const name = line.text("alg");
  if (name === undefined) throw usage("--alg is needed", command);
  const alg = parseAlgorithm(name, command);
  const [kid, crv, out] = [line.text("kid"), line.text("crv"), line.text("out")];
  const pem = line.has("pem");
  if (pem && kid !== undefined)
    throw usage("--kid does not go with --pem, which has no place for it", command);
  if (pem && alg.startsWith("HS")) throw usage("--pem does not go with a secret", command);
  if (crv !== undefined && alg !== "EdDSA") throw usage("--crv is for EdDSA", command);
  if (crv !== undefined && crv !== "Ed25519" && crv !== "Ed448")
    throw usage("--crv must be Ed25519 or Ed448", command);
  const bits = parseBits(line, alg);
  const made = await generateKey(alg, {
    use: "sig",
    ...(bits !== undefined && { modulusLength: bits }),
    ...(crv !== undefined && { crv }),
  }).catch((error) => {
    throw keyFailure(error, "the new key");
  });
  const text = pem
    ? made.material.export({ type: "pkcs8", format: "pem" }).toString()
    : pretty(withKid(exportJwk(made, { private: true }), kid));
  if (out === undefined) return text;
  await writeNew(out, text);
  if (process.stderr.isTTY) process.stderr.write(`The key is in ${out}, for your eyes only.\n`);
  return "";
}

function parseBits(line: CommandLine, alg: string): number | undefined {
  const text = line.text("bits");
  if (text === undefined) return undefined;
  if (!/^[RP]S/.test(alg)) throw usage("--bits is for RSA", line.command);
  const bits = /^\d{4,5}$/.test(text) ? Number(text) : 0;
  if (bits < 2048 || bits > 16_384 || bits % 8 !== 0) {
    throw usage("--bits must be a multiple of 8 from 2048 to 16384", line.command);
  }
  return bits;
}

/** Into a file that was not there before: "wx" follows no link and replaces nothing. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(text);
    } catch (error) {
      await unlink(path);
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    const why =
      code === "EEXIST" ? "there is such a file, and a key is never overwritten" : systemReason(code);
    throw new CommandError(ExitCode.Unreachable, `the key cannot be written to ${path}: ${why}`, {
      cause: error,
    });
  }
}

async function showPublic(line: CommandLine): Promise<string> {
  const { command } = line;
  const [kid, pem, set] = [line.text("kid"), line.has("pem"), line.has("set")];
  const sources = keySources(line);
  if (pem && (set || kid !== undefined))
    throw usage("--pem has no place for what --set or --kid say", command);
  if (sources.length > 1 && !set) throw usage("several keys make a set: add --set", command);
  if (sources.length > 1 && kid !== undefined && kid !== "thumbprint")
    throw usage("several keys cannot have one --kid", command);
  const keys = await Promise.all(orStdin(sources, line).map((source) => readKey(source, line)));
  if (pem) return publicHalf(keys[0]!).material.export({ type: "spki", format: "pem" }).toString();
  const halves = keys.map((one) => named(publicHalf(one), kid));
  if (!set) return pretty(exportJwk(halves[0]!));
  try {
    return pretty(new KeySet(halves).publicJwks());
  } catch (error) {
    throw keyFailure(error, "the set");
  }
}

/** @throws {CommandError} 3 when it has none */
function publicHalf(whole: Key): Key {
  if (whole.type !== "secret") return importKey(exportJwk(whole), whole.alg);
  throw new CommandError(
    ExitCode.Unreachable,
    "a secret has no public half: whoever can verify with it can sign (key/not-public)",
  );
}

async function showThumbprint(line: CommandLine): Promise<string> {
  const named = keySources(line).length > 0;
  const [source] = named ? [oneKeySource(line)] : orStdin([], line);
  const whole = await readKey(source!, line);
  return `${thumbprint(exportJwk(whole, { private: whole.type === "secret" }))}\n`;
}

/** Standard input where nothing is named, unless somebody sits there who expects an answer. */
function orStdin(sources: readonly Source[], { command }: CommandLine): readonly Source[] {
  checkOneStdin(sources, command);
  if (sources.length > 0) return sources;
  if (process.stdin.isTTY) throw usage("a key is needed, from --key-file or standard input", command);
  return [{ from: "stdin" }];
}

async function readKey(source: Source, line: CommandLine): Promise<Key> {
  const name = line.text("alg");
  const alg = name === undefined ? undefined : parseAlgorithm(name, line.command);
  const encoding = parseEncoding(line);
  return importFrom(await read(source, "the key"), source, { alg, encoding }).key;
}

function pretty(value: Jwk | { readonly keys: readonly Jwk[] }): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
