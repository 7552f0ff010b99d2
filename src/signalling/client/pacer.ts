import { Alarm, type Ports } from "./ports.ts";

/** How fast to send: `perSecond` steadily, `burst` at once. */
export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
  /** How many commands may wait: for their turn, or to be acknowledged. */
  readonly waiting: number;
}

/**
 * Sends in order and no faster than the server allows.
 *
 * Joining a call of sixteen means some hundreds of candidates within a second, more than the server's budget
 * for one peer. The server would refuse the rest; this lets them wait.
 */
export class Pacer {
  readonly #settings: Ports & { readonly pace: Pace };
  readonly #write: (text: string) => void;
  readonly #alarm: Alarm;
  #waiting: string[] = [];
  /** When as much may be sent at once as ever. */
  #rested = 0;

  constructor(settings: Ports & { readonly pace: Pace }, write: (text: string) => void) {
    this.#settings = settings;
    this.#write = write;
    this.#alarm = new Alarm(settings);
  }

  /** Writes now or later. */
  send(text: string): void {
    if (this.#waiting.push(text) === 1) this.#flush();
  }

  /** Forgets what waits. */
  stop(): void {
    this.#waiting = [];
    this.#alarm.clear();
  }

  #flush(): void {
    const { pace, now } = this.#settings;
    const each = 1000 / pace.perSecond;
    this.#rested = Math.max(this.#rested, now());
    while (this.#waiting.length && this.#rested - now() <= (pace.burst - 1) * each) {
      this.#rested += each;
      this.#write(this.#waiting.shift()!);
    }
    if (this.#waiting.length) this.#alarm.set(each, () => this.#flush());
  }
}
