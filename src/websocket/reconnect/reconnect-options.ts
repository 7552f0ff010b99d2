/** What a reconnecting client can be told, with every default, and checked before anything happens. */
import type { ReconnectPolicy } from "./backoff.ts";
import { byteLength, type QueueLimits } from "./offline-queue.ts";
import { globalWebSocket, openReconnectPorts, type ReconnectPorts } from "./reconnect-ports.ts";
import type { WebSocketConstructor, WebSocketLike } from "./websocket-like.ts";
import type { Ended } from "./what-next.ts";

type Optional<Values> = { readonly [Name in keyof Values]?: Values[Name] | undefined };

export interface ReconnectingWebSocketOptions {
  /** Whose WebSocket to use. Default the global one: of the browser, or of Node. */
  readonly WebSocket?: WebSocketConstructor | undefined;
  /** Instead of `WebSocket`: makes a socket that is about to connect, for example with request headers. */
  readonly connect?: ((url: string, subprotocols: string[]) => WebSocketLike) | undefined;
  /** When to try again; `false`: never, like a plain WebSocket. */
  readonly reconnect?: Optional<ReconnectPolicy> | false | undefined;
  /** Messages that wait for a connection; `false`: none may, `send` throws. */
  readonly queue?: Optional<QueueLimits> | false | undefined;
  /** Overrules what follows from the close code; `undefined` leaves it at that. Not asked after `close()`. */
  readonly shouldReconnect?: ((ended: Ended) => boolean | undefined) | undefined;
  /** Renews the login that ended (4401): when it resolves, we connect again. */
  readonly onUnauthorized?: (() => void | Promise<void>) | undefined;
  /** Aborted, it closes for good: `reconnect()` throws from then on. */
  readonly signal?: AbortSignal | undefined;
  /** For tests and unusual homes: time, chance, the network's state. Default those of the world. */
  readonly ports?: Partial<ReconnectPorts> | undefined;
}

export const reconnectDefaults: ReconnectPolicy = {
  initialDelay: 500,
  maxDelay: 30_000,
  factor: 2,
  maxAttempts: Number.POSITIVE_INFINITY,
  resetAfter: 5_000,
  connectTimeout: 10_000,
  spread: 5_000,
};

export const queueDefaults: QueueLimits = {
  maxBytes: 1024 * 1024,
  maxMessages: 1_000,
  whenFull: "drop-oldest",
};

/** The longest delay that `setTimeout` keeps. */
const LONGEST = 2 ** 31 - 1;
/** RFC 6455 §5.5: a control frame carries 125 octets at most, of which the code takes two. */
const MAX_REASON = 123;

/** Options, checked and complete. */
export interface Settings
  extends Pick<ReconnectingWebSocketOptions, "shouldReconnect" | "onUnauthorized" | "signal"> {
  readonly reconnects: boolean;
  readonly policy: ReconnectPolicy;
  readonly limits: QueueLimits;
  readonly ports: ReconnectPorts;
  readonly connect: (url: string) => WebSocketLike;
}

/**
 * @throws {TypeError} on a value of the wrong type, or when there is no WebSocket
 * @throws {RangeError} on a number that makes no sense
 */
export function settle(
  subprotocols: string | readonly string[],
  options: ReconnectingWebSocketOptions,
): Settings {
  const { shouldReconnect, onUnauthorized, signal } = options;
  checkFunctions(options);
  const names = typeof subprotocols === "string" ? [subprotocols] : [...subprotocols];
  const { WebSocket = options.connect === undefined ? globalWebSocket() : undefined } = options;
  const connect = options.connect ?? ((url: string, given: string[]) => new WebSocket!(url, given));
  return {
    shouldReconnect,
    onUnauthorized,
    signal,
    reconnects: options.reconnect !== false,
    policy: checkedPolicy(options.reconnect),
    limits: checkedLimits(options.queue),
    ports: openReconnectPorts(options.ports ?? {}),
    connect: (url) => connect(url, [...names]),
  };
}

/**
 * What may be given to `close`: as in browsers, so that the same program runs in both.
 *
 * @throws {RangeError} on a code that is not for applications, or a reason that is too long
 */
export function checkClose(code: number, reason: string): void {
  // RFC 6455 §7.4.2: "Status codes in the range 3000-3999 are reserved for use by libraries, frameworks,
  // and applications"; 4000-4999 "are reserved for private use".
  if (code !== 1000 && !(Number.isInteger(code) && code >= 3000 && code <= 4999))
    throw new RangeError("close with 1000, or with a code from 3000 to 4999");
  if (byteLength(reason) > MAX_REASON) throw new RangeError(`a reason has at most ${MAX_REASON} bytes`);
}

function checkedPolicy(given: Optional<ReconnectPolicy> | false = {}): ReconnectPolicy {
  if (given === false) return { ...reconnectDefaults, connectTimeout: Number.POSITIVE_INFINITY };
  const policy = { ...reconnectDefaults, ...defined("reconnect", given) };
  // Without any delay, clients would do to a server that is down what RFC 6455 §7.2.3 warns of.
  checkNumber("reconnect.initialDelay", policy.initialDelay, [1, LONGEST]);
  checkNumber("reconnect.maxDelay", policy.maxDelay, [policy.initialDelay, LONGEST]);
  checkNumber("reconnect.factor", policy.factor, [1, Number.MAX_VALUE]);
  checkNumber("reconnect.maxAttempts", policy.maxAttempts, [0, Number.POSITIVE_INFINITY]);
  checkNumber("reconnect.resetAfter", policy.resetAfter, [0, Number.POSITIVE_INFINITY]);
  checkNumber("reconnect.spread", policy.spread, [0, LONGEST]);
  if (policy.connectTimeout !== Number.POSITIVE_INFINITY)
    checkNumber("reconnect.connectTimeout", policy.connectTimeout, [1, LONGEST]);
  return policy;
}

/** Where nothing may wait, there is no room. */
function checkedLimits(given: Optional<QueueLimits> | false = {}): QueueLimits {
  if (given === false) return { maxBytes: 0, maxMessages: 0, whenFull: "throw" };
  const limits = { ...queueDefaults, ...defined("queue", given) };
  checkNumber("queue.maxBytes", limits.maxBytes, [0, Number.POSITIVE_INFINITY]);
  checkNumber("queue.maxMessages", limits.maxMessages, [0, Number.POSITIVE_INFINITY]);
  if (!["drop-oldest", "drop-newest", "throw"].includes(limits.whenFull))
    throw new RangeError("queue.whenFull is drop-oldest, drop-newest or throw");
  return limits;
}

function checkFunctions(options: ReconnectingWebSocketOptions): void {
  for (const name of ["WebSocket", "connect", "shouldReconnect", "onUnauthorized"] as const) {
    const given: unknown = options[name];
    if (given !== undefined && typeof given !== "function") throw new TypeError(`${name} is a function`);
  }
  if (options.WebSocket !== undefined && options.connect !== undefined)
    throw new TypeError("give either WebSocket or connect, not both");
}

/** An option that is undefined has its default, as one that is absent. */
function defined<Values>(name: string, given: Optional<Values>): Partial<Values> {
  if (typeof given !== "object" || given === null) throw new TypeError(`${name} is an object, or false`);
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Partial<Values>;
}

function checkNumber(name: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (typeof value !== "number") throw new TypeError(`${name} is a number`);
  if (!(value >= least && value <= most)) throw new RangeError(`${name} is from ${least} to ${most}`);
}
