/** A server under test: whether it is there, and a trial for each case. */
import type { Case } from "./case.ts";
import { Connection } from "./connection.ts";
import { OctetStream } from "./octet-stream.ts";
import { Random } from "./random.ts";
import type { TargetDescription } from "./run-report.ts";
import { ServerTrial } from "./server-trial.ts";
import { dial, type ServerWaysOptions, serverWays } from "./server-ways.ts";
import { type CaseContext, type Target, TargetUnreachable } from "./target.ts";
import { Deviation, SetupFailed } from "./verdict.ts";
import type { Head } from "./wire/head.ts";
import { acceptFor, openingRequest } from "./wire/opening.ts";
import { WireLog } from "./wire-log.ts";

export interface ServerTargetOptions extends ServerWaysOptions {
  /** What the server is called in reports. Default: its `Server` field. */
  readonly name?: string | undefined;
  /** Whether every case builds on the echo, so that there has to be one. Default true. */
  readonly needsEcho?: boolean;
}

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
    const random = new Random(0);
    const log = new WireLog(() => 0);
    const context: CaseContext = { log, random, note: () => {}, patience, signal };
    const began = performance.now();
    const connection = new Connection(await this.#reach(), { log, number: 1, patience });
    try {
      const response = await this.#shake(connection);
      this.#name ??= response.value("Server");
      if (needsEcho) await echo(this.begin(undefined, context), connection, response);
      return performance.now() - began;
    } finally {
      connection.destroy();
    }
  }

  async alive(): Promise<boolean> {
    return dial(this.#options, this.#options.url).then(
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

  async #reach(): Promise<OctetStream> {
    try {
      return new OctetStream(await dial(this.#options, this.#options.url));
    } catch (error) {
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
    await peer.expectText("echo?");
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
    throw new SetupFailed(`the server does not echo: ${error.message}`);
  }
}
