/**
 * RFC 9112 §9: node:http with limits: connections are counted, watched and closed, errors of the parser
 * answered, upgrades handed on, and the end is orderly.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { canonicalAddress, clientOf } from "../../addresses.ts";
import type { Log } from "../../log.ts";
import { asksForWebSocket, headProblem } from "../message/head.ts";
import { HttpProblem } from "../message/problem.ts";
import { serializeResponse } from "../message/response.ts";
import { type Connection, Connections } from "./connections.ts";
import { Exchange } from "./exchange.ts";
import { type ExchangeContext, type ExchangeOptions, exchangeContext } from "./exchange-options.ts";
import { defaultHttpLimits, type HttpLimits } from "./limits.ts";
import { upgradeRequiredProblem } from "./upgrade-required.ts";

/** What an {@link HttpServer} is told; all but the handler has a default. */
export interface HttpServerOptions extends ExchangeOptions {
  readonly limits?: Partial<HttpLimits> | undefined;
}

/** Takes over a connection whose client asked for WebSocket. `head` is what came after the request's head. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void | Promise<void>;

/** node:http with limits: requests go to one handler, upgrades to another, and it ends in order. */
export class HttpServer {
  /** For whoever must attach to it. Its limits are set; leave its listeners alone. */
  readonly node: Server;
  readonly #context: ExchangeContext;
  readonly #log: Log;
  readonly #limits: HttpLimits;
  readonly #connections = new Connections();
  #upgrade: UpgradeHandler | undefined;
  #stopping = false;
  #stopped: Promise<void> | undefined;

