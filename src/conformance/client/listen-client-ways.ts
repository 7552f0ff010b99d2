/** Brings a client to one case by waiting for it: the connections that come with the case's numbers. */

import type { OctetStream } from "../peer/octet-stream.ts";
import { SetupFailed } from "../verdict.ts";
import type { ClientWays } from "./client-trial.ts";
import type { Changes } from "./within.ts";

/** So many times the patience is waited for a client to come once more: it may have other cases under way. */
const AGAIN = 4;

export interface ListenClientWaysOptions {
  /** Connections that have come already. */
  readonly streams: readonly OctetStream[];
  /** Connections that the case says it takes. */
  readonly connections: number;
  /** Milliseconds to wait for evidence. */
  readonly patience: number;
  readonly changes: Changes;
  /** Lets a connection go that the case has no use for. */
  readonly dismiss: (stream: OctetStream) => void;
}

export class ListenClientWays implements ClientWays {
  readonly #options: ListenClientWaysOptions;
  readonly #streams: OctetStream[];
  #came: number;
  #waiting = false;
  #over = false;

  constructor(options: ListenClientWaysOptions) {
    this.#options = options;
    this.#streams = [...options.streams];
    this.#came = options.streams.length;
  }

  /** Whether the case cannot go on before the client connects once more. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Whether the case has a use for this connection, and then it is the case's. */
  offer(stream: OctetStream): boolean {
    if (this.#over || (!this.#waiting && this.#came >= this.#options.connections)) return false;
    this.#came++;
    this.#streams.push(stream);
    this.#options.changes.tell();
    return true;
  }

  async next(): Promise<OctetStream> {
    const { changes, patience } = this.#options;
    this.#waiting = this.#streams.length === 0;
    if (this.#waiting) changes.tell();
    const stream = await changes.until(
      () => this.#streams.shift() ?? (this.#over ? "none" : undefined),
      patience * AGAIN,
    );
    this.#waiting = false;
    if (stream === "none") throw new SetupFailed("the case is over");
    if (stream === undefined) throw new SetupFailed("the client did not connect once more for this case");
    return stream;
  }

  /** The client goes on to its next case, or to other things; a connection that the case did not take is let go. */
  async end(): Promise<void> {
    this.#over = true;
    this.#options.changes.tell();
    for (const stream of this.#streams.splice(0)) this.#options.dismiss(stream);
  }
}
