/** What a server of one's own can be told. */
import type { Auth, OpenAuthOptions, Session } from "../auth/index.ts";
import type {
  ApiDocumentOptions,
  AuthRoutesOptions,
  CookieOptions,
  Handler,
  HealthReport,
  HttpLimits,
  MayGrant,
  Metrics,
  ProtectOptions,
  protect,
  RoomsPort,
  Router,
  StrictTransportSecurity,
  TrustedProxyOptions,
} from "../http/index.ts";
import type { Log } from "../log.ts";
import type { Endpoint, UpgradeRequest, WebSocketServerOptions } from "../websocket/index.ts";

/** Where sockets are unless told otherwise. */
export const defaultSocketPath = "/ws";

/** What the routes of an application are added with. */
export interface RouteContext {
  readonly auth: Auth;
  /** Makes a handler that only who is logged in gets to, and that is told who it is. */
  readonly protect: (
    handler: Parameters<typeof protect>[1],
    options?: Pick<ProtectOptions, "scope">,
  ) => Handler;
}

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
  /** Whether a room token opens a socket too; `session.grant` then says what it is for. False by default. */
  readonly roomTokens?: boolean | undefined;
  /** Called with every socket whose login is good. It is closed with 4401 when that ends. */
  readonly connection: (socket: Endpoint, session: Session, request: UpgradeRequest) => void;
  /** Called when a socket has shown another token of the same user, with what counts from now on. */
  readonly renewed?: ((socket: Endpoint, session: Session) => void) | undefined;
  /**
   * Called with a socket that is closed with 4401 because its login was ended, by a logout for example, and nobody can
   * come back by it. Whose token has only expired may, with a newer one.
   */
  readonly ended?: ((socket: Endpoint) => void) | undefined;
}

/** Rooms that may be administered over HTTP, under `/rooms`. */
export interface RoomsOptions {
  readonly port: RoomsPort;
  /** Who may have a room token without administering rooms, such as each account for itself; by default nobody. */
  readonly mayGrant?: MayGrant | undefined;
}

/** Everything has a safe default. */
export interface ServerOptions {
  /** What logins are kept in and how; by default an SQLite database and a key in `./data`. Or an `Auth` that is open. */
  readonly auth?: OpenAuthOptions | Auth | undefined;
  /** Adds the application's own routes. */
  readonly routes?: ((router: Router, context: RouteContext) => void) | undefined;
  readonly websocket?: SocketOptions | undefined;
  /** By default there are no rooms to administer. */
  readonly rooms?: RoomsOptions | undefined;
  /** What `GET /healthz` says; by default that all is well. */
  readonly health?: (() => HealthReport) | undefined;
  /** Adds figures to those of `GET /metrics`. */
  readonly figures?: ((metrics: Metrics) => void) | undefined;
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
