/** Durations and moments as people write them on a command line. */

const secondsIn = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** What {@link parseDuration} reads, in words. */
export const DURATION: string = "a number of seconds, or one with a unit: 90s, 15m, 8h, 30d";
/** What {@link parseMoment} reads, in words. */
export const MOMENT: string = "seconds since the epoch, or a time such as 2026-11-22T07:10:00Z";

/** Seconds; `undefined` when `text` is not {@link DURATION}. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = "s"] = /^(\d{1,10})([smhd])?$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * secondsIn[unit as keyof typeof secondsIn];
}

/** A day, or a time with its zone, spelt as in ISO 8601 or as we print it. */
const moment = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z| UTC|[+-]\d\d:\d\d))?$/;

/** Seconds since the epoch; `undefined` when `text` is not {@link MOMENT}. */
export function parseMoment(text: string): number | undefined {
  if (/^\d{1,12}(?:\.\d{1,6})?$/.test(text)) return Number(text);
  if (!moment.test(text)) return undefined;
  const milliseconds = Date.parse(text.replace(" UTC", "Z").replace(" ", "T"));
  return Number.isNaN(milliseconds) || !isDay(text.slice(0, 10)) ? undefined : milliseconds / 1000;
}

/** Date.parse lets the 31st of February pass for a day in March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
