/** Mutants as targets of the runner. Nothing is asked of them beforehand: many would not pass. */
import { createServer, type Socket } from "node:net";
import type { Case } from "../case.ts";
import { ClientTrial, type ClientWays } from "../client/client-trial.ts";
import { OctetStream } from "../peer/octet-stream.ts";
import type { CaseContext, Target } from "../run/target.ts";
import { ServerTarget } from "../server/server-target.ts";
import { SetupFailed } from "../verdict.ts";
import { runEchoClient } from "./echo-client.ts";
import { listenForHttp2 } from "./echo-http2-server.ts";
import { listenForHttp1 } from "./echo-server.ts";
import type { Broken } from "./faults.ts";
import { listenForHttp2ByHand } from "./http2-by-hand.ts";
import { Listening } from "./listening.ts";

/** Milliseconds to connect in: that is not what a mutant does wrong. */
const CONNECTING = 20_000;

export interface MutantServerOptions {
  /** Whether HTTP/2 is spoken by hand, where Node's own would not let the fault through. Default false. */
  readonly byHand?: boolean;
}

/** A mutant server, listening for HTTP/1.1 and, on another port, for HTTP/2. */
export class MutantServerTarget extends ServerTarget {
  readonly #listening: readonly Listening[];

  private constructor(http1: Listening, http2: Listening) {
    super({ url: http1.url, http2Url: http2.url, patience: CONNECTING });
    this.#listening = [http1, http2];
  }

  static async start(
    broken: Broken,
    { byHand = false }: MutantServerOptions = {},
  ): Promise<MutantServerTarget> {
    const http2 = byHand ? listenForHttp2ByHand(broken) : listenForHttp2(broken);
    return new MutantServerTarget(await listenForHttp1(broken), await http2);
  }

  override async probe(): Promise<number> {
    return 0;
  }

  override async alive(): Promise<boolean> {
    return true;
  }

  override async close(): Promise<void> {
    for (const listening of this.#listening) listening.close();
  }
}

/** A mutant client, which is there anew for each connection that a case asks for. */
export class MutantClientTarget implements Target<ClientTrial> {
  readonly role = "client";
  readonly description = { address: "a client in this process" };
  readonly #broken: Broken;

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  async probe(): Promise<number> {
    return 0;
  }

  async alive(): Promise<boolean> {
    return true;
  }

  begin(item: Case<ClientTrial>, context: CaseContext): ClientTrial {
    return new ClientTrial(new MutantClientWays(item.id, this.#broken, context), context);
  }

  async end(trial: ClientTrial): Promise<void> {
    await trial.end();
  }

  async close(): Promise<void> {}
}

/** A port of the case's own, to which the client connects. */
class MutantClientWays implements ClientWays {
  readonly #path: string;
  readonly #broken: Broken;
  readonly #context: CaseContext;
  readonly #ends: (() => void)[] = [];
  readonly #waiting: Socket[] = [];
  #listening: Listening | undefined;
  #wake: (() => void) | undefined;

  constructor(path: string, broken: Broken, context: CaseContext) {
    this.#path = path;
    this.#broken = broken;
    this.#context = context;
  }

  get url(): URL | undefined {
    return this.#listening && new URL(this.#path, this.#listening.url);
  }

  async next(): Promise<OctetStream> {
    this.#listening ??= await this.#listen();
    this.#ends.push(runEchoClient(this.url!, this.#context.random.next(), this.#broken));
    return new OctetStream(this.#waiting.shift() ?? (await this.#comes()));
  }

  async end(): Promise<void> {
    for (const end of this.#ends) end();
    this.#listening?.close();
  }

  async #listen(): Promise<Listening> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#waiting.push(socket);
      this.#wake?.();
    });
    return Listening.on(server);
  }

  async #comes(): Promise<Socket> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CONNECTING);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    const socket = this.#waiting.shift();
    if (socket === undefined) throw new SetupFailed("the client did not connect");
    return socket;
  }
}
