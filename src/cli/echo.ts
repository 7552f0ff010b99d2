/** `barewire echo`: a bare WebSocket target, until it is told to stop. */
import { createSecureContext } from "node:tls";
import { describeCommand, parseCommandLine } from "./command-line.ts";
import type { EchoTls } from "./echo-http2.ts";
import { type EchoCommandOptions, echoCommand, readEchoOptions } from "./echo-options.ts";
import { type Echo, startEcho } from "./echo-server.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { read } from "./input.ts";
import { describeSource } from "./source.ts";

/**
 * Serves until SIGINT or SIGTERM, then drains; a second signal ends the process at once.
 *
 * @throws {CommandError} 2 for wrong options, 3 for a port in use or a certificate that cannot be read
 */
export async function echo(args: readonly string[]): Promise<ExitCode> {
  const line = parseCommandLine(args, echoCommand);
  if (line === undefined) {
    process.stdout.write(describeCommand(echoCommand));
    return ExitCode.Ok;
  }
  const options = readEchoOptions(line);
  const running = await start(options);
  const told = signalled();
  process.stdout.write(options.json ? `${JSON.stringify(addressesOf(running))}\n` : describe(running));
  await told;
  await running.close();
  return ExitCode.Ok;
}

async function start(options: EchoCommandOptions): Promise<Echo> {
  const tls = options.tls && (await readTls(options.tls));
  try {
    return await startEcho({ ...options, tls });
  } catch (error) {
    throw new CommandError(ExitCode.Unreachable, startFailure(error, options), { cause: error });
  }
}

async function readTls({ cert, key }: NonNullable<EchoCommandOptions["tls"]>): Promise<EchoTls> {
  const tls = { cert: await read(cert, "the certificate"), key: await read(key, "the private key") };
  try {
    createSecureContext(tls);
  } catch (error) {
    const { code = "no reason given" } = error as NodeJS.ErrnoException;
    const places = `${describeSource(cert)} and ${describeSource(key)}`;
    throw new CommandError(
      ExitCode.Unreachable,
      `${places} are not a certificate and its private key in PEM: ${code}`,
      { cause: error },
    );
  }
  return tls;
}

/** One line that says why it cannot run here; whatever we do not know is rethrown as a fault of ours. */
function startFailure(error: unknown, { host, http2Port }: EchoCommandOptions): string {
  const { code, port } = error as NodeJS.ErrnoException & { readonly port?: number };
  const flag = port !== undefined && port === http2Port ? "--http2-port" : "--port";
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} on ${host} is in use by another program; choose another with ${flag}`;
    case "EACCES":
      return `no permission to listen on port ${port}; choose another with ${flag}`;
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "EINVAL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is not an address of this machine; choose one with --host`;
    default:
      throw error;
  }
}

function describe({ url, broadcastUrl, http2Url }: Echo): string {
  const http2 = http2Url === undefined ? "" : `http2      ${http2Url} (with prior knowledge)\n`;
  return `echo       ${url}\nbroadcast  ${broadcastUrl}\n${http2}`;
}

function addressesOf({ url, broadcastUrl, http2Url }: Echo): Omit<Echo, "close"> {
  return { url, broadcastUrl, http2Url };
}

/** Resolves with the first signal to stop. The next one finds no listener, and does what signals do. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
  });
}
