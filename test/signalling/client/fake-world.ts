import type { ClientSocket, Ports, Timer } from "../../../src/signalling/client/index.ts";

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

/** Time that passes only when told to. */
export class FakeClock {
  now = 1000;
  readonly #alarms = new Map<number, Alarm>();
  #lastAlarm = 0;

  get pending(): number {
    return this.#alarms.size;
  }

  setTimeout(ring: () => void, milliseconds: number): Timer {
    this.#alarms.set(++this.#lastAlarm, { at: this.now + milliseconds, ring });
    return this.#lastAlarm as unknown as Timer;
  }

  clearTimeout(timer: Timer | undefined): void {
    this.#alarms.delete(timer as unknown as number);
  }

  /** Lets time pass; alarms ring in their order and at their time. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const due = [...this.#alarms].filter(([, { at }]) => at <= end);
      const [next] = due.sort(([, one], [, other]) => one.at - other.at);
      if (next === undefined) break;
      this.#alarms.delete(next[0]);
      this.now = Math.max(this.now, next[1].at);
      next[1].ring();
    }
    this.now = end;
  }
}

/** A client's socket whose other end is the test. */
export class FakeSocket {
  readonly url: string;
  readonly protocols: string;
  readonly sent: { type: string; id?: number; [name: string]: unknown }[] = [];
  closed: readonly unknown[] | undefined;
  readonly #listeners = new Map<string, (event: never) => void>();

  constructor(url: string, protocols: string) {
    this.url = url;
    this.protocols = protocols;
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener);
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(...args: readonly unknown[]): void {
    this.closed = args;
  }

  emit(type: string, event: object): void {
    this.#listeners.get(type)?.(event as never);
  }

  /** The server says something. */
  say(notice: unknown): void {
    this.emit("message", { data: typeof notice === "string" ? notice : JSON.stringify(notice) });
  }

  /** The connection ends. */
  end(code: number, reason = ""): void {
    this.emit("close", { code, reason });
  }

  /** What the client has sent since it was last asked, but its pings. */
  heard(): readonly object[] {
    return this.sent.splice(0).filter(({ type }) => type !== "ping");
  }
}

/** Everything that a session takes from the world, in the hands of a test. */
export class FakeWorld {
  readonly clock: FakeClock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  /** What to call when the network changes; undefined once nobody watches. */
  networkChanged: (() => void) | undefined;
  /** What the next random numbers are; then always one half. */
  readonly randoms: number[] = [];

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error("no socket was opened");
    return last;
  }

  get ports(): Ports {
    const { clock, sockets, randoms } = this;
    return {
      WebSocket: class extends FakeSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols);
          sockets.push(this);
        }
      } as new (
        url: string,
        protocols: string,
      ) => ClientSocket,
      random: () => randoms.shift() ?? 0.5,
      now: () => clock.now,
      wallClock: () => clock.now,
      watchNetwork: (changed, signal) => {
        this.networkChanged = changed;
        signal.addEventListener("abort", () => {
          this.networkChanged = undefined;
        });
      },
      setTimeout: (ring, milliseconds) => clock.setTimeout(ring, milliseconds),
      clearTimeout: (timer) => clock.clearTimeout(timer),
    };
  }
}
