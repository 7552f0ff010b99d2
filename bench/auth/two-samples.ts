/**
 * Whether two samples come from the same distribution. The times of a server are neither normal nor free of
 * outliers, so everything here goes by ranks. Pure: chance comes in as a function.
 */
import { median } from "../harness/statistics.ts";

/** The test of Mann and Whitney (1947), two-sided. */
export interface RankTest {
  /**
   * How often a value drawn from the first is greater than one from the second, ties counted as half: 0.5 when
   * nothing tells them apart. (It is U divided by the number of pairs, and the area under the ROC curve.)
   */
  readonly superiority: number;
  /** How likely so great a difference is, one way or the other, where there is none. */
  readonly p: number;
}

/**
 * With the normal approximation, its corrections for ties and for continuity: good from some 20 values each.
 *
 * @throws {RangeError} when one has no values
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) throw new RangeError("nothing to compare");
  const { rankSum, ties } = rank(first, second);
  const u = rankSum - (n * (n + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return { superiority: u / (n * m), p: variance === 0 ? 1 : twoSided(distance / Math.sqrt(variance)) };
}

/** The sum of the ranks of `first` in both together, equal values sharing theirs, and Σ(t³ − t) over all ties. */
function rank(first: readonly number[], second: readonly number[]): { rankSum: number; ties: number } {
  const all = [
    ...first.map((value) => ({ value, mine: 1 })),
    ...second.map((value) => ({ value, mine: 0 })),
  ].sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    let mine = 0;
    while (end < all.length && all[end]!.value === all[start]!.value) mine += all[end++]!.mine;
    const equal = end - start;
    rankSum += mine * ((start + 1 + end) / 2);
    ties += equal ** 3 - equal;
    start = end;
  }
  return { rankSum, ties };
}

/** How likely a standard normal value is as far from zero as `z`, or farther. */
function twoSided(z: number): number {
  // erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, all terms positive. Beyond 8 nothing is left of it.
  const x = z / Math.SQRT2;
  if (x > 8) return 0;
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return Math.max(0, 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum);
}

/** How far apart two medians are, and between which bounds the difference lies with 95 % confidence. */
export interface MedianDifference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The median of `first` less that of `second`, with an interval by bootstrap (Efron 1979, by percentiles). The
 * values were taken in pairs, and pairs are drawn again: what slowed the machine down slowed both.
 *
 * @param random numbers from 0 to below 1
 * @throws {RangeError} when they are not pairs
 */
export function medianDifference(
  first: readonly number[],
  second: readonly number[],
  random: () => number,
): MedianDifference {
  const size = first.length;
  if (size === 0 || second.length !== size) throw new RangeError("the values are not in pairs");
  const a = new Float64Array(size);
  const b = new Float64Array(size);
  const differences: number[] = [];
  for (let draw = 0; draw < RESAMPLES; draw++) {
    for (let i = 0; i < size; i++) {
      const pair = Math.floor(random() * size);
      a[i] = first[pair]!;
      b[i] = second[pair]!;
    }
    differences.push(middleOf(a) - middleOf(b));
  }
  differences.sort((x, y) => x - y);
  const cut = Math.floor(RESAMPLES * 0.025);
  return {
    difference: median(first) - median(second),
    low: differences[cut]!,
    high: differences[RESAMPLES - 1 - cut]!,
  };
}

/** Enough for bounds with two digits. */
const RESAMPLES = 1_000;

/** Sorts `values` in place: typed arrays do that by number, and fast. */
function middleOf(values: Float64Array): number {
  values.sort();
  const upper = values.length >>> 1;
  return values.length % 2 === 1 ? values[upper]! : (values[upper - 1]! + values[upper]!) / 2;
}
