import type { Pace } from "./pacer.ts";
import { Pacer } from "./pacer.ts";
import type { ClientSocket, Ports, Timer } from "./ports.ts";
import { type Command, type Notice, parseNotice, subprotocol } from "./wire.ts";

/** `connecting`: a socket is being opened. `offline`: waiting for the next try. `ended`: there will be none. */
export type SessionState = "connecting" | "online" | "offline" | "ended";

/** How a link changed. `code` and `reason` are those of RFC 6455 §7.1.5 and §7.1.6. */
export type StateEvent =
  | { readonly state: "connecting" | "online" }
  | {
      readonly state: "offline";
      readonly code: number;
      readonly reason: string;
      /** Milliseconds until the next try. */
      readonly retryIn: number;
    }
  | { readonly state: "ended"; readonly code: number; readonly reason: string };

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

/** Durations are milliseconds. */
export interface LinkOptions {
  readonly authorize?: Authorize | undefined;
  /** False: a lost connection is the end. */
  readonly reconnect: Backoff | false;
  /** How long the server may take from the first packet to its welcome. */
  readonly connectTimeout: number;
  /** How often to ping; a server that is silent for two of these is taken for gone. */
  readonly heartbeat: number;
  readonly pace: Pace;
}

/** Who listens to a {@link Link}. */
export interface LinkSink {
  received(notice: Notice): void;
  changed(event: StateEvent): void;
}

/** The login is over. */
const loginEnded = 4401;
/** Closed for good: the login ended, or we broke the rules too often (1008). */
const final: readonly number[] = [loginEnded, 1008];
const normal = 1000;
/** RFC 6455 §7.4.1: 1006 stands for a connection that was lost without a word. */
const abnormal = 1006;
/** How long to have been online before the next loss counts as the first again. */
const steady = 10_000;

/**
 * A connection to the server that comes back.
 *
 *     ┌─────────── retryIn is over ───────────┐
 *     ▼                                       │
 *     connecting ── welcome ──▶ online        │
 *     │    └────── lost ──▶ offline ◀── lost ─┘ (from online too)
 *     └──── close(), 4401, 1008: from any state ──▶ ended
 *
 * With `authorize`, 4401 is a loss like others, but that it is tried again at once: the login may have expired
 * while the machine slept. Twice without a welcome between, or refused by `authorize`, it is the end.
 *
 * A browser learns of a dead network after minutes; the heartbeat here learns it after two beats.
 */
export class Link {
  readonly #url: string;
  readonly #options: LinkOptions;
  readonly #ports: Ports;
  readonly #sink: LinkSink;
  readonly #pacer: Pacer;
  #state: SessionState = "connecting";
  #socket: ClientSocket | undefined;
  #timer: Timer | undefined;
  #attempts = 0;
  #onlineSince = Number.POSITIVE_INFINITY;
  #awaitingPong = false;
  /** Why the server says that the login is over, until it has welcomed us again. */
  #refused: string | undefined;
  /** Which answer of `authorize` is awaited: an earlier one means nothing. */
  #attempt: object | undefined;

  constructor(url: string, options: LinkOptions, ports: Ports, sink: LinkSink) {
    this.#url = url;
    this.#options = options;
    this.#ports = ports;
    this.#sink = sink;
    this.#pacer = new Pacer(options.pace, ports, (text) => this.#socket?.send(text));
    this.#connect();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** False when the command was not taken: not online, or too many wait. */
  send(command: Command): boolean {
    return this.#state === "online" && this.#pacer.send(JSON.stringify(command));
  }

  close(): void {
    if (this.#state === "ended") return;
    const socket = this.#letGo();
    this.#end(normal, "closed by this side");
    socket?.close(normal);
  }

  #connect(): void {
    const { authorize } = this.#options;
    if (authorize === undefined) {
      this.#open();
      return;
    }
    const attempt = {};
    this.#attempt = attempt;
    authorize(this.#refused !== undefined).then(
      (authorized) => {
        if (attempt !== this.#attempt) return;
        if (authorized) this.#open();
        else this.#end(loginEnded, this.#refused ?? "there is no login");
      },
      () => {
        if (attempt === this.#attempt) this.#lose(abnormal, "nobody can say whether there is a login");
      },
    );
  }

  #open(): void {
    const socket = new this.#ports.WebSocket(this.#url, subprotocol);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#receive(data);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (socket === this.#socket) this.#lose(code, reason);
    });
    // The close event says all there is to say; but without a listener `ws` makes an error an exception.
    socket.addEventListener("error", () => {});
    this.#timer = this.#ports.setTimeout(
      () => this.#drop("the server did not answer"),
      this.#options.connectTimeout,
    );
  }

  #receive(data: unknown): void {
    const notice = parseNotice(data);
    if (notice === undefined) return;
    this.#awaitingPong = false;
    if (this.#state === "connecting") {
      if (notice.type !== "welcome") return;
      this.#welcome(notice);
    } else if (notice.type !== "pong") this.#sink.received(notice);
  }

  #welcome(notice: Notice): void {
    this.#ports.clearTimeout(this.#timer);
    this.#state = "online";
    this.#refused = undefined;
    this.#onlineSince = this.#ports.now();
    this.#beat();
    this.#sink.received(notice);
    this.#sink.changed({ state: "online" });
  }

  #beat(): void {
    this.#timer = this.#ports.setTimeout(() => {
      if (this.#awaitingPong) {
        this.#drop("the server is silent");
        return;
      }
      this.#awaitingPong = true;
      // Past the pacer: behind a long queue it would be late, and the server be taken for gone.
      this.#socket?.send(JSON.stringify({ type: "ping" } satisfies Command));
      this.#beat();
    }, this.#options.heartbeat);
  }

  /** Gives up a socket without waiting for it: the network that should carry its close is what failed. */
  #drop(reason: string): void {
    const socket = this.#socket;
    this.#lose(abnormal, reason);
    socket?.close();
  }

  #lose(code: number, reason: string): void {
    this.#letGo();
    const { reconnect, authorize } = this.#options;
    const mayRenew = code === loginEnded && authorize !== undefined && this.#refused === undefined;
    if (reconnect === false || (final.includes(code) && !mayRenew)) {
      this.#end(code, reason);
      return;
    }
    if (mayRenew) this.#refused = reason;
    if (this.#ports.now() - this.#onlineSince >= steady) this.#attempts = 0;
    this.#onlineSince = Number.POSITIVE_INFINITY;
    const wait = backoff(reconnect, this.#attempts++, this.#ports.random());
    const retryIn = mayRenew && this.#attempts === 1 ? 0 : wait;
    this.#state = "offline";
    this.#timer = this.#ports.setTimeout(() => this.#retry(), retryIn);
    this.#sink.changed({ state: "offline", code, reason, retryIn });
  }

  #retry(): void {
    this.#state = "connecting";
    this.#connect();
    this.#sink.changed({ state: "connecting" });
  }

  /** From here on the socket's events are nobody's. */
  #letGo(): ClientSocket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#attempt = undefined;
    this.#ports.clearTimeout(this.#timer);
    this.#pacer.stop();
    this.#awaitingPong = false;
    return socket;
  }

  #end(code: number, reason: string): void {
    this.#state = "ended";
    this.#sink.changed({ state: "ended", code, reason });
  }
}

/** Milliseconds to wait before try `attempt`, counted from 0. */
export function backoff({ initial, max }: Backoff, attempt: number, random: number): number {
  return random * Math.min(max, initial * 2 ** attempt);
}
