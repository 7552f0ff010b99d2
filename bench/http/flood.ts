/** A flood of logins: many clients of which each logs in again as soon as it is answered. */
import { setTimeout } from "node:timers/promises";
import { usernameOf } from "../auth/our-auth.ts";
import { KeptConnection } from "./kept-connection.ts";
import { loginRequest } from "./login-load.ts";

/** What the flood is told. */
export interface FloodOptions {
  readonly port: number;
  readonly clients: number;
  /** Whether who got 503 waits as long as `Retry-After` says, or asks again at once. */
  readonly patient: boolean;
}

/** What came back. */
export interface FloodCounts {
  /** Logins that were answered with 200. */
  loggedIn: number;
  /** Those that were answered with 503. */
  refused: number;
}

/** Begins at once, and goes on until it is stopped. */
export class Flood {
  readonly counts: FloodCounts = { loggedIn: 0, refused: 0 };
  readonly #patient: boolean;
  readonly #connections: readonly KeptConnection[];
  readonly #stopped = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  readonly #done: Promise<unknown>;

  constructor({ port, clients, patient }: FloodOptions) {
    this.#patient = patient;
    this.#connections = Array.from({ length: clients }, () => new KeptConnection(port));
    this.#done = Promise.all(this.#connections.map((connection, number) => this.#run(connection, number)));
    this.#done.catch(this.#first.reject);
    this.#first.promise.catch(() => {}); // told by whoever waits, and by `stop`
  }

  /** Resolves when the first login was answered with 200. Rejects as {@link stop} does. */
  begun(): Promise<void> {
    return this.#first.promise;
  }

  /** Ends it, without waiting for the answers. Rejects when one was neither 200 nor 503. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const connection of this.#connections) connection.close();
    await this.#done;
  }

  async #run(connection: KeptConnection, number: number): Promise<void> {
    const { signal } = this.#stopped;
    const request = loginRequest(usernameOf(number));
    while (!signal.aborted) {
      const reply = await connection.ask(request).catch((error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      });
      if (reply === undefined) return;
      if (reply.status === 200) {
        this.counts.loggedIn++;
        this.#first.resolve();
      } else if (reply.status === 503) this.counts.refused++;
      else throw new Error(`a login was answered with ${reply.status}: ${reply.body}`);
      if (reply.status === 503 && this.#patient) {
        const seconds = Number(reply.headers.get("retry-after"));
        await setTimeout(seconds * 1_000, undefined, { signal }).catch(() => {});
      }
    }
  }
}
