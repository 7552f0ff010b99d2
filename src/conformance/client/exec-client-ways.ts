/** Brings a client to one case by running a command, which is given the URL of a port of the case's own. */
import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { OctetStream } from "../peer/octet-stream.ts";
import type { CaseContext } from "../run/target.ts";
import { SetupFailed } from "../verdict.ts";
import { CasePort } from "./case-port.ts";
import { ClientProcess } from "./client-process.ts";
import type { ClientWays } from "./client-trial.ts";
import type { ProcessGuard } from "./process-guard.ts";
import { Changes } from "./within.ts";

export interface ExecClientWaysOptions {
  /** With `{url}` wherever the URL belongs. */
  readonly command: string;
  /** The path of the URL: the case's id. */
  readonly path: string;
  readonly connections: number;
  readonly context: CaseContext;
  readonly guard: ProcessGuard;
  /** Milliseconds for a client to start and connect. */
  readonly startPatience: () => number;
  /** Milliseconds for a client to end by itself after the case. */
  readonly grace: () => number;
  /** Milliseconds that a client took to start and connect. */
  readonly onStarted: (duration: number) => void;
}

export class ExecClientWays implements ClientWays {
  readonly #options: ExecClientWaysOptions;
  readonly #changes = new Changes();
  readonly #processes: ClientProcess[] = [];
  #port: Promise<CasePort> | undefined;
  #connection: Socket | undefined;
  #number = 0;
  #over = false;
  #ending: string | undefined;
  #url: URL | undefined;

  constructor(options: ExecClientWaysOptions) {
    this.#options = options;
  }

  get url(): URL | undefined {
    return this.#url;
  }

  /** How the client ended that was started last, once the case is over; `undefined` where we had to end it. */
  get ending(): string | undefined {
    return this.#ending;
  }

  /**
   * The client's next connection. The first time the command is run. After that the client has the chance to connect
   * again by itself, as it does when it follows a redirect: until it ends, or patience does. Then, or while it is
   * busy with the connection that it has, the command is run again.
   */
  async next(): Promise<OctetStream> {
    this.#port ??= CasePort.open({
      connections: this.#options.connections,
      onConnection: () => this.#changes.tell(),
    });
    const port = await this.#port;
    port.wanted = true;
    const socket = port.take() ?? (await this.#comesBack(port)) ?? (await this.#starts(port));
    port.wanted = false;
    this.#connection = socket;
    this.#number++;
    return new OctetStream(socket);
  }

  /** Ends the client if it does not end by itself, and closes the port. */
  async end(): Promise<void> {
    this.#over = true;
    this.#changes.tell();
    const { context, grace } = this.#options;
    const number = Math.max(this.#number, 1);
    const patience = context.signal.aborted ? 0 : grace();
    const stopped = await Promise.all(this.#processes.map((process) => process.stop(patience)));
    for (const [i, byItself] of stopped.entries()) {
      this.#ending = byItself ? this.#processes[i]?.ending : undefined;
      context.log.event(
        number,
        `the client ${this.#ending ?? `was ended by us, ${patience} ms after the case`}`,
      );
    }
    const port = await this.#port?.catch(() => undefined);
    if (port === undefined) return;
    if (port.refusals > 0) {
      context.log.event(number, `the client connected ${port.refusals} more times: refused with 503`);
    }
    port.close();
  }

  async #comesBack(port: CasePort): Promise<Socket | undefined> {
    const process = this.#processes.at(-1);
    if (process === undefined || isOpen(this.#connection)) return undefined;
    const socket = await this.#connects(port, process, this.#options.context.patience);
    if (socket === undefined) await process.stop(0);
    return socket;
  }

  async #starts(port: CasePort): Promise<Socket> {
    if (this.#over) throw new SetupFailed("the case is over");
    const { command, path, guard, startPatience, onStarted } = this.#options;
    const began = performance.now();
    this.#url = new URL(`ws://${port.authority}/${path}`);
    const process = new ClientProcess(withUrl(command, this.#url.href), guard);
    this.#processes.push(process);
    const patience = startPatience();
    const socket = await this.#connects(port, process, patience);
    if (socket !== undefined) {
      onStarted(performance.now() - began);
      return socket;
    }
    if (this.#over) throw new SetupFailed("the case is over");
    throw new SetupFailed(
      process.ending === undefined
        ? `the client did not connect within ${Math.round(patience)} ms`
        : `the client ${process.ending}; it had not connected`,
    );
  }

  /** Waits for a connection, for as long as `process` can make one. */
  async #connects(port: CasePort, process: ClientProcess, patience: number): Promise<Socket | undefined> {
    let ended = false;
    void process.ended.then(async () => {
      // What it did before it ended comes to us first.
      await setImmediate();
      await setImmediate();
      ended = true;
      this.#changes.tell();
    });
    const socket = await this.#changes.until(() => {
      const taken = port.take();
      return taken ?? (ended || this.#over ? "none" : undefined);
    }, patience);
    return socket === "none" ? undefined : socket;
  }
}

/** The command with the URL in its place, or at its end. */
export function withUrl(command: string, url: string): string {
  return command.includes("{url}") ? command.replaceAll("{url}", url) : `${command} ${url}`;
}

/** Whether neither side has ended it. */
function isOpen(socket: Socket | undefined): boolean {
  return socket?.destroyed === false && socket.writable && !socket.readableEnded;
}
