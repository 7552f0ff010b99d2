/** `barewire conform`: the conformance suite, against servers, clients and verifiers of tokens. */
import {
  type Case,
  clientCases,
  ExecClientTarget,
  JwtTarget,
  jwtCases,
  ListenClientTarget,
  type Profile,
  ServerTarget,
  serverCases,
} from "../conformance/index.ts";
import {
  type Command,
  type CommandLine,
  describeCommand,
  parseCommandLine,
  usage,
  wholeNumber,
} from "./command-line.ts";
import {
  conformClientCommand,
  conformJwtCommand,
  conformReportCommand,
  conformServerCommand,
} from "./conform-commands.ts";
import { listCases } from "./conform-list.ts";
import { type ConformOptions, readConformOptions } from "./conform-options.ts";
import { reportFiles } from "./conform-report.ts";
import { carryOut } from "./conform-run.ts";
import { CommandError, ExitCode } from "./exit-code.ts";

/**
 * @throws {CommandError} 2 for a wrong command line, 3 when there is nothing to test
 */
export async function conform([what, ...args]: readonly string[]): Promise<ExitCode> {
  switch (what) {
    case "server":
      return withLine(args, conformServerCommand, conformServer);
    case "client":
      return withLine(args, conformClientCommand, conformClient);
    case "jwt":
      return withLine(args, conformJwtCommand, conformJwt);
    case "report":
      return withLine(args, conformReportCommand, reportFiles);
    case "--help":
    case "-h":
    case undefined:
      process.stdout.write(HELP);
      return what === undefined ? ExitCode.Usage : ExitCode.Ok;
    default:
      throw new CommandError(
        ExitCode.Usage,
        `conform is followed by server, client, jwt or report, not ${JSON.stringify(what)} (barewire conform --help)`,
      );
  }
}

const HELP = `barewire conform: tests anybody's server, client or verifier

  barewire conform server WS-URL            a WebSocket server that echoes
  barewire conform client --exec COMMAND    a WebSocket client that echoes, started for each case
  barewire conform client --listen PORT     a client or a browser that comes by itself
  barewire conform jwt --exec COMMAND       a verifier of JSON Web Tokens
  barewire conform report FILE…             reports from earlier runs, side by side

Each has --help.
`;

async function withLine(
  args: readonly string[],
  command: Command,
  run: (line: CommandLine) => Promise<ExitCode>,
): Promise<ExitCode> {
  const line = parseCommandLine(args, command);
  if (line !== undefined) return run(line);
  process.stdout.write(describeCommand(command));
  return ExitCode.Ok;
}

async function conformServer(line: CommandLine): Promise<ExitCode> {
  const options = readConformOptions(line, profilesOf(serverCases));
  if (options.list) return listCases(serverCases, options, line.command);
  const [address, ...more] = line.operands;
  if (address === undefined || more.length > 0) throw usage("it takes one URL", line.command);
  const http2 = line.text("http2-url");
  const target = new ServerTarget({
    url: readUrl(address, "the server's URL", line.command),
    http2Url: http2 === undefined ? undefined : readUrl(http2, "--http2-url", line.command),
    insecure: line.has("insecure"),
    pid: readPid(line),
    patience: options.patience,
    name: options.name,
    needsEcho: needsEchoFor(options),
  });
  return carryOut(line, serverCases, target, options);
}

async function conformClient(line: CommandLine): Promise<ExitCode> {
  expectNoOperands(line);
  const options = readConformOptions(line, profilesOf(clientCases));
  if (options.list) return listCases(clientCases, options, line.command);
  const [exec, listen] = [line.text("exec"), line.text("listen")];
  if ((exec === undefined) === (listen === undefined)) {
    throw usage("it needs --exec COMMAND or --listen PORT", line.command);
  }
  const needsEcho = needsEchoFor(options);
  if (exec !== undefined) {
    const target = new ExecClientTarget({
      command: exec,
      name: options.name,
      patience: options.patience,
      needsEcho,
    });
    // Each case costs the start of a process, which takes a core for itself.
    return carryOut(line, clientCases, target, { ...options, concurrency: options.concurrency ?? 2 });
  }
  const target = new ListenClientTarget({
    ...readAddress(listen!, line.command),
    name: options.name,
    patience: options.patience,
    needsEcho,
    onListening: (authority) => {
      process.stderr.write(`clients: ws://${authority}   browsers: http://${authority}/\n`);
    },
  });
  return carryOut(line, clientCases, target, options);
}

async function conformJwt(line: CommandLine): Promise<ExitCode> {
  expectNoOperands(line);
  const options = readConformOptions(line, profilesOf(jwtCases));
  if (options.list) return listCases(jwtCases, options, line.command);
  const command = line.text("exec");
  if (command === undefined) throw usage("it needs --exec COMMAND", line.command);
  const target = new JwtTarget({ command, name: options.name });
  return carryOut(line, jwtCases, target, options);
}

/** The opening handshake can be tested where nothing is echoed. */
function needsEchoFor({ selection: { profiles } }: ConformOptions): boolean {
  return profiles === undefined || profiles.some((profile) => profile !== "handshake");
}

function profilesOf<T>(cases: readonly Case<T>[]): readonly Profile[] {
  return [...new Set(cases.map(({ profile }) => profile))];
}

function expectNoOperands(line: CommandLine): void {
  if (line.operands.length > 0) throw usage("it takes no argument", line.command);
}

function readUrl(text: string, what: string, command: Command): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^wss?:$/.test(url.protocol) || url.hash !== "") {
    throw usage(`${what} must be like ws://host:port/path or wss://…, without a fragment`, command);
  }
  // RFC 6455 §3 has no place for them, and a password would stand in every report.
  if (url.username !== "" || url.password !== "")
    throw usage(`${what} must be without a user's name or password`, command);
  return url;
}

/** @throws {CommandError} 3 when there is no such process: its memory would go unwatched */
function readPid(line: CommandLine): number | undefined {
  const pid = wholeNumber(line, "pid", 1, 2 ** 22);
  if (pid === undefined) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code === "ESRCH")
      throw new CommandError(ExitCode.Unreachable, `--pid: there is no process ${pid}`);
  }
  return pid;
}

/** `9001`, `127.0.0.1:9001` or `[::1]:9001`. */
function readAddress(text: string, command: Command): { host?: string; port: number } {
  const { groups } = /^(?:(?:\[(?<v6>[\da-fA-F:]+)\]|(?<host>[\w.-]+)):)?(?<port>\d{1,5})$/.exec(text) ?? {};
  const port = Number(groups?.port);
  if (!(port <= 65_535)) throw usage("--listen must be a port, or ADDRESS:PORT", command);
  const host = groups?.v6 ?? groups?.host;
  return host === undefined ? { port } : { host, port };
}
