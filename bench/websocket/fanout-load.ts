/**
 * The client of the fan-out test: many receivers, one of whom also speaks. What it says is to reach all of
 * them; the next is said when all have got everything.
 */
import type { Exchange } from "./exchange.ts";
import { ExchangeConnection, READ_BUFFER } from "./exchange-connection.ts";
import { openInWaves } from "./load-connection.ts";
import { LoadRun, type Run } from "./load-run.ts";

export interface FanoutLoadOptions {
  readonly port: number;
  readonly receivers: number;
  /** Messages that are sent at once, in one write. */
  readonly deep: number;
  /** Prepared for runs of `deep` messages, and for reads of as many bytes as the echo client's. */
  readonly exchange: Exchange;
  /** How long deliveries may fail to come, in milliseconds; default 20 s. */
  readonly patience?: number | undefined;
}

export class FanoutLoad {
  readonly #options: FanoutLoadOptions;
  readonly #buffer: Buffer = Buffer.allocUnsafe(READ_BUFFER);
  #receivers: readonly ExchangeConnection[] = [];
  #run = new LoadRun();
  #failure: Error | undefined;

  private constructor(options: FanoutLoadOptions) {
    this.#options = options;
  }

  /** Opens all connections. */
  static async open(options: FanoutLoadOptions): Promise<FanoutLoad> {
    const load = new FanoutLoad(options);
    load.#receivers = await openInWaves(options.receivers, () => load.#connect());
    return load;
  }

  /** Sends for `duration` milliseconds; returns when all receivers have everything. Counts deliveries. */
  async run(duration: number): Promise<Run> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#run = new LoadRun();
    this.#send();
    return this.#run.complete(duration, this.#options.patience);
  }

  close(): void {
    for (const receiver of this.#receivers) receiver.close();
  }

  #connect(): ExchangeConnection {
    return new ExchangeConnection(this.#options.exchange, {
      port: this.#options.port,
      buffer: this.#buffer,
      answered: (deliveries) => this.#delivered(deliveries),
      failed: (error) => {
        this.#failure = error;
        this.#run.fail(error);
      },
    });
  }

  #delivered(deliveries: number): void {
    this.#run.answered(deliveries);
    if (this.#run.outstanding > 0) return;
    if (this.#run.sendsOn) this.#send();
    else this.#run.settle();
  }

  #send(): void {
    const { deep } = this.#options;
    this.#run.expect(deep * this.#receivers.length);
    for (const receiver of this.#receivers) receiver.outstanding += deep;
    this.#receivers[0]!.send(deep);
  }
}
