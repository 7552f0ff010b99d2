/**
 * What those who run the server ask it.
 */

import { jsonResponse } from "../message/response.ts";
import type { Operation } from "../openapi/openapi-operation.ts";
import type { Router } from "./router.ts";

/** Adds `GET /healthz`: 200 while the server takes requests. */
export function healthRoutes(router: Router): Router {
  const ok = jsonResponse(200, { status: "ok" }, { "cache-control": "no-store" });
  return router.add("GET", "/healthz", () => ok);
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
      description: "It does.",
      content: {
        "application/json": {
          type: "object",
          required: ["status"],
          properties: { status: { const: "ok" } },
        },
      },
    },
  },
};
