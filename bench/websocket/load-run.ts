/**
 * One run of a load: it begins with the first messages and ends when the last answer is there, and the event
 * loop does not sleep in between: waking the client would be a cost of the server's sends.
 */

/** What happened under load. */
export interface Run {
  /** Answers, deliveries, handshakes: what the server is charged for. */
  readonly operations: number;
  /** How often the client read from a socket: `operations / reads` came together. */
  readonly reads: number;
}

/** How long answers may fail to come before something is wrong, in milliseconds. */
const PATIENCE = 20_000;

export class LoadRun implements Run {
  operations = 0;
  reads = 0;
  /** Whether more is to follow what was answered. */
  sendsOn = true;
  #outstanding = 0;
  #finish!: () => void;
  #fail!: (error: Error) => void;
  readonly #finished = new Promise<void>((resolve, reject) => {
    this.#finish = resolve;
    this.#fail = reject;
  });

  constructor() {
    this.#finished.catch(() => {}); // until `complete` looks
  }

  /** How many answers are still to come. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** So many answers more are to come. */
  expect(answers: number): void {
    this.#outstanding += answers;
  }

  /** One read brought so many answers. Call `settle` after what follows them. */
  answered(answers: number): void {
    this.reads++;
    this.operations += answers;
    this.#outstanding -= answers;
  }

  /** Ends the run if nothing is left to come. */
  settle(): void {
    if (this.#outstanding === 0) this.#finish();
  }

  fail(error: Error): void {
    this.#fail(error);
  }

  /** Goes on for `duration` milliseconds from now, and then until all answers have come. */
  async complete(duration: number, patience: number = PATIENCE): Promise<Run> {
    const end = setTimeout(() => {
      this.sendsOn = false;
    }, duration);
    const giveUp = setTimeout(() => {
      this.fail(new Error(`${this.#outstanding} answers did not come`));
    }, duration + patience);
    const spin = startSpinning();
    try {
      await this.#finished;
    } finally {
      clearTimeout(end);
      clearTimeout(giveUp);
      spin.stop();
    }
    return { operations: this.operations, reads: this.reads };
  }
}

/** Keeps the event loop from waiting in the kernel. */
function startSpinning(): { stop(): void } {
  let immediate = setImmediate(function again() {
    immediate = setImmediate(again);
  });
  return { stop: () => clearImmediate(immediate) };
}
