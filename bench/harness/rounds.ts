/**
 * Alternating rounds: in each round every contender is measured once, so that whatever the machine does
 * besides meets them all.
 */
import { setImmediate } from "node:timers/promises";

/** Something that is compared with others. `measure` takes one sample. */
export interface Contender<Sample = number> {
  readonly name: string;
  measure(): Sample | Promise<Sample>;
}

/** The samples of each contender by its name, one a round. */
export type Samples<Sample = number> = Readonly<Record<string, readonly Sample[]>>;

/** Measures all contenders in turn, `rounds` times; another one begins each round. */
export async function alternate<Sample>(
  contenders: readonly Contender<Sample>[],
  rounds: number,
): Promise<Samples<Sample>> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, measure } of rotate(contenders, round)) {
      samples.get(name)!.push(await measure());
      await setImmediate(); // signals and messages get their turn, however busy the contenders are
    }
  }
  return Object.fromEntries(samples);
}

/** The same rounds with one figure of each sample. */
export function mapSamples<From, To>(samples: Samples<From>, value: (sample: From) => To): Samples<To> {
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, values.map(value)]));
}

function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
