/** `http2.ts`, `attachment.ts`: WebSockets on an HTTP/2 server that has other things to do. */
import { type ClientHttp2Session, createServer, type ServerHttp2Stream } from "node:http2";
import { describe, expect, it, vi } from "vitest";
import { WebSocket } from "../../../src/websocket/client/client.ts";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import type { UpgradeRequest } from "../../../src/websocket/handshake/upgrade-request.ts";
import { serve, serveEcho } from "../http2-server.ts";
import { ask, listenHttp2, listenHttp2Secure, open, refusal, sessionsOf } from "../listen-http2.ts";
import { connectFields, END_STREAM, NaiveHttp2, Type } from "../naive-http2.ts";
import { eventually, nextEvent } from "../next-event.ts";
import type { Answer } from "../raw-peer.ts";

const ENABLE_CONNECT_PROTOCOL = 8;
const text = (message: string): string => `1 ${Buffer.from(message).toString("hex")}`;

function expectProblem(answer: Answer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(Number(answer.headers["content-length"])).toBe(Buffer.byteLength(answer.body));
  expect(JSON.parse(answer.body)).toMatchObject({ type: "about:blank", status, title: expect.any(String) });
}

/** Requests a page. */
async function page(session: ClientHttp2Session): Promise<string> {
  const chunks: Buffer[] = await session.request({ ":path": "/" }).toArray();
  return Buffer.concat(chunks).toString();
}

describe("RFC 8441 §3 SETTINGS_ENABLE_CONNECT_PROTOCOL", () => {
  it("is sent as 1 to sessions that begin after a WebSocket server came", async () => {
    const { http, port } = await listenHttp2();
    const before = await NaiveHttp2.connect(port);
    serve(http);
    const after = await NaiveHttp2.connect(port);
    expect(before.settings.filter(([number]) => number === ENABLE_CONNECT_PROTOCOL)).toEqual([]);
    expect(after.settings).toContainEqual([ENABLE_CONNECT_PROTOCOL, 1]);
  });

  it("is not sent as 0 when the last WebSocket server has gone: its requests are the application's again", async () => {
    const { http, port } = await listenHttp2(createServer((_, response) => response.end("page")));
    const server = serve(http);
    const peer = await NaiveHttp2.connect(port);
    expect(await peer.status(peer.request(connectFields()))).toBe(200);
    const closed = server.close();
    await peer.until(() => peer.data(1).length >= 2); // its Close frame
    peer.reset(1, 8);
    await closed;
    const later = peer.request(connectFields());
    const { payload } = await peer.frame(({ type, stream }) => type === Type.HEADERS && stream === later);
    expect(payload.toString("latin1")).not.toMatch(/^\x88/); // not 200: Node answers 405
    await peer.settled();
    expect(peer.settings.filter(([number]) => number === ENABLE_CONNECT_PROTOCOL)).toEqual([
      [ENABLE_CONNECT_PROTOCOL, 1],
    ]);
    serve(http);
    expect(await peer.status(peer.request(connectFields()))).toBe(200);
  });
});

