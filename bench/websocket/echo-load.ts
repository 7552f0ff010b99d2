/**
 * The client of the echo tests: many connections over `node:net`, each with so many messages in flight.
 *
 * It does as little as a client can: the frames are prepared, reads land in one buffer that all connections
 * share, and the echoes are compared where they lie. It never sleeps while it loads.
 */
import type { Exchange } from "./exchange.ts";
import { ExchangeConnection, READ_BUFFER } from "./exchange-connection.ts";
import { openInWaves } from "./load-connection.ts";
import { LoadRun, type Run } from "./load-run.ts";

export interface EchoLoadOptions {
  readonly port: number;
  readonly connections: number;
  /** The most messages that each connection has sent and not got back. */
  readonly inFlight: number;
  /**
   * When the next messages follow. `batch`: as many at once, when all have come back, so that the server gets
   * the same bytes in the same portions however fast it answers. `window`: as many as one read brought, at
   * once; a server that answers one by one is then asked one by one.
   */
  readonly pacing: Pacing;
  /** Prepared for runs of `inFlight` messages, and for reads of {@link READ_BUFFER} bytes. */
  readonly exchange: Exchange;
}

export type Pacing = "batch" | "window";

export class EchoLoad {
  readonly #options: EchoLoadOptions;
  readonly #buffer: Buffer = Buffer.allocUnsafe(READ_BUFFER);
  #connections: readonly ExchangeConnection[] = [];
  #run = new LoadRun();
  #failure: Error | undefined;

  private constructor(options: EchoLoadOptions) {
    this.#options = options;
  }

  /** Opens all connections. */
  static async open(options: EchoLoadOptions): Promise<EchoLoad> {
    const load = new EchoLoad(options);
    load.#connections = await openInWaves(options.connections, () => load.#connect());
    return load;
  }

  /** Keeps the messages in flight for `duration` milliseconds; returns when all have come back. */
  async run(duration: number): Promise<Run> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#run = new LoadRun();
    for (const connection of this.#connections) this.#send(connection, this.#options.inFlight);
    return this.#run.complete(duration);
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #connect(): ExchangeConnection {
    const connection = new ExchangeConnection(this.#options.exchange, {
      port: this.#options.port,
      buffer: this.#buffer,
      answered: (echoes) => this.#answered(connection, echoes),
      failed: (error) => {
        this.#failure = error;
        this.#run.fail(error);
      },
    });
    return connection;
  }

  #answered(connection: ExchangeConnection, echoes: number): void {
    const run = this.#run;
    run.answered(echoes);
    if (echoes > 0 && run.sendsOn) {
      const { pacing, inFlight } = this.#options;
      if (pacing === "window") this.#send(connection, echoes);
      else if (connection.outstanding === 0) this.#send(connection, inFlight);
    }
    run.settle();
  }

  #send(connection: ExchangeConnection, messages: number): void {
    this.#run.expect(messages);
    connection.outstanding += messages;
    connection.send(messages);
  }
}
