/**
 * RFC 6455 §5.5.2, §5.5.3: which Pong answers which Ping, and how long it took.
 *
 * "A Pong frame sent in response to a Ping frame must have identical "Application data"", so every Ping that
 * has none of its own carries a number. A peer may answer only the latest of several Pings: its Pong answers
 * those before it, too.
 */
import { writeUint32 } from "../../bytes.ts";

/** Called with milliseconds, or with undefined when the connection ended before the answer. */
export type Answered = (roundTrip: number | undefined) => void;

interface Sent {
  readonly payload: Uint8Array;
  readonly at: number;
  readonly answered: Answered | undefined;
}

/** The most Pings that are remembered; of more, the oldest count as never answered. */
const MOST = 64;

export class RoundTrips {
  /** Milliseconds that the last answered Ping took; undefined before the first. */
  latest: number | undefined;
  #sent: Sent[] = [];
  #number = 0;

  /** Notes a Ping that is being sent and returns its payload. */
  send(payload: Uint8Array | undefined, now: number, answered?: Answered): Uint8Array {
    const sent = {
      payload: payload === undefined ? this.#numbered() : Uint8Array.from(payload),
      at: now,
      answered,
    };
    this.#sent.push(sent);
    if (this.#sent.length > MOST) this.#sent.shift()?.answered?.(undefined);
    return sent.payload;
  }

  /** A Pong arrived. One that answers nothing is no fault: §5.5.3 allows it as a heartbeat. */
  receive(payload: Buffer, now: number): void {
    const at = this.#sent.findIndex((sent) => payload.equals(sent.payload));
    if (at < 0) return;
    const answered = this.#sent.splice(0, at + 1);
    this.latest = now - answered[at]!.at;
    for (const sent of answered) sent.answered?.(now - sent.at);
  }

  /** The connection is over: nothing will be answered any more. */
  end(): void {
    const left = this.#sent;
    this.#sent = [];
    for (const sent of left) sent.answered?.(undefined);
  }

  #numbered(): Uint8Array {
    const payload = new Uint8Array(4);
    writeUint32(payload, 0, this.#number++);
    return payload;
  }
}
