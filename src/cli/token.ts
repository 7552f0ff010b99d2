/** `barewire token sign|verify|decode`. */
import { decodeJwt, type Jwt, JwtError, signJwt, verifyJwtAsync } from "../jwt/index.ts";
import { listChecks } from "./checks.ts";
import { choosePaint } from "./colour.ts";
import {
  type Command,
  type CommandLine,
  describeCommand,
  KEY_IS_NO_ARGUMENT,
  parseCommandLine,
  usage,
} from "./command-line.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { read } from "./input.ts";
import { parseJsonObject } from "./json-input.ts";
import { importFrom, keyFailure, named, parseAlgorithm, parseEncoding } from "./key-import.ts";
import { duration, moment, parsePolicy } from "./policy-options.ts";
import { printable } from "./printable.ts";
import {
  checkOneStdin,
  describeSource,
  fileSource,
  looksLikeKey,
  oneKeySource,
  type Source,
} from "./source.ts";
import { stateClaims } from "./stated-claims.ts";
import { decodeCommand, signCommand, TOKEN_HELP, verifyCommand } from "./token-commands.ts";
import { jsonReport, type Report, textReport } from "./token-report.ts";
import { readKeys } from "./verification-keys.ts";

/**
 * Runs the command whose words after `token` are given.
 *
 * @throws {CommandError} 2 for wrong options, 3 for a key or a token that cannot be read
 */
export async function token([name, ...args]: readonly string[]): Promise<ExitCode> {
  switch (name) {
    case "sign":
      return run(args, signCommand, sign);
    case "verify":
      return run(args, verifyCommand, verify);
    case "decode":
      return run(args, decodeCommand, decode);
    case "--help":
    case "-h":
      process.stdout.write(TOKEN_HELP);
      return ExitCode.Ok;
    default:
      throw new CommandError(
        ExitCode.Usage,
        "barewire token takes sign, verify or decode (barewire token --help)",
      );
  }
}

async function run(
  args: readonly string[],
  command: Command,
  act: (line: CommandLine) => Promise<ExitCode>,
): Promise<ExitCode> {
  const line = parseCommandLine(args, command);
  if (line !== undefined) return act(line);
  process.stdout.write(describeCommand(command));
  return ExitCode.Ok;
}

async function sign(line: CommandLine): Promise<ExitCode> {
  const { command } = line;
  if (line.operands.length > 0) throw usage(`it takes no argument: ${KEY_IS_NO_ARGUMENT}`, command);
  const typ = line.text("typ");
  if (typ === undefined) throw usage("--typ is needed: at+jwt for an access token, or JWT", command);
  const [expiresIn, now] = [duration(line, "expires-in"), moment(line)];
  if (expiresIn === 0) throw usage("--expires-in must be more than nothing", command);
  const alg = line.text("alg");
  const request = {
    alg: alg === undefined ? undefined : parseAlgorithm(alg, command),
    encoding: parseEncoding(line),
  };
  const keySource = oneKeySource(line);
  const path = line.text("claims");
  const claimSource = path === undefined ? undefined : fileSource(line, "claims", path);
  checkOneStdin([keySource, ...(claimSource === undefined ? [] : [claimSource])], command);
  const claims = stateClaims(claimSource === undefined ? {} : await readClaims(claimSource), line);
  const { key, note } = importFrom(await read(keySource, "the key"), keySource, request);
  const times = { ...(expiresIn !== undefined && { expiresIn }), ...(now !== undefined && { now }) };
  const text = refusing(() => signJwt(claims, named(key, line.text("kid")), { typ, ...times }), command);
  remark(note);
  if (expiresIn === undefined && claims.exp === undefined) {
    remark(
      "the token never expires, and will be refused where that is not allowed; --expires-in 10m sets an end",
    );
  }
  process.stdout.write(`${text}\n`);
  return ExitCode.Ok;
}

