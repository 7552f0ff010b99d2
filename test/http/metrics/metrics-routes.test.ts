import { describe, expect, it } from "vitest";
import { HttpProblem } from "../../../src/http/message/problem.ts";
import type { HttpResponse } from "../../../src/http/message/response.ts";
import { Metrics } from "../../../src/http/metrics/metrics.ts";
import { metricsOperation, metricsRoutes } from "../../../src/http/metrics/metrics-routes.ts";
import { openApiDocument, openApiOperation, openApiRoute } from "../../../src/http/openapi/openapi.ts";
import { healthOperation, healthRoutes } from "../../../src/http/routing/health-routes.ts";
import { Router } from "../../../src/http/routing/router.ts";
import { requestOf } from "../request-of.ts";

const metrics = new Metrics();
metrics.counter({ name: "a_total", help: "One." });
const token = "0123456789abcdef";

async function ask(configured: string | undefined, authorization?: string): Promise<HttpResponse> {
  const router = metricsRoutes(new Router(), { metrics, token: configured });
  const fields = authorization === undefined ? {} : { authorization };
  try {
    return await router.handle(requestOf("GET", "/metrics", fields));
  } catch (error) {
    if (error instanceof HttpProblem) return error.response;
    throw error;
  }
}

describe("GET /metrics", () => {
  it("answers who sends the token", async () => {
    expect(await ask(token, `Bearer ${token}`)).toEqual({
      status: 200,
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
      body: "# HELP a_total One.\n# TYPE a_total counter\na_total 0\n",
    });
  });

  it.each<[string, string | undefined, string, string]>([
    ["nothing", undefined, "auth/missing-credentials", 'Bearer realm="metrics"'],
    ["another scheme", "Basic YTpi", "auth/missing-credentials", 'Bearer realm="metrics"'],
    [
      "another token",
      "Bearer 0123456789abcdeg",
      "token/invalid",
      'Bearer realm="metrics", error="invalid_token"',
    ],
    [
      "a part of it",
      "Bearer 0123456789abcde",
      "token/invalid",
      'Bearer realm="metrics", error="invalid_token"',
    ],
    ["more than it", `Bearer ${token}f`, "token/invalid", 'Bearer realm="metrics", error="invalid_token"'],
    ["what is no token", "Bearer 0 1", "token/invalid", 'Bearer realm="metrics", error="invalid_token"'],
  ])("answers 401 to who sends %s", async (_what, authorization, code, challenge) => {
    const response = await ask(token, authorization);
    expect(response.status).toBe(401);
    expect(response.headers?.["www-authenticate"]).toContain(challenge);
    expect(JSON.parse(response.body as string)).toMatchObject({ code });
  });

  it.each([undefined, `Bearer ${token}`, "Bearer public"])(
    "is closed without a token: %s",
    async (authorization) => {
      const response = await ask(undefined, authorization);
      expect(response.status).toBe(403);
      expect(JSON.parse(response.body as string)).toMatchObject({
        code: "auth/metrics-closed",
        detail: expect.stringContaining("Start the server with a token"),
      });
    },
  );

  it.each([undefined, "Bearer anything", "Basic YTpi"])(
    "is open where that was said: %s",
    async (authorization) => {
      expect((await ask("public", authorization)).status).toBe(200);
    },
  );

  it.each(["", "short", "PUBLIC", "0123456789abcde", "0123456789 abcdef", "0123456789äbcdef"])(
    "refuses to take %j for a token",
    (configured) => {
      expect(() => metricsRoutes(new Router(), { metrics, token: configured })).toThrow(TypeError);
    },
  );
});

describe("the descriptions of the routes for those who run a server", () => {
  it("are those of the routes", () => {
    const operations = [healthOperation, metricsOperation, openApiOperation];
    const document = openApiDocument({
      title: "t",
      version: "1",
      operations,
      tags: { server: "Its state." },
    });
    const router = healthRoutes(metricsRoutes(new Router(), { metrics }));
    router.add("GET", "/openapi.json", openApiRoute(document));
    const described = operations.map(({ method, pattern }) => `${method} ${pattern}`);
    expect(router.routes.map(({ method, pattern }) => `${method} ${pattern}`).toSorted()).toEqual(
      described.toSorted(),
    );
  });

  it("say what GET /healthz answers", async () => {
    const response = await healthRoutes(new Router()).handle(requestOf("GET", "/healthz"));
    expect(response).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(Object.keys(healthOperation.responses)).toEqual([String(response.status)]);
  });
});
