/**
 * Structured logging: an event's name and flat fields, one JSON object a line.
 *
 * Fields name what happened and to whom, never secrets: no token, password, key or message body.
 */

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Flat values only, so that a line stays one line and building it costs no traversal. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the parts of a server report what they do. An implementation never throws. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** The levels from the most to the least talkative. */
export const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

function ignore(): void {}

/** Discards everything; the default wherever a {@link Log} is optional. */
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * A {@link Log} that writes one line of JSON an event: `{"time":…,"level":…,"event":…, …fields}`.
 * Below `level` nothing is built.
 *
 * @param write takes one line, its line feed included
 * @param now milliseconds since the epoch
 */
export function jsonLog(write: (line: string) => void, level: LogLevel, now: () => number): Log {
  const line =
    (lineLevel: LogLevel) =>
    (event: string, fields?: LogFields): void => {
      const time = new Date(now()).toISOString();
      write(`${JSON.stringify({ time, level: lineLevel, event, ...fields })}\n`);
    };
  const from = logLevels.indexOf(level);
  const at = (lineLevel: LogLevel): Log["info"] =>
    logLevels.indexOf(lineLevel) < from ? ignore : line(lineLevel);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
