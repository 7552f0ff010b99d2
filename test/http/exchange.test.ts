import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { HttpProblem } from "../../src/http/problem.ts";
import type { HttpResponse } from "../../src/http/response.ts";
import { exchange, head, serve } from "./wire.ts";

const get = (target = "/", ...fields: readonly string[]): string =>
  head(`GET ${target} HTTP/1.1`, "Host: a", "Connection: close", ...fields);

async function answerOf(response: HttpResponse, request = get()): ReturnType<typeof exchange> {
  const { port } = await serve(() => response);
  return exchange(port, request);
}

describe("a response", () => {
  it("is sent with its length and the fields that keep browsers from misusing it", async () => {
    const { status, headers, body } = await answerOf({ status: 200, headers: { "x-a": "1" }, body: "é" });
    expect(status).toBe(200);
    expect(body).toBe(Buffer.from("é").toString("latin1"));
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-a": "1",
      "content-length": "2",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    });
  });

  it("has a line for each cookie", async () => {
    const { port } = await serve(() => ({ status: 200, headers: { "set-cookie": ["a=1", "b=2"] } }));
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it("of 204 has no length, of 200 without content has length 0 (RFC 9112 §6.3)", async () => {
    expect((await answerOf({ status: 204 })).headers.has("content-length")).toBe(false);
    expect((await answerOf({ status: 200 })).headers.get("content-length")).toBe("0");
  });

  it("to HEAD has the length and no content (RFC 9110 §9.3.2)", async () => {
    const request = head("HEAD / HTTP/1.1", "Host: a", "Connection: close");
    const response = await answerOf({ status: 200, body: "content" }, request);
    expect(response.headers.get("content-length")).toBe("7");
    expect(response.body).toBe("");
  });

  it("is a stream with a length, or in chunks without", async () => {
    const sized = {
      status: 200,
      headers: { "content-length": "3" },
      body: Readable.from([Buffer.from("abc")]),
    };
    expect((await answerOf(sized)).body).toBe("abc");
    const unsized = await answerOf({ status: 200, body: Readable.from([Buffer.from("abc")]) });
    expect(unsized.headers.get("transfer-encoding")).toBe("chunked");
    expect(unsized.body).toBe("3\r\nabc\r\n0\r\n\r\n");
  });

  it("to HEAD does not read its stream, and closes it", async () => {
    const body = Readable.from([Buffer.from("abc")]);
    const request = head("HEAD / HTTP/1.1", "Host: a", "Connection: close");
    expect((await answerOf({ status: 200, body }, request)).body).toBe("");
    expect(body.destroyed).toBe(true);
  });

  it("is cut off when its stream fails, so that nobody takes it for whole", async () => {
    const body = Readable.from(
      (async function* () {
        yield Buffer.from("abc");
        throw new Error("disk on fire");
      })(),
    );
    const text = (await answerOf({ status: 200, body })).body;
    expect(text).not.toContain("\r\n0\r\n");
  });

  it("with a field that HTTP cannot carry becomes 500 (RFC 9110 §5.5)", async () => {
    const { status, headers } = await answerOf({
      status: 200,
      headers: { location: "/a\r\nSet-Cookie: b=1" },
    });
    expect(status).toBe(500);
    expect(headers.has("set-cookie")).toBe(false);
  });
});

describe("a handler that throws", () => {
  it("is answered with 500 without details, and with details in the log", async () => {
    const { port, lines } = await serve(() => {
      throw new Error("the hamster died");
    });
    const response = await exchange(port, get("/a?token=secret"));
    expect(response.status).toBe(500);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.body).not.toContain("hamster");
    expect(lines[0]).toMatchObject({
      level: "error",
      event: "http.failed",
      fields: { method: "GET", path: "/a", error: expect.stringContaining("the hamster died") },
    });
  });

  it("is answered with 500 when it rejects with anything", async () => {
    const { port } = await serve(() => Promise.reject("no error at all"));
    expect((await exchange(port, get())).status).toBe(500);
  });

  it("is answered as its HttpProblem says, without a line of failure", async () => {
    const { port, lines } = await serve(() => {
      throw new HttpProblem(503, "http/unavailable", "Later.", { "retry-after": "7" });
    });
    const response = await exchange(port, get());
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(lines.map(({ event }) => event)).toEqual(["http.request"]);
  });
});

describe("a request", () => {
  it("reaches the handler with its path, query, fields and peer", async () => {
    const { port } = await serve(({ method, path, query, headers, remoteAddress }) => ({
      status: 200,
      body: JSON.stringify({
        method,
        path,
        q: query.getAll("q"),
        host: headers.host,
        x: headers["x-a"],
        remoteAddress,
      }),
    }));
    const response = await exchange(port, get("/caf%C3%A9?q=1&q=%20", "X-A: 1", "x-a: 2"));
    expect(JSON.parse(Buffer.from(response.body, "latin1").toString())).toEqual({
      method: "GET",
      path: "/café",
      q: ["1", " "],
      host: "a",
      x: "1, 2",
      remoteAddress: "127.0.0.1",
    });
  });

  it("in absolute form has the host of its target (RFC 9112 §3.2.2)", async () => {
    const { port } = await serve(({ path, headers }) => ({ status: 200, body: `${headers.host}${path}` }));
    expect((await exchange(port, get("http://b:81/c"))).body).toBe("b:81/c");
  });

  it.each([
    ["a path that could be read in two ways", get("/a%2fb"), "http/malformed-target"],
    ["a path that climbs", get("/../etc/passwd"), "http/malformed-target"],
    ["no Host", head("GET / HTTP/1.1", "Connection: close"), "http/missing-host"],
    ["two Hosts", get("/", "Host: b"), "http/duplicate-field"],
    [
      "two Authorizations",
      get("/", "Authorization: Bearer a", "Authorization: Bearer b"),
      "http/duplicate-field",
    ],
  ])("with %s is refused with 400", async (_what, request, code) => {
    const { port } = await serve(() => ({ status: 200 }));
    const response = await exchange(port, request);
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toMatchObject({ code });
  });

  it("leaves one line in the log, with nothing secret in it", async () => {
    const { port, lines } = await serve(() => ({ status: 204 }));
    const secrets = ["Authorization: Bearer secret", "Cookie: barewire_token=secret"];
    await exchange(port, get("/auth/me?access_token=secret", ...secrets));
    expect(lines).toEqual([
      {
        level: "info",
        event: "http.request",
        fields: {
          id: expect.stringMatching(/^[\w-]{8}-1$/),
          method: "GET",
          path: "/auth/me",
          route: undefined,
          status: 204,
          ms: expect.any(Number),
          bytes: 0,
          address: "127.0.0.1",
        },
      },
    ]);
  });
});
