/**
 * When to ask a silent peer whether it lives (RFC 6455 §5.5.2: a Ping "may serve either as a keepalive or
 * as a means to verify that the remote endpoint is still responsive"), and when to take it for dead.
 */
import { readUint32 } from "../../bytes.ts";

export interface HeartbeatOptions {
  /** Milliseconds between two Pings; Infinity for none. Default 30 s, each up to a tenth earlier. */
  readonly heartbeatInterval: number;
  /** Pings in a row after which nothing was heard, and the peer counts as dead. Default 2. */
  readonly heartbeatMisses: number;
  /** Fills a buffer with unpredictable bytes. */
  readonly random: (bytes: Buffer) => void;
}

const DEAF_PATIENCE = 10;

export class Heartbeat {
  /** When the next Ping is due; Infinity: never. */
  due: number = Number.POSITIVE_INFINITY;
  /**
   * Whether we read what the peer sends. While we do not, silence proves little: a slow reader gets
   * {@link DEAF_PATIENCE} times as long to take what makes us wait.
   */
  listening = true;
  /** Whether the application wants to hear anything: else the silence is ours, and proves nothing. */
  wanted = true;
  readonly #options: HeartbeatOptions;
  #unanswered = 0;

  constructor(options: HeartbeatOptions, now: number) {
    this.#options = options;
    this.#schedule(now);
  }

  /** Something arrived, whatever it was: the peer lives. */
  heard(): void {
    this.#unanswered = 0;
  }

  /** A Ping is due. Returns false when the peer is dead, and else expects one to be sent. */
  beat(now: number): boolean {
    const { heartbeatMisses } = this.#options;
    if (this.#unanswered >= (this.listening ? heartbeatMisses : heartbeatMisses * DEAF_PATIENCE))
      return false;
    if (this.wanted) this.#unanswered++;
    else this.#unanswered = 0;
    this.#schedule(now);
    return true;
  }

  stop(): void {
    this.due = Number.POSITIVE_INFINITY;
  }

  /** Up to a tenth early, so that connections opened together do not ping together for ever. */
  #schedule(now: number): void {
    const { heartbeatInterval, random } = this.#options;
    if (heartbeatInterval === Number.POSITIVE_INFINITY) return;
    const bytes = Buffer.allocUnsafe(4);
    random(bytes);
    this.due = now + heartbeatInterval * (1 - readUint32(bytes, 0) / 2 ** 32 / 10);
  }
}
