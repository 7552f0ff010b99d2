/**
 * RFC 9112 §9: node:http with limits: connections are counted, watched and closed, errors of the parser
 * answered, upgrades handed on, and the end is orderly.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type Log, silentLog } from "../log.ts";
import { type Connection, Connections } from "./connections.ts";
import { type ExchangeContext, serveExchange } from "./exchange.ts";
import type { Handler } from "./handler.ts";
import { asksForWebSocket, headProblem } from "./head.ts";
import { defaultHttpLimits, type HttpLimits } from "./limits.ts";
import { HttpProblem } from "./problem.ts";
import { type HttpResponse, serializeResponse } from "./response.ts";
import { apiHeaders } from "./security-headers.ts";
import { upgradeRequiredProblem } from "./upgrade-required.ts";

export interface HttpServerOptions {
  /** Answers every request: `router.handle`, or any function. */
  readonly handler: Handler;
  readonly log?: Log | undefined;
  readonly limits?: Partial<HttpLimits> | undefined;
}

/** Takes over a connection whose client asked for WebSocket. `head` is what came after the request's head. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void | Promise<void>;

export class HttpServer {
  /** For whoever must attach to it. Its limits are set; leave its listeners alone. */
  readonly node: Server;
  readonly #handler: Handler;
  readonly #log: Log;
  readonly #limits: HttpLimits;
  readonly #connections = new Connections();
  #upgrade: UpgradeHandler | undefined;
  #stopping = false;
  #stopped: Promise<void> | undefined;

  constructor({ handler, log = silentLog, limits = {} }: HttpServerOptions) {
    this.#handler = handler;
    this.#log = log;
    this.#limits = { ...defaultHttpLimits, ...limits };
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
    this.#connections.closeIdle();
    const timer = setTimeout(() => {
      this.#log.warn("http.stop-overdue", { connections: this.#connections.size });
      this.#connections.destroyAll();
    }, deadline);
    await closed;
    clearTimeout(timer);
  }

  #listen(): void {
    this.node
      .on("connection", (socket) => this.#admit(socket))
      .on("request", (message, response) => this.#serve(message, response, this.#handler))
      .on("checkContinue", (message, response) => this.#serve(message, response, this.#handler, true))
      .on("checkExpectation", (message, response) => this.#serve(message, response, refuseExpectation, true))
      .on("upgrade", (message, socket, head) => this.#handOver(message, socket, head))
      .on("connect", (_message, socket) => this.#refuseTunnel(socket))
      .on("clientError", (error, socket) => this.#receiveError(error, socket));
  }

  #admit(socket: Duplex & { readonly remoteAddress?: string | undefined }): void {
    const address = socket.remoteAddress ?? "";
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    const full =
      this.#connections.size >= maxConnections ||
      this.#connections.countOf(address) >= maxConnectionsPerAddress;
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
    handler: Handler,
    expectsContinue = false,
  ): void {
    const { socket } = message;
    const connection = this.#connections.of(socket);
    if (connection === undefined || connection.answered || socket.destroyed) return;
    if (connection.sealed) return;
    if (message.headers.upgrade !== undefined) connection.seal();
    const exchange = { message, response };
    const ends = (): boolean => this.#stopping || connection.closing;
    const context: ExchangeContext = {
      handler,
      log: this.#log,
      limits: this.#limits,
      signal: () => connection.signal,
      // Said by the last response only: those behind it would be lost.
      mustClose: () => ends() && connection.exchanges.size === 1,
      isAnswered: () => connection.answered,
    };
    response.once("close", () => {
      connection.finish(exchange);
      // A response that began before this was decided has not said so; the connection ends all the same.
      if (connection.exchanges.size === 0 && ends()) socket.destroySoon();
    });
    connection.begin(exchange, () => void serveExchange(message, response, context, expectsContinue));
    if (connection.requests >= this.#limits.maxRequestsPerConnection) connection.closing = true;
  }

  #mayUpgrade(message: IncomingMessage): boolean {
    // One "upgrade" listener is ours; another may have been attached to `node`.
    const wanted = this.#upgrade !== undefined || this.node.listenerCount("upgrade") > 1;
    // Behind a request that is still being answered it is ignored: what is handed over must be free of HTTP.
    const free = this.#connections.of(message.socket)?.exchanges.size === 0;
    return wanted && free && asksForWebSocket(message.headers.upgrade);
  }

  #handOver(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const connection = this.#connections.of(socket);
    if (connection === undefined || connection.answered) return;
    if (connection.exchanges.size > 0) {
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
    const { latest, exchanges } = connection;
    const arriving = latest !== undefined && !latest.message.complete;
    if (arriving && latest.response.headersSent && exchanges.size <= 1) {
      socket.destroy(); // it has its answer; another one would be taken for the answer to the next
    } else if (exchanges.size === (arriving ? 1 : 0)) {
      this.#refuse(socket, connection, problemOf(error));
    } else {
      // Requests before the broken one are still being served: an answer now would be taken for theirs.
      connection.closing = true;
    }
  }

  #refuseTunnel(socket: Duplex): void {
    const connection = this.#connections.of(socket);
    if (connection === undefined || connection.exchanges.size > 0)
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
    const response: HttpResponse = {
      ...problem.response,
      headers: { ...apiHeaders, ...problem.response.headers },
    };
    socket.on("error", () => {}); // nobody is left to tell
    socket.end(serializeResponse(response, new Date()));
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
