/** All routes of a server with logins, on one router. */
import {
  apiDocument,
  authRoutes,
  healthRoutes,
  Metrics,
  metricsRoutes,
  type OpenApiDocument,
  openApiRoute,
  Router,
  upgradeRequired,
} from "../../src/http/index.ts";
import { filesSecret } from "./auth-client.ts";
import type { World } from "./auth-world.ts";

export interface WholeApi {
  readonly router: Router;
  readonly document: OpenApiDocument;
}

/** Without rate limits: what asks for everything at once would meet them. */
export function wholeApi(world: World, { metricsToken }: { readonly metricsToken: string }): WholeApi {
  const router = new Router();
  const document = apiDocument({ socketPath: "/ws" });
  const resourceServers = [{ id: "files", secret: filesSecret }];
  authRoutes(router, { auth: world, resourceServers, limits: false });
  healthRoutes(router);
  metricsRoutes(router, { metrics: new Metrics(), token: metricsToken });
  router.add("GET", "/ws", upgradeRequired()).add("GET", "/openapi.json", openApiRoute(document));
  return { router, document };
}
