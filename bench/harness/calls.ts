/** Compares calls inside this process by the CPU time they take. */
import type { Settings } from "./bench.ts";
import { alternate, type Contender, type Samples } from "./rounds.ts";

/** A call to be measured. */
export interface Call {
  readonly name: string;
  /**
   * Makes the call so many times. The loop is the contender's own, so that the harness adds nothing to it;
   * what it returns is kept, so that nothing can be optimised away.
   */
  run(times: number): unknown;
}

/** What the last run returned. Exported so that the optimiser must believe somebody reads it. */
export let kept: unknown;

/** Measures calls in alternating rounds: CPU microseconds for one call. */
export async function compareCalls(calls: readonly Call[], settings: Settings): Promise<Samples> {
  const contenders: Contender[] = [];
  for (const call of calls) {
    const times = await warmUp(call, settings);
    contenders.push({
      name: call.name,
      measure: async () => (await cpuOf(call, times)) / times,
    });
  }
  return alternate(contenders, settings.callRounds);
}

/** Runs the call until it is hot; returns how many times it goes into one sample. */
async function warmUp(call: Call, settings: Settings): Promise<number> {
  let times = 1;
  for (let burnt = 0; ; ) {
    const cpu = await cpuOf(call, times);
    burnt += cpu;
    if (cpu < settings.callWindow * 500) times *= 2;
    else if (burnt >= settings.callWarmUp * 1_000) {
      return Math.max(1, Math.round((times * settings.callWindow * 1_000) / cpu));
    }
  }
}

async function cpuOf(call: Call, times: number): Promise<number> {
  const before = process.cpuUsage();
  kept = await call.run(times);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
