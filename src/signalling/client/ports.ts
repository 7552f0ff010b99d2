/**
 * The shell of the client: all that it takes from the world around it. Each may be replaced, so that the
 * same code runs in a page, under Node with the WebSocket and WebRTC of a package, and in a test without time.
 */
import type { RtcConstructor } from "./webrtc-types.ts";

/** What the client needs of a WebSocket: that of browsers, of Node, of `barewire/websocket` and of `ws`. */
export interface ClientSocket {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
}

export type ClientSocketConstructor = new (url: string, protocols: string) => ClientSocket;

/** What `setTimeout` returns, here and there. */
export type Timer = ReturnType<typeof setTimeout>;

export interface Timers {
  readonly setTimeout: (callback: () => void, milliseconds: number) => Timer;
  readonly clearTimeout: (timer: Timer | undefined) => void;
}

export interface Ports extends Timers {
  readonly WebSocket: ClientSocketConstructor;
  /** At least 0 and less than 1. */
  readonly random: () => number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Milliseconds since the epoch: for the end of a login alone. */
  readonly wallClock: () => number;
  /** Calls whenever the way into the network may have changed, until the signal aborts. */
  readonly watchNetwork: (changed: () => void, signal: AbortSignal) => void;
}

/** One thing to do later. */
export class Alarm {
  readonly #timers: Timers;
  #timer: Timer | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** In place of what was to be done until now. */
  set(milliseconds: number, ring: () => void): void {
    this.clear();
    this.#timer = this.#timers.setTimeout(ring, milliseconds);
  }

  clear(): void {
    this.#timers.clearTimeout(this.#timer);
  }
}

/** What a caller gives in place of `Whole`: what is missing or undefined is the default. */
export type Given<Whole> = { readonly [Name in keyof Whole]?: Whole[Name] | undefined };

/** Timers as a caller gives them: those that are missing are the global ones. */
export type TimerOptions = Given<Timers>;

/** Ports as a caller gives them: those that are missing are the global ones. */
export type PortOptions = Given<Ports>;

/** What is given, over the defaults. */
export function fill<Whole extends object>(whole: Whole, given: Given<Whole>): Whole {
  const result = { ...whole };
  for (const name in given) if (given[name] !== undefined) result[name] = given[name];
  return result;
}

/** What is not given. @throws {TypeError} when there is no WebSocket, neither given nor global */
export function openPorts(given: ClientSocketConstructor | undefined): Ports {
  return {
    ...globalTimers,
    WebSocket: present(given, "WebSocket"),
    random: Math.random,
    now: () => performance.now(),
    wallClock: () => Date.now(),
    watchNetwork,
  };
}

/** Called through closures: a browser's setTimeout refuses to be a method of something else. */
export const globalTimers: Timers = {
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** W3C Network Information tells of every new estimate too: only another `type` is another way. */
function watchNetwork(changed: () => void, signal: AbortSignal): void {
  const { navigator, addEventListener } = globalThis as unknown as Globals;
  const connection = navigator?.connection;
  let type = connection?.type;
  addEventListener?.("online", changed, { signal });
  connection?.addEventListener(
    "change",
    () => {
      if (type !== connection.type) changed();
      type = connection.type;
    },
    { signal },
  );
}

type AddListener = (type: string, listener: () => void, options: { readonly signal: AbortSignal }) => void;

interface Globals {
  readonly WebSocket: ClientSocketConstructor;
  readonly RTCPeerConnection: RtcConstructor;
  readonly addEventListener?: AddListener;
  readonly navigator?: {
    readonly connection?: { readonly type?: string; readonly addEventListener: AddListener };
  };
}

/**
 * What is given, or else the global of this name, which a test or a polyfill may bring later than this module.
 *
 * @throws {TypeError} when there is neither
 */
export function present<Name extends "WebSocket" | "RTCPeerConnection">(
  given: Globals[Name] | undefined,
  name: Name,
): Globals[Name] {
  const found = given ?? (globalThis as unknown as Globals)[name];
  if (found) return found;
  throw new TypeError(`no ${name} is given`);
}
