/** A client under test that is run by a command, anew for every case. */
import type { Case } from "../case.ts";
import { Connection } from "../peer/connection.ts";
import { Random } from "../random.ts";
import type { TargetDescription } from "../run/run-report.ts";
import { type CaseContext, type Target, TargetUnreachable } from "../run/target.ts";
import { SetupFailed } from "../verdict.ts";
import { WireLog } from "../wire/wire-log.ts";
import { acceptClient, expectEcho, part } from "./client-echo.ts";
import { ClientTrial } from "./client-trial.ts";
import { ExecClientWays } from "./exec-client-ways.ts";
import { ProcessGuard } from "./process-guard.ts";
import { unlessAborted } from "./within.ts";

export interface ExecClientTargetOptions {
  /** Run by `sh -c`; the URL takes the place of each `{url}`, or is put at the end where there is none. */
  readonly command: string;
  /** What the client is called in reports. Default: its `User-Agent` field. */
  readonly name?: string | undefined;
  /** Milliseconds to wait for evidence in the probe. Default 5,000. */
  readonly patience?: number;
  /** Milliseconds for the client to start and connect the first time. Default 20,000. */
  readonly startPatience?: number;
  /** Milliseconds for it to end by itself after a case; one that did not do so in the probe has none. Default 2,000. */
  readonly grace?: number;
  /** Whether every case builds on the echo, so that there has to be one. Default true. */
  readonly needsEcho?: boolean;
}

/** Added to the patience for a connection: so many times what the slowest start took, since others start beside it. */
const STARTS = 10;

export class ExecClientTarget implements Target<ClientTrial> {
  readonly role = "client";
  readonly #options: ExecClientTargetOptions;
  readonly #guard = new ProcessGuard();
  #name: string | undefined;
  #slowestStart: number | undefined;
  #grace: number;

  constructor(options: ExecClientTargetOptions) {
    this.#options = options;
    this.#name = options.name;
    this.#grace = options.grace ?? 2_000;
  }

  get description(): TargetDescription {
    const address = this.#options.command;
    return this.#name === undefined ? { address } : { address, name: this.#name };
  }

  async probe(signal: AbortSignal): Promise<number> {
    const { patience = 5_000 } = this.#options;
    const log = new WireLog(() => 0);
    const context: CaseContext = { log, random: new Random(0), note: () => {}, patience, signal };
    const ways = this.#ways(undefined, context);
    let failure: Error | undefined;
    let duration = 0;
    try {
      duration = await unlessAborted(signal, this.#meet(ways, context));
    } catch (error) {
      failure = error as Error;
    }
    await ways.end();
    if (ways.ending === undefined) this.#grace = 0;
    if (failure !== undefined) throw withEnding(failure, signal.aborted ? undefined : ways.ending);
    return duration;
  }

  /** Every case starts a client of its own; whether that is possible shows there. */
  async alive(): Promise<boolean> {
    return true;
  }

  begin(item: Case<ClientTrial>, context: CaseContext): ClientTrial {
    return new ClientTrial(this.#ways(item, context), context);
  }

  async end(trial: ClientTrial): Promise<void> {
    await trial.end();
  }

  async close(): Promise<void> {
    this.#guard.close();
  }

  /** @returns milliseconds from the request to the echo */
  async #meet(ways: ExecClientWays, context: CaseContext): Promise<number> {
    const { log, patience } = context;
    const stream = await ways.next().catch((error: unknown) => {
      throw error instanceof SetupFailed ? new TargetUnreachable(error.message) : error;
    });
    const connection = new Connection(stream, { log, number: 1, patience });
    try {
      const began = performance.now();
      const { peer, request } = await acceptClient(new ClientTrial(ways, context), connection);
      this.#name ??= request.value("User-Agent");
      if (this.#options.needsEcho ?? true) await expectEcho(peer);
      const duration = performance.now() - began;
      await part(peer);
      return duration;
    } finally {
      connection.destroy();
    }
  }

  #ways(item: Case<ClientTrial> | undefined, context: CaseContext): ExecClientWays {
    return new ExecClientWays({
      command: this.#options.command,
      path: item?.id ?? "probe",
      connections: item?.connections ?? 1,
      context,
      guard: this.#guard,
      grace: () => this.#grace,
      startPatience: () => {
        if (this.#slowestStart === undefined) return this.#options.startPatience ?? 20_000;
        return context.patience + STARTS * this.#slowestStart;
      },
      onStarted: (duration) => {
        this.#slowestStart = Math.max(this.#slowestStart ?? 0, duration);
      },
    });
  }
}

/** What went wrong, and how the client ended where that tells more. */
function withEnding(failure: Error, ending: string | undefined): Error {
  if (ending === undefined || failure.message.includes(ending)) return failure;
  const message = `${failure.message} (the client ${ending})`;
  if (failure instanceof TargetUnreachable) return new TargetUnreachable(message);
  return failure instanceof SetupFailed ? new SetupFailed(message) : failure;
}
