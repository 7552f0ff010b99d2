/** What a WebSocketServer can be told. */

import { completeEndpointOptions, type EndpointOptions } from "../endpoint/endpoint-options.ts";
import { checkOptionNames } from "../endpoint/option-names.ts";
import { checkHandshakeOptions, type HandshakeOptions, type Refused } from "../handshake/handshake.ts";
import type { UpgradeRequest } from "../handshake/upgrade-request.ts";
import type { CloseStatus } from "../wire/close.ts";
import type { HttpServer } from "./attachment.ts";

/** An application's answer to a handshake that is in order: go on, refuse with a status, or accept and close. */
export type Decision = undefined | Refused | { readonly close: CloseStatus } | Welcome;

/** Go on, with something for the connection. */
export interface Welcome {
  /** Whatever the application found out, such as whose login it is: the `connection` event has it again. */
  readonly context?: unknown;
  /** More headers of the answer, such as `Set-Cookie`. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
}

export interface WebSocketServerOptions extends EndpointOptions, HandshakeOptions {
  /** Listen on a port of our own; 0 picks a free one. Only WebSocket is spoken there. */
  readonly port?: number | undefined;
  /** The address to listen on, with `port`; default all. */
  readonly host?: string | undefined;
  /** How many connections the kernel may hold for us before we accept them; default Node's 511. */
  readonly backlog?: number | undefined;
  /** How a port of our own is read: `direct`, the default, costs less and falls back to `portable` by itself. */
  readonly readPath?: "direct" | "portable" | undefined;
  /**
   * Take the WebSocket requests of this server instead: `node:http`, `node:https` or `node:http2`. Several
   * WebSocketServers with different paths may share it.
   */
  readonly server?: HttpServer | undefined;
  /**
   * The path or paths that are served, as requests have them: percent-encoded, without a query. Default all. Others
   * get 404.
   */
  readonly path?: string | readonly string[] | undefined;
  /**
   * Decides about a handshake that obeys the RFC, for example by its cookie. A browser shows a page only
   * 1006 for a refusal; to tell it why, accept and close with a code from 4000 on.
   */
  readonly accept?: ((request: UpgradeRequest) => Decision | Promise<Decision>) | undefined;
  /**
   * How long an opening handshake may take, in milliseconds: the arrival of the request on a port of our own, and
   * again as long for `accept`. Default 10 s; Infinity for no limit.
   */
  readonly handshakeTimeout?: number | undefined;
  /** Default 100,000; beyond it 503. On a port of our own, those whose handshake has not come yet count, too. */
  readonly maxConnections?: number | undefined;
  /** Default 1,000; beyond it 503. All addresses of an IPv6 network, a /64, count as one. */
  readonly maxConnectionsPerAddress?: number | undefined;
  /**
   * Who connects, where a proxy stands before us: what connections are counted by. Must not throw. Default: the peer's
   * address, which is what counts on a port of our own in any case, since there it is asked before the request has come.
   */
  readonly clientAddress?: ((request: UpgradeRequest) => string) | undefined;
}

export interface DrainOptions {
  /** The status code of the Close frames. Default 1001, going away; 1012 for a restart. */
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
  /** The connections are closed one by one over this time, in milliseconds, so that they do not all come back at once. Default 0. */
  readonly spread?: number | undefined;
  /**
   * After how many milliseconds, those of `spread` included, what is left is dropped. Default `closeTimeout` more than
   * `spread`. Infinity leaves each connection its `closeTimeout`. Where that is Infinity, too, a peer that says nothing
   * would keep a server from ending: then it is a minute more than `spread`.
   */
  readonly deadline?: number | undefined;
  /** A hint to clients: come back after a random time up to so many milliseconds. Goes before the reason. */
  readonly retryAfter?: number | undefined;
}

export const DEFAULT_HANDSHAKE_TIMEOUT = 10_000;

/**
 * @throws {TypeError} on an unknown option, one of another type, or two that exclude each other
 * @throws {RangeError} on one that is out of its range
 */
export function checkServerOptions(options: WebSocketServerOptions): void {
  checkOptionNames("server", options);
  checkWhere(options);
  checkPaths(options.path);
  if (options.accept !== undefined && typeof options.accept !== "function") {
    throw new TypeError("accept is a function");
  }
  if (options.clientAddress !== undefined && typeof options.clientAddress !== "function") {
    throw new TypeError("clientAddress is a function");
  }
  checkNumber("handshakeTimeout", options.handshakeTimeout, (ms) => ms > 0, "more than 0 milliseconds");
  const { maxConnections, maxConnectionsPerAddress } = options;
  checkNumber("maxConnections", maxConnections, (count) => count >= 0, "0 or more");
  checkNumber("maxConnectionsPerAddress", maxConnectionsPerAddress, (count) => count >= 0, "0 or more");
  checkHandshakeOptions(options);
  completeEndpointOptions(options);
}

const READ_PATHS: readonly unknown[] = ["direct", "portable"];

/** What a server hears of: a port of its own, another server, or what it is handed. */
function checkWhere({ port, host, backlog, readPath, server }: WebSocketServerOptions): void {
  if (port !== undefined && server !== undefined) {
    throw new TypeError("give either a port or a server, not both");
  }
  if (server !== undefined && typeof (server as { on?: unknown } | null)?.on !== "function") {
    throw new TypeError("server is one of node:http, node:https or node:http2");
  }
  const isCount = (count: number): boolean => Number.isInteger(count) && count >= 0;
  checkNumber("port", port, (number) => isCount(number) && number <= 65_535, "a whole number up to 65535");
  checkNumber("backlog", backlog, isCount, "a whole number from 0 on");
  if (host !== undefined && typeof host !== "string") throw new TypeError("host is a string");
  if (readPath !== undefined && !READ_PATHS.includes(readPath)) {
    throw new RangeError("readPath is direct or portable");
  }
  // Who names an address to listen on, and is not listened to, takes that to be done.
  const useless = Object.entries({ host, backlog, readPath }).find(([, value]) => value !== undefined);
  if (port === undefined && useless !== undefined) {
    throw new TypeError(
      `the option ${useless[0]} is about a port of our own: give a port, too, or leave it out`,
    );
  }
}

/** Compared with what stands in a request, so that a path which no request can have would be served to nobody. */
function checkPaths(paths: unknown): void {
  if (paths === undefined) return;
  for (const path of Array.isArray(paths) ? paths : [paths]) {
    // RFC 3986 §3.3: an absolute path, in visible characters of ASCII, ends before "?" and "#".
    if (typeof path === "string" && /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/.test(path)) continue;
    const wrong = JSON.stringify(path);
    throw new TypeError(
      `a path begins with a slash, percent-encoded and without a query, and is not ${wrong}`,
    );
  }
}

function checkNumber(name: string, value: unknown, isRight: (value: number) => boolean, range: string): void {
  if (value === undefined) return;
  if (typeof value !== "number") throw new TypeError(`the option ${name} is a number`);
  if (!isRight(value)) throw new RangeError(`the option ${name} is ${range}`);
}
