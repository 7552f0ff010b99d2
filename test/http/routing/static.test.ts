import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Handler, HttpRequest } from "../../../src/http/message/handler.ts";
import type { HttpResponse } from "../../../src/http/message/response.ts";
import { Router } from "../../../src/http/routing/router.ts";
import { staticFiles } from "../../../src/http/routing/static.ts";
import { requestOf } from "../request-of.ts";
import { eventually, exchange, head, serve } from "../wire.ts";

let folder: string;
let handler: Handler;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-static-"));
  const root = join(folder, "root");
  await mkdir(join(root, "sub", "empty"), { recursive: true });
  await mkdir(join(folder, "root-beside"));
  await Promise.all([
    writeFile(join(root, "index.html"), "<!doctype html>"),
    writeFile(join(root, "app.js"), "export {};"),
    writeFile(join(root, "empty.txt"), ""),
    writeFile(join(root, "large.bin"), Buffer.alloc(300_000, 7)),
    writeFile(join(root, "caf\u00e9.txt"), "coffee"),
    writeFile(join(root, ".env"), "SECRET=1"),
    writeFile(join(root, "sub", "index.html"), "sub"),
    writeFile(join(folder, "secret.txt"), "secret"),
    writeFile(join(folder, "root-beside", "secret.txt"), "secret"),
  ]);
  await symlink(join(folder, "secret.txt"), join(root, "link.txt"));
  await symlink(folder, join(root, "up"));
  await symlink(join(folder, "root-beside"), join(root, "beside"));
  await symlink("loop", join(root, "loop"));
  await symlink("app.js", join(root, "alias.js"));
  execFileSync("mkfifo", [join(root, "fifo")]);
  handler = staticFiles(root);
});

afterAll(() => rm(folder, { recursive: true }));

/** Files are open until they are read; what a test does not read it must close. */
const opened: Readable[] = [];

afterEach(() => {
  for (const body of opened.splice(0)) body.destroy();
});

/** The handler's answer, its stream remembered. */
async function answerTo(request: HttpRequest, by: Handler = handler): Promise<HttpResponse> {
  const response = await by(request);
  if (response.body instanceof Readable) opened.push(response.body);
  return response;
}

async function ask(
  path: string,
  method = "GET",
  headers: Record<string, string> = {},
): Promise<HttpResponse> {
  return answerTo(requestOf(method, path, headers));
}

async function contentOf(response: HttpResponse): Promise<string> {
  return response.body instanceof Readable
    ? (await buffer(response.body)).toString()
    : String(response.body ?? "");
}

describe("a file", () => {
  it("is answered with its type, length, tag and content", async () => {
    const response = await ask("/app.js");
    expect(response).toMatchObject({
      status: 200,
      headers: {
        "content-type": "text/javascript; charset=utf-8",
        "content-length": "10",
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
        etag: expect.stringMatching(/^W\/"[0-9a-f-]+"$/),
        "content-security-policy": expect.stringContaining("script-src 'self'"),
      },
    });
    expect(await contentOf(response)).toBe("export {};");
  });

  it.each([
    ["/", "<!doctype html>"],
    ["/index.html", "<!doctype html>"],
    ["/sub/", "sub"],
    ["/caf\u00e9.txt", "coffee"],
    ["/alias.js", "export {};"],
    ["/empty.txt", ""],
  ])("of the path %s is found", async (path, content) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(await contentOf(response)).toBe(content);
  });

  it("is described to HEAD without its content", async () => {
    const response = await ask("/app.js", "HEAD");
    expect(response).toMatchObject({ status: 200, headers: { "content-length": "10" } });
    expect(response.body).toBeUndefined();
  });

  it("has the fields its server chose", async () => {
    const chosen = staticFiles(join(folder, "root"), { headers: { "x-a": "1" } });
    const response = await answerTo(requestOf("GET", "/app.js"), chosen);
    expect(response.headers).toMatchObject({ "x-a": "1" });
    expect(response.headers).not.toHaveProperty("content-security-policy");
  });

  it("is found below a prefix, under the index of its server's choice", async () => {
    const prefixed = staticFiles(join(folder, "root"), { prefix: "/files/", index: "app.js" });
    expect((await answerTo(requestOf("GET", "/files/"), prefixed)).headers).toMatchObject({
      "content-length": "10",
    });
    expect((await prefixed(requestOf("GET", "/app.js"))).status).toBe(404);
    expect((await prefixed(requestOf("GET", "/files"))).status).toBe(404);
  });

  it("that grows while it is sent is sent as long as it was announced", async () => {
    const path = join(folder, "root", "grows.txt");
    await writeFile(path, "12345");
    const response = await ask("/grows.txt");
    await writeFile(path, "1234567890");
    expect(response.headers).toMatchObject({ "content-length": "5" });
    expect(await contentOf(response)).toBe("12345");
  });
});

