/** What a WebSocketServer can be told. */
import type { HttpServer } from "./attachment.ts";
import type { CloseStatus } from "./close.ts";
import { completeEndpointOptions, type EndpointOptions } from "./endpoint-options.ts";
import { checkHandshakeOptions, type HandshakeOptions, type Refused } from "./handshake.ts";
import { checkOptionNames } from "./option-names.ts";
import type { UpgradeRequest } from "./upgrade-request.ts";

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
  /** The address to listen on; default all. */
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
  /** The path or paths that are served, without a query; default all. Others get 404. */
  readonly path?: string | readonly string[] | undefined;
  /**
   * Decides about a handshake that obeys the RFC, for example by its cookie. A browser shows a page only
   * 1006 for a refusal; to tell it why, accept and close with a code from 4000 on.
   */
  readonly accept?: ((request: UpgradeRequest) => Decision | Promise<Decision>) | undefined;
  /**
   * How long an opening handshake may take, in milliseconds: the arrival of the request on a port of our own, and
   * again as long for `accept`. Default 10 s.
   */
  readonly handshakeTimeout?: number | undefined;
  /** Default 100,000; beyond it 503. On a port of our own, those whose handshake has not come yet count, too. */
  readonly maxConnections?: number | undefined;
  /** Default 1,000; beyond it 503. */
  readonly maxConnectionsPerAddress?: number | undefined;
}

export interface DrainOptions {
  /** The status code of the Close frames. Default 1001, going away; 1012 for a restart. */
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
  /** The connections are closed one by one over this time, in milliseconds, so that they do not all come back at once. Default 0. */
  readonly spread?: number | undefined;
  /** After how many milliseconds, those of `spread` included, what is left is dropped. Default `closeTimeout` more than `spread`. */
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
  if (options.port !== undefined && options.server !== undefined) {
    throw new TypeError("give either a port or a server, not both");
  }
  checkHandshakeOptions(options);
  completeEndpointOptions(options);
}
