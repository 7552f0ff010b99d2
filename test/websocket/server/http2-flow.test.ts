/** `http2.ts`: HTTP/2's flow control under WebSockets, in both directions (RFC 9113 §5.2). */
import type { ServerHttp2Stream } from "node:http2";
import { describe, expect, it } from "vitest";
import { CLOSING } from "../../../src/websocket/endpoint/endpoint.ts";
import { serve, serveEcho } from "../http2-server.ts";
import { listenHttp2, listenHttp2Secure, open } from "../listen-http2.ts";
import { encodeFrame } from "../naive-codec.ts";
import { connectFields, NaiveHttp2, Type } from "../naive-http2.ts";
import { eventually, nextEvent } from "../next-event.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** What a stream may hold before it is read: `initialWindowSize` of Node's settings. */
const WINDOW = 65_535;
/** Masking with it changes nothing. */
const key = [0, 0, 0, 0];
const message = (index: number, length = 64 * KIB): Buffer => Buffer.alloc(length, index);
const frame = (payload: Uint8Array): Buffer => encodeFrame({ opcode: 2, key, payload });

describe("one session", () => {
  it("carries 64 sockets at once, each its own messages in their order", async () => {
    const { http, session } = await listenHttp2Secure();
    const server = serveEcho(http);
    const client = await session();
    const asked = await Promise.all(Array.from({ length: 64 }, () => open(client)));
    expect(server.clients.size).toBe(64);
    const answers = asked.map(({ peer }, i) => {
      for (let turn = 0; turn < 10; turn++) peer.send({ opcode: 1, payload: `${i}.${turn}` });
      return peer.frames(10);
    });
    for (const [i, frames] of (await Promise.all(answers)).entries()) {
      const expected = Array.from({ length: 10 }, (_, turn) => Buffer.from(`${i}.${turn}`).toString("hex"));
      expect(frames).toEqual(expected.map((hex) => `1 ${hex}`));
    }
  });

  it("is not held up by one socket that does not read", async () => {
    const { http, session } = await listenHttp2();
    const server = serve(http);
    const client = await session();
    const stuck = await open(client);
    const [toStuck] = server.clients;
    stuck.stream.pause();
    for (let i = 0; i < 10; i++) toStuck!.send(message(i));
    const { peer } = await open(client);
    const toOther = [...server.clients].at(-1)!;
    await eventually(() => expect(toStuck!.bufferedAmount).toBeGreaterThan(4 * 64 * KIB));
    toOther.send(message(1, 300 * KIB));
    await peer.until(() => peer.receivedBytes >= 300 * KIB);
    expect(toStuck!.bufferedAmount).toBeGreaterThan(4 * 64 * KIB);
  });
});

describe("8 MiB", () => {
  it("flow to the server and back, through windows of 64 KiB", async () => {
    const { http, session } = await listenHttp2Secure();
    serveEcho(http);
    const { peer } = await open(await session());
    const messages = Array.from({ length: 8 }, (_, i) => message(i, MIB));
    for (const payload of messages) peer.write(frame(payload));
    const unmasked = Buffer.concat(messages.map((payload) => encodeFrame({ opcode: 2, payload })));
    await peer.until(() => peer.receivedBytes >= unmasked.length);
    expect(peer.received.equals(unmasked)).toBe(true);
  });
});

