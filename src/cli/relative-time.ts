/** Times in words: `2026-11-22 07:10:00 UTC, in 9 minutes`. All are seconds since the epoch (NumericDate). */

/** The furthest a `Date` reaches, either way, in seconds. */
const FURTHEST = 8_640_000_000_000;

/** From the largest: each with its length, and used from two of it on, so that no more than a third is lost. */
const units = [
  ["year", 31_556_952],
  ["month", 2_629_746],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** The calendar's name for `seconds`, to the second; `undefined` where the calendar ends. */
export function calendarTime(seconds: number): string | undefined {
  if (!(Math.abs(seconds) <= FURTHEST)) return undefined;
  const [day, time] = new Date(Math.floor(seconds) * 1000).toISOString().split("T");
  return `${day} ${time!.slice(0, 8)} UTC`;
}

/** How far `seconds` is from `now`: `in 9 minutes`, `3 hours ago`, `now`. */
export function relativeTime(seconds: number, now: number): string {
  const away = Math.trunc(seconds - now);
  // A fraction of a second still says on which side it lies, and that decides about a token.
  if (away === 0) return seconds > now ? "in less than a second" : "now";
  const span = duration(Math.abs(away));
  return away > 0 ? `in ${span}` : `${span} ago`;
}

/** `seconds` in the largest unit of which there are two: `90 seconds`, `8 hours`. */
export function duration(seconds: number): string {
  const [unit, length] = units.find(([, length]) => seconds >= 2 * length) ?? (["second", 1] as const);
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** Both: the calendar's name and the distance. */
export function describeTime(seconds: number, now: number): string {
  const name = calendarTime(seconds);
  return name === undefined ? "beyond the calendar" : `${name}, ${relativeTime(seconds, now)}`;
}
