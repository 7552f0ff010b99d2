/** A world for a reconnecting client in which nothing happens by itself, and a transcript of what it says. */
import { expect } from "vitest";
import {
  ReconnectingWebSocket,
  type ReconnectingWebSocketOptions,
  type UrlSource,
} from "../../src/websocket/reconnect/reconnect.ts";
import type { Network, ReconnectPorts } from "../../src/websocket/reconnect/reconnect-ports.ts";
import type { WebSocketLike } from "../../src/websocket/reconnect/websocket-like.ts";

type Listener = (event: never) => void;

/** A socket whose other end is the test. */
export class FakeSocket implements WebSocketLike {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readyState = 0;
  bufferedAmount = 0;
  protocol = "";
  binaryType = "blob";
  readonly sent: (string | ArrayBuffer | Uint8Array)[] = [];
  /** How we closed it. */
  closedWith: readonly unknown[] | undefined;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(url: string, subprotocols: readonly string[] = []) {
    this.url = url;
    this.subprotocols = subprotocols;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** How many listen to each type of event. */
  get listeners(): Record<string, number> {
    return Object.fromEntries([...this.#listeners].map(([type, { size }]) => [type, size]));
  }

  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.readyState === 0) throw new Error("a socket that is connecting cannot send");
    this.sent.push(data);
  }

  close(...given: readonly unknown[]): void {
    if (this.readyState >= 2) return;
    this.closedWith = given;
    this.readyState = 2;
  }

  // ── What the other end does ──

  open(): void {
    this.readyState = 1;
    this.#emit("open", {});
  }

  say(data: unknown): void {
    this.#emit("message", { data });
  }

  fail(event: object = {}): void {
    this.#emit("error", event);
  }

  end(code: number, reason = "", wasClean: boolean = code !== 1006): void {
    this.readyState = 3;
    this.#emit("close", { code, reason, wasClean });
  }

  #emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}

/** A browser's idea of the network. */
export class FakeNetwork implements Network {
  onLine = true;
  readonly watchers: Set<() => void> = new Set();

  whenOnline(callback: () => void): () => void {
    this.watchers.add(callback);
    return () => this.watchers.delete(callback);
  }

  comeBack(): void {
    this.onLine = true;
    for (const callback of [...this.watchers]) callback();
  }
}

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

export class FakeWorld {
  readonly sockets: FakeSocket[] = [];
  /** The next random numbers; then always one half. */
  readonly randoms: number[] = [];
  readonly alarms: Set<Alarm> = new Set();
  /** What was said, in words. */
  readonly #heard: string[] = [];
  /** Makes the next socket impossible. */
  refusal: Error | undefined;
  now = 1_000_000;

  ports(network?: Network): ReconnectPorts {
    return {
      network,
      random: () => this.randoms.shift() ?? 0.5,
      now: () => this.now,
      after: (milliseconds, ring) => {
        const alarm = { at: this.now + milliseconds, ring };
        this.alarms.add(alarm);
        return () => this.alarms.delete(alarm);
      },
    };
  }

  readonly connect = (url: string, subprotocols: readonly string[]): FakeSocket => {
    if (this.refusal !== undefined) throw this.refusal;
    const socket = new FakeSocket(url, subprotocols);
    this.sockets.push(socket);
    return socket;
  };

  /** The socket that was made last. */
  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error("no socket was made");
    return last;
  }

  /** A client in this world, all of whose events go into the transcript. */
  client(
    options: ReconnectingWebSocketOptions & { network?: Network; source?: UrlSource } = {},
  ): ReconnectingWebSocket {
    const { network, source = "ws://example/", ...rest } = options;
    const client = new ReconnectingWebSocket(source, [], {
      connect: this.connect,
      ports: this.ports(network),
      ...rest,
    });
    client.addEventListener("open", ({ reconnected, attempt }) =>
      this.#heard.push(`open${reconnected ? " again" : ""} after ${attempt}`),
    );
    client.addEventListener("message", ({ data }) => this.#heard.push(`message ${data}`));
    client.addEventListener("close", ({ code, willReconnect, delay }) =>
      this.#heard.push(`close ${code}${willReconnect ? `, again in ${delay}` : ""}`),
    );
    client.addEventListener("error", ({ message }) => this.#heard.push(`error: ${message}`));
    client.addEventListener("credentials", () => this.#heard.push("credentials"));
    client.addEventListener("state", ({ state }) => {
      expect(state).toBe(client.state);
      this.#heard.push(state);
    });
    return client;
  }

  /** What was said since this was asked last. */
  heard(): readonly string[] {
    return this.#heard.splice(0);
  }

  /** Lets time pass; alarms ring at their time, in their order. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const due = [...this.alarms].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      const next = due[0];
      if (next === undefined) break;
      this.alarms.delete(next);
      this.now = Math.max(this.now, next.at);
      next.ring();
    }
    this.now = end;
  }

  /** Milliseconds until the next alarm; undefined when none is set. */
  get nextAlarm(): number | undefined {
    return this.alarms.size === 0 ? undefined : Math.min(...[...this.alarms].map(({ at }) => at)) - this.now;
  }
}

/** A world with a client whose first connection is open, and of which nothing is in the transcript yet. */
export function opened(options: Parameters<FakeWorld["client"]>[0] = {}): {
  world: FakeWorld;
  client: ReconnectingWebSocket;
} {
  const world = new FakeWorld();
  const client = world.client(options);
  world.socket.open();
  world.heard();
  return { world, client };
}

/** Lets promises that are settled be noticed. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
