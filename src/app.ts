/**
 * The server application: everything in `src/`, put together. The only file that knows every folder.
 *
 *     HttpServer ── requests ──▶ Router ──▶ auth routes ──▶ Accounts, Sessions ──▶ SQLite
 *         │                        └──────▶ the pages (dist/site)
 *         └─ upgrades of /ws ──▶ WebSocketServer ──▶ LoginSockets ──▶ SignallingServer
 */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Accounts,
  loadOrCreateSigningKey,
  Revocations,
  type Session,
  Sessions,
  SqliteStore,
} from "./auth/index.ts";
import { Deadlines, type Machine } from "./deadlines.ts";
import {
  authenticateRequest,
  authRoutes,
  type CredentialFields,
  type Handler,
  HttpProblem,
  HttpServer,
  healthRoutes,
  pageHeaders,
  Router,
  staticFiles,
  upgradeRequired,
} from "./http/index.ts";
import { type Log, silentLog } from "./log.ts";
import { PasswordHasher } from "./password/index.ts";
import { SignallingServer, subprotocol } from "./signalling/index.ts";
import {
  broadcast,
  type Decision,
  type Endpoint,
  refuse,
  type UpgradeRequest,
  WebSocketServer,
} from "./websocket/index.ts";

export interface ServerOptions {
  /** The folder of the database and of the signing key; made when it is missing. Default `./data`. */
  readonly data?: string | undefined;
  /** Origins whose pages may use the server, such as `https://chat.example`. Default: its own only. */
  readonly origins?: readonly string[] | undefined;
  /** How long a login lasts, in seconds. Default 8 hours. */
  readonly tokenLifetime?: number | undefined;
  /**
   * Most connections from one address, default 1,000; more get 503. Behind a proxy everybody comes from one
   * address: raise it to what the proxy may open, and its logins are not counted as those of one client.
   */
  readonly maxConnectionsPerAddress?: number | undefined;
  readonly log?: Log | undefined;
}

/** A running application. */
export interface Server {
  /** Where it is reached, such as `http://localhost:8080`; before {@link listen}, the empty string. */
  readonly url: string;
  /** Starts to accept connections. Port 0 picks a free one. Rejects with the error of `node:net`. */
  listen(at: { readonly port: number; readonly host?: string | undefined }): Promise<void>;
  /**
   * Stops: refuses new work, closes every socket with 1001, finishes running requests. What is left after
   * `deadline` milliseconds (default 4,000) is dropped.
   */
  stop(options?: { readonly deadline?: number | undefined }): Promise<void>;
}

/** RFC 6455 §7.4.2 leaves 4000-4999 to applications: this login is over, show your credentials again. */
const LOGIN_ENDED = 4401;
const DEFAULT_TOKEN_LIFETIME = 8 * 60 * 60;
const DEFAULT_CONNECTIONS_PER_ADDRESS = 1_000;
const SOCKET_PATH = "/ws";
/** The pages: beside the compiled code, and in `dist/` too when the sources are run as they are. */
const SITE = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../dist/site" : "./site", import.meta.url),
);

/**
 * Opens the data and puts the server together; {@link Server.listen} lets the world in.
 *
 * @throws {AuthError} `store/…` or `key/…` when the data cannot be used; its message says why and where
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const { data = "./data", log = silentLog } = options;
  await mkdir(data, { recursive: true, mode: 0o700 });
  const key = await loadOrCreateSigningKey(join(data, "signing-key.json"));
  const store = await SqliteStore.open(join(data, "barewire.db"));
  const hasher = new PasswordHasher({ queuePerClient: loginsPerAddress(options.maxConnectionsPerAddress) });
  const accounts = new Accounts({ store, hasher, now: Date.now, randomId: randomUUID });
  const sessions = new Sessions({
    key,
    issuer: "barewire",
    audience: "barewire",
    lifetimeSeconds: options.tokenLifetime ?? DEFAULT_TOKEN_LIFETIME,
    revocations: await Revocations.load(store, Date.now() / 1000),
    now: Date.now,
    randomId: randomUUID,
  });
  return new Application(accounts, sessions, () => store.close(), { ...options, log });
}

/** How many logins of one address may wait: the hasher's default, or as many as fit where a proxy stands before us. */
function loginsPerAddress(maxConnections = DEFAULT_CONNECTIONS_PER_ADDRESS): number | undefined {
  return maxConnections > DEFAULT_CONNECTIONS_PER_ADDRESS ? Number.POSITIVE_INFINITY : undefined;
}

class Application implements Server {
  url = "";
  readonly #sessions: Sessions;
  readonly #http: HttpServer;
  readonly #webSockets: WebSocketServer;
  readonly #signalling: SignallingServer<Endpoint>;
  readonly #logins: LoginSockets;
  readonly #origins: readonly string[];
  readonly #closeStore: () => void;
  readonly #log: Log;
  #stopped: Promise<void> | undefined;
  /** Who an upgrade was accepted for, until it is a socket. */
  readonly #accepted = new WeakMap<UpgradeRequest, Session>();

