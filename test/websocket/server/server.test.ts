import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { type Endpoint, OPEN } from "../../../src/websocket/endpoint/endpoint.ts";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import type { UpgradeRequest } from "../../../src/websocket/handshake/upgrade-request.ts";
import { broadcast, type WebSocketServer } from "../../../src/websocket/server/server.ts";
import { FakeDuplex } from "../fake-duplex.ts";
import { connectPeer, listen, listenAndEcho, openPeer } from "../listen.ts";
import { encodeFrame } from "../naive-codec.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";
import { handshake } from "../raw-peer.ts";

const MASKING_KEY = [9, 8, 7, 6];
const hello = encodeFrame({ opcode: 1, payload: "Hello", key: MASKING_KEY });
const frame = (opcode: number, payload: string | number[]): string =>
  `${opcode} ${Buffer.from(payload as string).toString("hex")}`;

/** The socket of the next connection. */
async function connection(server: WebSocketServer): Promise<{ socket: Endpoint; request: UpgradeRequest }> {
  return nextEvent(server, "connection");
}

describe("RFC 6455 §4.2.2 a server that accepts", () => {
  it("answers the example of RFC 6455 §1.3, and nothing more", async () => {
    const { port } = await listen({ subprotocols: ["chat"] });
    const peer = await connectPeer(port);
    peer.write(handshake({ "Sec-WebSocket-Protocol": "chat, superchat" }));
    await peer.until(() => peer.received.includes("\r\n\r\n"));
    expect(peer.received.toString().split("\r\n")).toEqual([
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
      "Sec-WebSocket-Protocol: chat",
      "",
      "",
    ]);
  });

  it("hands over the socket and its request", async () => {
    const { server, port } = await listen({ subprotocols: ["chat"] });
    const connected = connection(server);
    const peer = await connectPeer(port);
    peer.write(handshake({ "Sec-WebSocket-Protocol": "chat" }, "GET /room?name=lobby HTTP/1.1"));
    const { socket, request } = await connected;
    expect(socket).toMatchObject({ readyState: OPEN, subprotocol: "chat" });
    expect(request).toMatchObject({ path: "/room", target: "/room?name=lobby", remoteAddress: "127.0.0.1" });
    expect([...server.clients]).toEqual([socket]);
  });

  it("understands a handshake that comes octet by octet, with a frame behind it", async () => {
    const { port } = await listenAndEcho();
    const peer = await connectPeer(port);
    peer.socket.setNoDelay(true);
    for (const octet of Buffer.concat([Buffer.from(handshake()), hello])) {
      peer.write(Buffer.of(octet));
      await turn();
    }
    expect((await peer.answer()).status).toBe(101);
    await expect(peer.frames(1)).resolves.toEqual([frame(1, "Hello")]);
  });

  it("reads frames that come in the same segment as the handshake", async () => {
    const { port } = await listenAndEcho();
    const peer = await connectPeer(port);
    peer.write(Buffer.concat([Buffer.from(handshake()), hello, hello]));
    expect((await peer.answer()).status).toBe(101);
    await expect(peer.frames(2)).resolves.toEqual([frame(1, "Hello"), frame(1, "Hello")]);
  });

  it("reads the absolute form of a request's target (RFC 6455 §4.2.1, item 1)", async () => {
    const { server, port } = await listen({ path: "/room" });
    const connected = connection(server);
    const peer = await connectPeer(port);
    peer.write(handshake({}, "GET http://127.0.0.1/room?x=1 HTTP/1.1"));
    expect((await peer.answer()).status).toBe(101);
    const { request } = await connected;
    expect(request.path).toBe("/room");
    expect(request.query.get("x")).toBe("1");
  });
});

