/** A verifier under test: whether it is there, and a trial for each case. */
import type { Case } from "../case.ts";
import { ProcessGuard } from "../client/process-guard.ts";
import { unlessAborted } from "../client/within.ts";
import type { TargetDescription } from "../run/run-report.ts";
import { type CaseContext, type Target, TargetUnreachable } from "../run/target.ts";
import { SetupFailed } from "../verdict.ts";
import type { Answer, Question } from "./protocol.ts";
import { question } from "./question.ts";
import { JwtTrial, VerifierFailed } from "./trial.ts";
import { VerifierProcess } from "./verifier-process.ts";

export interface JwtTargetOptions {
  /** What starts the verifier, for `sh -c`. */
  readonly command: string;
  /** What it is called in reports. Default: what it calls itself. */
  readonly name?: string | undefined;
  /** Milliseconds for it to start and answer its first question. Default 30,000. */
  readonly startPatience?: number | undefined;
}

/**
 * One process answers for all cases. When it goes down, or says nothing, while several questions wait, each of them is
 * asked again in a process of its own: so one token that is too much for it does not speak for the others.
 */
export class JwtTarget implements Target<JwtTrial> {
  readonly role = "jwt";
  readonly #options: JwtTargetOptions;
  readonly #startPatience: number;
  readonly #guard = new ProcessGuard();
  /** The one that answers for all. */
  #shared: Promise<VerifierProcess> | undefined;
  readonly #processes = new Set<VerifierProcess>();
  /** Ends when the last question that is asked apart has its answer: they are asked one after the other. */
  #apart: Promise<unknown> = Promise.resolve();
  #name: string | undefined;
  #clock = false;
  #closed = false;

  constructor(options: JwtTargetOptions) {
    this.#options = options;
    this.#startPatience = options.startPatience ?? 30_000;
    this.#name = options.name;
  }

  get description(): TargetDescription {
    const address = this.#options.command;
    return this.#name === undefined ? { address } : { address, name: this.#name };
  }

  async probe(signal: AbortSignal): Promise<number> {
    try {
      const shared = await unlessAborted(signal, this.#running());
      this.#clock = shared.hello.clock;
      this.#name ??= shared.hello.name;
      const began = performance.now();
      await unlessAborted(signal, shared.ask(question(seconds()), this.#startPatience));
      return performance.now() - began;
    } catch (error) {
      if (!(error instanceof VerifierFailed)) throw error;
      const hint = error.message.startsWith("no answer")
        ? " (does it flush its output after each line?)"
        : "";
      throw new TargetUnreachable(`the verifier cannot be asked: ${error.message}${hint}`);
    }
  }

  async alive(): Promise<boolean> {
    try {
      await this.#running();
      return true;
    } catch (error) {
      if (error instanceof VerifierFailed || error instanceof SetupFailed) return false;
      throw error;
    }
  }

  begin(_item: Case<JwtTrial> | undefined, context: CaseContext): JwtTrial {
    const ask = (asked: Question): Promise<Answer> =>
      unlessAborted(context.signal, this.#ask(asked, context.patience));
    return new JwtTrial({ verifier: { clock: this.#clock, ask }, context, now: seconds() });
  }

  async end(): Promise<void> {}

  /** Ends every process; what is still asked starts no other. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#processes, (running) => running.close()));
    this.#guard.close();
  }

  async #ask(asked: Question, patience: number): Promise<Answer> {
    const shared = await started(this.#running());
    try {
      return await shared.ask(asked, patience);
    } catch (error) {
      if (!(error instanceof VerifierFailed) || error.alone) throw error;
      const apart = this.#apart.then(() => this.#askApart(asked, patience));
      this.#apart = apart.catch(() => {});
      return apart;
    }
  }

  async #askApart(asked: Question, patience: number): Promise<Answer> {
    const own = await started(this.#start());
    try {
      return await own.ask(asked, patience);
    } finally {
      await own.close();
      this.#processes.delete(own);
    }
  }

  /** The process that answers for all; another one, when the last has ended. */
  async #running(): Promise<VerifierProcess> {
    this.#shared ??= this.#startShared();
    const shared = this.#shared;
    if (!(await shared).ended) return shared;
    if (this.#shared === shared) this.#shared = this.#startShared();
    return this.#shared;
  }

  #startShared(): Promise<VerifierProcess> {
    const starting = this.#start();
    starting.catch(() => {
      if (this.#shared === starting) this.#shared = undefined;
    });
    return starting;
  }

  /** @throws {SetupFailed} when it does not do what every case builds on, or the run is over */
  async #start(): Promise<VerifierProcess> {
    if (this.#closed) throw new SetupFailed("the run is over");
    const own = new VerifierProcess(this.#options.command, this.#guard);
    this.#processes.add(own);
    const answer = await own.ask(question(seconds()), this.#startPatience);
    if (answer.verdict === "accepted") return own;
    await own.close();
    throw new SetupFailed(
      `the verifier ${answer.verdict === "refused" ? "refuses" : "does not support"} a plain HS256 token` +
        ` that nothing is wrong with${answer.reason === undefined ? "" : `: ${answer.reason}`}`,
    );
  }
}

/** @throws {SetupFailed} when it started once and does not any more */
async function started(starting: Promise<VerifierProcess>): Promise<VerifierProcess> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof VerifierFailed)) throw error;
    throw new SetupFailed(`the verifier does not start again: ${error.message}`);
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