  constructor(
    accounts: Accounts,
    sessions: Sessions,
    closeStore: () => void,
    {
      origins = [],
      maxConnectionsPerAddress = DEFAULT_CONNECTIONS_PER_ADDRESS,
      log,
    }: ServerOptions & { readonly log: Log },
  ) {
    this.#sessions = sessions;
    this.#closeStore = closeStore;
    this.#origins = origins;
    const deadlines = new Deadlines();
    this.#signalling = new SignallingServer<Endpoint>({ log, deadlines, broadcast });
    this.#logins = new LoginSockets(sessions, deadlines);
    this.#webSockets = new WebSocketServer({
      path: SOCKET_PATH,
      origins: origins.length > 0 ? origins : undefined,
      subprotocols: [subprotocol],
      maxMessageBytes: 64 * 1024,
      maxConnectionsPerAddress,
      accept: (request) => this.#decide(request),
    });
    this.#webSockets.addEventListener("connection", ({ socket, request }) => this.#connect(socket, request));
    this.#webSockets.addEventListener("error", ({ error }) =>
      log.error("websocket.failed", { message: error.message }),
    );
    this.#http = new HttpServer({
      handler: routes(accounts, sessions, origins, log),
      limits: { maxConnectionsPerAddress },
      log,
    });
    this.#http.onUpgrade((request, socket, head) => this.#webSockets.upgrade(request, socket, head));
    this.#log = log;
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
    this.#signalling.close();
    const timer = setTimeout(() => {
      for (const socket of this.#webSockets.clients) socket.terminate();
    }, deadline);
    await Promise.all([this.#webSockets.close(), this.#http.stop({ deadline })]);
    clearTimeout(timer);
    this.#logins.close();
    this.#closeStore();
  }

  /** Authentication happens before the upgrade: without a valid token there is no socket at all. */
  #decide(request: UpgradeRequest): Decision {
    const headers: CredentialFields = {
      authorization: request.header("authorization"),
      cookie: request.headers.get("cookie")?.join("; "), // RFC 6265bis §4.2.1: one cookie-string
      origin: request.header("origin"),
      host: request.header("host"),
      "sec-fetch-site": request.header("sec-fetch-site"),
    };
    try {
      const options = { unsafe: true, origins: this.#origins };
      this.#accepted.set(request, authenticateRequest(headers, this.#sessions, options));
      return undefined;
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      const challenge = error.response.headers?.["www-authenticate"];
      return refuse(
        error.status,
        error.message,
        challenge === undefined ? [] : [["WWW-Authenticate", String(challenge)]],
      );
    }
  }

  #connect(socket: Endpoint, request: UpgradeRequest): void {
    const session = this.#accepted.get(request)!;
    if (this.#sessions.isEnded(session)) {
      socket.close(LOGIN_ENDED, "logged out");
      return;
    }
    this.#logins.add(socket, session);
    this.#signalling.add(socket, { user: session.accountId, name: session.username });
  }
}

function routes(accounts: Accounts, sessions: Sessions, origins: readonly string[], log: Log): Handler {
  const router = new Router();
  authRoutes(router, { accounts, sessions, origins, log });
  healthRoutes(router);
  router.add("GET", SOCKET_PATH, upgradeRequired());
  router.add("GET", "/*", staticFiles(SITE, { index: "web/index.html", headers: pageHeaders(origins[0]) }));
  return router.handle;
}

/** The sockets of one login. */
interface Login {
  readonly sockets: Set<Endpoint>;
  /** When its token expires, on the clock of the deadlines. */
  readonly expiry: number;
}

/**
 * The sockets of each login: a socket never outlives the token it was opened with. It is closed with 4401
 * when the token expires, and when its session is ended.
 */
class LoginSockets implements Machine {
  readonly #deadlines: Deadlines;
  /** By token id. */
  readonly #logins = new Map<string, Login>();
  readonly #stopListening: () => void;
  nextTimeout: number = Number.POSITIVE_INFINITY;

  constructor(sessions: Sessions, deadlines: Deadlines) {
    this.#deadlines = deadlines;
    this.#stopListening = sessions.onEnd(({ tokenId }) => this.#end(tokenId, "logged out"));
    deadlines.add(this);
  }

  add(socket: Endpoint, { tokenId, expiresAt }: Session): void {
    const expiry = this.#deadlines.now() + (expiresAt * 1000 - Date.now()); // seconds since the epoch
    const login = this.#logins.get(tokenId) ?? { sockets: new Set(), expiry };
    login.sockets.add(socket);
    this.#logins.set(tokenId, login);
    this.nextTimeout = Math.min(this.nextTimeout, login.expiry);
    socket.addEventListener("close", () => {
      login.sockets.delete(socket);
      if (login.sockets.size === 0) this.#logins.delete(tokenId);
    });
  }

  handleTimeout(now: number): void {
    this.nextTimeout = Number.POSITIVE_INFINITY;
    for (const [tokenId, { expiry }] of this.#logins) {
      if (expiry <= now) this.#end(tokenId, "the login has expired");
      else this.nextTimeout = Math.min(this.nextTimeout, expiry);
    }
  }

  close(): void {
    this.#stopListening();
    this.#deadlines.delete(this);
  }

  #end(tokenId: string, reason: string): void {
    const sockets = this.#logins.get(tokenId)?.sockets ?? [];
    this.#logins.delete(tokenId);
    for (const socket of sockets) socket.close(LOGIN_ENDED, reason);
  }
}
