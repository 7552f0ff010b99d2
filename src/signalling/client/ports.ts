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
}

/** Timers as a caller gives them: those that are missing are the global ones. */
export type TimerOptions = { readonly [Name in keyof Timers]?: Timers[Name] | undefined };

/** Ports as a caller gives them: those that are missing are the global ones. */
export type PortOptions = { readonly [Name in keyof Ports]?: Ports[Name] | undefined };

/** @throws {TypeError} when there is no WebSocket, neither given nor global */
export function openPorts(options: PortOptions): Ports {
  const socket = options.WebSocket ?? globals().WebSocket;
  if (socket === undefined) throw new TypeError("there is no WebSocket here: pass one as an option");
  return {
    ...openTimers(options),
    WebSocket: socket,
    random: options.random ?? Math.random,
    now: options.now ?? (() => performance.now()),
  };
}

export function openTimers(options: TimerOptions): Timers {
  return {
    // Called through closures: a browser's setTimeout refuses to be a method of something else.
    setTimeout: options.setTimeout ?? ((callback, milliseconds) => setTimeout(callback, milliseconds)),
    clearTimeout: options.clearTimeout ?? ((timer) => clearTimeout(timer)),
  };
}

/** @throws {TypeError} when there is no RTCPeerConnection, neither given nor global */
export function findRtc(given: RtcConstructor | undefined): RtcConstructor {
  const found = given ?? globals().RTCPeerConnection;
  if (found === undefined) throw new TypeError("there is no RTCPeerConnection here: pass one as an option");
  return found;
}

interface Globals {
  readonly WebSocket?: ClientSocketConstructor;
  readonly RTCPeerConnection?: RtcConstructor;
}

// Read when needed and not before: a test or a polyfill may come later than this module.
function globals(): Globals {
  return globalThis as unknown as Globals;
}
