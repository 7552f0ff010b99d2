/** When to connect, when to wait and when to give up (RFC 6455 §7.2.3): the states of a client that comes back. */
import { Attempt, type UrlSource } from "./attempt.ts";
import { Backoff } from "./backoff.ts";
import type { Settings } from "./reconnect-options.ts";
import type { HeardClose, WebSocketLike } from "./websocket-like.ts";
import { type Ended, type Next, overruled, whatNext } from "./what-next.ts";

/**
 * - `connecting`: an attempt is under way
 * - `open`: messages go both ways
 * - `waiting`: the next attempt comes after a delay
 * - `offline`: the next attempt comes when the browser has a network again
 * - `unauthorized`: the login has ended; after renewing it, call `reconnect()`
 * - `failed`: another attempt would end like the last one, or there were too many; `reconnect()` starts anew
 * - `closed`: this side called `close()`, or the server closed normally (1000)
 */
export type ReconnectState =
  | "connecting"
  | "open"
  | "waiting"
  | "offline"
  | "unauthorized"
  | "failed"
  | "closed";

/** What a {@link Reconnection} has to say. In each call it may be told to close or to reconnect. */
export interface ReconnectionSink {
  /** @param attempt reconnections in a row that it took */
  opened(reconnected: boolean, attempt: number): void;
  received(data: unknown): void;
  /** Something went wrong: whether it was the end is said by what follows. */
  complained(fault: unknown): void;
  /** @param delay milliseconds until the next attempt, if one is certain */
  closed(close: HeardClose, delay: number | undefined): void;
  /** The state is another one than was said last. */
  changed(state: ReconnectState): void;
  /** The login has ended. */
  unauthorized(): void;
}

/**
 * One connection after the other.
 *
 *           ┌─────────── the delay is over, or the network is back ──────────┐
 *           ▼                                                                │
 *     connecting ── opened ──▶ open ── lost: whatNext(close) ──┬──▶ waiting, offline
 *           │                                                  │
 *           └── failed, or took too long ──────────────────────┼──▶ unauthorized ── renewed ──▶ connecting
 *                                                              │
 *                                                              └──▶ failed, closed
 *
 *     close(): from anywhere to closed            reconnect(): from anywhere to connecting
 *
 * It settles, then it signals: when the sink hears of something, the state has changed and the timer runs.
 */
export class Reconnection {
  readonly #source: UrlSource;
  readonly #settings: Settings;
  readonly #sink: ReconnectionSink;
  readonly #backoff: Backoff;
  #state: ReconnectState = "closed";
  #announced: ReconnectState = "connecting";
  /** Counts the states that were entered: a promise made in an earlier one comes too late. */
  #turn = 0;
  /** There is one in the states `connecting` and `open`. */
  #attempt: Attempt | undefined;
  /** Calls off the timer of the present state, and its watch on the network. */
  #stopWaiting: () => void = nothing;
  /** We said close(), and wait for the socket to be closed. */
  #closing = false;
  #wasOpen = false;
  #url = "";

  constructor(source: UrlSource, settings: Settings, sink: ReconnectionSink) {
    this.#source = source;
    this.#settings = settings;
    this.#sink = sink;
    this.#backoff = new Backoff(settings.policy);
  }

  get state(): ReconnectState {
    return this.#state;
  }

  get closing(): boolean {
    return this.#closing;
  }

  get socket(): WebSocketLike | undefined {
    return this.#attempt?.socket;
  }

  /** Where the present attempt goes, or where the last one went. */
  get url(): string {
    return this.#attempt?.url || this.#url;
  }

  /** Reconnections in a row, since the last connection that lasted. */
  get attempts(): number {
    return this.#backoff.attempts(this.#settings.ports.now());
  }

  /** @throws what the socket throws on a URL that is none */
  start(): void {
    const { network } = this.#settings.ports;
    if (network?.onLine === false) this.#wait(0);
    else this.#dial();
    this.#announced = this.#state;
  }

  close(code: number, reason: string): void {
    if (this.#state === "closed") return;
    if (this.#state === "open") {
      this.#closing = true;
      this.#attempt?.socket?.close(code, reason);
      return;
    }
    // Sockets differ in when they say that an attempt was called off, Node's own from within close(): that
    // word is not waited for.
    this.#enter("closed");
    this.#announce();
  }

  reconnect(): void {
    const wasOpen = this.#state === "open";
    this.#backoff.reset();
    this.#redial();
    const delay = this.#state === "connecting" ? 0 : undefined;
    if (wasOpen) this.#sink.closed({ code: 1000, reason: "", wasClean: false }, delay);
    this.#announce();
  }

  // ── From state to state ─────────────────────────────────────────────────────────────────────────

  /** Leaves the present state, with all that was going on in it. */
  #enter(state: ReconnectState): void {
    this.#turn++;
    this.#state = state;
    this.#closing = false;
    this.#stopWaiting();
    this.#stopWaiting = nothing;
    if (state === "open") return;
    this.#url = this.url;
    this.#attempt?.drop();
    this.#attempt = undefined;
  }

