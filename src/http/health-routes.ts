/**
 * What those who run the server ask it.
 */
import { jsonResponse } from "./response.ts";
import type { Router } from "./router.ts";

/** Adds `GET /healthz`: 200 while the server takes requests. */
export function healthRoutes(router: Router): Router {
  const ok = jsonResponse(200, { status: "ok" }, { "cache-control": "no-store" });
  return router.add("GET", "/healthz", () => ok);
}
