/** The options of `barewire serve`: from the command line, else from the environment, else their defaults. */
import { parseArgs } from "node:util";
import { type LogLevel, logLevels } from "../log.ts";
import { CommandError, ExitCode } from "./exit-code.ts";

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** The folder of the database and the signing key. */
  readonly data: string;
  /** Origins whose pages may use the server; empty: its own only. */
  readonly origins: readonly string[];
  readonly logLevel: LogLevel;
  /** How long a login lasts, in seconds. */
  readonly tokenLifetime: number;
  readonly connectionsPerAddress: number;
}

interface OptionRow {
  readonly flag: string;
  readonly value: string;
  readonly fallback: string;
  readonly help: string;
}

/** Every option once: its flag, its environment variable (BAREWIRE_ and the flag) and its default. */
const table: readonly OptionRow[] = [
  { flag: "port", value: "NUMBER", fallback: "8080", help: "port to listen on; 0 picks a free one" },
  { flag: "host", value: "ADDRESS", fallback: "localhost", help: "address to listen on; :: for all" },
  { flag: "data", value: "FOLDER", fallback: "./data", help: "where accounts and the signing key are kept" },
  {
    flag: "origin",
    value: "ORIGIN[,…]",
    fallback: "",
    help: "origins whose pages may connect; default: the server's own",
  },
  { flag: "log-level", value: "LEVEL", fallback: "info", help: logLevels.join(", ") },
  { flag: "token-lifetime", value: "SECONDS", fallback: "28800", help: "how long a login lasts" },
  {
    flag: "connections-per-address",
    value: "NUMBER",
    fallback: "1000",
    help: "most connections from one address; raise it behind a proxy",
  },
];

type Environment = Readonly<Record<string, string | undefined>>;

/** "token-lifetime" → "BAREWIRE_TOKEN_LIFETIME". */
function variableOf(flag: string): string {
  return `BAREWIRE_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** The lines that explain the options. */
export function describeServeOptions(): string {
  return table
    .map(({ flag, value, fallback, help }) => {
      const left = `  --${flag} ${value}`.padEnd(36);
      return `${left}${help}${fallback === "" ? "" : ` (default ${fallback})`} [${variableOf(flag)}]`;
    })
    .join("\n");
}

/**
 * Reads the options.
 *
 * @throws {CommandError} with exit code 2 that names the wrong value and what is expected
 */
export function parseServeOptions(args: readonly string[], environment: Environment): ServeOptions {
  const given = parseFlags(args);
  const text = (flag: string): [value: string, source: string] => {
    const variable = variableOf(flag);
    const fromFlag = given[flag];
    if (fromFlag !== undefined) return [fromFlag, `--${flag}`];
    const fromEnvironment = environment[variable];
    if (fromEnvironment !== undefined && fromEnvironment !== "") return [fromEnvironment, variable];
    return [table.find((row) => row.flag === flag)!.fallback, `--${flag}`];
  };
  return {
    port: parseInteger(...text("port"), 0, 65535),
    host: parseText(...text("host")),
    data: parseText(...text("data")),
    origins: parseOrigins(...text("origin")),
    logLevel: parseLogLevel(...text("log-level")),
    tokenLifetime: parseInteger(...text("token-lifetime"), 1, 31 * 24 * 3600),
    connectionsPerAddress: parseInteger(...text("connections-per-address"), 1, 1_000_000),
  };
}

function parseFlags(args: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(
    table.map(({ flag }) => [flag, { type: "string", multiple: true }] as const),
  );
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return Object.fromEntries(
      Object.entries(values).map(([flag, texts]) => [flag, joined(flag, texts ?? [])]),
    );
  } catch (error) {
    if (error instanceof CommandError || !(error instanceof TypeError)) throw error;
    throw usage(error.message.split(/\.\s/)[0]!);
  }
}

/** Only origins may be given more than once. */
function joined(flag: string, texts: readonly string[]): string {
  if (texts.length > 1 && flag !== "origin") throw usage(`--${flag} is given ${texts.length} times`);
  return texts.join(",");
}

function parseInteger(text: string, source: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(`${source} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}

function parseText(text: string, source: string): string {
  if (text !== "" && !text.includes("\0")) return text;
  throw usage(`${source} must not be empty`);
}

function parseOrigins(text: string, source: string): readonly string[] {
  const origins = text === "" ? [] : text.split(",").map((origin) => origin.trim());
  for (const origin of origins) {
    const url = URL.parse(origin);
    if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== origin) {
      throw usage(`${source} must hold origins such as https://chat.example, not ${JSON.stringify(origin)}`);
    }
  }
  return origins;
}

function parseLogLevel(text: string, source: string): LogLevel {
  const level = logLevels.find((name) => name === text);
  if (level !== undefined) return level;
  throw usage(`${source} must be one of ${logLevels.join(", ")}, not ${JSON.stringify(text)}`);
}

function usage(message: string): CommandError {
  return new CommandError(ExitCode.Usage, `${message} (barewire serve --help lists the options)`);
}