  /** Says the state, unless a listener to something else has changed it, and it was said then. */
  #announce(): void {
    if (this.#announced === this.#state) return;
    this.#announced = this.#state;
    this.#sink.changed(this.#state);
  }

  /** @throws what the socket throws on a URL that is none: nothing but `failed` is left then */
  #dial(): void {
    this.#enter("connecting");
    this.#attempt = new Attempt(this.#settings, {
      opened: () => this.#open(),
      received: (data) => this.#sink.received(data),
      complained: (error) => this.#sink.complained(error),
      refused: (error) => {
        this.#enter("failed");
        this.#sink.complained(error);
        this.#announce();
      },
      ended: (ended, fault) => this.#lose(ended, fault),
    });
    try {
      this.#attempt.start(this.#source);
    } catch (error) {
      this.#enter("failed");
      throw error;
    }
  }

  #redial(): void {
    try {
      this.#dial();
    } catch (error) {
      this.#sink.complained(error);
    }
  }

  #open(): void {
    const now = this.#settings.ports.now();
    const [reconnected, attempt] = [this.#wasOpen, this.#backoff.attempts(now)];
    this.#enter("open");
    this.#wasOpen = true;
    this.#backoff.opened(now);
    this.#sink.opened(reconnected, attempt);
    this.#announce();
  }

  /** A connection ended, or an attempt failed. */
  #lose(ended: Ended, fault: unknown): void {
    this.#backoff.lost(this.#settings.ports.now());
    const delay = this.#follow(this.#decide(ended));
    if (fault !== undefined) this.#sink.complained(fault);
    this.#sink.closed(ended, delay);
    this.#announce();
    if (this.#state === "unauthorized") void this.#renew();
  }

  #decide(ended: Ended): Next {
    const { reconnects, shouldReconnect } = this.#settings;
    if (this.#closing || !reconnects) return { action: "stop", state: "closed" };
    let wanted: boolean | undefined;
    try {
      wanted = shouldReconnect?.(ended);
    } catch (error) {
      // The program's mistake, and no reason to stand still: it is reported as an unhandled rejection.
      void Promise.reject(error);
    }
    return overruled(whatNext(ended), wanted);
  }

  /** Returns the delay, if one has begun. */
  #follow(next: Next): number | undefined {
    const { now, random } = this.#settings.ports;
    if (next.action === "stop") {
      this.#enter(next.state);
      return undefined;
    }
    const delay = this.#backoff.delay(next, now(), random());
    if (delay === undefined) this.#enter("failed");
    else this.#wait(delay);
    return this.#state === "waiting" ? delay : undefined;
  }

  #wait(delay: number): void {
    const { network, after } = this.#settings.ports;
    const offline = network?.onLine === false;
    this.#enter(offline ? "offline" : "waiting");
    const stopTimer = offline ? nothing : after(delay, () => this.#resume());
    const stopWatching = network?.whenOnline(() => this.#resume()) ?? nothing;
    this.#stopWaiting = () => {
      stopTimer();
      stopWatching();
    };
  }

  /** The delay is over, or the network is back. */
  #resume(): void {
    const { network, now } = this.#settings.ports;
    const remaining = this.#backoff.remaining(now());
    if (remaining > 0 || network?.onLine === false) this.#wait(remaining);
    else this.#redial();
    this.#announce();
  }

  /** Has the login renewed. The first time we connect with it at once, then after more and more time. */
  async #renew(): Promise<void> {
    const { onUnauthorized, ports } = this.#settings;
    const turn = this.#turn;
    this.#sink.unauthorized();
    if (onUnauthorized === undefined || turn !== this.#turn) return;
    const first = this.attempts === 0;
    const delay = this.#backoff.delay({ action: "back off" }, ports.now(), ports.random());
    if (delay === undefined) return;
    try {
      await onUnauthorized();
    } catch (error) {
      if (turn === this.#turn) this.#sink.complained(error);
      return;
    }
    if (turn !== this.#turn) return;
    if (first) this.#redial();
    else this.#wait(delay);
    this.#announce();
  }
}

function nothing(): void {}
