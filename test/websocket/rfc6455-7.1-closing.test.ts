/** RFC 6455 §7.1 on real connections: how TCP and TLS end below a WebSocket. */

import { createServer } from "node:https";
import { connect as connectTcp, createServer as createTcpServer } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import { accept, connect, host } from "./host.ts";
import { listen, listenHttp, openPeer } from "./listen.ts";
import { encodeFrame, readFrames } from "./naive-codec.ts";
import { nextEvent } from "./next-event.ts";
import { handshake, RawPeer } from "./raw-peer.ts";
import { selfSigned } from "./self-signed.ts";

const goodbye = { opcode: 8, payload: [0x03, 0xe8] };
/** Record types of TLS 1.2 (RFC 5246 §6.2.1): an alert is 21. */
const ALERT = 21;

/** The types of the records in a stream of TLS. */
function recordTypes(stream: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 5 <= stream.length; at += 5 + stream.readUInt16BE(at + 3)) types.push(stream[at]!);
  return types;
}

/** Passes TCP on to `port` and keeps what comes back. */
async function wiretap(port: number): Promise<{ port: number; heard: Buffer[] }> {
  const heard: Buffer[] = [];
  const relay = createTcpServer((socket) => {
    const onward = connectTcp(port, "127.0.0.1");
    onward.on("data", (chunk) => heard.push(chunk));
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on("error", () => {});
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void relay.close());
  return { port: (relay.address() as { port: number }).port, heard };
}

describe("RFC 6455 §7.1.1 closing the WebSocket connection", () => {
  it("ends the TLS session with its closing alert before TCP ends", async () => {
    const { key, cert } = selfSigned();
    const { http, port } = await listenHttp(createServer({ key, cert, maxVersion: "TLSv1.2" }));
    new WebSocketServer({ server: http });
    const tap = await wiretap(port);
    const peer = new RawPeer(connectTls({ port: tap.port, host: "127.0.0.1", ca: cert }));
    peer.write(handshake());
    expect((await peer.answer()).status).toBe(101);
    expect(recordTypes(Buffer.concat(tap.heard))).not.toContain(ALERT);
    peer.send(goodbye);
    expect(await peer.frames(1)).toEqual(["8 03e8"]);
    await peer.close();
    expect(recordTypes(Buffer.concat(tap.heard)).at(-1)).toBe(ALERT);
  });

  it("is the server's to begin: it ends TCP at once, whoever closed first", async () => {
    const { server, port } = await listen({ closeTimeout: 60_000 });
    const first = await openPeer(port, { halfOpen: true });
    first.send(goodbye);
    await first.end();
    const second = await openPeer(port, { halfOpen: true });
    for (const socket of server.clients) socket.close(1000);
    await second.frames(1);
    expect(second.ended).toBe(false);
    second.send(goodbye);
    await second.end();
    for (const { socket } of [first, second]) socket.end();
  });

  it("is not a client's: it waits for the server, who may still take its time", async () => {
    const { url, request } = await host();
    const client = connect(url, [], { closeTimeout: 60_000 });
    const { peer, key } = await request();
    peer.write(accept(key));
    await nextEvent(client, "open");
    peer.write(encodeFrame(goodbye));
    await peer.until(() => readFrames(peer.received, "server", "as far as they go").length === 1);
    connect(url);
    await request(); // a whole handshake, on the same machine: a FIN would have come meanwhile
    expect(peer.ended).toBe(false);
    const closed = nextEvent(client, "close");
    peer.socket.end();
    expect(await closed).toMatchObject({ code: 1000, wasClean: true });
    await peer.close();
  });

  it("discards bytes that trail the Close", async () => {
    const { port, server } = await listen();
    const heard: unknown[] = [];
    server.addEventListener("connection", ({ socket }) => {
      for (const type of ["message", "error", "pong"] as const)
        socket.addEventListener(type, () => heard.push(type));
      socket.addEventListener("close", ({ code }) => heard.push(code));
    });
    const peer = await openPeer(port);
    peer.send(goodbye, { opcode: 1, payload: "late" }, goodbye, { opcode: 7, rsv: 7 });
    expect(await peer.frames(1)).toEqual(["8 03e8"]);
    await peer.close();
    await expect.poll(() => heard).toEqual([1000]);
    expect(peer.received).toHaveLength(0);
  });
});

describe("RFC 6455 §7.1.7 failing the WebSocket connection", () => {
  const violations = [
    ["a reserved bit", { opcode: 1, rsv: 4 }, 1002],
    ["a reserved opcode", { opcode: 3 }, 1002],
    ["a continuation of nothing", { opcode: 0, payload: "x" }, 1002],
    ["a control frame in fragments", { opcode: 9, fin: false }, 1002],
    ["text that is not UTF-8", { opcode: 1, payload: [0xff] }, 1007],
    ["a message that is too long", { opcode: 2, payload: new Uint8Array(33) }, 1009],
    ["a Close of one octet, which would be the first of a code", { opcode: 8, payload: [0x0f] }, 1002],
    ["a Close with a code that may not be sent", { opcode: 8, payload: [0x03, 0xed] }, 1002],
    ["a Close whose reason is not UTF-8", { opcode: 8, payload: [0x03, 0xe8, 0xff] }, 1007],
  ] as const;

  for (const [what, frame, code] of violations) {
    it(`sends a Close with ${code}, ends TCP and is over with 1006 on both ends: ${what}`, async () => {
      const { server, port } = await listen({ maxMessageBytes: 32 });
      const atServer = new Promise((resolve) => {
        server.addEventListener("connection", ({ socket }) => socket.addEventListener("close", resolve));
      });
      const hostile = await openPeer(port);
      hostile.send(frame, { opcode: 1, payload: "not read" }, goodbye);
      expect((await hostile.frames(1))[0]).toMatch(new RegExp(`^8 ${code.toString(16).padStart(4, "0")}`));
      await hostile.close();
      expect(await atServer).toMatchObject({ code: 1006, reason: "", wasClean: false });

      const { url, request } = await host();
      const client = connect(url, [], { maxMessageBytes: 32, closeTimeout: 50 });
      const { peer, key } = await request();
      peer.write(accept(key));
      await nextEvent(client, "open");
      const atClient = nextEvent(client, "close");
      peer.write(
        Buffer.concat([frame, { opcode: 1, payload: "not read" }, goodbye].map((one) => encodeFrame(one))),
      );
      await peer.end();
      const [close, ...others] = readFrames(peer.received, "server");
      expect([close!.opcode, Buffer.from(close!.payload).readUInt16BE(), others]).toEqual([8, code, []]);
      expect(await atClient).toMatchObject({ code: 1006, reason: "", wasClean: false });
    });
  }
});
