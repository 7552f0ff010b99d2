/**
 * RFC 8489 §6.2.1 and §6.2.2: when a request is sent again, and when its sender gives up.
 *
 *     RTO = 500 ms, Rc = 7, Rm = 16:
 *
 *     0   500    1500        3500            7500 …           31500             39500
 *     ●────●──────●───────────●────────────────●──── … ────────●─────────────────✕
 *      RTO   2·RTO    4·RTO         8·RTO                          Rm·RTO
 */

/** How patient a client is; the defaults are those of RFC 8489. */
export interface RetransmissionOptions {
  /** Milliseconds until a request is sent again over UDP, and doubled each time; 500 by default. */
  readonly rto?: number | undefined;
  /** Requests sent in all over UDP; 7 by default. */
  readonly rc?: number | undefined;
  /** How many times `rto` is waited after the last of them; 16 by default. */
  readonly rm?: number | undefined;
  /** Milliseconds for it all over TCP, which sends nothing twice; 39,500 by default. */
  readonly ti?: number | undefined;
}

/** A schedule with every number in place. */
export interface Schedule {
  readonly rto: number;
  readonly rc: number;
  readonly rm: number;
}

/** @throws {RangeError} when a number is not positive, or `rc` not whole */
export function scheduleOf(transport: "udp" | "tcp", options: RetransmissionOptions): Schedule {
  const { rto = 500, rc = 7, rm = 16, ti = 39_500 } = options;
  for (const [name, value] of Object.entries({ rto, rc, rm, ti })) {
    if (!(value > 0)) throw new RangeError(`${name} must be more than 0`);
  }
  if (!Number.isInteger(rc)) throw new RangeError("rc must be a whole number");
  return transport === "udp" ? { rto, rc, rm } : { rto: ti, rc: 1, rm: 1 };
}

/** Says when; what is sent is the caller's. */
export class Retransmission {
  readonly #schedule: Schedule;
  #sent = 0;
  #nextTimeout = Number.POSITIVE_INFINITY;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /** How many requests have been sent. */
  get sent(): number {
    return this.#sent;
  }

  /** When to call {@link handleTimeout}; Infinity before {@link start}. */
  get nextTimeout(): number {
    return this.#nextTimeout;
  }

  /** The first request is sent now. */
  start(now: number): void {
    this.#send(now);
  }

  /** Whether to send again; if not, the transaction has failed. */
  handleTimeout(now: number): "send" | "give-up" {
    if (this.#sent >= this.#schedule.rc) return "give-up";
    this.#send(now);
    return "send";
  }

  #send(now: number): void {
    const { rto, rc, rm } = this.#schedule;
    this.#sent++;
    // RFC 8489 §6.2.1: "starting with an interval of RTO …, doubling after each retransmission", and after the last
    // request "a duration equal to Rm times the RTO".
    this.#nextTimeout = now + rto * (this.#sent < rc ? 2 ** (this.#sent - 1) : rm);
  }
}
