#!/usr/bin/env node
/** The executable `barewire`: finds the command, runs it, and turns what went wrong into one line and an exit code. */
import { CommandError, ExitCode } from "./exit-code.ts";
import { printable } from "./printable.ts";
import { version } from "./version.ts";

const HELP = `barewire: WebSocket, JWT, scrypt and WebRTC signalling on Node alone

  barewire serve             the whole server: pages, accounts, chat and calls
  barewire echo              a bare WebSocket target: echo, fan-out, no login
  barewire conform           tests anybody's WebSocket server or client, or verifier of tokens
  barewire token sign        signs claims
  barewire token verify      verifies a token and says which check it failed
  barewire token decode      shows what a token says, and verifies nothing
  barewire key generate      a new private key or secret
  barewire key public        what of a private key may be given away
  barewire key thumbprint    a key's name computed from the key
  barewire password hash     a password as it is stored
  barewire password verify   whether a password is the one that was stored
  barewire password tune     what a hash costs on this machine, and which profile fits
  barewire --version

Each command has --help.

Exit codes: 0 done, 1 the thing checked is bad, 2 usage, 3 target not reachable, 4 a fault of ours.
`;

/** The least Node that has what the server needs (node:sqlite without a flag). */
const LEAST_NODE = [22, 13] as const;

async function run([command, ...args]: readonly string[]): Promise<ExitCode> {
  // Commands are loaded late: an older Node could not even load them, and would say so less clearly.
  switch (command) {
    case "serve":
      requireNode();
      await (await import("./serve.ts")).serve(args);
      return ExitCode.Ok;
    case "echo":
      requireNode();
      return (await import("./echo.ts")).echo(args);
    case "token":
      requireNode();
      return (await import("./token.ts")).token(args);
    case "conform":
      requireNode();
      return (await import("./conform.ts")).conform(args);
    case "key":
      requireNode();
      return (await import("./key.ts")).key(args);
    case "password":
      requireNode();
      return (await import("./password.ts")).password(args);
    case "--version":
    case "-v":
      process.stdout.write(`${version()}\n`);
      return ExitCode.Ok;
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(HELP);
      return ExitCode.Ok;
    case undefined:
      throw new CommandError(ExitCode.Usage, "a command is missing (barewire --help lists them)");
    default:
      throw new CommandError(
        ExitCode.Usage,
        `there is no command ${JSON.stringify(command)} (barewire --help)`,
      );
  }
}

function requireNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  const least = LEAST_NODE.join(".");
  throw new CommandError(ExitCode.Usage, `Node ${least} or newer is needed; this is ${process.version}`);
}

// A reader of our output that went away (`| head`) is no fault, and no reason to stop serving.
process.stdout.on("error", () => {});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof CommandError) {
    process.stderr.write(`barewire: ${printable(error.message)}\n`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`barewire: a fault of ours: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = ExitCode.Internal;
  }
}
