/** All routes of a server with logins, on one router. */
import {
  apiDocument,
  authRoutes,
  healthRoutes,
  Metrics,
  type MintRoomToken,
  metricsRoutes,
  type OpenApiDocument,
  openApiRoute,
  Router,
  roomOperations,
  roomRoutes,
  roomSchemas,
  roomTags,
  upgradeRequired,
} from "../../src/http/index.ts";
import { filesSecret } from "./auth-client.ts";
import type { World } from "./auth-world.ts";
import { FakeRooms } from "./rooms/fake-rooms.ts";

export interface WholeApi {
  readonly router: Router;
  readonly document: OpenApiDocument;
  readonly rooms: FakeRooms;
}

const described = { operations: roomOperations, schemas: roomSchemas, tags: roomTags };

/** Without rate limits: what asks for everything at once would meet them. */
export function wholeApi(world: World, { metricsToken }: { readonly metricsToken: string }): WholeApi {
  const router = new Router();
  const document = apiDocument({ socketPath: "/ws", ...described });
  const resourceServers = [{ id: "files", secret: filesSecret }];
  authRoutes(router, { auth: world, resourceServers, limits: false });
  const rooms = new FakeRooms();
  let minted = 0;
  const mint: MintRoomToken = (request) =>
    world.roomTokens.issue(request, world.clock / 1000, `room-${++minted}`);
  roomRoutes(router, { auth: world, limits: false, rooms, mint, socketUrl: "wss://chat.example/ws" });
  healthRoutes(router);
  metricsRoutes(router, { metrics: new Metrics(), token: metricsToken });
  router.add("GET", "/ws", upgradeRequired()).add("GET", "/openapi.json", openApiRoute(document));
  return { router, document, rooms };
}