describe("a peer that does not read its answers", () => {
  /** Sees the server's end of each stream, behind the WebSocket server. */
  async function spied() {
    const listening = await listenHttp2();
    const server = serveEcho(listening.http);
    const streams: ServerHttp2Stream[] = [];
    listening.http.on("session", (session) => session.on("stream", (stream) => streams.push(stream)));
    return { ...listening, server, streams };
  }

  it("is not read from: what we hold of both directions is bounded, and goes on when it reads", async () => {
    const { server, session, streams } = await spied();
    const { stream, peer } = await open(await session());
    stream.pause();
    for (let i = 0; i < 128; i++) stream.write(frame(message(i)));
    const [socket] = server.clients;
    await eventually(() => expect(socket!.bufferedAmount).toBeGreaterThan(512 * KIB));
    // The server stopped: most of the 8 MiB are still the peer's.
    let before = -1;
    while (before !== stream.writableLength) {
      before = stream.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(stream.writableLength).toBeGreaterThan(6 * MIB);
    expect(socket!.bufferedAmount).toBeLessThan(1.25 * MIB);
    expect(streams[0]!.readableLength).toBeLessThanOrEqual(2 * WINDOW);
    stream.resume();
    const echoed = Array.from({ length: 128 }, (_, i) => encodeFrame({ opcode: 2, payload: message(i) }));
    const expected = Buffer.concat(echoed);
    await peer.until(() => peer.receivedBytes >= expected.length);
    expect(peer.received.equals(expected)).toBe(true);
  });

  it("gets no WINDOW_UPDATE for its stream any more (RFC 9113 §6.9), while others do", async () => {
    const { http, port } = await listenHttp2();
    serveEcho(http);
    const peer = await NaiveHttp2.connect(port);
    const stuck = peer.request(connectFields());
    await peer.status(stuck);
    const echo = frame(message(1, 16_000));
    let sent = 0;
    // It sends what it may and takes one window of answers, no more.
    for (let i = 0; i < 1000; i++) {
      if (sent + echo.length > WINDOW + peer.credit(stuck)) {
        await peer.settled();
        if (sent + echo.length > WINDOW + peer.credit(stuck)) break;
      }
      peer.write(Type.DATA, 0, stuck, echo);
      sent += echo.length;
    }
    expect(peer.data(stuck).length).toBe(WINDOW);
    expect(sent).toBeGreaterThan(512 * KIB);
    expect(sent).toBeLessThan(MIB);
    // The session's own window was given back all the while, or nobody else could send.
    expect(peer.credit(0)).toBeGreaterThan(sent);
    const other = peer.request(connectFields());
    await peer.status(other);
    peer.write(Type.DATA, 0, other, encodeFrame({ opcode: 9, key, payload: "?" }));
    // The session's window for answers is used up; with a wider one the other stream goes on, alone.
    peer.write(Type.WINDOW_UPDATE, 0, 0, Buffer.from([0, 0, 1, 0]));
    await peer.until(() => peer.data(other).length > 0);
    expect(peer.data(other).toString("hex")).toBe("8a013f");
    expect(peer.data(stuck).length).toBe(WINDOW);
  });

  it("is closed with 1013 by the server that goes on sending", async () => {
    const { http, session } = await listenHttp2();
    const server = serve(http);
    const { stream } = await open(await session());
    stream.pause();
    const [socket] = server.clients;
    const closed = nextEvent(socket!, "close");
    while (socket!.readyState < CLOSING) {
      socket!.send(message(1));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(socket!.bufferedAmount).toBeLessThan(1.25 * MIB);
    const gone = new Promise((resolve) => stream.once("close", () => resolve(stream.rstCode)));
    await expect(closed).resolves.toMatchObject({ code: 1006, wasClean: false });
    await expect(gone).resolves.toBe(8); // CANCEL
  });
});

describe("the window of a session", () => {
  it("is wider than that of a stream, so that many streams do not wait for each other", async () => {
    const { http, port } = await listenHttp2();
    serve(http);
    const peer = await NaiveHttp2.connect(port);
    await peer.settled();
    expect(WINDOW + peer.credit(0)).toBe(16 * MIB);
  });

  it("is left as it is where the application made it wider", async () => {
    const { http, port } = await listenHttp2();
    http.on("session", (session) => session.setLocalWindowSize(32 * MIB));
    serve(http);
    const peer = await NaiveHttp2.connect(port);
    await peer.settled();
    expect(WINDOW + peer.credit(0)).toBe(32 * MIB);
  });
});
