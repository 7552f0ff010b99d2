/** Mutants as targets of the runner. Nothing is asked of them beforehand: many would not pass. */
import type { ClientTrial } from "../client/client-trial.ts";
import { InProcessClientTarget } from "../client/in-process-client-target.ts";
import type { Target } from "../run/target.ts";
import { ServerTarget } from "../server/server-target.ts";
import { runEchoClient } from "./echo-client.ts";
import { listenForHttp2 } from "./echo-http2-server.ts";
import { listenForHttp1 } from "./echo-server.ts";
import type { Broken } from "./faults.ts";
import { listenForHttp2ByHand } from "./http2-by-hand.ts";
import type { Listening } from "./listening.ts";

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
export function mutantClient(broken: Broken): Target<ClientTrial> {
  return new InProcessClientTarget((url, random) => runEchoClient(url, random.next(), broken));
}
