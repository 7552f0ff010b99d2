/**
 * A client of this very process under test: a function that connects and echoes. Nothing is asked of it beforehand. It
 * is the quickest way to a client written for Node, for no process is started.
 */
import type { Case } from "../case.ts";
import { OctetStream } from "../peer/octet-stream.ts";
import type { Random } from "../random.ts";
import type { CaseContext, Target } from "../run/target.ts";
import { SetupFailed } from "../verdict.ts";
import { CasePort } from "./case-port.ts";
import { ClientTrial, type ClientWays } from "./client-trial.ts";
import { Changes } from "./within.ts";

/** Connects to the URL once, and echoes; returns what ends it at once. */
export type EchoClient = (url: URL, random: Random) => () => void;

/** Milliseconds to connect in: how quick a client is there is not in question. */
const CONNECTING = 20_000;

export class InProcessClientTarget implements Target<ClientTrial> {
  readonly role = "client";
  readonly description = { address: "a client of this process" };
  readonly #client: EchoClient;

  constructor(client: EchoClient) {
    this.#client = client;
  }

  async probe(): Promise<number> {
    return 0;
  }

  async alive(): Promise<boolean> {
    return true;
  }

  begin({ id, connections = 1 }: Case<ClientTrial>, context: CaseContext): ClientTrial {
    return new ClientTrial(
      new InProcessClientWays(this.#client, { id, connections, random: context.random }),
      context,
    );
  }

  async end(trial: ClientTrial): Promise<void> {
    await trial.end();
  }

  async close(): Promise<void> {}
}

interface InProcessClientWaysOptions {
  readonly id: string;
  readonly connections: number;
  readonly random: Random;
}

class InProcessClientWays implements ClientWays {
  readonly #client: EchoClient;
  readonly #options: InProcessClientWaysOptions;
  readonly #ends: (() => void)[] = [];
  readonly #changes = new Changes();
  #port: CasePort | undefined;

  constructor(client: EchoClient, options: InProcessClientWaysOptions) {
    this.#client = client;
    this.#options = options;
  }

  get url(): URL | undefined {
    return this.#port && new URL(`ws://${this.#port.authority}/${this.#options.id}?a=query%20with`);
  }

  async next(): Promise<OctetStream> {
    const { connections, random } = this.#options;
    this.#port ??= await CasePort.open({ connections, onConnection: () => this.#changes.tell() });
    const port = this.#port;
    this.#ends.push(this.#client(this.url!, random));
    const socket = await this.#changes.until(() => port.take(), CONNECTING);
    if (socket === undefined) throw new SetupFailed("the client did not connect");
    return new OctetStream(socket);
  }

  async end(): Promise<void> {
    for (const end of this.#ends) end();
    this.#port?.close();
  }
}