describe("a WebSocket server on an HTTP/2 server", () => {
  it("answers an extended CONNECT with 200 and speaks WebSocket on its stream", async () => {
    const { http, session } = await listenHttp2();
    serveEcho(http, { subprotocols: ["chat"] });
    const { peer, headers } = await open(await session(), { "sec-websocket-protocol": "superchat, chat" });
    expect(headers).toMatchObject({ ":status": 200, "sec-websocket-protocol": "chat" });
    expect(headers).not.toHaveProperty("sec-websocket-accept");
    peer.send({ opcode: 1, payload: "hello" }, { opcode: 9, payload: "?" });
    await expect(peer.frames(2)).resolves.toEqual([text("hello"), "10 3f"]);
  });

  it("leaves all other requests to the application, and shows it none of its own", async () => {
    const { http, session } = await listenHttp2(createServer((_, response) => response.end("page")));
    serveEcho(http);
    const seen = vi.fn((_: ServerHttp2Stream, headers: object) => headers);
    http.on("stream", seen);
    const connected = vi.fn();
    const client = await session();
    const { peer } = await open(client);
    peer.send({ opcode: 1, payload: "hello" });
    await peer.frames(1);
    await expect(page(client)).resolves.toBe("page");
    expect(seen).toHaveBeenCalledOnce();
    // Node answers a CONNECT that nobody listens for.
    expect((await ask(client, { ":protocol": "connect-udp" })).headers[":status"]).toBe(405);
    http.on("connect", (_, response) => {
      connected();
      response.stream.respond({ ":status": 501 }, { endStream: true });
    });
    expect((await ask(client, { ":protocol": "connect-udp" })).headers[":status"]).toBe(501);
    expect(connected).toHaveBeenCalledOnce();
  });

  it("shares one TLS port with HTTP/1.1, as ALPN chooses", async () => {
    const { http, port, ca, session } = await listenHttp2Secure({ allowHTTP1: true });
    const server = serveEcho(http);
    const old = new WebSocket(`wss://127.0.0.1:${port}/`, [], { tls: { ca } });
    await nextEvent(old, "open");
    const { peer } = await open(await session());
    await eventually(() => expect(server.clients.size).toBe(2));
    old.send("old");
    peer.send({ opcode: 1, payload: "new" });
    await expect(nextEvent(old, "message")).resolves.toMatchObject({ data: "old" });
    await expect(peer.frames(1)).resolves.toEqual([text("new")]);
    old.close();
    await nextEvent(old, "close");
  });

  it("shows the application the request in the words of HTTP/1.1", async () => {
    const { http, port, session } = await listenHttp2Secure();
    const server = serve(http, { path: "/chat" });
    const connection = nextEvent<{ request: UpgradeRequest }>(server, "connection");
    await open(await session(), { ":path": "/chat?room=1", cookie: ["a=b", "c=d"] });
    const { request } = await connection;
    expect(request).toMatchObject({
      method: "CONNECT",
      target: "/chat?room=1",
      path: "/chat",
      httpVersion: "2.0",
      secure: true,
      remoteAddress: "127.0.0.1",
    });
    expect(request.query.get("room")).toBe("1");
    expect(request.header("cookie")).toBe("a=b; c=d");
    expect(request.header("host")).toBe(`127.0.0.1:${port}`);
  });

  it("does not lose its sockets to the session's time limit for silence, which counts again without them", async () => {
    const { http, session } = await listenHttp2();
    const sessions = sessionsOf(http);
    // As `http.setTimeout` does it, but not before the first request, however slow the machine.
    const limit = vi.fn(() => {
      if (limit.mock.calls.length === 1) sessions[0]!.setTimeout(50, () => sessions[0]!.destroy());
      return undefined;
    });
    const server = serve(http, { accept: limit });
    const client = await session();
    const { peer } = await open(client);
    const second = await open(client);
    second.peer.send({ opcode: 8, payload: [] });
    await second.peer.frames(1);
    second.stream.end();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const [socket] = server.clients;
    socket!.send("still here");
    await expect(peer.frames(1)).resolves.toEqual([text("still here")]);
    const closed = new Promise((resolve) => client.once("close", resolve));
    peer.send({ opcode: 8, payload: [] });
    peer.socket.end();
    await closed;
  });
});

