/** Time limits that may be Infinity, which `setTimeout` would take for one millisecond. */

/** The longest delay that `setTimeout` keeps, in milliseconds: 24.8 days. */
const LONGEST = 2 ** 31 - 1;

/** Calls `expired` after `ms` milliseconds, never when that is Infinity. Returns what calls it off. */
export function startTimer(ms: number, expired: () => void): () => void {
  if (ms === Number.POSITIVE_INFINITY) return () => {};
  const timer = setTimeout(expired, Math.min(ms, LONGEST)).unref();
  return () => clearTimeout(timer);
}
