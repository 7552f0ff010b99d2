import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../src/http/message/handler.ts";
import { HttpProblem } from "../../../src/http/message/problem.ts";
import type { HttpResponse } from "../../../src/http/message/response.ts";
import { Router } from "../../../src/http/routing/router.ts";
import type { HttpExchange } from "../../../src/http/server/exchange-options.ts";
import { requestIds } from "../../../src/http/server/request-id.ts";
import { HttpServer } from "../../../src/http/server/server.ts";
import { eventually, exchange, head, serve, Wire } from "../wire.ts";

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

describe("a handler that answers at once", () => {
  it("is answered before anything else has its turn", async () => {
    const order: string[] = [];
    const { server, port } = await serve(() => {
      queueMicrotask(() => order.push("microtask"));
      return { status: 200, body: "ok" };
    });
    server.node.on("request", (_message, response) => order.push(`sent: ${response.headersSent}`));
    expect((await exchange(port, get())).body).toBe("ok");
    expect(order).toEqual(["sent: true", "microtask"]);
  });

  it("leaves the connection to the next request, with content that it did not read", async () => {
    const { port } = await serve(() => ({ status: 200, body: "ok" }));
    const wire = await Wire.to(port);
    const fields = ["Host: a", "Transfer-Encoding: chunked"];
    wire.send(`${head("POST / HTTP/1.1", ...fields)}2\r\n{}\r\n0\r\n\r\n${get()}`);
    expect((await wire.rest()).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  it.each([
    ["nothing", undefined],
    ["a number for content", { status: 200, body: 5 }],
    ["a status that is none", { status: 99 }],
    ["a promise of nothing", Promise.resolve(undefined)],
  ])("with %s is answered with 500", async (_what, answer) => {
    const { port, lines } = await serve(() => answer as unknown as HttpResponse);
    expect((await exchange(port, get())).status).toBe(500);
    expect(lines.map(({ event }) => event)).toEqual(["http.failed", "http.request"]);
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

describe("who asks", () => {
  const trustedProxies = { addresses: ["127.0.0.1"] };
  const whoAsks = (request: HttpRequest): HttpResponse => ({
    status: 200,
    body: `${request.remoteAddress} ${request.clientAddress}`,
  });

  it("is the peer, whatever a field says that nobody vouches for", async () => {
    const { port } = await serve(whoAsks);
    const request = get("/", "X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1");
    expect((await exchange(port, request)).body).toBe("127.0.0.1 127.0.0.1");
  });

  it("is whom a trusted proxy names in its field, and in the log", async () => {
    const { port, lines } = await serve(whoAsks, {}, { trustedProxies });
    const request = get(
      "/",
      "X-Forwarded-For: 8.8.8.8",
      "Forwarded: for=8.8.4.4",
      "X-Forwarded-For: 192.0.2.1",
    );
    expect((await exchange(port, request)).body).toBe("127.0.0.1 192.0.2.1");
    expect(lines).toMatchObject([{ event: "http.request", fields: { address: "192.0.2.1" } }]);
  });

  it("is read from Forwarded alone where that is the field", async () => {
    const options = { trustedProxies: { ...trustedProxies, field: "forwarded" as const } };
    const { port } = await serve(whoAsks, {}, options);
    const request = get("/", "X-Forwarded-For: 8.8.8.8", 'Forwarded: for="[2001:db8::1]:1"');
    expect((await exchange(port, request)).body).toBe("127.0.0.1 2001:db8::1");
  });

  it("may have any number of connections through a trusted proxy", async () => {
    const limits = { maxConnectionsPerAddress: 1 };
    const { port } = await serve(whoAsks, limits, { trustedProxies });
    await Wire.to(port);
    expect((await exchange(port, get())).status).toBe(200);
  });

  it("is refused to be known from proxies that are no addresses", () => {
    const options = { handler: whoAsks, trustedProxies: { addresses: ["proxy.internal"] } };
    expect(() => new HttpServer(options)).toThrow(TypeError);
  });
});

describe("the name of a request", () => {
  const name = ({ id }: HttpRequest): HttpResponse => ({ status: 200, body: id });
  const given = "X-Request-Id: 0123abcd-proxy_1";

  it("is the handler's, the response's and the log's", async () => {
    const options = { requestId: requestIds("test-id") };
    const { port, lines } = await serve(name, {}, options);
    const response = await exchange(port, get());
    expect(response.body).toBe("test-id-1");
    expect(response.headers.get("x-request-id")).toBe("test-id-1");
    expect(lines).toMatchObject([{ fields: { id: "test-id-1" } }]);
    expect((await exchange(port, get("/a%2fb"))).headers.get("x-request-id")).toBe("test-id-2");
  });

  it("is in the lines of a failure", async () => {
    const { port, lines } = await serve(() => Promise.reject(new Error("no")));
    const response = await exchange(port, get());
    const id = response.headers.get("x-request-id");
    expect(lines).toMatchObject([
      { event: "http.failed", fields: { id } },
      { event: "http.request", fields: { id } },
    ]);
  });

  it("is another for each request, and each server", async () => {
    const [first, second] = [await serve(name), await serve(name)];
    const ids = [first.port, first.port, second.port].map(async (port) => (await exchange(port, get())).body);
    expect(new Set(await Promise.all(ids)).size).toBe(3);
  });

  it("is a trusted proxy's, and nobody else's", async () => {
    const untrusted = await serve(name);
    expect((await exchange(untrusted.port, get("/", given))).body).not.toBe("0123abcd-proxy_1");
    const trusted = await serve(name, {}, { trustedProxies: { addresses: ["127.0.0.0/8"] } });
    const response = await exchange(trusted.port, get("/", given));
    expect(response.body).toBe("0123abcd-proxy_1");
    expect(response.headers.get("x-request-id")).toBe("0123abcd-proxy_1");
  });

  it.each(["X-Request-Id: a b c d e f", "X-Request-Id: short", `X-Request-Id: ${"x".repeat(65)}`])(
    "is ours behind a trusted proxy that sends %j",
    async (field) => {
      const { port } = await serve(name, {}, { trustedProxies: { addresses: ["127.0.0.1"] } });
      expect((await exchange(port, get("/", field))).body).toMatch(/^[\w-]{8}-1$/);
      expect((await exchange(port, get("/", given, given))).body).toMatch(/^[\w-]{8}-2$/);
    },
  );
});

describe("what is told of an exchange", () => {
  it("is its method, route, status and time, once", async () => {
    const exchanges: HttpExchange[] = [];
    const router = new Router().add("GET", "/rooms/:room", () => ({ status: 200, body: "room" }));
    const options = { onExchange: (told: HttpExchange) => exchanges.push(told) };
    const { port, lines } = await serve(router.handle, {}, options);
    await exchange(port, get("/rooms/secret"));
    await exchange(port, get("/nowhere"));
    const seconds = expect.any(Number);
    expect(exchanges).toEqual([
      { method: "GET", route: "/rooms/:room", status: 200, seconds, aborted: false },
      { method: "GET", route: undefined, status: 404, seconds, aborted: false },
    ]);
    expect(lines).toMatchObject([
      { fields: { route: "/rooms/:room", bytes: 4 } },
      { fields: { status: 404 } },
    ]);
  });

  it("is that it was aborted when the client had left", async () => {
    const exchanges: HttpExchange[] = [];
    let answer!: (response: HttpResponse) => void;
    const answered = new Promise<HttpResponse>((resolve) => {
      answer = resolve;
    });
    let entered = false;
    const handler = ({ signal }: HttpRequest): Promise<HttpResponse> => {
      entered = true;
      signal.addEventListener("abort", () => answer({ status: 200 }));
      return answered;
    };
    const options = { onExchange: (told: HttpExchange) => exchanges.push(told) };
    const { port, lines } = await serve(handler, {}, options);
    const wire = await Wire.to(port);
    wire.send(get());
    await eventually(() => entered).toBe(true);
    wire.socket.destroy();
    await eventually(() => exchanges).toMatchObject([{ status: 200, aborted: true }]);
    expect(lines.map(({ event }) => event)).toEqual(["http.aborted"]);
  });

  it("harms nobody when it is not taken well", async () => {
    const onExchange = (): never => {
      throw new Error("no");
    };
    const { port, lines } = await serve(() => ({ status: 204 }), {}, { onExchange });
    expect((await exchange(port, get())).status).toBe(204);
    await eventually(() => lines.map(({ event }) => event)).toEqual(["http.request", "http.failed"]);
  });
});

describe("RFC 6797 §7.1 Strict-Transport-Security", () => {
  const ok = (): HttpResponse => ({ status: 200 });

  it("is sent when the server is told to, with what it refuses by itself too", async () => {
    const strictTransportSecurity = { maxAgeSeconds: 600, includeSubDomains: true };
    const { port } = await serve(ok, { lingerTimeout: 100 }, { strictTransportSecurity });
    for (const request of [get(), "garbage\r\n\r\n"]) {
      const { headers } = await exchange(port, request);
      expect(headers.get("strict-transport-security")).toBe("max-age=600; includeSubDomains");
    }
  });

  it("is for whoever ends TLS otherwise", async () => {
    expect((await answerOf({ status: 200 })).headers.has("strict-transport-security")).toBe(false);
  });
});
