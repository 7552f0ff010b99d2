/**
 * Every order in which the steps of several callers of a store can follow one another.
 *
 * A {@link Gate} holds every call of a store back until it is let through; one at a time is, and then everybody runs
 * on until all wait at the gate again. Which of the waiting ones goes first is a choice. A schedule is a list of
 * choices, and {@link everySchedule} plays them all, depth first: each from the beginning, as far as the one before
 * with its last choice that can be raised raised by one.
 *
 * What is between two steps of a store is synchronous, or else promises that are kept at once. So what a schedule
 * does is the same each time it is played.
 */
import type { AuthStore } from "../../src/auth/index.ts";

/** The most schedules that are worth playing: above it, the scenario is too large, and the test fails. */
const mostSchedules = 100_000;

interface Choice {
  taken: number;
  /** How many there were. */
  readonly of: number;
}

interface Waiting {
  readonly name: string;
  readonly pass: () => void;
}

/** Where the calls of one schedule wait for their turn. */
export class Gate {
  /** The calls that were let through, by name, in order. */
  readonly steps: string[] = [];
  readonly choices: Choice[] = [];
  readonly #given: readonly number[];
  readonly #waiting: Waiting[] = [];
  #closed = false;

  /** @param given the first choices; from then on, whoever waits longest goes first */
  constructor(given: readonly number[]) {
    this.#given = given;
  }

  /** A store whose calls wait here, each twice with `answersWait`: once to be done, and once to be answered. */
  guard(store: AuthStore, { answersWait = false }: { readonly answersWait?: boolean } = {}): AuthStore {
    return new Proxy(store, {
      get: (_target, name: keyof AuthStore & string) => {
        const method = store[name] as unknown as (...given: unknown[]) => Promise<unknown>;
        return async (...given: unknown[]): Promise<unknown> => {
          await this.#wait(name);
          const answer = await method.apply(store, given);
          if (answersWait) await this.#wait(`answer of ${name}`);
          return answer;
        };
      },
    });
  }

  /** Closes the gate, starts the callers, and lets one call after the other through until all have settled. */
  async run(callers: readonly (() => Promise<unknown>)[]): Promise<readonly PromiseSettledResult<unknown>[]> {
    this.#closed = true;
    let settled = 0;
    const outcomes = Promise.allSettled(callers.map((call) => call().finally(() => (settled += 1))));
    await quiet();
    while (this.#waiting.length > 0) {
      this.#letThrough();
      await quiet();
    }
    if (settled < callers.length) throw new Error(`deadlock after ${this.steps.join(", ")}`);
    this.#closed = false;
    return outcomes;
  }

  #letThrough(): void {
    const of = this.#waiting.length;
    const taken = this.#given[this.choices.length] ?? 0;
    this.choices.push({ taken, of });
    const [next] = this.#waiting.splice(taken, 1);
    if (next === undefined) throw new Error("a schedule went another way the second time it was played");
    this.steps.push(next.name);
    next.pass();
  }

  #wait(name: string): Promise<void> {
    if (!this.#closed) return Promise.resolve();
    return new Promise((pass) => this.#waiting.push({ name, pass }));
  }
}

/** Until everybody waits for something else than a promise that is kept already. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Plays every schedule of a scenario, and gives their number. `play` gets a new gate for each, and checks the end. */
export async function everySchedule(play: (gate: Gate) => Promise<void>): Promise<number> {
  let given: readonly number[] | undefined = [];
  for (let schedules = 0; schedules < mostSchedules; schedules += 1) {
    if (given === undefined) return schedules;
    const gate: Gate = new Gate(given);
    try {
      await play(gate);
    } catch (error) {
      throw new Error(`after ${gate.steps.join(", ")}`, { cause: error });
    }
    given = following(gate.choices);
  }
  throw new Error(`there are more than ${mostSchedules} schedules`);
}

function following(choices: readonly Choice[]): readonly number[] | undefined {
  const last = choices.findLastIndex(({ taken, of }) => taken + 1 < of);
  if (last < 0) return undefined;
  return choices.slice(0, last + 1).map(({ taken }, i) => (i === last ? taken + 1 : taken));
}