  /** @throws {TypeError | RangeError} when an option is not what it should be */
  constructor(options: HttpServerOptions) {
    this.#context = exchangeContext(options);
    this.#log = this.#context.log;
    this.#limits = { ...defaultHttpLimits, ...options.limits };
    this.node = createServer({
      maxHeaderSize: this.#limits.maxHeaderBytes,
      headersTimeout: this.#limits.headersTimeout,
      requestTimeout: this.#limits.requestTimeout,
      connectionsCheckingInterval: this.#limits.checkInterval,
      keepAliveTimeout: this.#limits.keepAliveTimeout,
      requireHostHeader: false, // `headProblem` answers that, with a problem
      // An Upgrade to anything else may be ignored (RFC 9110 §7.8), and must be where clients offer it
      // with every request, as some do with "h2c".
      shouldUpgradeCallback: (request) => this.#mayUpgrade(request),
    });
    this.node.maxHeadersCount = 0; // their bytes are counted; dropping some silently would be worse
    this.node.setTimeout(this.#limits.stallTimeout);
    this.#listen();
  }

  /**
   * Starts to accept connections. Port 0 takes a free one.
   *
   * @throws the error of node:net when it cannot, with its `code` (EADDRINUSE, EACCES, …)
   */
  listen({ port, host }: { readonly port: number; readonly host?: string | undefined }): Promise<{
    port: number;
    host: string;
  }> {
    return new Promise((resolve, reject) => {
      this.node.once("error", reject);
      this.node.listen({ port, host }, () => {
        this.node.off("error", reject);
        const address = this.node.address() as AddressInfo;
        resolve({ port: address.port, host: address.address });
      });
    });
  }

  /** Sets who takes over WebSocket connections; without one they are answered like any request. */
  onUpgrade(handler: UpgradeHandler): void {
    this.#upgrade = handler;
  }

  /**
   * Stops: accepts nothing more, closes idle connections at once and the others after their response
   * (which says so, RFC 9112 §9.6), and after `deadline` milliseconds all that are left. Upgraded
   * connections are for those who took them to close until then.
   */
  stop({ deadline = 5_000 }: { readonly deadline?: number | undefined } = {}): Promise<void> {
    this.#stopped ??= this.#stop(deadline);
    return this.#stopped;
  }

  async #stop(deadline: number): Promise<void> {
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.node.close(() => resolve()));
    this.#connections.end();
    const timer = setTimeout(() => {
      this.#log.warn("http.stop-overdue", { connections: this.#connections.size });
      this.#connections.destroyAll();
    }, deadline);
    await closed;
    clearTimeout(timer);
  }

  #listen(): void {
    const context = this.#context;
    const refusing: ExchangeContext = { ...context, handler: refuseExpectation };
    this.node
      .on("connection", (socket) => this.#admit(socket))
      .on("request", (message, response) => this.#serve(message, response, context))
      .on("checkContinue", (message, response) => this.#serve(message, response, context, true))
      .on("checkExpectation", (message, response) => this.#serve(message, response, refusing, true))
      .on("upgrade", (message, socket, head) => this.#handOver(message, socket, head))
      .on("connect", (_message, socket) => this.#refuseTunnel(socket))
      .on("clientError", (error, socket) => this.#receiveError(error, socket));
  }

  #admit(socket: Duplex & { readonly remoteAddress?: string | undefined }): void {
    const peer = socket.remoteAddress ?? "";
    const address = canonicalAddress(peer) ?? peer;
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    const full =
      this.#connections.size >= maxConnections ||
      (this.#connections.countOf(clientOf(address)) >= maxConnectionsPerAddress &&
        this.#context.proxies?.trusts(address) !== true);
    const connection = this.#connections.add(socket, address);
    if (!full) return;
    const detail = "There are too many connections.";
    this.#refuse(
      socket,
      connection,
      new HttpProblem(503, "http/unavailable", detail, { "retry-after": "5" }),
    );
  }

  /** Answers `message` when its turn comes: one after the other on each connection. */
  #serve(
    message: IncomingMessage,
    response: ServerResponse,
    context: ExchangeContext,
    expectsContinue = false,
  ): void {
    const { socket } = message;
    const connection = this.#connections.of(socket);
    if (connection === undefined || connection.answered || socket.destroyed) return;
    if (connection.sealed) return;
    if (message.headers.upgrade !== undefined) connection.seal();
    if (connection.requests + 1 >= this.#limits.maxRequestsPerConnection) connection.closing = true;
    connection.begin(new Exchange({ message, response, connection, expectsContinue }, context));
  }

  #mayUpgrade(message: IncomingMessage): boolean {
    // One "upgrade" listener is ours; another may have been attached to `node`.
    const wanted = this.#upgrade !== undefined || this.node.listenerCount("upgrade") > 1;
    // Behind a request that is still being answered it is ignored: what is handed over must be free of HTTP.
    const free = this.#connections.of(message.socket)?.pending === 0;
    return wanted && free && asksForWebSocket(message.headers.upgrade);
  }

  #handOver(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const connection = this.#connections.of(socket);
    if (connection === undefined || connection.answered) return;
    if (connection.pending > 0) {
      socket.destroy(); // on a Node before 22.21; node:http has let go of the connection, and cannot answer in order
      return;
    }
    const isOurs = this.#upgrade !== undefined || this.node.listenerCount("upgrade") === 1;
    const refusal = isOurs ? this.#refusalOfUpgrade(message) : undefined;
    if (refusal !== undefined) {
      this.#refuse(socket, connection, refusal);
      return;
    }
    connection.upgraded = true;
    message.socket.setTimeout(0);
    void this.#upgradeOrDestroy(message, socket, head);
  }

  #refusalOfUpgrade(message: IncomingMessage): HttpProblem | undefined {
    if (this.#stopping) return stopping;
    // Only a Node before 22.21, which does not ask `shouldUpgradeCallback`, comes here with this.
    if (!this.#mayUpgrade(message)) return notThisProtocol;
    return headProblem(message.httpVersion, message.rawHeaders);
  }

  async #upgradeOrDestroy(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      await this.#upgrade?.(message, socket, head);
    } catch (error) {
      this.#log.error("http.failed", { error: error instanceof Error ? error.stack : String(error) });
      socket.destroy();
    }
  }

  /** An error of the parser or of the connection, outside of any handler. */
  #receiveError(error: NodeJS.ErrnoException, socket: Duplex): void {
    const connection = this.#connections.of(socket);
    if (connection?.answered) return; // what follows the first error
    if (connection === undefined || !socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const { latest, pending } = connection;
    const arriving = latest !== undefined && !latest.message.complete;
    if (arriving && latest.response.headersSent && pending <= 1) {
      socket.destroy(); // it has its answer; another one would be taken for the answer to the next
    } else if (pending === (arriving ? 1 : 0)) {
      this.#refuse(socket, connection, problemOf(error));
    } else {
      // Requests before the broken one are still being served: an answer now would be taken for theirs.
      connection.closing = true;
    }
  }

  #refuseTunnel(socket: Duplex): void {
    const connection = this.#connections.of(socket);
    if (connection === undefined || connection.pending > 0)
      socket.destroy(); // as for an upgrade
    else this.#refuse(socket, connection, noTunnel);
  }

  /** Answers in place of node:http, closes our half, and the rest when the client had time to read it. */
  #refuse(socket: Duplex, connection: Connection, problem: HttpProblem): void {
    connection.answered = true;
    const { status, code } = problem;
    // Browsers open connections on suspicion; that one of them stays silent is no news.
    const level = status === 408 ? "debug" : "info";
    this.#log[level]("http.refused", { status, code, address: connection.address });
    socket.on("error", () => {}); // nobody is left to tell
    socket.end(serializeResponse(problem.response, new Date(), this.#context.fields));
    // RFC 9112 §9.6: reading on keeps the kernel from resetting the connection over the response.
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), this.#limits.lingerTimeout);
    socket.once("close", () => clearTimeout(timer));
  }
}

function problemOf(error: NodeJS.ErrnoException): HttpProblem {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return new HttpProblem(431, "http/header-too-large", "The head of the request is too long.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new HttpProblem(408, "http/request-timeout", "The request did not arrive in time.");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new HttpProblem(413, "http/content-too-large", "The chunk extensions are too long.");
    default:
      return new HttpProblem(400, "http/malformed-request", "This is not a request of HTTP/1.1.");
  }
}

const stopping = new HttpProblem(503, "http/unavailable", "The server is stopping.");
const noTunnel = new HttpProblem(501, "http/not-implemented", "This server is no proxy.");
const notThisProtocol = upgradeRequiredProblem("The only upgrade is to WebSocket.");

function refuseExpectation(): never {
  throw new HttpProblem(417, "http/expectation-failed", "The only expectation met is 100-continue.");
}
