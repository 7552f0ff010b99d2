/** One attempt to connect, and the connection that it may become. */
import type { Settings } from "./reconnect-options.ts";
import { errorOf, listen, statusOf, type WebSocketLike } from "./websocket-like.ts";
import type { Ended } from "./what-next.ts";

/** Where to connect to; a function is asked before each attempt, for example for a URL with a fresh ticket. */
export type UrlSource = string | URL | UrlFinder;
type UrlFinder = () => string | URL | Promise<string | URL>;

export interface AttemptSink {
  opened(): void;
  received(data: unknown): void;
  /** Something went wrong; the end follows. */
  complained(error: Error): void;
  /** The socket cannot be made of this URL, now or later. */
  refused(error: unknown): void;
  /** @param fault what went wrong, where nobody has complained yet */
  ended(ended: Ended, fault?: unknown): void;
}

/** RFC 6455 §7.1.5: no Close frame was received, since nothing was. */
const NEVER_OPENED: Ended = { code: 1006, reason: "", wasClean: false };

/** A `readyState`. */
const CONNECTING = 0;

/**
 * It ends once, with a word to its sink. Dropped, it ends without a word, and whatever its socket or the
 * URL's finder say later is nobody's.
 */
export class Attempt {
  readonly #settings: Settings;
  readonly #sink: AttemptSink;
  readonly #stopTimer: () => void;
  #stopListening: () => void = () => {};
  #socket: WebSocketLike | undefined;
  #url = "";
  #status: number | undefined;
  #over = false;

  /** Its time runs from now on. */
  constructor(settings: Settings, sink: AttemptSink) {
    this.#settings = settings;
    this.#sink = sink;
    const { connectTimeout } = settings.policy;
    const expired = (): void => this.#end(NEVER_OPENED, new Error(`no connection in ${connectTimeout} ms`));
    const limited = connectTimeout < Number.POSITIVE_INFINITY;
    this.#stopTimer = limited ? settings.ports.after(connectTimeout, expired) : () => {};
  }

  /** Undefined until the URL is found. */
  get socket(): WebSocketLike | undefined {
    return this.#socket;
  }

  /** Empty until it is found. */
  get url(): string {
    return this.#url;
  }

  /** @throws what the socket throws on a URL that is none; about one that is found later, the sink is told */
  start(source: UrlSource): void {
    if (typeof source === "function") void this.#find(source);
    else this.#open(String(source));
  }

  drop(): void {
    this.#over = true;
    this.#stopTimer();
    this.#stopListening();
    this.#socket?.close(1000);
  }

  async #find(source: UrlFinder): Promise<void> {
    let url: string;
    try {
      url = String(await Promise.resolve().then(source));
    } catch (error) {
      this.#end(NEVER_OPENED, error);
      return;
    }
    if (this.#over) return;
    try {
      this.#open(url);
    } catch (error) {
      this.#sink.refused(error);
    }
  }

  #open(url: string): void {
    this.#url = url;
    const socket = this.#settings.connect(url);
    this.#socket = socket;
    this.#stopListening = listen(socket, {
      opened: () => {
        this.#stopTimer();
        this.#sink.opened();
      },
      received: (data) => this.#sink.received(data),
      failed: (event) => {
        this.#status = statusOf(event);
        this.#sink.complained(errorOf(event));
        // Node's own, before version 24, leaves it at that where there is no connection: no `close` follows.
        if (socket.readyState === CONNECTING) this.#end({ ...NEVER_OPENED, status: this.#status });
      },
      closed: ({ code, reason, wasClean }) => this.#end({ code, reason, wasClean, status: this.#status }),
    });
  }

  #end(ended: Ended, fault?: unknown): void {
    if (this.#over) return;
    this.drop();
    this.#sink.ended(ended, fault);
  }
}
