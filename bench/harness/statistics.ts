/**
 * What a benchmark makes of its samples. The figures of a shared machine drift, so nothing here is a mean.
 */

/** The middle value, or the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted.length >>> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
}

/** The least value. NaN of nothing. */
export function minimum(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : Math.min(...values);
}

/** The least value that is not exceeded by this share of all: 0.99 for the 99th percentile. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** How two contenders compare: the middle, the least and the greatest of the rounds' ratios. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/**
 * Divides round by round, and only then takes the median: what slowed the machine down in one round slowed
 * both, and leaves the ratio of that round alone.
 *
 * @throws {RangeError} when the two were not measured in the same rounds
 */
export function ratioOf(dividends: readonly number[], divisors: readonly number[]): Ratio {
  if (dividends.length !== divisors.length || dividends.length === 0) {
    throw new RangeError(`${dividends.length} samples cannot be compared with ${divisors.length}`);
  }
  const ratios = dividends.map((dividend, round) => dividend / divisors[round]!);
  return { median: median(ratios), least: minimum(ratios), greatest: Math.max(...ratios) };
}
