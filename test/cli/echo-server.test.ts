import { connect as connectHttp2 } from "node:http2";
import { connect, createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Echo, type EchoOptions, startEcho } from "../../src/cli/echo-server.ts";
import { WebSocket, type WebSocketOptions } from "../../src/websocket/index.ts";
import { eventually, nextEvent, turn } from "../websocket/next-event.ts";
import { handshake, RawPeer } from "../websocket/raw-peer.ts";
import { selfSigned } from "../websocket/self-signed.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const certificate = selfSigned();
const tls = { ca: certificate.cert };

async function start(options?: EchoOptions): Promise<Echo> {
  const echo = await startEcho(options);
  onTestFinished(() => echo.close());
  return echo;
}

async function open(
  url: string,
  options: WebSocketOptions = {},
  subprotocols: string[] = [],
): Promise<WebSocket> {
  const limits = { maxMessageBytes: 64 * MIB, maxBufferedBytes: 64 * MIB };
  const socket = new WebSocket(url, subprotocols, { ...limits, ...options });
  onTestFinished(() => socket.terminate());
  await socket.opened;
  return socket;
}

async function answerTo(socket: WebSocket, message: string | Buffer): Promise<string | Buffer> {
  const answer = nextEvent(socket, "message");
  socket.send(message);
  return (await answer).data;
}

const portOf = (url: string): number => Number(new URL(url).port);

/** How many ports this process listens to. */
const listeners = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;

/** A raw connection that ends with the test. */
async function rawPeer(peer: Promise<RawPeer>): Promise<RawPeer> {
  const { socket } = await peer;
  onTestFinished(() => void socket.destroy());
  return peer;
}

describe("the echo server", () => {
  it("echoes at /echo and at /, with or without a query, and serves nothing elsewhere", async () => {
    const { url } = await start();
    for (const path of ["/echo", "/", "/echo?agent=x"]) {
      expect(await answerTo(await open(new URL(path, url).href), "hello")).toBe("hello");
    }
    const elsewhere = new WebSocket(new URL("/chat", url));
    await expect(elsewhere.opened).rejects.toMatchObject({ status: 404 });
  });

  it("lets any origin in", async () => {
    const { url } = await start();
    await open(url, { origin: "https://page.example" });
  });

  it.each([
    [["binary", "chat", "echo"], "chat"],
    [["conformance"], "conformance"],
    [["binary"], ""],
    [[], ""],
  ])("answers the offer of the subprotocols %j with %j", async (offered, chosen) => {
    const { url } = await start();
    const peer = await rawPeer(RawPeer.connect(portOf(url)));
    peer.write(handshake({ "Sec-WebSocket-Protocol": offered }));
    const { status, headers } = await peer.answer();
    expect([status, headers["sec-websocket-protocol"] ?? ""]).toEqual([101, chosen]);
  });

  it("echoes 64 MiB, and closes with 1009 at the announcement of one octet more", async () => {
    const { url } = await start();
    const message = Buffer.alloc(64 * MIB, "barewire");
    const answer = (await answerTo(await open(url), message)) as Buffer;
    expect(answer.equals(message)).toBe(true);
    const peer = await rawPeer(RawPeer.open(portOf(url)));
    peer.send({ opcode: 2, claimedLength: BigInt(64 * MIB + 1) });
    expect((await peer.frames(1))[0]).toMatch(/^8 03f1/);
  });

  it("echoes a message of 65,537 fragments", async () => {
    const { url } = await start();
    const peer = await rawPeer(RawPeer.open(portOf(url)));
    const first = Buffer.from([0x02, 0x80, 0, 0, 0, 0]);
    const continuation = Buffer.from([0x00, 0x81, 0, 0, 0, 0, 0x78]);
    const last = Buffer.from([0x80, 0x80, 0, 0, 0, 0]);
    peer.write(Buffer.concat([first, ...Array<Buffer>(65_535).fill(continuation), last]));
    const [frame] = await peer.frames(1);
    expect(frame === `2 ${"78".repeat(65_535)}`).toBe(true);
  });

  it("refuses messages longer than it was told", async () => {
    const { url } = await start({ maxMessageBytes: 125 });
    const socket = await open(url);
    await answerTo(socket, "x".repeat(125));
    socket.send("x".repeat(126));
    expect(await nextEvent(socket, "close")).toMatchObject({ code: 1009 });
  });

  it("takes as many connections from one address as come", async () => {
    const { url } = await start();
    const at = { port: portOf(url), host: "127.0.0.1" };
    const sockets = Array.from({ length: 1_000 }, () => connect(at)); // as many as the library lets in by default
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    await open(url);
  });

  it("sends what comes in at /broadcast to everybody there", async () => {
    const { url, broadcastUrl, http2Url = "" } = await start({ http2Port: 0 });
    const [echoed, one] = [await open(url), await open(broadcastUrl)];
    const two = await open(http2Url.replace("/echo", "/broadcast"), { http2: true });
    const heard = nextEvent(echoed, "message");
    const answers = [one, two].map((socket) => nextEvent(socket, "message"));
    two.send("to all");
    for (const answer of answers) expect((await answer).data).toBe("to all");
    echoed.send("nobody else's");
    expect((await heard).data).toBe("nobody else's");
  });
});

