import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../src/http/message/handler.ts";
import { HttpProblem } from "../../../src/http/message/problem.ts";
import type { HttpResponse } from "../../../src/http/message/response.ts";
import { type CorsOptions, cors } from "../../../src/http/routing/cors.ts";
import { Router } from "../../../src/http/routing/router.ts";
import { requestOf } from "../request-of.ts";

const app = "https://app.example";
const router = new Router()
  .add("GET", "/auth/me", () => ({ status: 200, headers: { etag: '"1"' } }))
  .add("DELETE", "/auth/me", () => ({ status: 204, headers: { vary: "Accept" } }))
  .add("GET", "/openapi.json", () => ({ status: 200 }))
  .add("GET", "/fails", () => {
    throw new HttpProblem(403, "http/cross-origin", "No.", { vary: "Accept" });
  })
  .add("GET", "/later", async () => ({ status: 200 }))
  .add("GET", "/refuses-later", async () => {
    throw new HttpProblem(403, "http/cross-origin", "No.");
  })
  .add("GET", "/breaks", () => Promise.reject(new Error("a fault of ours")))
  .add("GET", "/breaks-at-once", () => {
    throw new Error("a fault of ours");
  });

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly origin?: string | undefined;
  /** Of a preflight. */
  readonly asks?: string;
}

function requestFor({ method = "GET", path = "/auth/me", origin, asks }: Asked): HttpRequest {
  return requestOf(method, path, {
    ...(origin !== undefined && { origin }),
    ...(asks !== undefined && { "access-control-request-method": asks }),
  });
}

async function answer(asked: Asked, options: Partial<CorsOptions> = {}): Promise<HttpResponse> {
  return cors(router.handle, { origins: [app], ...options })(requestFor(asked));
}

/** The fields of CORS, and what the answer varies by. */
function corsFields({ headers = {} }: HttpResponse): Readonly<Record<string, unknown>> {
  const entries = Object.entries(headers).filter(([name]) => /^(?:access-control-.*|vary)$/.test(name));
  return Object.fromEntries(entries);
}

const exposed = "ETag, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id";
const readable = {
  "access-control-allow-origin": app,
  "access-control-allow-credentials": "true",
  "access-control-expose-headers": exposed,
  vary: "Origin",
};
const permitted = {
  "access-control-allow-origin": app,
  "access-control-allow-credentials": "true",
  "access-control-allow-methods": "DELETE",
  "access-control-allow-headers": "Authorization, Content-Type, If-None-Match, X-Request-Id",
  "access-control-max-age": "600",
  vary: "Origin",
};
const nothing = { vary: "Origin" };
const forAnybody = { "access-control-allow-origin": "*", "access-control-expose-headers": "*" };
const preflightForAnybody = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "access-control-max-age": "600",
};

