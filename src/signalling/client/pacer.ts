import type { Ports, Timer } from "./ports.ts";

/** How fast to send: `perSecond` steadily, `burst` at once, and how many messages may wait their turn. */
export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
  readonly waiting: number;
}

/**
 * Sends in order and no faster than the server allows.
 *
 * Joining a call of sixteen means some hundreds of candidates within a second, more than the server's budget
 * for one peer. The server would refuse the rest; this lets them wait.
 */
export class Pacer {
  readonly #pace: Pace;
  readonly #ports: Ports;
  readonly #write: (text: string) => void;
  #waiting: string[] = [];
  #tokens: number;
  #countedAt: number;
  #timer: Timer | undefined;

  constructor(pace: Pace, ports: Ports, write: (text: string) => void) {
    this.#pace = pace;
    this.#ports = ports;
    this.#write = write;
    this.#tokens = pace.burst;
    this.#countedAt = ports.now();
  }

  /** Writes now or later; false when too much is waiting already and the text was not taken. */
  send(text: string): boolean {
    if (this.#waiting.length >= this.#pace.waiting) return false;
    this.#waiting.push(text);
    this.#flush();
    return true;
  }

  /** Forgets what waits. */
  stop(): void {
    this.#waiting = [];
    this.#ports.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flush(): void {
    if (this.#timer !== undefined) return;
    const { perSecond, burst } = this.#pace;
    const now = this.#ports.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#countedAt) * perSecond) / 1000);
    this.#countedAt = now;
    const sent = this.#waiting.splice(0, Math.floor(this.#tokens));
    this.#tokens -= sent.length;
    for (const text of sent) this.#write(text);
    if (this.#waiting.length === 0) return;
    this.#timer = this.#ports.setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, 1000 / perSecond);
  }
}
