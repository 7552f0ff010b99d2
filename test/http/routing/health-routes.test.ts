import { expect, it } from "vitest";
import { type HealthReport, healthRoutes } from "../../../src/http/routing/health-routes.ts";
import { Router } from "../../../src/http/routing/router.ts";
import { serve } from "../wire.ts";

it.each<[HealthReport | undefined]>([
  [undefined],
  [{ status: "ok", rooms: "shared" }],
  [{ status: "degraded", rooms: "local" }],
])(
  "a server that takes requests answers 200 at /healthz, whatever else there is to say: %j",
  async (report) => {
    const { origin } = await serve(healthRoutes(new Router(), report && (() => report)).handle);
    const response = await fetch(`${origin}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, report ?? { status: "ok" }]);
    expect(response.headers.get("cache-control")).toBe("no-store");
  },
);
