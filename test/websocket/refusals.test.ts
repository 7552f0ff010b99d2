/** `server.ts`, `response.ts`: what a server says, octet by octet, to a request that is no handshake. */
import { describe, expect, it, vi } from "vitest";
import { refuse } from "../../src/websocket/handshake/handshake.ts";
import { connectPeer, listen, listenAndEcho, openPeer } from "./listen.ts";
import { type Answer, handshake } from "./raw-peer.ts";

/** Sends a request and returns the answer, after which the server must have closed the connection. */
async function ask(port: number, request: string): Promise<Answer> {
  const peer = await connectPeer(port);
  peer.write(request);
  const answer = await peer.answer();
  await peer.close();
  expect(peer.received.toString()).toBe("");
  return answer;
}

function expectProblem(answer: Answer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.headers.connection).toMatch(/\bclose\b/);
  const problem = JSON.parse(answer.body) as Record<string, unknown>;
  expect(problem).toMatchObject({ type: "about:blank", status, title: expect.any(String) });
  expect(problem.detail).not.toBe("");
}

describe("RFC 6455 §4.2.1 a request that is no handshake", () => {
  const rows: readonly (readonly [what: string, request: string, status: number, headers?: object])[] = [
    ["a plain GET", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 426, { upgrade: "websocket" }],
    ["a plain GET without Host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["a plain POST", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405, { allow: "GET" }],
    [
      "an upgrade to a later version",
      handshake({ "Sec-WebSocket-Version": "14" }),
      426,
      { upgrade: "websocket" },
    ],
    ["a POST that upgrades", handshake({}, "POST / HTTP/1.1"), 405, { allow: "GET" }],
    ["HTTP/1.0", handshake({}, "GET / HTTP/1.0"), 505],
    ["no Host", handshake({ Host: undefined }), 400],
    ["an empty Host", handshake({ Host: "" }), 400],
    ["a Host that is none", handshake({ Host: "a b" }), 400],
    ["two Origins", handshake({ Origin: ["http://127.0.0.1", "http://127.0.0.1"] }), 400],
    ["two Versions", handshake({ "Sec-WebSocket-Version": ["13", "13"] }), 426],
    ["an empty list of subprotocols", handshake({ "Sec-WebSocket-Protocol": "" }), 400],
    ["an empty list of extensions", handshake({ "Sec-WebSocket-Extensions": " , " }), 400],
    ["a Key with blanks inside", handshake({ "Sec-WebSocket-Key": "dGhlIHNhbXBs ZSBub25jZQ==" }), 400],
    ["two Hosts", handshake({ Host: ["a", "b"] }), 400],
    ["no Upgrade", handshake({ Upgrade: undefined }), 426, { upgrade: "websocket" }],
    ["another Upgrade", handshake({ Upgrade: "h2c" }), 426, { upgrade: "websocket" }],
    ["no Connection", handshake({ Connection: undefined }), 400],
    ["a Connection without Upgrade", handshake({ Connection: "keep-alive" }), 400],
    ["no Key", handshake({ "Sec-WebSocket-Key": undefined }), 400],
    ["a short Key", handshake({ "Sec-WebSocket-Key": "AAAA" }), 400],
    [
      "two Keys",
      handshake({ "Sec-WebSocket-Key": ["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="] }),
      400,
    ],
    ["no Version", handshake({ "Sec-WebSocket-Version": undefined }), 426, { "sec-websocket-version": "13" }],
    ["another Version", handshake({ "Sec-WebSocket-Version": "8" }), 426, { "sec-websocket-version": "13" }],
    ["a foreign Origin", handshake({ Origin: "http://evil.example" }), 403],
    ["bad subprotocols", handshake({ "Sec-WebSocket-Protocol": "a b" }), 400],
    ["bad extensions", handshake({ "Sec-WebSocket-Extensions": "a;" }), 400],
    ["a body", `${handshake({ "Content-Length": "5" })}hello`, 400],
    ["a body in chunks", `${handshake({ "Transfer-Encoding": "chunked" })}0\r\n\r\n`, 400],
    ["no HTTP at all", "hello\r\n\r\n", 400],
    ["TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", 400],
    ["a header that is none", "GET / HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n", 400],
    ["a head of more than 16 KiB", handshake({ Cookie: "x".repeat(17 * 1024) }), 431],
    ["a head of more than 16 KiB that never ends", `GET / HTTP/1.1\r\nCookie: ${"x".repeat(17 * 1024)}`, 431],
    ["a path of more than 16 KiB", handshake({}, `GET /${"x".repeat(17 * 1024)} HTTP/1.1`), 431],
    ["another path", handshake({}, "GET /other HTTP/1.1"), 404],
  ];
  for (const [what, request, status, headers = {}] of rows) {
    it(`is refused with ${status}: ${what}`, async () => {
      const { port } = await listenAndEcho({ path: "/" });
      const answer = await ask(port, request);
      expectProblem(answer, status);
      expect(answer.headers).toMatchObject(headers);
      const peer = await openPeer(port); // and the server lives
      peer.send({ opcode: 1, payload: "alive" });
      await expect(peer.frames(1)).resolves.toEqual([`1 ${Buffer.from("alive").toString("hex")}`]);
    });
  }

  for (const target of ["*", "ws://127.0.0.1/", "/#a", "http:///", "/\u0001"]) {
    it(`is refused with 400: the target ${JSON.stringify(target)}`, async () => {
      const { port } = await listen();
      expectProblem(await ask(port, handshake({}, `GET ${target} HTTP/1.1`)), 400);
    });
  }

  it("is refused without a body when it is HEAD (RFC 9110 §9.3.2)", async () => {
    const { port } = await listen();
    const peer = await connectPeer(port);
    peer.write(handshake({}, "HEAD / HTTP/1.1"));
    await peer.close();
    const [head, body] = peer.received.toString().split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\nAllow: GET\r\n/);
    expect(body).toBe("");
  });

  it("lists Upgrade in Connection when it sends one (RFC 9110 §7.8)", async () => {
    const { port } = await listen();
    const { headers } = await ask(port, handshake({ "Sec-WebSocket-Version": "8" }));
    expect(headers["sec-websocket-version"]).toBe("13");
    expect(headers.connection?.toLowerCase().split(/, */)).toEqual(
      expect.arrayContaining(["upgrade", "close"]),
    );
  });

  it("is refused once when two come in one segment, and the server lives", async () => {
    const { server, port } = await listen();
    const connected = vi.fn();
    server.addEventListener("connection", connected);
    const plain = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const peer = await connectPeer(port);
    peer.write(plain + plain + handshake());
    expectProblem(await peer.answer(), 426);
    await peer.close();
    expect(peer.received.toString()).toBe("");
    expect(connected).not.toHaveBeenCalled();
    await openPeer(port);
  });

  it("is refused with 408 when it takes too long", async () => {
    const { port } = await listen({ handshakeTimeout: 50 });
    for (const start of ["GET / HTTP/1.1\r\nHost: x\r\n", handshake().slice(0, -2)]) {
      const peer = await connectPeer(port);
      peer.write(start);
      expectProblem(await peer.answer(), 408);
      await peer.close();
    }
  });

  it("does not leave the connection open for a peer that never closes its half", async () => {
    const { port } = await listen();
    const peer = await connectPeer(port, true);
    peer.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    expectProblem(await peer.answer(), 426);
    await peer.end();
    // Once the server has dropped it, what we write is answered with a reset.
    const writing = setInterval(() => peer.write("x"), 20);
    await peer.close();
    clearInterval(writing);
  });

  it("hurts nobody when the peer resets before the answer", async () => {
    const { port } = await listen();
    for (let i = 0; i < 20; i++) {
      const peer = await connectPeer(port);
      peer.write(
        i % 2 === 0 ? "GET / HTTP/1.1\r\nHost: x\r\n\r\n" : handshake({ Origin: "http://evil.example" }),
      );
      peer.socket.resetAndDestroy();
      await peer.close();
    }
    await openPeer(port);
  });
});

describe("an application's refusal", () => {
  it("reaches the peer with its status, headers and detail", async () => {
    const { port } = await listen({
      accept: () => refuse(401, "a token is needed", [["WWW-Authenticate", 'Bearer realm="x"']]),
    });
    const answer = await ask(port, handshake());
    expectProblem(answer, 401);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="x"');
    expect(JSON.parse(answer.body)).toMatchObject({ title: "Unauthorized", detail: "a token is needed" });
  });

  it("keeps characters of any kind in its detail", async () => {
    const { port } = await listen({ accept: () => refuse(403, 'größer "als" 😀\r\n') });
    const { body } = await ask(port, handshake());
    expect(JSON.parse(body)).toMatchObject({ detail: 'größer "als" 😀\r\n' });
  });
});