describe("RFC 9110 §13.1.2 a file that the client has", () => {
  it("is answered with 304, its tag, and neither type nor length nor content", async () => {
    const { etag } = (await ask("/app.js", "HEAD")).headers as { etag: string };
    const response = await ask("/app.js", "GET", { "if-none-match": etag });
    expect(response).toMatchObject({ status: 304, headers: { etag, "cache-control": "no-cache" } });
    expect(response.body).toBeUndefined();
    expect(response.headers).not.toHaveProperty("content-type");
    expect(response.headers).not.toHaveProperty("content-length");
    expect((await ask("/app.js", "HEAD", { "if-none-match": "*" })).status).toBe(304);
  });

  it("is sent again once it was written", async () => {
    const path = join(folder, "root", "written.txt");
    await writeFile(path, "1");
    const { etag } = (await ask("/written.txt", "HEAD")).headers as { etag: string };
    await utimes(path, 1, 1);
    const response = await ask("/written.txt", "GET", { "if-none-match": etag });
    expect(response.status).toBe(200);
    expect(await contentOf(response)).toBe("1");
  });
});

describe("what is no file below the root", () => {
  it.each([
    ["nothing", "/nothing.txt"],
    ["a folder without a slash", "/sub"],
    ["a folder without an index", "/sub/empty/"],
    ["a file as folder", "/app.js/"],
    ["a file below a file", "/app.js/x"],
    ["a FIFO", "/fifo"],
    ["a hidden file", "/.env"],
    ["a link out of the root", "/link.txt"],
    ["a file through a link out of the root", "/up/secret.txt"],
    ["a folder whose name begins like the root's", "/beside/secret.txt"],
    ["a link to itself", "/loop"],
    ["a parent", "/../secret.txt"],
    ["a parent further down", "/sub/../../secret.txt"],
    ["a parent that leads back", "/sub/../app.js"],
    ["a single dot", "/./app.js"],
    ["an empty name", "//app.js"],
    ["an absolute path", "//etc/passwd"],
    ["a backslash", "/..\\secret.txt"],
    ["a drive", "/C:/secret.txt"],
    ["a stream of NTFS", "/app.js::$DATA"],
    ["NUL", "/app.js\0.html"],
    ["a name longer than names can be", `/${"x".repeat(300)}`],
    ["a path longer than paths can be", "/x".repeat(5000)],
    ["a path without a slash", "app.js"],
    ["an empty path", ""],
  ])("is answered with 404: %s", async (_what, path) => {
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(response.headers?.["content-type"]).toBe("application/problem+json");
    expect(String(response.body)).not.toContain("secret");
  });

  it("is everything when there is no root", async () => {
    const nowhere = staticFiles(join(folder, "nowhere"));
    expect((await nowhere(requestOf("GET", "/"))).status).toBe(404);
  });
});

describe("files over HTTP", () => {
  const get = (path: string, ...fields: readonly string[]): string =>
    head(`GET ${path} HTTP/1.1`, "Host: a", "Connection: close", ...fields);

  it("arrive whole", async () => {
    const { port } = await serve(handler);
    const response = await exchange(port, get("/large.bin"));
    expect(response.headers.get("content-length")).toBe("300000");
    expect(response.body).toBe("\x07".repeat(300_000));
  });

  it.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/%252e%252e/secret.txt",
    "/sub/..;/secret.txt",
    "/app.js%00.html",
    "/%c0%ae%c0%ae/secret.txt",
    "/up/secret.txt",
    "//secret.txt",
    "http://a/../secret.txt",
    "/%2fetc/passwd",
  ])("do not escape by %s", async (path) => {
    const { port } = await serve(handler);
    const response = await exchange(port, get(path));
    expect([400, 404]).toContain(response.status);
    expect(response.body).not.toMatch(/^secret$|root:/);
  });

  it("answer GET and HEAD alone", async () => {
    const router = new Router().add("GET", "/*", handler);
    const { port } = await serve(router.handle);
    const response = await exchange(port, head("DELETE /app.js HTTP/1.1", "Host: a", "Connection: close"));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
  });

  it("leave no file open when their clients go away", async () => {
    const bodies: unknown[] = [];
    const { origin, lines } = await serve(async (request) => {
      const response = await handler(request);
      bodies.push(response.body);
      return response;
    });
    for (let i = 0; i < 20; i++) {
      const abort = new AbortController();
      const response = await fetch(`${origin}/large.bin`, { signal: abort.signal });
      abort.abort();
      await response.arrayBuffer().catch(() => {});
    }
    await eventually(() => lines.length).toBe(20);
    await eventually(() => bodies.filter((body) => !(body as Readable).closed)).toEqual([]);
  });
});
