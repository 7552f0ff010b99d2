import { Events } from "./events.ts";
import { type Pace, Pacer } from "./pacer.ts";
import { Alarm, type ClientSocket, type Ports } from "./ports.ts";
import type { SessionEvents, SessionState, StateEvent } from "./session-events.ts";
import { type Command, type Notice, parseNotice, subprotocol } from "./wire.ts";

/** Exponential backoff with full jitter: try `n` comes after a random part of `initial` · 2ⁿ, at most `max`. */
export interface Backoff {
  readonly initial: number;
  readonly max: number;
}

/**
 * Whether there is a login to connect with; asked before each connection.
 *
 * @param refused true when the server has closed the last one because the login was over (4401): then one that is
 *   merely there is not good enough
 * @returns false: there is none, and no use in trying again. A rejection: nobody can say now.
 */
export type Authorize = (refused: boolean) => Promise<boolean>;

/** The access token to show, asked for as {@link Authorize} is; an empty one: there is none. */
export type TokenSource = (refused: boolean) => Promise<string> | string;

/** What to show, or whether to connect without showing anything; a function is asked before each connection. */
export type Login = string | ((refused: boolean) => Promise<string | boolean> | string | boolean);

/** How a session is run; durations are milliseconds. */
export interface Settings extends Ports {
  readonly login: Login | undefined;
  /** False: a lost connection is the end. */
  readonly reconnect: object | false | undefined;
  readonly backoff: Backoff;
  readonly requestTimeout: number;
  readonly connectTimeout: number;
  readonly heartbeat: number;
  readonly pace: Pace;
}

/** The login is over. */
const loginEnded = 4401;
/** Closed for good: the login ended, we broke the rules too often, or we are on another connection by now. */
const final: readonly number[] = [loginEnded, 1008, 4409];
/** RFC 6455 §7.4.1: 1006 stands for a connection that was lost without a word. */
const abnormal = 1006;
/** The id of what the link itself shows its login with: those of others begin at 1. */
const own = 0;

/**
 * The lowest layer of a session: a connection to the server that comes back.
 *
 *     ┌─────────── retryIn is over ───────────┐
 *     ▼                                       │
 *     connecting ── welcome ──▶ online        │
 *     │    └────── lost ──▶ offline ◀── lost ─┘ (from online too)
 *     └──── close(), 4401, 1008, 4409: from any state ──▶ ended
 *
 * With a login that can be renewed, 4401 is a loss like others, but that it is tried again at once: the login may
 * have expired while the machine slept. Twice without a welcome between, or without a login, it is the end.
 *
 * A browser learns of a dead network after minutes; the heartbeat here learns it after two beats.
 */
export abstract class Link extends Events<SessionEvents> {
  state: SessionState = "connecting";
  protected readonly settings: Settings;
  readonly #url: string;
  readonly #pacer: Pacer;
  readonly #watching = new AbortController();
  #socket: ClientSocket | undefined;
  /** Counts the attempts to connect: what comes of an earlier one is nobody's. */
  #attempt = 0;
  /** Of the next thing to do about the connection: try again, give it up, ping. */
  readonly #alarm: Alarm;
  readonly #renewal: Alarm;
  readonly #calming: Alarm;
  #losses = 0;
  #onlineSince: number | undefined;
  #awaitingPong = false;
  /** Why the server says that the login is over, until it has welcomed us again. */
  #refused: string | undefined;

