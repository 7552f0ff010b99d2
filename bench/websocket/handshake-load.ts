/**
 * The client of the handshake test: opens connections, so many at once, checks the answers, resets them all,
 * and begins anew.
 */
import { LoadConnection } from "./load-connection.ts";
import { LoadRun, type Run } from "./load-run.ts";
import type { Opening } from "./openings.ts";

export interface HandshakeLoadOptions {
  readonly port: number;
  readonly atOnce: number;
  /** Taken in turn. */
  readonly openings: readonly Opening[];
}

/** More than the answer to any opening. */
const READ_BUFFER = 16 * 1024;

export class HandshakeLoad {
  readonly #options: HandshakeLoadOptions;
  readonly #buffer: Buffer = Buffer.allocUnsafe(READ_BUFFER);
  #run = new LoadRun();
  #open: readonly LoadConnection[] = [];

  constructor(options: HandshakeLoadOptions) {
    this.#options = options;
  }

  /** Opens and resets for `duration` milliseconds. */
  run(duration: number): Promise<Run> {
    this.#run = new LoadRun();
    this.#openMore(this.#run);
    return this.#run.complete(duration);
  }

  close(): void {
    for (const connection of this.#open) connection.reset();
  }

  #openMore(run: LoadRun): void {
    const { atOnce, openings, port } = this.#options;
    run.expect(atOnce);
    const connections = Array.from({ length: atOnce }, (_, index) => {
      const connection = new LoadConnection({
        port,
        opening: openings[index % openings.length]!,
        buffer: this.#buffer,
        received: () => {
          throw new Error("the server spoke first");
        },
        failed: (error) => run.fail(error),
      });
      connection.opened.then(
        () => {
          run.answered(1);
          if (run.outstanding === 0) this.#closeAll(run);
        },
        () => {}, // told to `failed`
      );
      return connection;
    });
    this.#open = connections;
  }

  #closeAll(run: LoadRun): void {
    this.close();
    if (run.sendsOn) this.#openMore(run);
    else run.settle();
  }
}