async function readClaims(source: Source): Promise<Record<string, unknown>> {
  const claims = parseJsonObject((await read(source, "the claims")).toString());
  if (claims !== undefined) return claims;
  throw new CommandError(
    ExitCode.Unreachable,
    `${describeSource(source)} does not hold a JSON object, the claims`,
  );
}

/** What the core finds wrong with what it is to sign, as a mistake of the command line. */
function refusing(act: () => string, command: Command): string {
  try {
    return act();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw usage(error.message, command);
    throw keyFailure(error, "the key");
  }
}

function remark(note: string | undefined): void {
  if (note !== undefined) process.stderr.write(`barewire: note: ${printable(note)}\n`);
}

async function verify(line: CommandLine): Promise<ExitCode> {
  const policy = parsePolicy(line);
  const now = moment(line) ?? Date.now() / 1000;
  const source = tokenSource(line);
  const show = presentation(line);
  const keys = await readKeys(line, isSource(source) ? [source] : []);
  const text = await readToken(source);
  const outcome = await attempt(() => verifyJwtAsync(text, keys.choose, policy, now));
  const error = outcome instanceof JwtError ? outcome : undefined;
  const jwt = outcome instanceof JwtError ? await readable(text) : outcome;
  const checks = listChecks({ jwt, policy, algorithms: keys.algorithms, key: keys.chosen(), now, error });
  show({ token: text, jwt, error, checks, now });
  if (error?.code === "jws/unknown-key" || error?.code === "jws/bad-signature") remark(keys.note());
  if (error === undefined) return ExitCode.Ok;
  // What is wrong with the keys says nothing about the token.
  return /^(?:jws|claims)\//.test(error.code) ? ExitCode.Bad : ExitCode.Unreachable;
}

async function decode(line: CommandLine): Promise<ExitCode> {
  const source = tokenSource(line);
  const show = presentation(line);
  const text = await readToken(source);
  const outcome = await attempt(() => decodeJwt(text));
  const [jwt, error] = outcome instanceof JwtError ? [undefined, outcome] : [outcome, undefined];
  show({ token: text, jwt, error, checks: undefined, now: Date.now() / 1000 });
  return error === undefined ? ExitCode.Ok : ExitCode.Bad;
}

/** What the core returns, or the reason why it refuses. */
async function attempt(act: () => Jwt | Promise<Jwt>): Promise<Jwt | JwtError> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof JwtError) return error;
    throw error;
  }
}

/** What a refused token says, to be shown as unverified, if it can be read at all. */
async function readable(text: string): Promise<Jwt | undefined> {
  const outcome = await attempt(() => decodeJwt(text));
  return outcome instanceof JwtError ? undefined : outcome;
}

/** A token may be an argument: it is convenient, and less than a key. */
type TokenSource = Source | { readonly argument: string };

function isSource(source: TokenSource): source is Source {
  return "from" in source;
}

function tokenSource({ operands, command }: CommandLine): TokenSource {
  const [argument, ...others] = operands;
  if (others.length > 0)
    throw usage(`one token is needed, and ${operands.length} arguments are given`, command);
  if (argument === undefined || argument === "-") return { from: "stdin" };
  if (looksLikeKey(argument)) throw usage(`the argument is no token; ${KEY_IS_NO_ARGUMENT}`, command);
  return { argument };
}

/** White space around a token from a file or a pipe does not belong to it. An argument is taken as it is. */
async function readToken(source: TokenSource): Promise<string> {
  return isSource(source) ? (await read(source, "the token")).toString().trim() : source.argument;
}

/** How the options want a report to be shown. */
function presentation(line: CommandLine): (report: Report) => void {
  const { env: environment, stdout } = process;
  const paint = choosePaint(line.text("color"), { isTerminal: stdout.isTTY, environment });
  const json = line.has("json");
  return (report) => stdout.write(json ? jsonReport(report) : textReport(report, paint));
}
