/** `barewire serve`: runs the application until it is told to stop. */
import { type ApplicationOptions, createApplication, type Server, StunPortError } from "../app/index.ts";
import { AuthError } from "../auth/index.ts";
import { jsonLog, type Log } from "../log.ts";
import { type Bus, openRedisBus, RedisBusError } from "../signalling/index.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { readPepper } from "./password-peppers.ts";
import { describeServeOptions, parseServeOptions, type ServeOptions } from "./serve-options.ts";
import { readServeSecret, readTurnSecrets } from "./serve-secret.ts";

const HELP = `barewire serve: the whole server

${describeServeOptions()}

A flag wins over its environment variable. Log lines go to standard output, one JSON object each.
`;

/** How long a stop may take in all, in milliseconds. */
const STOP_WITHIN = 4_000;

/**
 * Serves until SIGINT or SIGTERM, then stops gracefully and lets the process end with 0.
 *
 * @throws {CommandError} 2 for wrong options, 3 for a port in use or data that cannot be read
 */
export async function serve(args: readonly string[]): Promise<void> {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return;
  }
  const options = parseServeOptions(args, process.env);
  const log = jsonLog((line) => process.stdout.write(line), options.logLevel, Date.now);
  const starting = start(options, log);
  stopOnSignal(starting, log);
  const { url } = await starting;
  if (process.stderr.isTTY) process.stderr.write(`Barewire is at ${url}\n`);
}

async function start(options: ServeOptions, log: Log): Promise<Server> {
  const { port, host } = options;
  try {
    const server = await createApplication(await applicationOptions(options, log));
    await server.listen({ port, host }).catch(async (error) => {
      await server.stop({ deadline: 0 });
      throw error;
    });
    return server;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(ExitCode.Unreachable, startFailure(error, options), { cause: error });
  }
}

/** What the options mean to the application, with what the files they name hold. */
async function applicationOptions(options: ServeOptions, log: Log): Promise<ApplicationOptions> {
  const { data, origins, trustedProxies, forwardedField, passwordProfile } = options;
  const metricsToken = await readServeSecret(options.metricsTokenFile, "the token for metrics");
  const secret = await readServeSecret(options.resourceServerSecretFile, "the secret of resource-server");
  const turnSecrets = await readTurnSecrets(options.turnSecretFile);
  const peppers = await Promise.all(options.pepperFiles.map((path) => readPepper({ from: "file", path })));
  return {
    data,
    origins,
    log,
    auth: {
      administrators: options.administrators,
      accessLifetime: options.tokenLifetime,
      refreshLifetime: options.refreshLifetime,
      passwords: { peppers, profile: passwordProfile === "auto" ? undefined : passwordProfile },
    },
    trustedProxies:
      trustedProxies.length > 0 ? { addresses: trustedProxies, field: forwardedField } : undefined,
    limits: { maxConnectionsPerAddress: options.connectionsPerAddress },
    metrics: metricsToken,
    ...callOptions(options, turnSecrets, log),
    resourceServers: secret === undefined ? undefined : [{ id: "resource-server", secret }],
  };
}

/** What they mean to rooms, and to how peers find each other. */
function callOptions(
  { rooms, privateAddresses, redis, stunPort, stunHost, turnUrls }: ServeOptions,
  secrets: readonly string[],
  log: Log,
): Pick<ApplicationOptions, "access" | "hub" | "bus" | "stun" | "turn"> {
  return {
    access: rooms,
    hub: { privateAddresses },
    bus: redis === "" ? undefined : openBus(redis, log),
    stun: stunPort === "off" ? undefined : { port: stunPort, host: stunHost === "" ? undefined : stunHost },
    turn: turnUrls.length === 0 ? undefined : { urls: turnUrls, secrets },
  };
}

function openBus(url: string, log: Log): Bus {
  try {
    return openRedisBus({ url, log });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandError(ExitCode.Usage, `--redis: ${error.message}`);
  }
}

/** One line that says why the server cannot run here; whatever we do not know is rethrown as a fault of ours. */
function startFailure(error: unknown, { port, host, data }: ServeOptions): string {
  if (error instanceof AuthError || error instanceof RedisBusError) return error.message;
  if (error instanceof StunPortError) return stunFailure(error, host);
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return `port ${port} on ${host} is in use by another program; choose another with --port`;
    case "EACCES":
      return `no permission to listen on port ${port} or to write to ${data}`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is not an address of this machine; choose one with --host`;
    case "ELOOP":
    case "ENAMETOOLONG":
    case "ENOENT":
    case "EEXIST":
    case "ENOTDIR":
    case "EROFS":
    case "ENOSPC":
      return `the data folder ${data} cannot be used: ${(error as Error).message}`;
    default:
      throw error;
  }
}

function stunFailure({ code, port }: StunPortError, host: string): string {
  const elsewhere = "choose another with --stun-port, or none with --stun-port off";
  if (code === "EADDRINUSE")
    return `the STUN port ${port} on ${host} is in use by another program; ${elsewhere}`;
  return `the STUN server cannot listen on port ${port} of ${host} (${code}); ${elsewhere}`;
}

function stopOnSignal(starting: Promise<Server>, log: Log): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(ExitCode.Bad); // asked twice: at once
    stopping = true;
    log.info("server.stopping", { signal });
    const stopped = starting.then((server) => server.stop({ deadline: STOP_WITHIN }));
    stopped.then(
      () => {
        log.info("server.stopped");
        process.exit(ExitCode.Ok);
      },
      (error: Error) => {
        log.error("server.stop-failed", { message: error.message });
        process.exit(ExitCode.Internal);
      },
    );
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
}