describe("the accept hook", () => {
  it("sees a handshake that obeys the RFC, and no other", async () => {
    const accept = vi.fn(() => undefined);
    const { port } = await listen({ accept });
    const peer = await connectPeer(port);
    peer.write(handshake({ "Sec-WebSocket-Version": "8" }));
    expect((await peer.answer()).status).toBe(426);
    expect(accept).not.toHaveBeenCalled();
    await openPeer(port);
    expect(accept).toHaveBeenCalledTimes(1);
  });

  it("may take its time, and loses nothing that arrives meanwhile", async () => {
    let decide: (decision: undefined) => void = () => {};
    const { server, port } = await listenAndEcho({
      accept: () => new Promise((resolve) => (decide = resolve)),
    });
    const connected = vi.fn();
    server.addEventListener("connection", connected);
    const peer = await connectPeer(port);
    peer.write(Buffer.concat([Buffer.from(handshake()), hello]));
    await turn();
    peer.write(hello);
    await turn();
    expect(connected).not.toHaveBeenCalled();
    expect(peer.received).toHaveLength(0);
    decide(undefined);
    expect((await peer.answer()).status).toBe(101);
    await expect(peer.frames(2)).resolves.toHaveLength(2);
  });

  it("may refuse later", async () => {
    const { server, port } = await listen({ accept: async () => refuse(403, "not you") });
    const connected = vi.fn();
    server.addEventListener("connection", connected);
    const peer = await connectPeer(port);
    peer.write(handshake());
    expect((await peer.answer()).status).toBe(403);
    expect(connected).not.toHaveBeenCalled();
  });

  it("may accept and close, so that a browser hears the code", async () => {
    const { server, port } = await listen({ accept: () => ({ close: { code: 4401, reason: "log in" } }) });
    const connected = vi.fn();
    server.addEventListener("connection", connected);
    const peer = await openPeer(port);
    const close = [0x11, 0x31, ...Buffer.from("log in")];
    await expect(peer.frames(1)).resolves.toEqual([frame(8, close)]);
    peer.send({ opcode: 8, payload: close });
    await peer.close();
    expect(connected).not.toHaveBeenCalled();
    await eventually(() => expect(server.clients.size).toBe(0));
  });

  it("that closes with a code that may not be sent is an error event, and 500 for the peer", async () => {
    const { server, port } = await listen({ accept: () => ({ close: { code: 1006, reason: "" } }) });
    const error = nextEvent<{ error: Error }>(server, "error");
    const peer = await connectPeer(port);
    peer.write(handshake());
    expect((await peer.answer()).status).toBe(500);
    expect((await error).error).toBeInstanceOf(RangeError);
  });

  for (const [how, accept] of [
    [
      "throws",
      () => {
        throw new Error("oh");
      },
    ],
    ["rejects", () => Promise.reject(new Error("oh"))],
  ] as const) {
    it(`that ${how} is an error event, and 500 for the peer, without the message`, async () => {
      const { server, port } = await listen({ accept });
      const error = nextEvent<{ error: Error }>(server, "error");
      const peer = await connectPeer(port);
      peer.write(handshake());
      const answer = await peer.answer();
      expect(answer.status).toBe(500);
      expect(answer.body).not.toContain('oh"');
      expect((await error).error.message).toBe("oh");
    });
  }

  it("that does not decide in time is 503 for the peer, and what it says later does not matter", async () => {
    let decide: (decision: undefined) => void = () => {};
    let fail: (error: Error) => void = () => {};
    const decisions = [
      new Promise<undefined>((resolve) => (decide = resolve)),
      new Promise<undefined>((_, reject) => (fail = reject)),
    ];
    const { server, port } = await listen({ handshakeTimeout: 20, accept: () => decisions.shift() });
    for (let i = 0; i < 2; i++) {
      const peer = await connectPeer(port);
      peer.write(handshake());
      expect((await peer.answer()).status).toBe(503);
      await peer.close();
    }
    decide(undefined);
    fail(new Error("too late"));
    await turn();
    expect(server.clients.size).toBe(0);
  });

  it("is not answered when the peer is gone meanwhile", async () => {
    let decide: (decision: undefined) => void = () => {};
    const { server, port } = await listen({ accept: () => new Promise((resolve) => (decide = resolve)) });
    const connected = vi.fn();
    server.addEventListener("connection", connected);
    const peer = await connectPeer(port);
    peer.write(handshake());
    await turn();
    await eventually(() => expect(decide.length).toBe(1));
    peer.socket.resetAndDestroy();
    await peer.close();
    // The reset has to come in before the decision does.
    for (let i = 0; i < 20; i++) await turn();
    decide(undefined);
    await turn();
    expect(connected).not.toHaveBeenCalled();
    expect(server.clients.size).toBe(0);
  });
});

describe("the limits of a server", () => {
  it("refuse with 503 and Retry-After more connections than may be, until one leaves", async () => {
    const { server, port } = await listen({ maxConnections: 2 });
    const first = await openPeer(port);
    await openPeer(port);
    const third = await connectPeer(port);
    third.write(handshake());
    const { status, headers } = await third.answer();
    expect([status, headers["retry-after"]]).toEqual([503, "10"]);
    await third.close();
    first.socket.destroy();
    await eventually(() => expect(server.clients.size).toBe(1));
    await openPeer(port);
  });

  it("do not count an upgrade whose stream is gone already", async () => {
    const { server, port } = await listen({ maxConnections: 1 });
    const gone = new FakeDuplex();
    gone.destroy();
    await turn();
    server.upgrade(new IncomingMessage(new Socket()), gone, Buffer.alloc(0));
    await openPeer(port);
  });

  it("count connections from one address", async () => {
    const { port } = await listen({ maxConnectionsPerAddress: 1 });
    await openPeer(port);
    const second = await connectPeer(port);
    second.write(handshake());
    expect((await second.answer()).status).toBe(503);
  });

  it("count a handshake that waits for its decision", async () => {
    const { port } = await listen({
      maxConnections: 1,
      accept: () => new Promise(() => {}),
      handshakeTimeout: 300,
    });
    const first = await connectPeer(port);
    first.write(handshake());
    const second = await connectPeer(port);
    second.write(handshake());
    expect((await second.answer()).status).toBe(503);
  });

  it("are those of each socket: 1009 above maxMessageBytes", async () => {
    const { port } = await listen({ maxMessageBytes: 4 });
    const peer = await openPeer(port);
    peer.write(hello);
    const [close] = await peer.frames(1);
    expect(close?.startsWith(frame(8, [0x03, 0xf1]))).toBe(true);
    await peer.end();
  });
});

describe("broadcast", () => {
  it("reaches all open sockets with one message, long or short, text or binary", async () => {
    const { server, port } = await listen();
    const peers = [await openPeer(port), await openPeer(port), await openPeer(port)];
    await eventually(() => expect(server.clients.size).toBe(3));
    const [first] = server.clients;
    first!.close(4000);
    for (const message of ["hi", Buffer.alloc(20_000, 7), Buffer.of(1, 2).buffer])
      broadcast(server.clients, message);
    const [closing, ...open] = peers;
    for (const peer of open) {
      expect(await peer.frames(3)).toEqual([
        frame(1, "hi"),
        frame(2, [...Buffer.alloc(20_000, 7)]),
        expect.stringMatching(/^2 /),
      ]);
    }
    expect(await closing!.frames(1)).toEqual([frame(8, [0x0f, 0xa0])]);
  });
});
