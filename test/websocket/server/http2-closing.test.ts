/** `http2.ts`: how a WebSocket on an HTTP/2 stream ends, and what that does to the rest of its session. */
import { describe, expect, it, vi } from "vitest";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import type { WebSocketServer } from "../../../src/websocket/server/server.ts";
import { serve } from "../http2-server.ts";
import { listenHttp2, open, refusal } from "../listen-http2.ts";
import { encodeFrame, readFrames } from "../naive-codec.ts";
import { connectFields, END_STREAM, NaiveHttp2, Type } from "../naive-http2.ts";
import { eventually, nextEvent } from "../next-event.ts";

const NO_ERROR = 0;
const INTERNAL_ERROR = 2;
const CANCEL = 8;
const key = [1, 2, 3, 4];
const close = (code: number): Buffer => encodeFrame({ opcode: 8, key, payload: [code >> 8, code & 255] });
const closeFrame = (code: number): string =>
  encodeFrame({ opcode: 8, payload: [code >> 8, code & 255] }).toString("hex");
const clean = (code: number): object => ({ code, wasClean: true });
const unclean = { code: 1006, wasClean: false };

/** A raw peer on an open WebSocket, and the server's end of it. */
async function opened(options?: Parameters<typeof serve>[1]) {
  const { http, port, session } = await listenHttp2();
  const server = serve(http, options);
  const peer = await NaiveHttp2.connect(port);
  const stream = peer.request(connectFields());
  expect(await peer.status(stream)).toBe(200);
  const [socket] = server.clients;
  const closed = nextEvent(socket!, "close");
  return { http, port, session, server, peer, stream, socket: socket!, closed };
}

/** Whether the server ended its half of a stream. */
const ended = (peer: NaiveHttp2, stream: number): boolean =>
  peer.of(Type.DATA, stream).some(({ flags }) => (flags & END_STREAM) !== 0);

describe("RFC 8441 §5 orderly closures are END_STREAM flags", () => {
  it("ends the server's half behind its answer to a Close, and the stream with the peer's half", async () => {
    const { peer, stream, closed } = await opened();
    peer.write(Type.DATA, 0, stream, close(1000));
    await peer.until(() => ended(peer, stream));
    expect(peer.data(stream).toString("hex")).toBe(closeFrame(1000));
    peer.write(Type.DATA, END_STREAM, stream);
    await expect(closed).resolves.toMatchObject(clean(1000));
    await peer.settled();
    expect(peer.of(Type.RST_STREAM, stream)).toEqual([]);
  });

  it("takes a Close that comes with the flag", async () => {
    const { peer, stream, closed } = await opened();
    peer.write(Type.DATA, END_STREAM, stream, close(4000));
    await expect(closed).resolves.toMatchObject(clean(4000));
    await peer.until(() => ended(peer, stream));
    expect(peer.data(stream).toString("hex")).toBe(closeFrame(4000));
  });

  it("sends what was sent before a Close ahead of it", async () => {
    const { peer, stream, socket, closed } = await opened();
    socket.send("last words");
    socket.close(4001);
    await peer.until(() => readFrames(peer.data(stream), "client", "as far as they go").length === 2);
    peer.write(Type.DATA, END_STREAM, stream, close(4001));
    await expect(closed).resolves.toMatchObject(clean(4001));
    await peer.until(() => ended(peer, stream));
    const opcodes = readFrames(peer.data(stream), "client").map(({ opcode }) => opcode);
    expect(opcodes).toEqual([1, 8]);
  });

  it("is 1006 when the peer's half ends without a Close: the server ends its own", async () => {
    const { peer, stream, closed } = await opened();
    peer.write(Type.DATA, END_STREAM, stream, encodeFrame({ opcode: 1, key, payload: "hi" }));
    await expect(closed).resolves.toMatchObject(unclean);
    await peer.until(() => ended(peer, stream));
    await peer.settled();
    expect(peer.of(Type.RST_STREAM, stream)).toEqual([]);
  });

  it("fails a connection with a Close and the flag", async () => {
    const { peer, stream, socket, closed } = await opened();
    const failed = nextEvent(socket, "error");
    peer.write(Type.DATA, 0, stream, Buffer.from([0xff, 0x80, ...key]));
    await failed;
    await peer.until(() => ended(peer, stream));
    expect(peer.data(stream).subarray(0, 4).toString("hex")).toMatch(/^88..03ea/);
    await expect(closed).resolves.toMatchObject(unclean);
  });
});

