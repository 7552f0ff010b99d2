/**
 * What those who run the server ask it.
 */

import { jsonResponse } from "../message/response.ts";
import type { Operation } from "../openapi/openapi-operation.ts";
import type { Router } from "./router.ts";

/** What there is to say besides; `degraded`: requests are taken, and something that they may need is not there. */
export interface HealthReport {
  readonly status: "ok" | "degraded";
  /** Whether rooms are shared with other server processes, as they should be; where there should be none, nothing. */
  readonly rooms?: "shared" | "local" | undefined;
}

/**
 * Adds `GET /healthz`: 200 while the server takes requests, degraded or not: to stop sending it any would leave nothing.
 *
 * @param health asked at each request; by default all is well
 */
export function healthRoutes(router: Router, health: () => HealthReport = () => ({ status: "ok" })): Router {
  return router.add("GET", "/healthz", () => jsonResponse(200, health(), { "cache-control": "no-store" }));
}

/** The description of {@link healthRoutes}. */
export const healthOperation: Operation = {
  method: "GET",
  pattern: "/healthz",
  id: "health",
  summary: "Whether the server takes requests",
  tags: ["server"],
  security: [{ scheme: "none" }],
  responses: {
    200: {
      description: "It does, with all that it needs or `degraded`.",
      content: {
        "application/json": {
          type: "object",
          required: ["status"],
          properties: { status: { enum: ["ok", "degraded"] }, rooms: { enum: ["shared", "local"] } },
        },
      },
    },
  },
};
