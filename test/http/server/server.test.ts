import { once } from "node:events";
import { get as httpGet } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { HttpServer } from "../../../src/http/server/server.ts";
import { eventually, exchange, head, parseResponse, serve, Wire } from "../wire.ts";

const ok = (): { status: number; body: string } => ({ status: 200, body: "ok" });
const request = head("GET / HTTP/1.1", "Host: a");
const upgrade = head("GET /ws HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket");

/** A handler that waits until it is told to answer. */
function gate(): {
  handler: () => Promise<{ status: number; body: string }>;
  open: () => void;
  entered: Promise<void>;
} {
  let open!: () => void;
  let enter!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const entered = new Promise<void>((resolve) => {
    enter = resolve;
  });
  const handler = async (): Promise<{ status: number; body: string }> => {
    enter();
    await opened;
    return ok();
  };
  return { handler, open, entered };
}

describe("what is no request (RFC 9112 §2.2)", () => {
  it.each([
    ["another protocol", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"],
    ["garbage", "garbage\r\n\r\n"],
    ["another version", "GET / HTTP/9.9\r\nHost: a\r\n\r\n"],
    ["a space before a colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"],
    ["a folded field", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n"],
    ["NUL in a field", "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"],
    [
      "both lengths",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"],
    ["a negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"],
    ["a coding before chunked only", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nx"],
  ])("%s is answered with 400 and closed in order", async (_what, bytes) => {
    const { port } = await serve(ok, { lingerTimeout: 100 });
    const wire = await Wire.to(port);
    wire.send(bytes);
    const response = parseResponse(await wire.rest());
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("connection")).toBe("close");
    expect(response.headers.has("date")).toBe(true);
    expect(Number(response.headers.get("content-length"))).toBe(response.body.length);
    expect(wire.ended).toBe(true);
  });

  it("shows its refusal to a client that keeps sending", async () => {
    const { port } = await serve(ok, { lingerTimeout: 1_000 });
    const wire = await Wire.to(port);
    wire.socket.pause();
    await new Promise((resolve) => wire.socket.write(Buffer.alloc(8 * 1024 * 1024, "x"), resolve));
    wire.socket.resume();
    expect(parseResponse(await wire.rest()).status).toBe(400);
    expect(wire.error).toBeUndefined();
  });

  it("a head of more than the limit is answered with 431", async () => {
    const { port } = await serve(ok, { maxHeaderBytes: 1024, lingerTimeout: 100 });
    const response = await exchange(port, head("GET / HTTP/1.1", "Host: a", `X: ${"x".repeat(2000)}`));
    expect(response.status).toBe(431);
    expect(JSON.parse(response.body)).toMatchObject({ code: "http/header-too-large" });
  });

  it("a target of more than the limit is answered with 431", async () => {
    const { port } = await serve(ok, { maxHeaderBytes: 1024, lingerTimeout: 100 });
    expect((await exchange(port, head(`GET /${"x".repeat(2000)} HTTP/1.1`, "Host: a"))).status).toBe(431);
  });

  it("CONNECT is answered with 501", async () => {
    const { port } = await serve(ok, { lingerTimeout: 100 });
    const response = await exchange(port, head("CONNECT b:443 HTTP/1.1", "Host: b:443"));
    expect(response.status).toBe(501);
  });

  it("a chunk that is broken while a handler reads is answered with 400", async () => {
    const { port, lines } = await serve(async (r) => ({ status: 200, body: String(await r.json()) }), {
      lingerTimeout: 100,
    });
    const fields = ["Content-Type: application/json", "Transfer-Encoding: chunked"];
    const response = await exchange(port, `${head("POST / HTTP/1.1", "Host: a", ...fields)}zz\r\n`);
    expect(response.status).toBe(400);
    expect(response.body).toMatch(/malformed-request[\s\S]*\}$/);
    await eventually(() => lines.map(({ event }) => event)).toEqual(["http.refused", "http.aborted"]);
  });

  it("after requests that are still being served waits for their answers, and closes", async () => {
    const { handler, open, entered } = gate();
    const { port } = await serve(handler, { lingerTimeout: 100 });
    const wire = await Wire.to(port);
    wire.send(`${request}garbage\r\n\r\n`);
    await entered;
    open();
    expect(await wire.rest()).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nok$/);
  });
});

describe("requests that do not arrive", () => {
  const limits = { headersTimeout: 200, requestTimeout: 200, checkInterval: 50, lingerTimeout: 100 };

  it.each([
    ["a silent connection", ""],
    ["half a head", "GET / HTTP/1.1\r\nHost: a\r\n"],
  ])("%s is answered with 408 and closed", async (_what, bytes) => {
    const { port } = await serve(ok, limits);
    const wire = await Wire.to(port);
    wire.send(bytes);
    const response = parseResponse(await wire.rest());
    expect(response.status).toBe(408);
    expect(JSON.parse(response.body)).toMatchObject({ code: "http/request-timeout" });
    expect(wire.ended).toBe(true);
  });

  it("a head that drips is answered with 408", async () => {
    const { port } = await serve(ok, limits);
    const wire = await Wire.to(port);
    wire.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    const drip = setInterval(() => wire.send("x"), 20);
    const text = await wire.until(/request-timeout/);
    clearInterval(drip);
    expect(parseResponse(text).status).toBe(408);
  });

  it("content that a handler waits for is answered with 408 by whichever limit is first", async () => {
    const { port } = await serve(async (r) => ({ status: 200, body: String(await r.json()) }), limits);
    const fields = ["Content-Type: application/json", "Content-Length: 10"];
    const response = await exchange(port, head("POST / HTTP/1.1", "Host: a", ...fields));
    expect(response.status).toBe(408);
    expect(response.body).toMatch(/^\{[\s\S]*\}$/);
  });

  it("content that nobody reads ends the connection after its response", async () => {
    const { port } = await serve(ok, limits);
    const response = await exchange(port, head("POST / HTTP/1.1", "Host: a", "Content-Length: 10"));
    expect(response).toMatchObject({ status: 200, body: "ok" });
  });

  it("500 silent connections leave the server to everybody else", async () => {
    const { port } = await serve(ok, { ...limits, headersTimeout: 1_000, requestTimeout: 1_000 });
    const silent = await Promise.all(Array.from({ length: 500 }, () => Wire.to(port)));
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    await Promise.all(silent.map((wire) => wire.closed));
    expect(silent.every((wire) => wire.received.startsWith("HTTP/1.1 408 "))).toBe(true);
  });
});

describe("a client that does not read", () => {
  it("is cut off when nothing has moved for a while", async () => {
    const body = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    const { port, lines } = await serve(() => ({ status: 200, body }), { stallTimeout: 100 });
    const wire = await Wire.to(port);
    wire.socket.pause();
    wire.send(request);
    await eventually(() => lines.map(({ event }) => event)).toEqual(["http.aborted"]);
    expect(body.destroyed).toBe(true);
  });
});

describe("RFC 9112 §9.3 persistence", () => {
  it("answers requests on one connection in their order", async () => {
    const { port } = await serve(async ({ path }) => {
      await new Promise((resolve) => setTimeout(resolve, path === "/1" ? 50 : 0));
      return { status: 200, body: path };
    });
    const wire = await Wire.to(port);
    wire.send(["/1", "/2"].map((path) => head(`GET ${path} HTTP/1.1`, "Host: a")).join(""));
    wire.send(head("GET /3 HTTP/1.1", "Host: a", "Connection: close"));
    expect(await wire.rest()).toMatch(/\r\n\/1HTTP[\s\S]*\r\n\/2HTTP[\s\S]*\r\n\/3$/);
  });

  it("closes an idle connection after its time", async () => {
    const { port } = await serve(ok, { keepAliveTimeout: 50 });
    const wire = await Wire.to(port);
    wire.send(request);
    expect(parseResponse(await wire.rest()).status).toBe(200);
    expect(wire.ended).toBe(true);
  });

  it("closes a connection after its number of requests, and says so", async () => {
    const { port } = await serve(ok, { maxRequestsPerConnection: 2 });
    const wire = await Wire.to(port);
    wire.send(request);
    await wire.until(/ok$/);
    wire.send(request);
    expect(await wire.rest()).toMatch(/200[\s\S]*200[\s\S]*connection: close/i);
  });

  it("speaks HTTP/1.0", async () => {
    const { port } = await serve(ok);
    expect(await exchange(port, head("GET / HTTP/1.0"))).toMatchObject({ status: 200, body: "ok" });
  });
});

describe("too many connections", () => {
  it.each([{ maxConnections: 2 }, { maxConnectionsPerAddress: 2 }])(
    "are answered with 503 beyond %j",
    async (limits) => {
      const { port } = await serve(ok, { ...limits, lingerTimeout: 100 });
      const first = await Wire.to(port);
      await Wire.to(port);
      const third = await Wire.to(port);
      third.send(request);
      const refusal = parseResponse(await third.rest());
      expect(refusal.status).toBe(503);
      expect(refusal.headers.has("retry-after")).toBe(true);
      expect(third.received.match(/HTTP\/1\.1/g)).toHaveLength(1);

      first.socket.destroy();
      await eventually(async () => (await exchange(port, head("GET / HTTP/1.0"))).status).toBe(200);
    },
  );
});

describe("RFC 9110 §7.8 upgrade", () => {
  it("hands a WebSocket request over with the socket and what came after the head", async () => {
    const { server, port } = await serve(ok);
    server.onUpgrade((message, socket, rest) => {
      socket.end(`${message.url} ${rest.toString()}`);
    });
    const wire = await Wire.to(port);
    wire.send(`${upgrade}early`);
    expect(await wire.rest()).toBe("/ws early");
  });

  it("is none without anybody to take it: the request is answered like any other", async () => {
    const { port } = await serve(ok);
    const wire = await Wire.to(port);
    wire.send(upgrade);
    expect(parseResponse(await wire.until(/ok$/)).status).toBe(200);
  });

  it("to another protocol is answered like any other request, content and all", async () => {
    const { server, port } = await serve(async (r) => ({
      status: 200,
      body: JSON.stringify(await r.json()),
    }));
    server.onUpgrade((_message, socket) => {
      socket.end("upgraded");
    });
    const fields = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "Content-Type: application/json"];
    const wire = await Wire.to(port);
    wire.send(`${head("POST / HTTP/1.1", "Host: a", ...fields, "Content-Length: 2")}{}`);
    expect(parseResponse(await wire.until(/\}$/)).status).toBe(200);
  });

  it("with two Hosts is refused with 400 before anybody takes it", async () => {
    const { server, port } = await serve(ok, { lingerTimeout: 100 });
    let taken = 0;
    server.onUpgrade(() => {
      taken++;
    });
    const response = await exchange(port, upgrade.replace("Host: a", "Host: a\r\nHost: b"));
    expect(response.status).toBe(400);
    expect(taken).toBe(0);
  });

  it("whose taker fails is logged and the connection dropped", async () => {
    const { server, port, lines } = await serve(ok);
    server.onUpgrade(async () => {
      throw new Error("no");
    });
    const wire = await Wire.to(port);
    wire.send(upgrade);
    expect(await wire.rest()).toBe("");
    expect(lines).toMatchObject([{ level: "error", event: "http.failed" }]);
  });

  it("may be taken by a listener of node:http instead", async () => {
    const { server, port } = await serve(ok);
    server.node.on("upgrade", (_message, socket) => {
      socket.end("taken");
    });
    const wire = await Wire.to(port);
    wire.send(upgrade);
    expect(await wire.rest()).toBe("taken");
  });

  it("ends the limits of HTTP on the connection", async () => {
    const limits = {
      stallTimeout: 50,
      headersTimeout: 50,
      requestTimeout: 50,
      checkInterval: 20,
      keepAliveTimeout: 50,
    };
    const { server, port } = await serve(ok, limits);
    server.onUpgrade((_message, socket) => {
      socket.write("here");
      socket.pipe(socket);
    });
    const wire = await Wire.to(port);
    wire.send(upgrade);
    await wire.until(/here/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    wire.send("echo");
    await wire.until(/echo/);
  });
});

