/** A log that stays readable while a thousand entries a second go wrong in the same way. */
import type { Log, LogFields } from "../../log.ts";

/** Warnings of one kind that are passed on in one period. */
const most = 10;

/** Passes on what it is told, but of each kind of warning only the first few in a period. */
export class SparingLog implements Log {
  readonly #log: Log;
  readonly #warned = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  debug(event: string, fields?: LogFields): void {
    this.#log.debug(event, fields);
  }

  info(event: string, fields?: LogFields): void {
    this.#log.info(event, fields);
  }

  warn(event: string, fields?: LogFields): void {
    const times = (this.#warned.get(event) ?? 0) + 1;
    this.#warned.set(event, times);
    if (times <= most) this.#log.warn(event, fields);
  }

  error(event: string, fields?: LogFields): void {
    this.#log.error(event, fields);
  }

  /** A new period begins. What was kept back is counted. */
  renew(): void {
    for (const [event, times] of this.#warned) {
      if (times > most) this.#log.warn(event, { more: times - most });
    }
    this.#warned.clear();
  }
}
