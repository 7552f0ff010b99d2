/**
 * A handler for somebody else's server: a function for node:http, Express, or a hook of Fastify.
 *
 *     createServer(nodeListener(router))                                        // node:http
 *     app.use(nodeListener(router))                                             // Express, before any body parser
 *     fastify.addHook("onRequest", (request, reply, done) => listener(request.raw, reply.raw, done))
 *
 * That server keeps its own limits on connections, heads and times; those on content are ours. Paths are those of the
 * whole server, wherever the function is mounted: cookies and problems name them.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { canonicalAddress } from "../../addresses.ts";
import type { Handler } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import { parseTarget } from "../message/target.ts";
import type { Router } from "../routing/router.ts";
import { Exchange, type ExchangeConnection } from "./exchange.ts";
import { type ExchangeOptions, exchangeContext } from "./exchange-options.ts";
import type { ExchangeLimits } from "./limits.ts";

/** As those of an `HttpServer`, as far as they concern a request: the server is somebody else's. */
export interface NodeListenerOptions extends Omit<ExchangeOptions, "handler"> {
  readonly limits?: Partial<ExchangeLimits> | undefined;
}

/** Answers a request, or leaves it to `next` when that is given and there is nothing at its path. */
export type NodeListener = (message: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/**
 * `handler` as a function for a server of node:http. A router leaves what it has nothing for to the next function, if
 * there is one; any other handler answers everything.
 *
 * @throws {TypeError | RangeError} when an option is not what it should be
 */
export function nodeListener(
  handler: Handler | Pick<Router, "handle" | "match">,
  options: NodeListenerOptions = {},
): NodeListener {
  const router = typeof handler === "function" ? undefined : handler;
  const context = exchangeContext({
    ...options,
    handler: typeof handler === "function" ? handler : handler.handle,
  });
  return (message, response, next) => {
    // Express takes the path that it was mounted at away from `url`.
    const { originalUrl: target = message.url! } = message as { readonly originalUrl?: string };
    if (next !== undefined && router !== undefined && !isRouted(router, message.method!, target)) {
      next();
      return;
    }
    const connection = new ForeignConnection(message, response);
    new Exchange({ message, response, connection, target }, context).serve();
  };
}

function isRouted(router: Pick<Router, "match">, method: string, target: string): boolean {
  try {
    return router.match(method, parseTarget(target).path).found !== "nothing";
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return false; // a path that we cannot read may be one that they can
  }
}

/** What an exchange may know of a connection that is not ours: how its response fares. */
class ForeignConnection implements ExchangeConnection {
  readonly address: string;
  readonly #response: ServerResponse;
  #gone: AbortController | undefined;

  constructor(message: IncomingMessage, response: ServerResponse) {
    const { remoteAddress = "" } = message.socket;
    this.address = canonicalAddress(remoteAddress) ?? remoteAddress;
    this.#response = response;
  }

  get answered(): boolean {
    return this.#response.headersSent;
  }

  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#response.destroyed) this.finish();
    return this.#gone.signal;
  }

  mustClose(): boolean {
    return false;
  }

  finish(): void {
    if (!this.#response.writableFinished) this.#gone?.abort();
  }
}
