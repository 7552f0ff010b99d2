/**
 * A client under test that comes by itself: a driver written for the fuzzing server of Autobahn|Testsuite, or a browser.
 *
 * It is the client that decides which case is next, and when. A case begins when the connection for it is here, so that
 * no patience runs before.
 */
import type { Case } from "../case.ts";
import { Connection } from "../peer/connection.ts";
import type { OctetStream } from "../peer/octet-stream.ts";
import { Random } from "../random.ts";
import type { CaseReport, TargetDescription } from "../run/run-report.ts";
import type { CaseContext, Target } from "../run/target.ts";
import { SetupFailed } from "../verdict.ts";
import { WireLog } from "../wire/wire-log.ts";
import { acceptClient, expectEcho, part } from "./client-echo.ts";
import { ClientTrial } from "./client-trial.ts";
import { behaviors, MISSING } from "./fuzzing-protocol.ts";
import { FuzzingServer } from "./fuzzing-server.ts";
import { ListenClientWays } from "./listen-client-ways.ts";
import { Changes, unlessAborted } from "./within.ts";

export interface ListenClientTargetOptions {
  /** Default `127.0.0.1`: this machine alone. */
  readonly host?: string | undefined;
  /** 0 picks a free one. */
  readonly port: number;
  /** What the client is called in reports. Default: the `agent` that it names. */
  readonly name?: string | undefined;
  /** Milliseconds to wait for evidence in the probe. Default 5,000. */
  readonly patience?: number;
  /** Milliseconds without a sign of a client that has begun, until it is taken to have gone. Default 60,000. */
  readonly idle?: number;
  /** Whether every case builds on the echo, so that there has to be one. Default true. */
  readonly needsEcho?: boolean;
  /** The port is open: clients may come, and browsers to `http://` and this authority. */
  readonly onListening?: (authority: string) => void;
}

const LOOPBACK = "127.0.0.1";
const PATIENCE = 5_000;
/** Milliseconds without a sign of the client until the port is closed, once the run is over. */
const LINGER = 1_000;
/** Milliseconds until it is closed in any case. */
const LONGEST_LINGER = 15_000;
/** The id of the echo that comes before all cases. */
const ECHO = "";

export class ListenClientTarget implements Target<ClientTrial> {
  readonly role = "client";
  readonly #options: ListenClientTargetOptions;
  readonly #changes = new Changes();
  /** Connections for cases that have not begun. */
  readonly #early = new Map<string, OctetStream[]>();
  readonly #running = new Map<string, ListenClientWays>();
  readonly #trials = new Map<ClientTrial, string>();
  /** Cases that need no connection any more. */
  readonly #over = new Set<string>();
  readonly #behaviors = new Map<string, string>();
  #cases: readonly Case<ClientTrial>[] = [];
  #server: FuzzingServer<ClientTrial> | undefined;
  #signal: AbortSignal = new AbortController().signal;
  /** Counts whatever shows that the client goes on. */
  #signs = 0;
  /** It said that it has nothing more to do. */
  #clientEnded = false;
  /** It was not heard of for too long. */
  #clientGone = false;

  constructor(options: ListenClientTargetOptions) {
    this.#options = options;
  }

