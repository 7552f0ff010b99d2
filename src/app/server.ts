/**
 * A server of one's own in one call: accounts and logins over HTTP, routes that know who asks, and WebSockets
 * that close when the login ends.
 *
 *     HttpServer ── requests ──▶ CORS ──▶ Router ──▶ auth routes ──▶ Accounts, Sessions, Tickets ──▶ store
 *         │                                 └──────▶ your routes
 *         └─ upgrades ──▶ WebSocketServer ──▶ LoginSockets ──▶ your sockets
 */
import { type Auth, type OpenAuthOptions, openAuth, type Session } from "../auth/index.ts";
import { Deadlines } from "../deadlines.ts";
import {
  type ApiDocumentOptions,
  type AuthRoutesOptions,
  apiDocument,
  authRoutes,
  type CookieOptions,
  cookieNames,
  cors,
  type Handler,
  type HttpLimits,
  HttpServer,
  healthRoutes,
  Metrics,
  metricsRoutes,
  openApiRoute,
  type ProtectOptions,
  processMetrics,
  protect,
  Router,
  type StrictTransportSecurity,
  TrustedProxies,
  type TrustedProxyOptions,
  upgradeRequired,
} from "../http/index.ts";
import { type Log, silentLog } from "../log.ts";
import {
  type Endpoint,
  type UpgradeRequest,
  WebSocketServer,
  type WebSocketServerOptions,
} from "../websocket/index.ts";
import { LoginSockets } from "./login-sockets.ts";
import { ServerMetrics } from "./server-metrics.ts";

/** Where sockets are unless told otherwise. */
export const defaultSocketPath = "/ws";

/** The sockets of a server: what to do with each, and the options of `barewire/websocket` that are not decided here. */
export interface SocketOptions
  extends Omit<
    WebSocketServerOptions,
    "port" | "host" | "backlog" | "readPath" | "server" | "accept" | "origins" | "clientAddress"
  > {
  /** By default `/ws`. */
  readonly path?: string | undefined;
  /** Whether a socket may open without a login and show one in its first message, within 5 s; true by default. */
  readonly firstMessage?: boolean | undefined;
  /** Called with every socket whose login is good. It is closed with 4401 when that ends. */
  readonly connection: (socket: Endpoint, session: Session, request: UpgradeRequest) => void;
}

/** What the routes of an application are added with. */
export interface RouteContext {
  readonly auth: Auth;
  /** Makes a handler that only who is logged in gets to, and that is told who it is. */
  readonly protect: (
    handler: Parameters<typeof protect>[1],
    options?: Pick<ProtectOptions, "scope">,
  ) => Handler;
}

/** Everything has a safe default. */
export interface ServerOptions {
  /** What logins are kept in and how; by default an SQLite database and a key in `./data`. Or an `Auth` that is open. */
  readonly auth?: OpenAuthOptions | Auth | undefined;
  /** Adds the application's own routes. */
  readonly routes?: ((router: Router, context: RouteContext) => void) | undefined;
  readonly websocket?: SocketOptions | undefined;
  /** Origins whose pages may use this server, its own included, such as `https://chat.example`. Default: its own only. */
  readonly origins?: readonly string[] | undefined;
  /** Proxies before us, and the field in which they name their clients. Default: none, nobody's word is taken. */
  readonly trustedProxies?: TrustedProxyOptions | undefined;
  readonly cookie?: CookieOptions | undefined;
  readonly limits?: Partial<HttpLimits> | undefined;
  /** How often one may register, log in, refresh, …; false where something before us limits that. */
  readonly rateLimits?: AuthRoutesOptions["limits"];
  /** Who may introspect anybody's tokens (RFC 7662); nobody by default. */
  readonly resourceServers?: AuthRoutesOptions["resourceServers"];
  /** The bearer token that `GET /metrics` asks for, or `"public"`; by default nobody may read them. */
  readonly metrics?: string | undefined;
  /** What `GET /openapi.json` says beside what it always says, such as the operations of {@link routes}. */
  readonly openApi?: Omit<ApiDocumentOptions, "socketPath" | "cookie"> | undefined;
  /** By default not sent: that is for whoever ends TLS. */
  readonly strictTransportSecurity?: StrictTransportSecurity | undefined;
  readonly log?: Log | undefined;
}

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
    // Watching the event loop costs a timer: only for who may look.
    if (options.metrics !== undefined) this.#stopWatching = processMetrics(metrics);
    this.#http = new HttpServer({
      ...{ limits, trustedProxies, strictTransportSecurity, log },
      handler: handlerOf(options, auth, { metrics, counted }),
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
    { connection: _connection, firstMessage: _firstMessage, ...options }: SocketOptions,
    logins: LoginSockets,
  ): WebSocketServer {
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

/** Where figures go, and where they are read. */
interface Figures {
  readonly metrics: Metrics;
  readonly counted: ServerMetrics;
}

function handlerOf(options: ServerOptions, auth: Auth, { metrics, counted }: Figures): Handler {
  const { origins = [], cookie, websocket, log = silentLog, resourceServers, rateLimits } = options;
  const router = new Router();
  const routes = { auth, origins, cookie, resourceServers, log, limits: rateLimits, metrics: counted };
  authRoutes(router, routes);
  healthRoutes(router);
  metricsRoutes(router, { metrics, token: options.metrics });
  const socketPath = websocket && (websocket.path ?? defaultSocketPath);
  router.add("GET", "/openapi.json", openApiRoute(apiDocument({ ...options.openApi, socketPath, cookie })));
  if (socketPath !== undefined) router.add("GET", socketPath, upgradeRequired());
  const common = { sessions: auth.sessions, origins, cookieName: cookieNames(cookie).access };
  options.routes?.(router, {
    auth,
    protect: (handler, requirements) => protect({ ...common, ...requirements }, handler),
  });
  return cors(router.handle, { origins });
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
  { firstMessage, connection }: SocketOptions,
  context: { readonly auth: Auth; readonly clientAddress: ClientAddress },
): LoginSockets {
  return new LoginSockets({
    ...context,
    ...{ origins, log, firstMessage, connection },
    cookieName: cookieNames(cookie).access,
    deadlines: new Deadlines(),
  });
}
