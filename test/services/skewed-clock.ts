/** Loaded into a process before anything else: its clock is so many milliseconds ahead, or behind. */
const skew = Number(process.env.CLOCK_SKEW);
const Exact = Date;

class Skewed extends Exact {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [Skewed.now()] : given) as [number]));
  }

  static override now(): number {
    return Exact.now() + skew;
  }
}

globalThis.Date = Skewed as DateConstructor;

export {};
