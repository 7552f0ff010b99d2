/** Moments and durations in words. */

/** "9:05", or "0:00" when it is over. */
export function countdownWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "2 hours ago", of so many seconds; "just now" for less than a minute, and for what the clocks disagree about. */
export function agoWords(seconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? [];
  if (!unit || !length) return "just now";
  return new Intl.RelativeTimeFormat("en").format(-Math.floor(seconds / length), unit);
}

/** The time of day; the day too unless it is today. Milliseconds since the epoch. */
export function momentWords(at: number, now: number = Date.now()): string {
  const [moment, today] = [new Date(at), new Date(now)];
  const isToday = moment.toDateString() === today.toDateString();
  return isToday
    ? moment.toLocaleTimeString()
    : moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
