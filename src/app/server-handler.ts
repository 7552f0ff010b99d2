/** All routes of a server on one handler: those of logins, rooms, figures, and the application's own. */
import type { Auth } from "../auth/index.ts";
import {
  apiDocument,
  authRoutes,
  cookieNames,
  cors,
  type Handler,
  healthRoutes,
  type Metrics,
  type MintRoomToken,
  metricsRoutes,
  type OpenApiDocument,
  openApiRoute,
  protect,
  Router,
  roomOperations,
  roomRoutes,
  roomSchemas,
  roomTags,
  upgradeRequired,
} from "../http/index.ts";
import { silentLog } from "../log.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import { defaultSocketPath, type ServerOptions } from "./server-options.ts";

/** What the routes work on. */
export interface HandlerContext {
  readonly auth: Auth;
  /** Where figures are read, and where they go. */
  readonly metrics: Metrics;
  readonly counted: ServerMetrics;
  readonly mint: MintRoomToken;
}

/** The handler of a server with these options. @throws {TypeError | RangeError} when one of them is invalid */
export function handlerOf(options: ServerOptions, context: HandlerContext): Handler {
  const { auth, metrics, counted, mint } = context;
  const { origins = [], cookie, websocket, log = silentLog, resourceServers, rateLimits } = options;
  const router = new Router();
  const routes = { auth, origins, cookie, resourceServers, log, limits: rateLimits, metrics: counted };
  authRoutes(router, routes);
  if (options.rooms !== undefined) {
    const { port: rooms, mayGrant } = options.rooms;
    roomRoutes(router, { ...routes, rooms, mint, mayGrant, socketUrl: socketUrlOf(options) });
  }
  healthRoutes(router, options.health);
  metricsRoutes(router, { metrics, token: options.metrics });
  const socketPath = websocket && (websocket.path ?? defaultSocketPath);
  router.add("GET", "/openapi.json", openApiRoute(documentOf(options, socketPath)));
  if (socketPath !== undefined) router.add("GET", socketPath, upgradeRequired());
  const common = { sessions: auth.sessions, origins, cookieName: cookieNames(cookie).access };
  options.routes?.(router, {
    auth,
    protect: (handler, requirements) => protect({ ...common, ...requirements }, handler),
  });
  return cors(router.handle, { origins });
}

function documentOf(
  { openApi, cookie, rooms }: ServerOptions,
  socketPath: string | undefined,
): OpenApiDocument {
  const { operations = [], schemas, tags, ...rest } = openApi ?? {};
  if (rooms === undefined) return apiDocument({ ...openApi, socketPath, cookie });
  return apiDocument({
    ...rest,
    operations: [...roomOperations, ...operations],
    schemas: { ...roomSchemas, ...schemas },
    tags: { ...roomTags, ...tags },
    socketPath,
    cookie,
  });
}

/** Where the sockets are that take room tokens, where somebody has told us what we are called. */
function socketUrlOf({ origins = [], websocket }: ServerOptions): string | undefined {
  const [origin] = origins;
  if (origin === undefined || websocket?.roomTokens !== true) return undefined;
  return `${origin.replace(/^http/, "ws")}${websocket.path ?? defaultSocketPath}`;
}