  get description(): TargetDescription {
    const { host = LOOPBACK, port, name = this.#server?.agent } = this.#options;
    const address = `ws://${this.#server?.authority ?? `${host}:${port}`}/`;
    return name === undefined ? { address } : { address, name };
  }

  prepare(cases: readonly Case<ClientTrial>[]): void {
    this.#cases = cases;
  }

  /** Waits for a client, however long it takes. The first number is an echo; a client that skips it is not asked for one. */
  async probe(signal: AbortSignal): Promise<number> {
    const { host = LOOPBACK, port, patience = PATIENCE, onListening } = this.#options;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#changes.tell(), { once: true });
    this.#server = await FuzzingServer.open({
      host,
      port,
      cases: this.#cases,
      patience,
      onVisit: () => this.#sign(),
      onChange: () => this.#changes.tell(),
      onCase: (item, stream) => this.#receive(item?.id ?? ECHO, stream),
      behavior: (item) => this.#behavior(item?.id ?? ECHO),
      onEnd: () => {
        // Some drivers begin by clearing the reports.
        this.#clientEnded ||= this.#running.size + this.#over.size > 0;
        this.#sign();
      },
    });
    onListening?.(this.#server.authority);
    await this.#asked(() => (this.#early.size > 0 ? true : undefined));
    const [stream] = this.#early.get(ECHO) ?? [];
    this.#early.delete(ECHO);
    this.#over.add(ECHO);
    if (stream !== undefined) return unlessAborted(signal, this.#echo(stream, patience));
    if (this.#early.size > 0) return 0;
    throw new SetupFailed("the client came, but asked for no case");
  }

  /** A client that has come once comes again; whether it does shows in what it asks for. */
  async alive(): Promise<boolean> {
    return true;
  }

  /** The first of the waiting cases that the client has connected for; `undefined` when it has ended, or gone. */
  async next(waiting: readonly Case<ClientTrial>[]): Promise<Case<ClientTrial> | undefined> {
    const found = await this.#asked(
      () => waiting.find(({ id }) => this.#early.has(id)) ?? (this.#clientEnded ? "none" : undefined),
    ).catch((error: unknown) => {
      if (error instanceof SetupFailed) return "none" as const;
      throw error;
    });
    return found === "none" ? undefined : found;
  }

  begin(item: Case<ClientTrial>, context: CaseContext): ClientTrial {
    const { id, connections = 1 } = item;
    const ways = new ListenClientWays({
      streams: this.#early.get(id) ?? [],
      connections,
      patience: context.patience,
      changes: this.#changes,
      dismiss: (stream) => this.#dismiss(stream),
    });
    this.#early.delete(id);
    this.#running.set(id, ways);
    const trial = new ClientTrial(ways, context);
    this.#trials.set(trial, id);
    return trial;
  }

  async end(trial: ClientTrial): Promise<void> {
    await trial.end();
    const id = this.#trials.get(trial) ?? "";
    this.#trials.delete(trial);
    this.#running.delete(id);
    this.#over.add(id);
    this.#sign();
  }

  judged({ id, verdict }: CaseReport): void {
    this.#behaviors.set(id, behaviors[verdict]);
    this.#changes.tell();
  }

  /** Lets the client ask for what it still wants to know, and closes the port. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    for (const id of this.#cases.map((item) => item.id)) this.#over.add(id);
    for (const stream of [...this.#early.values()].flat()) this.#dismiss(stream);
    const deadline = performance.now() + LONGEST_LINGER;
    for (let signs = -1; signs !== this.#signs && performance.now() < deadline; ) {
      if (this.#signal.aborted || this.#clientGone || this.#signs === 0) break;
      signs = this.#signs;
      const parted = () => (this.#clientEnded && server.connections === 0 ? true : undefined);
      if (await this.#changes.until(parted, LINGER)) break;
    }
    server.close();
  }

  /** A connection for a case. */
  #receive(id: string, stream: OctetStream): void {
    const ways = this.#running.get(id);
    if (this.#over.has(id) || ways?.offer(stream) === false) this.#dismiss(stream);
    else if (ways === undefined) this.#early.set(id, [...(this.#early.get(id) ?? []), stream]);
    this.#changes.tell();
  }

  /** There is nothing to do for it: the client goes on to what comes next. */
  #dismiss(stream: OctetStream): void {
    void this.#server?.answer(stream);
  }

  async #echo(stream: OctetStream, patience: number): Promise<number> {
    const log = new WireLog(() => 0);
    const context = { log, random: new Random(0), note: () => {}, patience, signal: this.#signal };
    const connection = new Connection(stream, { log, number: 1, patience });
    const trial = new ClientTrial({ next: async () => stream, end: async () => {} }, context);
    const began = performance.now();
    try {
      const { peer } = await acceptClient(trial, connection);
      if (this.#options.needsEcho ?? true) await expectEcho(peer);
      const duration = performance.now() - began;
      this.#behaviors.set(ECHO, behaviors.pass);
      await part(peer);
      return duration;
    } catch (error) {
      this.#behaviors.set(ECHO, behaviors.fail);
      throw error;
    } finally {
      connection.destroy();
      this.#changes.tell();
    }
  }

  /** Waits for the verdict on a case that is under way, unless the case in turn waits for the client. */
  async #behavior(id: string): Promise<string> {
    const word = await this.#changes.until(() => {
      const underWay = this.#over.has(id) || this.#early.has(id) || this.#running.get(id)?.waiting === false;
      return this.#behaviors.get(id) ?? (underWay ? undefined : MISSING);
    }, this.#options.patience ?? PATIENCE);
    return word ?? MISSING;
  }

  /**
   * Waits until `state` says something, or until a client that had begun shows no sign any more.
   *
   * @throws {SetupFailed} when the run is ended
   */
  async #asked<T>(state: () => T | undefined): Promise<T | undefined> {
    const { idle = 60_000 } = this.#options;
    await unlessAborted(
      this.#signal,
      this.#changes.until(() => (this.#signs > 0 ? true : undefined)),
    );
    for (;;) {
      const signs = this.#signs;
      let found: T | undefined;
      // Asked again when the run is ended, so that nothing is waited for any longer.
      await this.#changes.until(() => {
        found = state();
        return found !== undefined || this.#signal.aborted ? true : undefined;
      }, idle);
      if (this.#signal.aborted) throw new SetupFailed("ended early");
      if (found !== undefined) return found;
      if (this.#signs === signs && this.#running.size === 0) {
        this.#clientGone = true;
        return undefined;
      }
    }
  }

  #sign(): void {
    this.#signs++;
    this.#changes.tell();
  }
}