describe("listening", () => {
  it("says where, on port 0 too", async () => {
    const server = new HttpServer({ handler: ok });
    const { port, host } = await server.listen({ port: 0, host: "127.0.0.1" });
    expect(host).toBe("127.0.0.1");
    expect(port).toBeGreaterThan(0);
    await server.stop();
  });

  it("rejects with the error of node when the port is taken", async () => {
    const { port } = await serve(ok);
    const second = new HttpServer({ handler: ok });
    await expect(second.listen({ port, host: "127.0.0.1" })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await second.stop();
  });
});

describe("stopping", () => {
  it("refuses connections, and closes idle and silent ones at once", async () => {
    const { server, port } = await serve(ok);
    const idle = await Wire.to(port);
    const silent = await Wire.to(port);
    const half = await Wire.to(port);
    idle.send(request);
    half.send("GET / HTT");
    await idle.until(/ok$/);
    const stopped = server.stop({ deadline: 60_000 });
    await Promise.all([idle.closed, silent.closed, half.closed, stopped]);
    await expect(Wire.to(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("lets running requests finish, and tells them that the connection ends", async () => {
    const { handler, open, entered } = gate();
    const { server, port } = await serve(handler);
    const wire = await Wire.to(port);
    wire.send(request);
    await entered;
    const stopped = server.stop({ deadline: 60_000 });
    open();
    const response = parseResponse(await wire.rest());
    expect(response).toMatchObject({ status: 200, body: "ok" });
    expect(response.headers.get("connection")).toBe("close");
    await stopped;
  });

  it("destroys what is left at the deadline", async () => {
    const { handler, entered } = gate();
    const { server, port, lines } = await serve(handler);
    const wire = await Wire.to(port);
    wire.send(request);
    await entered;
    await server.stop({ deadline: 50 });
    await wire.closed;
    expect(lines).toContainEqual({ level: "warn", event: "http.stop-overdue", fields: { connections: 1 } });
  });

  it("leaves upgraded connections to those who took them", async () => {
    const { server, port } = await serve(ok);
    server.onUpgrade((_message, socket) => {
      socket.write("here");
      socket.once("data", () => socket.end("bye"));
    });
    const wire = await Wire.to(port);
    wire.send(upgrade);
    await wire.until(/here/);
    const stopped = server.stop({ deadline: 60_000 });
    wire.send("?");
    expect(await wire.rest()).toBe("herebye");
    await stopped;
  });

  it("resolves for everybody who asks, and before it has listened", async () => {
    const { server } = await serve(ok);
    await Promise.all([server.stop(), server.stop()]);
    await new HttpServer({ handler: ok }).stop();
  });

  it("ends the connections of an agent that keeps them alive", async () => {
    const { server, port } = await serve(ok);
    const client = httpGet({ port, host: "127.0.0.1", headers: { connection: "keep-alive" } });
    const [response] = await once(client, "response");
    response.resume();
    await once(response, "end");
    await server.stop({ deadline: 60_000 });
  });
});
