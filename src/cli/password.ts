/** `barewire password hash|verify|tune`. */
import {
  checkPassword,
  chooseProfile,
  fitsMemory,
  hostBudget,
  measureProfile,
  PasswordError,
  PasswordHasher,
  type ProfileMeasurement,
  type ScryptCost,
  scryptProfile,
  scryptProfiles,
} from "../password/index.ts";
import {
  type Command,
  type CommandLine,
  describeCommand,
  parseCommandLine,
  usage,
  wholeNumber,
} from "./command-line.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { read } from "./input.ts";
import {
  hashCommand,
  PASSWORD_HELP,
  PASSWORD_IS_NO_ARGUMENT,
  tuneCommand,
  verifyCommand,
} from "./password-commands.ts";
import { type Dialogue, processDialogue } from "./password-input.ts";
import { readPeppers } from "./password-peppers.ts";
import { tuningJson, tuningTable } from "./password-table.ts";
import { fileSource } from "./source.ts";

/**
 * Runs the command whose words after `password` are given.
 *
 * @throws {CommandError} 1 for a password that may not be chosen, 2 for wrong options, 3 for what cannot be read
 */
export async function password(
  [name, ...args]: readonly string[],
  dialogue: Dialogue = processDialogue,
): Promise<ExitCode> {
  const run = async (command: Command, act: Act): Promise<ExitCode> => {
    const line = parseCommandLine(args, command);
    if (line !== undefined) return act(line, dialogue);
    dialogue.print(describeCommand(command));
    return ExitCode.Ok;
  };
  switch (name) {
    case "hash":
      return run(hashCommand, hash);
    case "verify":
      return run(verifyCommand, verify);
    case "tune":
      return run(tuneCommand, tune);
    case "--help":
    case "-h":
      dialogue.print(PASSWORD_HELP);
      return ExitCode.Ok;
    default:
      throw new CommandError(
        ExitCode.Usage,
        "barewire password takes hash, verify or tune (barewire password --help)",
      );
  }
}

type Act = (line: CommandLine, dialogue: Dialogue) => Promise<ExitCode>;

async function hash(line: CommandLine, dialogue: Dialogue): Promise<ExitCode> {
  if (line.operands.length > 0) throw usage(`it takes no argument: ${PASSWORD_IS_NO_ARGUMENT}`, line.command);
  const hasher = await openHasher(line);
  const chosen = await dialogue.readPassword(2);
  const phc = await refusing(ExitCode.Bad, async () => {
    if (!line.has("unchecked")) await checkPassword(chosen, { username: line.text("username") });
    return hasher.hash(chosen);
  });
  dialogue.print(`${phc}\n`);
  return ExitCode.Ok;
}

async function verify(line: CommandLine, dialogue: Dialogue): Promise<ExitCode> {
  const hasher = await openHasher(line);
  const phc = await readPhc(line);
  // Before anybody types anything: a string that is no hash is found out first.
  const needsRehash = await refusing(ExitCode.Unreachable, async () => hasher.needsRehash(phc));
  const given = await dialogue.readPassword(1);
  const valid = await refusing(ExitCode.Unreachable, () => hasher.verify(given, phc));
  if (line.has("json")) dialogue.print(`${JSON.stringify({ valid, needsRehash })}\n`);
  else dialogue.print(`The password is ${valid ? "right" : "wrong"}.\n`);
  if (valid && needsRehash) {
    dialogue.remark("a new hash would protect the password better, or has another pepper");
  }
  return valid ? ExitCode.Ok : ExitCode.Bad;
}

async function tune(line: CommandLine, dialogue: Dialogue): Promise<ExitCode> {
  if (line.operands.length > 0) throw usage("it takes no argument", line.command);
  const [milliseconds, mebibytes] = [
    wholeNumber(line, "time", 1, 60_000),
    wholeNumber(line, "memory", 1, 1e7),
  ];
  const concurrency = wholeNumber(line, "concurrency", 1, 1024);
  const budget = hostBudget({
    ...(milliseconds !== undefined && { milliseconds }),
    ...(mebibytes !== undefined && { memoryBytes: mebibytes * 2 ** 20 }),
    ...(concurrency !== undefined && { concurrency }),
  });
  const measurements: ProfileMeasurement[] = [];
  for (const profile of scryptProfiles.filter((one) => fitsMemory(one, budget))) {
    measurements.push({ profile, milliseconds: await measureProfile(profile) });
  }
  const report = { ...chooseProfile(measurements, budget), budget, measurements };
  dialogue.print(line.has("json") ? tuningJson(report) : tuningTable(report));
  return report.withinBudget ? ExitCode.Ok : ExitCode.Bad;
}

/** A hasher of the cost and with the peppers that the options name. */
async function openHasher(line: CommandLine): Promise<PasswordHasher> {
  const cost = parseProfile(line);
  const peppers = await readPeppers(line);
  try {
    return new PasswordHasher({ cost, peppers });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `the peppers cannot be used: ${error.message}`;
    throw new CommandError(ExitCode.Unreachable, message, { cause: error });
  }
}

function parseProfile(line: CommandLine): ScryptCost | undefined {
  const name = line.text("profile");
  if (name === undefined) return undefined;
  const profile = scryptProfile(name);
  if (profile !== undefined) return profile.cost;
  const names = scryptProfiles.map((one) => one.name).join(", ");
  throw usage(`--profile must be one of ${names}`, line.command);
}

async function readPhc(line: CommandLine): Promise<string> {
  const { operands, command } = line;
  const path = line.text("hash-file");
  if (operands.length + (path === undefined ? 0 : 1) !== 1) {
    throw usage("one PHC string is needed, as an argument in single quotes or with --hash-file", command);
  }
  if (path === undefined) return operands[0]!;
  const source = fileSource(line, "hash-file", path);
  if (source.from === "stdin") {
    throw usage("--hash-file takes a path: standard input is for the password", command);
  }
  return (await read(source, "the PHC string")).toString().trim();
}

/** What the core refuses, as the end of the command. */
async function refusing<T>(exitCode: ExitCode, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof PasswordError)) throw error;
    throw new CommandError(exitCode, `${error.message} (${error.code})`, { cause: error });
  }
}