describe("the echo server with compression", () => {
  it.each([
    ["permessage-deflate", "permessage-deflate"],
    [
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    ],
    [
      "permessage-deflate; server_max_window_bits=9; client_max_window_bits=10",
      "permessage-deflate; server_max_window_bits=9; client_max_window_bits=10",
    ],
    [
      "permessage-deflate; server_max_window_bits=15; client_max_window_bits",
      "permessage-deflate; server_max_window_bits=15",
    ],
    ["permessage-deflate; server_max_window_bits=8, permessage-deflate", "permessage-deflate"],
  ])("answers the offer %s", async (offer, answer) => {
    const { url } = await start({ deflate: true });
    const peer = await rawPeer(RawPeer.connect(portOf(url)));
    peer.write(handshake({ "Sec-WebSocket-Extensions": offer }));
    expect((await peer.answer()).headers["sec-websocket-extensions"]).toBe(answer);
  });

  it("compresses even the shortest message, with what it remembers of the last", async () => {
    const { url } = await start({ deflate: true });
    const peer = await rawPeer(RawPeer.connect(portOf(url)));
    peer.write(handshake({ "Sec-WebSocket-Extensions": "permessage-deflate" }));
    await peer.answer();
    // RFC 7692 §7.2.3.1 and §7.2.3.2: "Hello" twice, the second time as a reference to the first.
    peer.send({ opcode: 1, payload: "Hello" }, { opcode: 1, payload: "Hello" });
    await peer.until(() => peer.receivedBytes >= 9 + 7);
    expect(peer.received.toString("hex")).toBe("c107f248cdc9c90700c105f200110000");
  });

  it("echoes a message of which a thousandth comes over the wire", async () => {
    const { url } = await start({ deflate: true });
    const socket = await open(url, { perMessageDeflate: { maxInflateRatio: 2_000 } });
    const zeros = Buffer.alloc(4 * MIB);
    expect(((await answerTo(socket, zeros)) as Buffer).equals(zeros)).toBe(true);
  });

  it("compresses nothing without the option", async () => {
    const { url } = await start();
    expect((await open(url, { perMessageDeflate: true })).extensions).toBe("");
  });
});

