/** The options of `barewire serve`: from the command line, else from the environment, else their defaults. */
import { parseArgs } from "node:util";
import { type LogLevel, logLevels } from "../log.ts";
import { type ScryptProfileName, scryptProfiles } from "../password/index.ts";
import { CommandError } from "./exit-code.ts";
import {
  parseChoice,
  parseInteger,
  parseList,
  parseOrigins,
  parseProxies,
  parseRedis,
  parseStunHost,
  parseStunPort,
  parseText,
  parseTurnUrls,
  parseUsernames,
  usage,
} from "./serve-values.ts";

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** The folder of the database and the signing key. */
  readonly data: string;
  /** Origins whose pages may use the server; empty: its own only. */
  readonly origins: readonly string[];
  readonly logLevel: LogLevel;
  /** How long an access token is good, in seconds. */
  readonly tokenLifetime: number;
  /** How long a login lasts that nobody uses, in seconds. */
  readonly refreshLifetime: number;
  /** The name of a scrypt profile, or `auto`: the one that fits this host. */
  readonly passwordProfile: ScryptProfileName | "auto";
  /** Files of peppers, the one for new hashes first. */
  readonly pepperFiles: readonly string[];
  /** Addresses and networks of proxies that stand before us. */
  readonly trustedProxies: readonly string[];
  /** Where they name their clients. */
  readonly forwardedField: "x-forwarded-for" | "forwarded";
  /** A file with the token that `GET /metrics` asks for; the empty string: nobody may read them. */
  readonly metricsTokenFile: string;
  /** A file with the secret that resource servers introspect tokens with; the empty string: none may. */
  readonly resourceServerSecretFile: string;
  readonly connectionsPerAddress: number;
  /** Usernames whose logins administer rooms. */
  readonly administrators: readonly string[];
  /** Who may enter rooms: every account, or only who shows a room token. */
  readonly rooms: "open" | "granted";
  /** Whether candidates may tell addresses of private networks. */
  readonly privateAddresses: "pass" | "strip";
  /** The Redis over which processes share rooms; the empty string: this one is alone. */
  readonly redis: string;
  /** `auto`: 3478, or any that is free; `off`: no STUN server. */
  readonly stunPort: number | "auto" | "off";
  /** By which name STUN is handed out; the empty string: as each client has reached us. */
  readonly stunHost: string;
  /** TURN servers to hand out. */
  readonly turnUrls: readonly string[];
  /** A file with the secret that they share with us; the empty string where there are none. */
  readonly turnSecretFile: string;
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
  {
    flag: "token-lifetime",
    value: "SECONDS",
    fallback: "600",
    help: "how long an access token is good; it is renewed by a refresh token",
  },
  {
    flag: "refresh-lifetime",
    value: "SECONDS",
    fallback: "2592000",
    help: "how long a login lasts that nobody uses",
  },
  {
    flag: "password-profile",
    value: "NAME",
    fallback: "auto",
    help: "what a password's hash costs, as barewire password tune names it; auto: measured at the first start",
  },
  {
    flag: "pepper-file",
    value: "PATH[,…]",
    fallback: "",
    help: "peppers for passwords: JWKs for HS256 with a kid; the first is for new hashes",
  },
  {
    flag: "trusted-proxy",
    value: "ADDRESS[,…]",
    fallback: "",
    help: "proxies before the server, or their networks, that say who their clients are",
  },
  {
    flag: "forwarded-field",
    value: "FIELD",
    fallback: "x-forwarded-for",
    help: "where they say so: x-forwarded-for or forwarded",
  },
  {
    flag: "metrics-token-file",
    value: "PATH",
    fallback: "",
    help: "a file with the bearer token for GET /metrics; default: closed",
  },
  {
    flag: "resource-server-secret-file",
    value: "PATH",
    fallback: "",
    help: "a file with the password of resource-server, who may introspect tokens; default: nobody",
  },
  {
    flag: "connections-per-address",
    value: "NUMBER",
    fallback: "1000",
    help: "most connections from one address; raise it behind a proxy that is not trusted",
  },
  {
    flag: "admin",
    value: "USERNAME[,…]",
    fallback: "",
    help: "accounts that may administer rooms; register them before others can; default: nobody",
  },
  {
    flag: "rooms",
    value: "WHOM",
    fallback: "open",
    help: "who may enter rooms: open, every account; granted, who shows a token for the room",
  },
  {
    flag: "private-addresses",
    value: "WHAT",
    fallback: "pass",
    help: "what becomes of private networks' addresses in candidates: pass, or strip: nobody is told them",
  },
  {
    flag: "redis",
    value: "URL",
    fallback: "",
    help: "a Redis over which several processes share rooms; default: this one is alone",
  },
  {
    flag: "stun-port",
    value: "PORT",
    fallback: "auto",
    help: "UDP and TCP port for STUN; auto: 3478, or a free one where that is taken; off: no STUN",
  },
  {
    flag: "stun-host",
    value: "NAME",
    fallback: "",
    help: "name or address by which clients reach STUN; default: the one by which they reached the server",
  },
  {
    flag: "turn-url",
    value: "URL[,…]",
    fallback: "",
    help: "TURN servers for calls, such as turn:relay.example:3478; default: none",
  },
  {
    flag: "turn-secret-file",
    value: "PATH",
    fallback: "",
    help: "a file with the secret of the TURN servers, coturn's static-auth-secret; default: none",
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
    logLevel: parseChoice(...text("log-level"), logLevels),
    tokenLifetime: parseInteger(...text("token-lifetime"), 1, 24 * 3600),
    refreshLifetime: parseInteger(...text("refresh-lifetime"), 1, 90 * 24 * 3600),
    passwordProfile: parseChoice(...text("password-profile"), [
      "auto",
      ...scryptProfiles.map(({ name }) => name),
    ]),
    pepperFiles: parseList(text("pepper-file")[0]),
    trustedProxies: parseProxies(...text("trusted-proxy")),
    forwardedField: parseChoice(...text("forwarded-field"), ["x-forwarded-for", "forwarded"]),
    metricsTokenFile: text("metrics-token-file")[0],
    resourceServerSecretFile: text("resource-server-secret-file")[0],
    connectionsPerAddress: parseInteger(...text("connections-per-address"), 1, 1_000_000),
    administrators: parseUsernames(...text("admin")),
    rooms: parseChoice(...text("rooms"), ["open", "granted"]),
    privateAddresses: parseChoice(...text("private-addresses"), ["pass", "strip"]),
    redis: parseRedis(...text("redis")),
    stunPort: parseStunPort(...text("stun-port")),
    stunHost: parseStunHost(...text("stun-host")),
    ...parseTurn(text("turn-url"), text("turn-secret-file")),
  };
}

type Value = readonly [value: string, source: string];

/** Each is of no use without the other. */
function parseTurn(urls: Value, [file, source]: Value): Pick<ServeOptions, "turnUrls" | "turnSecretFile"> {
  const turnUrls = parseTurnUrls(...urls);
  if (turnUrls.length > 0 && file === "") throw usage(`${urls[1]} needs --turn-secret-file as well`);
  if (turnUrls.length === 0 && file !== "") throw usage(`${source} needs --turn-url as well`);
  return { turnUrls, turnSecretFile: file };
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

/** Those that may be given more than once. */
const lists: readonly string[] = ["origin", "pepper-file", "trusted-proxy", "admin", "turn-url"];

function joined(flag: string, texts: readonly string[]): string {
  if (texts.length > 1 && !lists.includes(flag)) throw usage(`--${flag} is given ${texts.length} times`);
  return texts.join(",");
}