describe("RFC 8441 §5 RST exceptions are RST_STREAM with CANCEL", () => {
  it("is how the server drops a connection", async () => {
    const { peer, stream, socket, closed } = await opened();
    socket.terminate();
    await expect(closed).resolves.toMatchObject(unclean);
    expect(await peer.resetCode(stream)).toBe(CANCEL);
    expect(ended(peer, stream)).toBe(false);
  });

  it("is how it gives up on a peer that does not answer its Close", async () => {
    const { peer, stream, socket, closed } = await opened({ closeTimeout: 20 });
    socket.close(1000);
    await expect(closed).resolves.toMatchObject(unclean);
    expect(await peer.resetCode(stream)).toBe(CANCEL);
  });

  it("is how it gives up on a peer that answered but does not end its half", async () => {
    const { peer, stream, socket, closed } = await opened({ closeTimeout: 20 });
    socket.close(1000);
    peer.write(Type.DATA, 0, stream, close(1000));
    expect(await peer.resetCode(stream)).toBe(CANCEL);
    await expect(closed).resolves.toMatchObject(clean(1000));
  });

  for (const code of [NO_ERROR, INTERNAL_ERROR, CANCEL]) {
    describe(`a peer's RST_STREAM with the code ${code}`, () => {
      it("is 1006 on an open connection", async () => {
        const { peer, stream, closed, socket } = await opened();
        const error = vi.fn();
        socket.addEventListener("error", error);
        peer.reset(stream, code);
        await expect(closed).resolves.toMatchObject(unclean);
        expect(error).not.toHaveBeenCalled();
      });

      it("is 1006 in the middle of a message", async () => {
        const { peer, stream, closed } = await opened();
        peer.write(Type.DATA, 0, stream, encodeFrame({ opcode: 1, key, payload: "cut" }).subarray(0, 7));
        peer.reset(stream, code);
        await expect(closed).resolves.toMatchObject(unclean);
      });

      it("is 1006 when it is what answers our Close", async () => {
        const { peer, stream, socket, closed } = await opened();
        socket.close(1000);
        await peer.until(() => peer.data(stream).length > 0);
        peer.reset(stream, code);
        await expect(closed).resolves.toMatchObject(unclean);
      });

      it("is nothing after the closing handshake", async () => {
        const { peer, stream, closed, server } = await opened();
        peer.write(Type.DATA, 0, stream, close(1000));
        await peer.until(() => ended(peer, stream));
        peer.reset(stream, code);
        await expect(closed).resolves.toMatchObject(clean(1000));
        await eventually(() => expect(server.clients.size).toBe(0));
      });

      it("is nothing to another stream, and the session lives", async () => {
        const { peer, stream, closed, server } = await opened();
        const other = peer.request(connectFields());
        await peer.status(other);
        peer.reset(stream, code);
        await closed;
        peer.write(Type.DATA, 0, other, encodeFrame({ opcode: 9, key, payload: "?" }));
        await peer.until(() => peer.data(other).length > 0);
        expect(server.clients.size).toBe(1);
      });
    });
  }
});

/** The next `close` event of each open socket. */
const closings = (server: WebSocketServer): Promise<unknown[]> =>
  Promise.all([...server.clients].map((socket: Endpoint) => nextEvent(socket, "close")));

describe("the end of a session", () => {
  it("is 1006 for each of its sockets, and nothing to those of another", async () => {
    const { http, session } = await listenHttp2();
    const server = serve(http);
    const one = await session();
    for (let i = 0; i < 5; i++) await open(one);
    const closed = closings(server);
    const { peer } = await open(await session());
    one.destroy();
    await expect(closed).resolves.toEqual(Array(5).fill(expect.objectContaining(unclean)));
    const [left] = server.clients;
    left!.send("here");
    await expect(peer.frames(1)).resolves.toEqual([`1 ${Buffer.from("here").toString("hex")}`]);
  });

  it("is 1006 when its TCP connection is reset", async () => {
    const { http, session } = await listenHttp2();
    const server = serve(http);
    const client = await session();
    await open(client);
    await open(client);
    const closed = closings(server);
    client.socket.destroy();
    await expect(closed).resolves.toEqual(Array(2).fill(expect.objectContaining(unclean)));
  });

  it("is 1006 when it breaks the rules of HTTP/2", async () => {
    const { peer, stream, closed } = await opened();
    peer.write(Type.DATA, 0, stream + 100, Buffer.from("x")); // a stream that is idle (RFC 9113 §5.1)
    await expect(closed).resolves.toMatchObject(unclean);
    await peer.close();
    expect(peer.of(Type.GOAWAY).at(-1)!.payload.readUInt32BE(4)).toBe(1); // PROTOCOL_ERROR
  });

  it("waits for its sockets when it is closed with GOAWAY (RFC 9113 §6.8)", async () => {
    const { http, session } = await listenHttp2();
    const server = serve(http);
    const client = await session();
    const { peer, stream } = await open(client);
    const gone = new Promise((resolve) => http.once("close", resolve));
    http.close();
    await new Promise((resolve) => client.once("goaway", resolve));
    const [socket] = server.clients;
    socket!.send("still here");
    await expect(peer.frames(1)).resolves.toEqual([`1 ${Buffer.from("still here").toString("hex")}`]);
    peer.send({ opcode: 8, payload: [] });
    await peer.end();
    stream.end();
    await gone;
  });
});

describe("closing a WebSocket server", () => {
  it("closes its sockets with 1001, refuses others with 503, and leaves the session to the application", async () => {
    const { http, session } = await listenHttp2();
    const server = serve(http, { path: "/chat", closeTimeout: 5_000 });
    http.on("request", (_, response) => response.end("page"));
    const client = await session();
    const { peer, stream } = await open(client, { ":path": "/chat" });
    const closed = server.close();
    const [frame = ""] = await peer.frames(1);
    expect(frame).toMatch(/^8 03e9/);
    expect((await refusal(client, { ":path": "/chat" })).status).toBe(503);
    peer.send({ opcode: 8, payload: [0x03, 0xe9] });
    stream.end();
    await closed;
    const page = client.request({ ":path": "/chat" });
    expect(Buffer.concat(await page.toArray()).toString()).toBe("page");
  });
});