describe("the echo server over TLS and HTTP/2", () => {
  it("speaks HTTP/1.1 and HTTP/2 on one port", async () => {
    const { url } = await start({ tls: certificate });
    expect(url).toMatch(/^wss:/);
    const long = Buffer.alloc(4 * MIB, "barewire");
    for (const http2 of [false, true]) {
      const socket = await open(url, { tls, http2 });
      expect(await answerTo(socket, "hello")).toBe("hello");
      expect(((await answerTo(socket, long)) as Buffer).equals(long)).toBe(true);
    }
  });

  it("speaks HTTP/2 in cleartext on a port of its own, beside the other", async () => {
    const { url, http2Url = "" } = await start({ http2Port: 0 });
    expect(portOf(http2Url)).not.toBe(portOf(url));
    expect(await answerTo(await open(http2Url, { http2: true }), "over HTTP/2")).toBe("over HTTP/2");
    expect(await answerTo(await open(url), "over HTTP/1.1")).toBe("over HTTP/1.1");
  });

  it("loses nothing of what comes from a peer that says all before it reads", async () => {
    const { http2Url = "" } = await start({ http2Port: 0 });
    // Here a peer that does not read is felt after 64 KiB, and not after what two kernels hold.
    const socket = await open(http2Url, { http2: true });
    // The third finds no room behind the second. When it has left, only the last four still wait.
    const lengths = [MIB, 1, 33 * MIB, MIB, MIB, MIB, MIB];
    const heard: number[] = [];
    socket.addEventListener("message", ({ data }) => heard.push(data.length));
    socket.pause();
    for (const length of lengths) {
      socket.send(Buffer.alloc(length));
      await turn(); // or all of them would be one write
    }
    await eventually(() => expect(socket.bufferedAmount).toBeLessThan(5 * MIB));
    socket.resume();
    await eventually(() => expect(heard).toEqual(lengths));
  });

  it("opens a stream on a session that holds a long answer which nobody reads", async () => {
    const { http2Url = "" } = await start({ http2Port: 0 });
    const session = connectHttp2(http2Url.replace("ws:", "http:"));
    onTestFinished(() => session.destroy());
    const [one, two] = [await open(http2Url, { http2: session }), await open(http2Url, { http2: session })];
    one.pause();
    one.send(Buffer.alloc(16 * MIB));
    await eventually(() => expect(one.bufferedAmount).toBe(0));
    expect(await answerTo(two, "hello")).toBe("hello"); // behind the end of the other's message
    expect(await answerTo(await open(http2Url, { http2: session }), "hello")).toBe("hello");
  });

  it("refuses what is no handshake with the same status as on a port of our own", async () => {
    const requests = [
      handshake({ Upgrade: undefined }),
      handshake({ Connection: "keep-alive" }),
      handshake({ "Sec-WebSocket-Version": "12" }),
      handshake({}, "POST / HTTP/1.1"),
      handshake({}, "GET /elsewhere HTTP/1.1"),
    ];
    const [plain, secure] = [await start(), await start({ tls: certificate })];
    for (const request of requests) {
      const peers = [
        connect({ port: portOf(plain.url), host: "127.0.0.1" }),
        connectTls({ port: portOf(secure.url), host: "127.0.0.1", ...tls }),
      ].map((socket) => rawPeer(Promise.resolve(new RawPeer(socket))));
      const answers = await Promise.all(
        peers.map(async (peer) => {
          (await peer).write(request);
          return (await peer).answer();
        }),
      );
      expect(answers[1]).toEqual({
        ...answers[0],
        headers: { ...answers[0]!.headers, date: expect.any(String) },
      });
      expect(answers[0]!.status).toBeGreaterThanOrEqual(400);
    }
  });

  it("answers other requests of HTTP/2 with 404", async () => {
    const { http2Url = "" } = await start({ http2Port: 0 });
    const session = connectHttp2(http2Url.replace("ws:", "http:"));
    onTestFinished(() => session.destroy());
    const request = session.request({ ":path": "/echo" });
    expect(await new Promise((resolve) => request.once("response", resolve))).toMatchObject({
      ":status": 404,
    });
  });
});

describe("the end of the echo server", () => {
  it("closes all with 1001 and waits for nobody who says nothing", async () => {
    const echo = await start({ tls: certificate, http2Port: 0 });
    const sockets = [await open(echo.url, { tls }), await open(echo.http2Url!, { http2: true })];
    const silent = await rawPeer(RawPeer.connect(portOf(echo.url)));
    const closings = sockets.map((socket) => nextEvent(socket, "close"));
    await echo.close();
    for (const closing of closings) expect(await closing).toMatchObject({ code: 1001, wasClean: true });
    await silent.close();
    for (const url of [echo.url, echo.http2Url!]) {
      await expect(RawPeer.connect(portOf(url))).rejects.toThrow("ECONNREFUSED");
    }
  });

  it("comes at once, with nothing left to listen, when one of the ports is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const before = listeners();
    await expect(startEcho({ port })).rejects.toMatchObject({ code: "EADDRINUSE", port });
    await expect(startEcho({ port, tls: certificate })).rejects.toMatchObject({ code: "EADDRINUSE", port });
    await expect(startEcho({ http2Port: port })).rejects.toMatchObject({ code: "EADDRINUSE", port });
    await eventually(() => expect(listeners()).toBe(before));
  });
});