describe("Fetch §3.3 CORS protocol", () => {
  it.each<[string, Asked, number, object]>([
    ["a listed origin", { origin: app }, 200, readable],
    ["a listed origin where nothing is", { origin: app, path: "/nowhere" }, 404, readable],
    ["a listed origin with a method that is not there", { origin: app, method: "PUT" }, 405, readable],
    ["a listed origin's preflight", { origin: app, method: "OPTIONS", asks: "DELETE" }, 204, permitted],
    [
      "its preflight where nothing is",
      { origin: app, method: "OPTIONS", asks: "GET", path: "/no" },
      204,
      permitted,
    ],
    ["a listed origin's OPTIONS that is no preflight", { origin: app, method: "OPTIONS" }, 204, readable],
    ["no origin", {}, 200, nothing],
    ["no origin's OPTIONS", { method: "OPTIONS", asks: "DELETE" }, 204, nothing],
    ["another origin", { origin: "https://evil.example" }, 200, nothing],
    [
      "another origin's preflight",
      { origin: "https://evil.example", method: "OPTIONS", asks: "DELETE" },
      204,
      nothing,
    ],
    ["another scheme", { origin: "http://app.example" }, 200, nothing],
    ["another port", { origin: `${app}:8443` }, 200, nothing],
    ["the default port, which no browser writes", { origin: `${app}:443` }, 200, nothing],
    ["a listed origin with a slash", { origin: `${app}/` }, 200, nothing],
    ["a listed origin in capitals", { origin: "https://APP.example" }, 200, nothing],
    ["a domain below", { origin: "https://x.app.example" }, 200, nothing],
    ["a domain that begins alike", { origin: "https://app.example.evil" }, 200, nothing],
    ["a domain that ends alike", { origin: "https://evilapp.example" }, 200, nothing],
    ["null", { origin: "null" }, 200, nothing],
    ["a star", { origin: "*" }, 200, nothing],
    ["nothing in it", { origin: "" }, 200, nothing],
    ["two origins", { origin: `${app}, ${app}` }, 200, nothing],
    [
      "anybody who reads what is public",
      { origin: "https://evil.example", path: "/openapi.json" },
      200,
      forAnybody,
    ],
    ["null who reads what is public", { origin: "null", path: "/openapi.json" }, 200, forAnybody],
    ["nobody's page that reads what is public", { path: "/openapi.json" }, 200, forAnybody],
    ["a listed origin that reads what is public", { origin: app, path: "/openapi.json" }, 200, forAnybody],
    [
      "a preflight for what is public",
      { origin: "null", path: "/openapi.json", method: "OPTIONS", asks: "GET" },
      204,
      preflightForAnybody,
    ],
  ])("for %s", async (_whose, asked, status, fields) => {
    const response = await answer(asked);
    expect(response.status).toBe(status);
    expect(corsFields(response)).toEqual(fields);
  });

  it("leaves the router's own answer to OPTIONS to those it does not know", async () => {
    const response = await answer({ origin: "null", method: "OPTIONS", asks: "DELETE" });
    expect(response.headers?.allow).toBe("DELETE, GET, HEAD, OPTIONS");
  });

  it("lets a page read the problem that a handler threw", async () => {
    const response = await answer({ origin: app, path: "/fails" });
    expect(response).toMatchObject({ status: 403, headers: { ...readable, vary: "Accept, Origin" } });
  });

  it("keeps what an answer varies by already (RFC 9110 §12.5.5)", async () => {
    expect((await answer({ origin: app, method: "DELETE" })).headers?.vary).toBe("Accept, Origin");
    expect((await answer({ method: "DELETE" })).headers?.vary).toBe("Accept, Origin");
  });

  it("does the same for a handler that answers later", async () => {
    expect(await answer({ origin: app, path: "/later" })).toMatchObject({ status: 200, headers: readable });
    expect(await answer({ origin: app, path: "/refuses-later" })).toMatchObject({
      status: 403,
      headers: readable,
    });
  });

  it("answers at once where the handler does", () => {
    expect(cors(router.handle, { origins: [app] })(requestFor({ origin: app }))).not.toBeInstanceOf(Promise);
  });

  it("leaves faults of ours to the server", async () => {
    for (const path of ["/breaks", "/breaks-at-once"]) {
      await expect(answer({ origin: app, path })).rejects.toThrow("a fault of ours");
    }
  });

  it("says nothing at all when no origin is listed, but of what is public", async () => {
    const asked = { origin: app };
    expect(corsFields(await answer(asked, { origins: [] }))).toEqual({});
    expect(corsFields(await answer({ ...asked, path: "/openapi.json" }, { origins: [] }))).toEqual(
      forAnybody,
    );
  });

  it("takes what may be done and read from its options", async () => {
    const options = {
      publicPaths: ["/auth/me"],
      methods: ["PUT", "PATCH"],
      requestFields: ["X-A"],
      responseFields: ["X-B"],
      maxAgeSeconds: 0,
    };
    expect(corsFields(await answer({ origin: app }, options))).toEqual(forAnybody);
    expect(corsFields(await answer({ origin: app, path: "/openapi.json" }, options))).toEqual({
      ...readable,
      "access-control-expose-headers": "X-B",
    });
    const preflight = { origin: app, path: "/openapi.json", method: "OPTIONS", asks: "PUT" };
    expect(corsFields(await answer(preflight, options))).toEqual({
      ...permitted,
      "access-control-allow-methods": "PUT, PATCH",
      "access-control-allow-headers": "X-A",
      "access-control-max-age": "0",
    });
  });
});

describe("origins in the list", () => {
  it.each([
    "https://app.example",
    "http://localhost:5173",
    "http://127.0.0.1:8080",
    "http://[::1]:8080",
    "tauri://localhost",
  ])("may be %s", async (origin) => {
    const response = await answer({ origin }, { origins: [origin] });
    expect(response.headers?.["access-control-allow-origin"]).toBe(origin);
  });

  it.each([
    "null",
    "*",
    "",
    "app.example",
    "https://",
    "https://app.example/",
    "https://app.example/app",
    "https://app.example:443",
    "https://APP.example",
    "https://*.example",
    "https://user@app.example",
    "tauri://localhost/",
    "file://",
  ])("may not be %j, which no browser would send or everybody's could", (origin) => {
    expect(() => cors(router.handle, { origins: [origin] })).toThrow(TypeError);
  });

  it("are no use without a number of seconds", () => {
    expect(() => cors(router.handle, { origins: [app], maxAgeSeconds: 1.5 })).toThrow(RangeError);
  });
});
