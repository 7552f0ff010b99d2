/** Keeps lanes busy: what is said next on one is said when all of it has been heard. */
import { LoadRun, type Run } from "../websocket/load-run.ts";
import type { Lane } from "./lane.ts";
import type { Member } from "./member.ts";

export interface LaneLoadOptions {
  readonly lanes: readonly Lane[];
  /** All clients, so that they can be closed. */
  readonly members: readonly Member[];
  /** How much is said at once on each lane. */
  readonly deep: number;
  /** How long something may fail to be heard, in milliseconds; default 20 s. */
  readonly patience?: number | undefined;
}

export class LaneLoad {
  readonly #options: LaneLoadOptions;
  #run = new LoadRun();
  #failure: Error | undefined;

  constructor(options: LaneLoadOptions) {
    this.#options = options;
    for (const lane of options.lanes) lane.heard = () => this.#heard(lane);
    for (const member of options.members) {
      member.failed = (error) => {
        this.#failure = error;
        this.#run.fail(error);
      };
    }
  }

  /** Goes on for `duration` milliseconds, and until all is heard. Its operations are how often something was. */
  async run(duration: number): Promise<Run> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#run = new LoadRun();
    for (const lane of this.#options.lanes) this.#say(lane);
    return this.#run.complete(duration, this.#options.patience);
  }

  /** Milliseconds that each message takes, of one lane alone and one at a time, for so long. */
  async times(lane: Lane, duration: number): Promise<readonly number[]> {
    if (this.#failure !== undefined) throw this.#failure;
    const run = new LoadRun();
    this.#run = run;
    const times: number[] = [];
    let saidAt = performance.now();
    const heard = lane.heard;
    lane.heard = () => {
      times.push(performance.now() - saidAt);
      run.answered(1);
      saidAt = performance.now();
      if (run.sendsOn) run.expect(lane.say(1));
      run.settle();
    };
    run.expect(lane.say(1));
    await run.complete(duration, this.#options.patience);
    lane.heard = heard;
    return times;
  }

  close(): void {
    for (const member of this.#options.members) member.close();
  }

  #heard(lane: Lane): void {
    this.#run.answered(1);
    if (lane.outstanding === 0 && this.#run.sendsOn) this.#say(lane);
    this.#run.settle();
  }

  #say(lane: Lane): void {
    this.#run.expect(lane.say(this.#options.deep));
  }
}