  constructor(url: string, settings: Settings) {
    super();
    this.settings = settings;
    this.#url = url;
    this.#alarm = new Alarm(settings);
    this.#renewal = new Alarm(settings);
    this.#calming = new Alarm(settings);
    this.#pacer = new Pacer(settings, (text) => this.#socket?.send(text));
    // Changes come in numbers. After the last: try again now, or look whether the server is still there.
    const calm = (): void => {
      if (this.state === "offline") this.#retry();
      else if (this.state === "online") this.#beat();
      this.emit("network", {});
    };
    settings.watchNetwork(() => this.#calming.set(500, calm), this.#watching.signal);
    this.#connect();
  }

  /** Ends the session for good. */
  close(): void {
    if (this.state !== "ended") this.giveUp("ended", 1000);
  }

  /** A notice has come in. */
  protected abstract received(notice: Notice): void;
  /** The state is another. */
  protected abstract changed(event: StateEvent): void;
  /** The number of the last notice that was heard in the room. */
  protected abstract ack(): number;

  /** Sends a command in its turn; to be called while online alone. */
  protected write(command: Command): void {
    this.#pacer.send(JSON.stringify(command));
  }

  /** Sends a command past all that waits. */
  protected writeNow(command: Command): void {
    this.#socket?.send(JSON.stringify(command));
  }

  /**
   * Gives a connection up without waiting for it: what should carry its close may be what failed.
   *
   * @param code to end the session with; without one, another connection is made
   */
  protected giveUp(reason: string, code?: number): void {
    const socket = this.#socket;
    this.#lose(code ?? abnormal, reason, code !== undefined);
    // A peer that closes with 1000 leaves its room; any other may come back to it.
    socket?.close(code);
  }

  #connect(): void {
    if (this.settings.login)
      this.#login(this.#refused !== undefined).then(
        this.#ifCurrent((login) => {
          if (login) this.#open(login);
          else this.#lose(loginEnded, this.#refused ?? "no login", true);
        }),
        this.#ifCurrent(() => this.#lose(abnormal, "no login")),
      );
    else this.#open();
  }

  /** What comes of an earlier attempt to connect is nobody's. */
  #ifCurrent<Of extends unknown[]>(act: (...of: Of) => void): (...of: Of) => void {
    const attempt = this.#attempt;
    return (...of) => {
      if (attempt === this.#attempt) act(...of);
    };
  }

  async #login(refused: boolean): Promise<string | boolean | undefined> {
    const { login } = this.settings;
    return typeof login === "function" ? login(refused) : login;
  }

  #open(login?: string | boolean): void {
    const socket = new this.settings.WebSocket(this.#url, subprotocol);
    this.#socket = socket;
    socket.addEventListener(
      "open",
      this.#ifCurrent(() => this.#show(login)),
    );
    socket.addEventListener(
      "message",
      this.#ifCurrent(({ data }) => this.#receive(parseNotice(data))),
    );
    socket.addEventListener(
      "close",
      this.#ifCurrent(({ code, reason }) => this.#lose(code, reason)),
    );
    // The close event says all there is to say; but without a listener `ws` makes an error an exception.
    socket.addEventListener("error", () => {});
    this.#alarm.set(this.settings.connectTimeout, () => this.giveUp("timeout"));
  }

  #show(login: string | boolean | undefined): void {
    if (typeof login === "string") this.writeNow({ type: "auth", token: login, id: own });
  }

  #receive(notice: Notice | undefined): void {
    if (!notice) return;
    this.#awaitingPong = false;
    if (notice.type === "auth" && notice.event === "accepted" && notice.id === own)
      this.#renewBefore(notice.expires_at);
    else if (this.state === "online") this.received(notice);
    else if (notice.type === "welcome") {
      this.#refused = undefined;
      this.#onlineSince = this.settings.now();
      this.#beat();
      this.received(notice);
      this.#become({ state: "online" });
    }
  }

  /** Shows a newer login before this one ends. When there is none yet, 4401 is early enough to ask again. */
  #renewBefore(expiresAt: number): void {
    const { login, wallClock } = this.settings;
    const wait = (expiresAt * 1000 - wallClock()) * 0.9;
    const show = this.#ifCurrent((shown: string | boolean | undefined) => this.#show(shown));
    // No timer can be set further ahead than 2³¹ ms.
    if (typeof login === "function" && wait > 10_000 && wait < 2 ** 31)
      this.#renewal.set(wait, () => void this.#login(false).then(show, () => {}));
  }

  #beat(): void {
    if (this.#awaitingPong) {
      this.giveUp("timeout");
      return;
    }
    this.#awaitingPong = true;
    // Behind a long queue it would be late, and the server be taken for gone.
    this.writeNow({ type: "ping", ack: this.ack() });
    this.#alarm.set(this.settings.heartbeat, () => this.#beat());
  }

  #lose(code: number, reason: string, forGood = false): void {
    const { reconnect, now, login } = this.settings;
    const mayRenew = code === loginEnded && typeof login === "function" && this.#refused === undefined;
    // From here on the socket's events are nobody's.
    this.#attempt++;
    this.#socket = undefined;
    this.#awaitingPong = false;
    this.#pacer.stop();
    this.#alarm.clear();
    this.#renewal.clear();
    if (forGood || reconnect === false || (final.includes(code) && !mayRenew)) {
      this.#watching.abort();
      this.#calming.clear();
      this.#become({ state: "ended", code, reason });
      return;
    }
    if (mayRenew) this.#refused = reason;
    // Online for a while: this loss counts as the first again. Undefined makes this NaN, which is not.
    if (now() - this.#onlineSince! >= 10_000) this.#losses = 0;
    this.#onlineSince = undefined;
    const wait = backoff(this.settings, this.#losses++);
    const retryIn = mayRenew && this.#losses === 1 ? 0 : wait;
    this.#alarm.set(retryIn, () => this.#retry());
    this.#become({ state: "offline", code, reason, retryIn });
  }

  #retry(): void {
    this.#alarm.clear();
    this.#connect();
    this.#become({ state: "connecting" });
  }

  #become(event: StateEvent): void {
    this.state = event.state;
    this.changed(event);
  }
}

/** Milliseconds to wait before try `attempt`, counted from 0. */
export function backoff({ backoff, random }: Settings, attempt: number): number {
  return random() * Math.min(backoff.max, backoff.initial * 2 ** attempt);
}
