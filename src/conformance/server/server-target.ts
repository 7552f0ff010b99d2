/** A server under test: whether it is there, and a trial for each case. */
import type { Case } from "../case.ts";
import { unlessAborted, within } from "../client/within.ts";
import { Connection } from "../peer/connection.ts";
import { OctetStream } from "../peer/octet-stream.ts";
import { Random } from "../random.ts";
import type { TargetDescription } from "../run/run-report.ts";
import { type CaseContext, type Target, TargetUnreachable, type Waiting } from "../run/target.ts";
import { Deviation, SetupFailed } from "../verdict.ts";
import type { Head } from "../wire/head.ts";
import { acceptFor, openingRequest } from "../wire/opening.ts";
import { WireLog } from "../wire/wire-log.ts";
import { ServerTrial } from "./server-trial.ts";
import { dial, type ServerWaysOptions, serverWays } from "./server-ways.ts";

export interface ServerTargetOptions extends ServerWaysOptions {
  /** Milliseconds to wait for evidence of there being a server. */
  readonly patience: number;
  /** What the server is called in reports. Default: its `Server` field. */
  readonly name?: string | undefined;
  /** Whether every case builds on the echo, so that there has to be one. Default true. */
  readonly needsEcho?: boolean;
}

/** So many times the patience is given to the echo, which could come octet by octet, for ever. */
const SLOWEST_ECHO = 4;

export class ServerTarget implements Target<ServerTrial> {
  readonly role = "server";
  readonly #options: ServerTargetOptions;
  readonly #ways: ReturnType<typeof serverWays>;
  #name: string | undefined;

  constructor(options: ServerTargetOptions) {
    this.#options = options;
    this.#ways = serverWays(options);
    this.#name = options.name;
  }

  get description(): TargetDescription {
    const address = this.#options.url.href;
    return this.#name === undefined ? { address } : { address, name: this.#name };
  }

  async probe(signal: AbortSignal): Promise<number> {
    const { patience, needsEcho = true } = this.#options;
    const log = new WireLog(() => 0);
    const context: CaseContext = { log, random: new Random(0), note: () => {}, patience, signal };
    const began = performance.now();
    const connection = new Connection(await this.#reach(context), { log, number: 1, patience });
    try {
      const response = await unlessAborted(signal, this.#shake(connection));
      this.#name ??= response.value("Server");
      const trial = this.begin(undefined, context);
      if (needsEcho) await unlessAborted(signal, echo(trial, connection, response));
      return performance.now() - began;
    } finally {
      connection.destroy();
    }
  }

  async alive(): Promise<boolean> {
    const { patience } = this.#options;
    return dial(this.#options, this.#options.url, { patience, signal: new AbortController().signal }).then(
      (socket) => {
        socket.destroy();
        return true;
      },
      () => false,
    );
  }

  begin(item: Case<ServerTrial> | undefined, context: CaseContext): ServerTrial {
    return new ServerTrial(this.#ways, context, item?.id.startsWith("h2:") ?? false);
  }

  async end(trial: ServerTrial): Promise<void> {
    trial.end();
  }

  async close(): Promise<void> {}

  async #reach(waiting: Waiting): Promise<OctetStream> {
    try {
      return new OctetStream(await dial(this.#options, this.#options.url, waiting));
    } catch (error) {
      if (waiting.signal.aborted) throw error;
      throw new TargetUnreachable((error as Error).message);
    }
  }

  async #shake(connection: Connection): Promise<Head> {
    const key = Buffer.alloc(16).toString("base64");
    const { startLine, fields } = openingRequest({ url: this.#options.url, key });
    connection.sendHead(startLine, fields);
    const response = await connection.readHead("an answer").catch((error: unknown) => {
      if (!(error instanceof Deviation)) throw error;
      throw new TargetUnreachable(
        `${this.#options.url.href} does not answer an opening handshake: ${error.came}`,
      );
    });
    if (response?.status === 101 && response.value("Sec-WebSocket-Accept") === acceptFor(key))
      return response;
    const came = response === undefined ? "the connection ended" : JSON.stringify(response.startLine);
    throw new TargetUnreachable(
      `${this.#options.url.href} is not a WebSocket server: ${came} instead of 101`,
    );
  }
}

async function echo(trial: ServerTrial, connection: Connection, response: Head): Promise<void> {
  const peer = trial.peer(connection, response.value("Sec-WebSocket-Extensions") ?? "");
  try {
    peer.text("echo?");
    const limit = trial.patience * SLOWEST_ECHO;
    if (!(await within(limit, peer.expectText("echo?"))))
      throw new SetupFailed(`the server does not echo: no whole message came in ${limit} ms`);
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
    throw new SetupFailed(`the server does not echo: ${error.message}`);
  }
}
