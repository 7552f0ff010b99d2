import { describe, expect, it } from "vitest";
import { Router } from "../../../src/http/routing/router.ts";
import { requestOf } from "../request-of.ts";

/** A router whose handlers answer with the pattern that was found. */
function routerOf(...routes: readonly (readonly [string, string])[]): Router {
  const router = new Router();
  for (const [method, pattern] of routes) router.add(method, pattern, () => ({ status: 200, body: pattern }));
  return router;
}

async function found(router: Router, method: string, path: string): Promise<unknown> {
  return (await router.handle(requestOf(method, path))).body;
}

describe("patterns", () => {
  const router = routerOf(
    ["GET", "/"],
    ["GET", "/auth/me"],
    ["GET", "/auth/:what"],
    ["GET", "/rooms/:room"],
    ["GET", "/rooms/:room/peers/:peer"],
    ["GET", "/rooms/lobby/peers"],
    ["GET", "/files/*"],
    ["GET", "/*"],
  );

  it.each([
    ["/", "/"],
    ["/auth/me", "/auth/me"],
    ["/auth/you", "/auth/:what"],
    ["/rooms/lobby", "/rooms/:room"],
    ["/rooms/lobby/peers", "/rooms/lobby/peers"],
    ["/rooms/lobby/peers/7", "/rooms/:room/peers/:peer"],
    ["/files/", "/files/*"],
    ["/files/a/b.css", "/files/*"],
    ["/files", "/*"],
    ["/auth/me/", "/*"],
    ["/rooms/", "/*"],
    ["/rooms/a/b", "/*"],
    ["//auth/me", "/*"],
    ["/AUTH/me", "/*"],
  ])("leads %s to %s", async (path, pattern) => {
    expect(await found(router, "GET", path)).toBe(pattern);
  });

  it("gives what the wildcards took by name, decoded already", () => {
    const match = router.match("GET", "/rooms/a b/peers/é");
    expect(match).toMatchObject({ found: "handler", params: { room: "a b", peer: "é" } });
    expect(router.match("GET", "/files/a/b.css")).toMatchObject({ params: { "*": "a/b.css" } });
  });

  it("takes a path that is written as a pattern for a path", () => {
    expect(router.match("GET", "/rooms/:room")).toMatchObject({
      found: "handler",
      params: { room: ":room" },
    });
    expect(router.match("GET", "/files/*")).toMatchObject({ found: "handler", params: { "*": "*" } });
  });

  it("hands them to the handler in the request", async () => {
    const echo = new Router().add("GET", "/:a/:b", ({ params }) => ({
      status: 200,
      body: JSON.stringify(params),
    }));
    expect(await found(echo, "GET", "/x/y")).toBe('{"a":"x","b":"y"}');
  });

  it("keeps the names of one pattern apart from another's at the same place", () => {
    const both = routerOf(["GET", "/:a"], ["GET", "/:b/c"]);
    expect(both.match("GET", "/1")).toMatchObject({ params: { a: "1" } });
    expect(both.match("GET", "/1/c")).toMatchObject({ params: { b: "1" } });
  });

  it.each(["", "a", "/:", "/:1", "/a:b", "/*/a", "/a*", "/:a/*b", "/**"])(
    "refuses the pattern %j",
    (pattern) => {
      expect(() => new Router().add("GET", pattern, () => ({ status: 200 }))).toThrow(TypeError);
    },
  );

  it("tells the handler which pattern it was", async () => {
    const seen: unknown[] = [];
    const watching = new Router()
      .add("GET", "/rooms/:room", (request) => ({ status: 200, body: request.route }))
      .add("GET", "/healthz", (request) => ({ status: 200, body: request.route }));
    const asked = [
      ["GET", "/rooms/7"],
      ["HEAD", "/healthz"],
      ["PUT", "/rooms/7"],
      ["OPTIONS", "/healthz"],
      ["GET", "/no"],
    ];
    for (const [method, path] of asked) {
      const request = requestOf(method!, path!);
      await watching.handle(request);
      seen.push(request.route);
    }
    expect(await found(watching, "GET", "/rooms/7")).toBe("/rooms/:room");
    expect(seen).toEqual(["/rooms/:room", "/healthz", "/rooms/:room", "/healthz", undefined]);
  });

  it("are listed as they were added", () => {
    expect(routerOf(["POST", "/b"], ["GET", "/a/:x"], ["GET", "/b"]).routes).toEqual([
      { method: "POST", pattern: "/b" },
      { method: "GET", pattern: "/a/:x" },
      { method: "GET", pattern: "/b" },
    ]);
  });

  it("gives a path without wildcards no parameters, and nobody may add any", () => {
    const match = routerOf(["GET", "/a"]).match("GET", "/a");
    expect(match).toMatchObject({ found: "handler", params: {} });
    expect(Object.isFrozen((match as { params: object }).params)).toBe(true);
  });

  it("refuses a second handler for one method and pattern", () => {
    expect(() => routerOf(["GET", "/a"], ["GET", "/a"])).toThrow(TypeError);
  });
});

describe("RFC 9110 §9 methods", () => {
  const router = routerOf(["GET", "/a"], ["POST", "/a"], ["POST", "/b"], ["DELETE", "/:c"], ["GET", "/*"]);

  it("answers 404 where no pattern leads", async () => {
    const response = await routerOf(["GET", "/a"]).handle(requestOf("GET", "/b"));
    expect(response.status).toBe(404);
    expect(JSON.parse(response.body as string)).toMatchObject({ status: 404, code: "http/not-found" });
  });

  it.each([
    ["PUT", "/a", "GET, HEAD, OPTIONS, POST"],
    ["GET", "/b", "OPTIONS, POST"],
    ["HEAD", "/b", "OPTIONS, POST"],
    ["GET", "/c", "DELETE, OPTIONS"],
    ["POST", "/c/d", "GET, HEAD, OPTIONS"],
    ["get", "/a", "GET, HEAD, OPTIONS, POST"],
  ])("answers %s %s with 405 and Allow: %s (§15.5.6)", async (method, path, allow) => {
    const response = await router.handle(requestOf(method, path));
    expect(response.status).toBe(405);
    expect(response.headers?.allow).toBe(allow);
  });

  it("lets GET answer HEAD (§9.3.2)", async () => {
    expect(await found(router, "HEAD", "/a")).toBe("/a");
  });

  it("prefers a handler of HEAD's own", async () => {
    const own = routerOf(["GET", "/a"]).add("HEAD", "/a", () => ({ status: 200, body: "own" }));
    expect(await found(own, "HEAD", "/a")).toBe("own");
  });

  it("answers OPTIONS with Allow (§9.3.7)", async () => {
    expect(await router.handle(requestOf("OPTIONS", "/a"))).toEqual({
      status: 204,
      headers: { allow: "GET, HEAD, OPTIONS, POST" },
    });
  });

  it("answers OPTIONS * and nothing else of that form", async () => {
    expect((await router.handle(requestOf("OPTIONS", "*"))).status).toBe(204);
    expect((await router.handle(requestOf("GET", "*"))).status).toBe(404);
  });
});