describe("an extended CONNECT that is refused", () => {
  const rows: readonly (readonly [what: string, headers: Parameters<typeof refusal>[1], status: number])[] = [
    ["another path", { ":path": "/other" }, 404],
    ["another version", { "sec-websocket-version": "8" }, 400],
    ["a foreign origin", { origin: "https://evil.example" }, 403],
    ["bad subprotocols", { "sec-websocket-protocol": "a b" }, 400],
    ["content", { "content-length": "5" }, 400],
  ];
  for (const [what, headers, status] of rows) {
    it(`gets ${status} and a problem: ${what}; the session lives`, async () => {
      const { http, session } = await listenHttp2();
      serveEcho(http, { path: "/" });
      const client = await session();
      const answer = await refusal(client, headers);
      expectProblem(answer, status);
      expect(answer.rstCode).toBe(0); // RFC 9113 §8.1: NO_ERROR, the answer counts
      const { peer } = await open(client);
      peer.send({ opcode: 1, payload: "alive" });
      await expect(peer.frames(1)).resolves.toEqual([text("alive")]);
    });
  }

  it("gets 503 where there are too many from one address, each stream counted", async () => {
    const { http, session } = await listenHttp2();
    const server = serve(http, { maxConnectionsPerAddress: 2 });
    const client = await session();
    const { stream } = await open(client);
    await open(await session());
    const answer = await refusal(client);
    expectProblem(answer, 503);
    expect(answer.headers["retry-after"]).toBe("10");
    stream.close(8);
    await eventually(() => expect(server.clients.size).toBe(1));
    await open(client);
  });

  it("gets the application's status, headers and detail", async () => {
    const { http, session } = await listenHttp2();
    serve(http, {
      accept: async () =>
        refuse(426, "a newer client is needed", [
          ["Upgrade", "other"],
          ["Retry-After", "5"],
        ]),
    });
    const answer = await refusal(await session());
    expectProblem(answer, 426);
    expect(answer.headers).toMatchObject({ "retry-after": "5" });
    expect(answer.headers).not.toHaveProperty("upgrade");
    expect(JSON.parse(answer.body)).toMatchObject({ detail: "a newer client is needed" });
  });

  it("has no body where the status allows none", async () => {
    const { http, session } = await listenHttp2();
    serve(http, { accept: () => refuse(304, "nothing new", [["ETag", '"1"']]) });
    const answer = await refusal(await session());
    expect(answer).toMatchObject({ status: 304, body: "", headers: { etag: '"1"' } });
    expect(answer.headers).not.toHaveProperty("content-length");
  });

  it("may be accepted and closed instead", async () => {
    const { http, session } = await listenHttp2();
    serve(http, { accept: () => ({ close: { code: 4401, reason: "log in" } }) });
    const { peer } = await open(await session());
    await expect(peer.frames(1)).resolves.toEqual([`8 1131${Buffer.from("log in").toString("hex")}`]);
  });

  it("hurts nobody when it is reset before the application decided", async () => {
    const { http, port } = await listenHttp2();
    let decide = (): void => {};
    const server = serve(http, {
      accept: () =>
        new Promise((resolve) => {
          decide = () => resolve(undefined);
        }),
    });
    const connected = vi.fn();
    server.addEventListener("connection", connected);
    const peer = await NaiveHttp2.connect(port);
    peer.reset(peer.request(connectFields()), 8);
    await peer.settled();
    decide();
    await peer.settled();
    expect(connected).not.toHaveBeenCalled();
    const stream = peer.request(connectFields());
    await peer.settled();
    decide();
    expect(await peer.status(stream)).toBe(200);
  });
});

describe("RFC 9113 §8.1.1 a malformed extended CONNECT", () => {
  const rows: readonly (readonly [what: string, changes: Parameters<typeof connectFields>[0]])[] = [
    ["no :path (RFC 8441 §4)", { ":path": undefined }],
    ["no :scheme (RFC 8441 §4)", { ":scheme": undefined }],
    ["no :authority", { ":authority": undefined }],
    ["Connection (RFC 9113 §8.2.2)", { connection: "Upgrade" }],
    ["Upgrade (RFC 9113 §8.2.2)", { upgrade: "websocket" }],
    ["a field name in upper case (RFC 9113 §8.2.1)", { Origin: "http://127.0.0.1" }],
    ["a pseudo-header field that nobody knows", { ":other": "1" }],
  ];
  for (const [what, changes] of rows) {
    it(`is reset as a protocol error by Node itself: ${what}`, async () => {
      const { http, port } = await listenHttp2();
      const server = serve(http);
      const peer = await NaiveHttp2.connect(port);
      expect(await peer.resetCode(peer.request(connectFields(changes)))).toBe(1); // PROTOCOL_ERROR
      expect(await peer.status(peer.request(connectFields()))).toBe(200);
      expect(server.clients.size).toBe(1);
    });
  }

  it("is refused with 400 when Host and :authority differ, which Node lets pass", async () => {
    const { http, port } = await listenHttp2();
    serve(http);
    const peer = await NaiveHttp2.connect(port);
    expect(await peer.status(peer.request(connectFields({ host: "evil.example" })))).toBe(400);
    expect(await peer.status(peer.request(connectFields({ host: "127.0.0.1" })))).toBe(200);
  });

  it("is refused with 400 when its stream ended with it", async () => {
    const { http, port } = await listenHttp2();
    serve(http);
    const peer = await NaiveHttp2.connect(port);
    expect(await peer.status(peer.request(connectFields(), END_STREAM))).toBe(400);
  });

  it("is a protocol error where no WebSocket server invited it", async () => {
    const { port } = await listenHttp2();
    const peer = await NaiveHttp2.connect(port);
    expect(await peer.resetCode(peer.request(connectFields()))).toBe(1);
  });
});
