/** `dial.ts`, `client.ts`: streams that the application opens, and attempts that it calls off. */
import { createServer as createHttpServer } from "node:http";
import { createServer, connect as tcpConnect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocketServer } from "../../../src/websocket/server/server.ts";
import { accept, connect, failure, host } from "../host.ts";
import { listenAndEcho } from "../listen.ts";
import { nextEvent, turn } from "../next-event.ts";
import { selfSigned } from "../self-signed.ts";

describe("a client with a connection of its own", () => {
  it("is told where to, and speaks through what it gets", async () => {
    const { port } = await listenAndEcho({ origins: "any" });
    const open = vi.fn(() => tcpConnect(port, "127.0.0.1"));
    const client = connect("ws://server.invalid:81/x", [], { connect: open });
    await nextEvent(client, "open");
    expect(open.mock.calls).toEqual([[{ host: "server.invalid", port: 81, secure: false }]]);
    client.send("through");
    await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: "through" });
  });

  it("waits for a stream that takes time to open", async () => {
    const { port } = await listenAndEcho();
    const client = connect("ws://[::1]:82", [], {
      connect: async ({ host, port: wanted }) => {
        expect([host, wanted]).toEqual(["::1", 82]);
        await turn();
        return tcpConnect(port, "127.0.0.1");
      },
    });
    await nextEvent(client, "open");
  });

  it("speaks through a Unix socket", async () => {
    const path =
      process.platform === "win32"
        ? `\\\\.\\pipe\\barewire-${process.pid}`
        : join(tmpdir(), `barewire-${process.pid}.sock`);
    const http = createHttpServer();
    const server = new WebSocketServer({ server: http });
    server.addEventListener("connection", ({ socket }) => socket.send("hello"));
    await new Promise<void>((resolve) => http.listen(path, resolve));
    onTestFinished(async () => {
      await server.close();
      http.close();
    });
    const client = connect("ws://localhost/", [], { connect: () => tcpConnect(path) });
    await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: "hello" });
  });

  it("speaks through a stream that is no socket", async () => {
    const { port } = await listenAndEcho();
    const client = connect("ws://127.0.0.1/", [], { connect: () => wrap(tcpConnect(port, "127.0.0.1")) });
    await nextEvent(client, "open");
    client.send("through");
    await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: "through" });
  });

  it("speaks TLS through it for wss:, to the name that the URL has", async () => {
    const names: unknown[] = [];
    const server = createTlsServer({ ...selfSigned(), ALPNProtocols: ["http/1.1"] }, (socket) => {
      names.push(socket.servername, socket.alpnProtocol);
      socket.end("HTTP/1.1 418 x\r\nContent-Length: 0\r\n\r\n");
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const open = vi.fn(() => wrap(tcpConnect(port, "127.0.0.1")));
    const tls = { rejectUnauthorized: false };
    const error = await failure(connect("wss://server.invalid/", [], { connect: open, tls }));
    expect(error).toMatchObject({ code: "handshake/refused", status: 418 });
    expect(names).toEqual(["server.invalid", "http/1.1"]);
    expect(open.mock.calls).toEqual([[{ host: "server.invalid", port: 443, secure: true }]]);
  });

  for (const [how, open] of [
    [
      "throws",
      () => {
        throw new Error("no way");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no way"))],
    ["rejects with nothing", () => Promise.reject(undefined)],
    ["gives a stream that fails", () => new Duplex({ read() {}, write() {} }).destroy(new Error("no way"))],
  ] as const) {
    it(`fails when that ${how}`, async () => {
      const error = await failure(connect("ws://server.invalid/", [], { connect: open as () => Duplex }));
      expect(error.code).toBe("handshake/unreachable");
      expect(error.cause).toBeInstanceOf(Error);
    });
  }

  it("drops the stream that comes after it was closed", async () => {
    const stream = new Duplex({ read() {}, write() {} });
    let opened: (stream: Duplex) => void = () => {};
    const opening = new Promise<Duplex>((resolve) => {
      opened = resolve;
    });
    const client = connect("ws://server.invalid/", [], { connect: () => opening });
    const failed = failure(client);
    client.close();
    expect(await failed).toMatchObject({ code: "handshake/aborted" });
    opened(stream);
    await expect.poll(() => stream.destroyed).toBe(true);
  });
});

/** The same stream, but not a socket to those who look. */
function wrap(socket: Duplex): Duplex {
  return Duplex.from({ readable: socket, writable: socket });
}

describe("a client with a signal", () => {
  it("does not even connect when it has aborted before", async () => {
    const { url, peers } = await host();
    const reason = new Error("not any more");
    const error = await failure(connect(url, [], { signal: AbortSignal.abort(reason) }));
    expect(error).toMatchObject({ code: "handshake/aborted", cause: reason });
    expect(peers).toHaveLength(0);
  });

  it("gives up when it aborts, once", async () => {
    const { url, request } = await host();
    const controller = new AbortController();
    const failed = failure(connect(url, [], { signal: controller.signal }));
    const { peer } = await request();
    const reason = new Error("not any more");
    controller.abort(reason);
    controller.abort();
    expect(await failed).toMatchObject({ code: "handshake/aborted", cause: reason });
    await peer.close();
  });

  it("is deaf to it once it is open or has failed, and holds on to it no longer", async () => {
    const { url, request } = await host();
    const controller = new AbortController();
    const { signal } = controller;
    const removed = vi.spyOn(signal, "removeEventListener");
    const client = connect(url, [], { signal });
    const { peer, key } = await request();
    peer.write(accept(key));
    await nextEvent(client, "open");
    expect(removed).toHaveBeenCalledTimes(1);
    controller.abort();
    await turn();
    expect(client.readyState).toBe(1);
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const another = new AbortController();
    const released = vi.spyOn(another.signal, "removeEventListener");
    await failure(connect(`ws://127.0.0.1:${port}/`, [], { signal: another.signal }));
    expect(released).toHaveBeenCalledTimes(1);
  });
});

describe("a client with an origin", () => {
  it("names it, so that a server that wants one lets it in (RFC 6455 §4.1, item 8)", async () => {
    const { url } = await listenAndEcho({ origins: ["https://chat.example"] });
    const client = connect(url, [], { origin: "https://chat.example" });
    await nextEvent(client, "open");
    const error = await failure(connect(url, [], { origin: "https://evil.example" }));
    expect(error).toMatchObject({ code: "handshake/refused", status: 403 });
  });
});
