/**
 * A server of one's own in one call: accounts and logins over HTTP, routes that know who asks, and WebSockets
 * that close when the login ends.
 *
 *     HttpServer ── requests ──▶ CORS ──▶ Router ──▶ auth routes ──▶ Accounts, Sessions, Tickets ──▶ store
 *         │                                 └──────▶ your routes
 *         └─ upgrades ──▶ WebSocketServer ──▶ LoginSockets ──▶ your sockets
 */
import { randomUUID } from "node:crypto";
import { type Auth, openAuth } from "../auth/index.ts";
import { Deadlines } from "../deadlines.ts";
import {
  cookieNames,
  HttpServer,
  Metrics,
  processMetrics,
  TrustedProxies,
  type TrustedProxyOptions,
} from "../http/index.ts";
import { type Log, silentLog } from "../log.ts";
import { type Endpoint, type UpgradeRequest, WebSocketServer } from "../websocket/index.ts";
import { LoginSockets } from "./login-sockets.ts";
import { handlerOf } from "./server-handler.ts";
import { ServerMetrics } from "./server-metrics.ts";
import { defaultSocketPath, type ServerOptions, type SocketOptions } from "./server-options.ts";

/** A running server. */
export interface Server {
  /** Where it is reached, such as `http://localhost:8080`; before {@link listen}, the empty string. */
  readonly url: string;
  readonly auth: Auth;
  /** The open sockets on which somebody is logged in: none that still waits for its first message. */
  readonly sockets: ReadonlySet<Endpoint>;
  /** Starts to accept connections. Port 0 picks a free one. Rejects with the error of `node:net`. */
  listen(at: { readonly port: number; readonly host?: string | undefined }): Promise<void>;
  /**
   * Stops: refuses new work, closes every socket with 1001, finishes running requests. What is left after
   * `deadline` milliseconds (default 4,000) is dropped.
   */
  stop(options?: { readonly deadline?: number | undefined }): Promise<void>;
}

/**
 * Opens the data and puts the server together; {@link Server.listen} lets the world in.
 *
 * @throws {AuthError} `store/…` or `key/…` when the data cannot be used; its message says why and where
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const { auth: given, log = silentLog } = options;
  const isOpen = given !== undefined && "sessions" in given;
  const auth = isOpen ? given : await openAuth({ log, ...given });
  try {
    return new RunningServer(options, auth, isOpen ? undefined : () => auth.close());
  } catch (error) {
    if (!isOpen) await auth.close(); // an option was invalid
    throw error;
  }
}

class RunningServer implements Server {
  url = "";
  readonly auth: Auth;
  readonly #http: HttpServer;
  readonly #webSockets: WebSocketServer | undefined;
  readonly #logins: LoginSockets | undefined;
  readonly #closeAuth: (() => Promise<void>) | undefined;
  readonly #stopWatching: (() => void) | undefined;
  readonly #log: Log;
  #stopped: Promise<void> | undefined;

  constructor(options: ServerOptions, auth: Auth, closeAuth: (() => Promise<void>) | undefined) {
    const { websocket, limits, trustedProxies, strictTransportSecurity, log = silentLog } = options;
    this.auth = auth;
    this.#log = log;
    this.#closeAuth = closeAuth;
    const metrics = new Metrics();
    const counted = new ServerMetrics(metrics, auth, () => this.#webSockets?.clients.size ?? 0);
    options.figures?.(metrics);
    // Watching the event loop costs a timer: only for who may look.
    if (options.metrics !== undefined) this.#stopWatching = processMetrics(metrics);
    this.#http = new HttpServer({
      ...{ limits, trustedProxies, strictTransportSecurity, log },
      handler: handlerOf(options, {
        ...{ auth, metrics, counted },
        mint: (request) => auth.roomTokens.issue(request, auth.sessions.now() / 1000, randomUUID()),
      }),
      onExchange: (exchange) => counted.exchange(exchange),
    });
    if (websocket === undefined) return;
    const clientAddress = clientAddressOf(trustedProxies);
    this.#logins = loginSockets(options, websocket, { auth, clientAddress });
    this.#webSockets = this.#openSockets({ ...options, clientAddress }, websocket, this.#logins);
  }

  get sockets(): ReadonlySet<Endpoint> {
    return this.#logins?.sockets ?? new Set();
  }

  async listen(at: { readonly port: number; readonly host?: string | undefined }): Promise<void> {
    const { port } = await this.#http.listen(at);
    const { host = "localhost" } = at;
    this.url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    this.#log.info("server.listening", { url: this.url });
  }

  stop({ deadline = 4_000 }: { readonly deadline?: number | undefined } = {}): Promise<void> {
    this.#stopped ??= this.#stop(deadline);
    return this.#stopped;
  }

  async #stop(deadline: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const socket of this.#webSockets?.clients ?? []) socket.terminate();
    }, deadline);
    await Promise.all([this.#webSockets?.close(), this.#http.stop({ deadline })]);
    clearTimeout(timer);
    this.#logins?.close();
    this.#stopWatching?.();
    await this.#closeAuth?.();
  }

  #openSockets(
    { origins = [], limits, clientAddress }: ServerOptions & { readonly clientAddress: ClientAddress },
    given: SocketOptions,
    logins: LoginSockets,
  ): WebSocketServer {
    const { connection: _c, renewed: _r, ended: _e, firstMessage: _f, roomTokens: _t, ...options } = given;
    const { maxConnectionsPerAddress } = limits ?? {};
    const webSockets = new WebSocketServer({
      path: defaultSocketPath,
      ...(maxConnectionsPerAddress !== undefined && { maxConnectionsPerAddress }),
      ...options,
      origins: origins.length > 0 ? origins : undefined,
      clientAddress,
      accept: (request) => logins.decide(request),
    });
    webSockets.addEventListener("connection", ({ socket, request, context }) => {
      logins.connect(socket, request, context);
    });
    webSockets.addEventListener("error", ({ error }) =>
      this.#log.error("websocket.failed", { message: error.message }),
    );
    this.#http.onUpgrade((request, socket, head) => webSockets.upgrade(request, socket, head));
    return webSockets;
  }
}

/** Who asks for an upgrade, where a proxy stands before us. */
type ClientAddress = (request: UpgradeRequest) => string;

function clientAddressOf(trustedProxies: TrustedProxyOptions | undefined): ClientAddress {
  const proxies = trustedProxies && new TrustedProxies(trustedProxies);
  return (request) =>
    proxies?.clientAddress(request.remoteAddress, request.header(proxies.field)) ?? request.remoteAddress;
}

function loginSockets(
  { origins = [], cookie, log = silentLog }: ServerOptions,
  { firstMessage, connection, renewed, ended, roomTokens }: SocketOptions,
  context: { readonly auth: Auth; readonly clientAddress: ClientAddress },
): LoginSockets {
  return new LoginSockets({
    ...context,
    ...{ origins, log, firstMessage, connection, renewed, ended, roomTokens },
    cookieName: cookieNames(cookie).access,
    deadlines: new Deadlines(),
  });
}
