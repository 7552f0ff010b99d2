import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "../../../src/websocket/server/server.ts";
import type { WebSocketServerOptions } from "../../../src/websocket/server/server-options.ts";
import { listen, listenHttp, openPeer, rawPeer } from "../listen.ts";
import { nextEvent } from "../next-event.ts";
import { RawPeer } from "../raw-peer.ts";

describe("the options of a server", () => {
  const wrong: readonly (readonly [string, object, new () => Error])[] = [
    ["a port and a server", { port: 0, server: createServer() }, TypeError],
    ["messages in parts, compressed", { inParts: true, perMessageDeflate: true }, TypeError],
    ["a limit that is text", { maxMessageBytes: "1" }, TypeError],
    ["a limit below 0", { maxBufferedBytes: -1 }, RangeError],
    ["a limit that is NaN", { maxUnreadBytes: Number.NaN }, RangeError],
    ["an unknown policy", { overflow: "drop" }, RangeError],
    ["a window of 8 bits", { perMessageDeflate: { serverMaxWindowBits: 8 } }, RangeError],
    ["a window of 16 bits", { perMessageDeflate: { clientMaxWindowBits: 16 } }, RangeError],
    ["compression that is text", { perMessageDeflate: "on" }, TypeError],
    ["a binaryType of browsers alone", { binaryType: "blob" }, RangeError],
    ["a path without a slash", { path: "chat" }, TypeError],
    ["an empty path", { path: "" }, TypeError],
    ["a path with a query", { path: "/chat?x=1" }, TypeError],
    ["a path with a fragment", { path: "/chat#x" }, TypeError],
    ["a path that is not percent-encoded", { path: "/caf\u00e9" }, TypeError],
    ["a path with a space", { path: "/a b" }, TypeError],
    ["a path that is a pattern", { path: /chat/ }, TypeError],
    ["paths, one of them wrong", { path: ["/a", "b"] }, TypeError],
    ["a port that is text", { port: "8080" }, TypeError],
    ["a port beyond the last", { port: 65_536 }, RangeError],
    ["a port below 0", { port: -1 }, RangeError],
    ["a port that is NaN", { port: Number.NaN }, RangeError],
    ["a host without a port", { host: "127.0.0.1" }, TypeError],
    ["a host beside a server", { host: "127.0.0.1", server: createServer() }, TypeError],
    ["a backlog without a port", { backlog: 10 }, TypeError],
    ["a readPath without a port", { readPath: "direct" }, TypeError],
    ["a host that is a number", { port: 0, host: 127 }, TypeError],
    ["a backlog that is text", { port: 0, backlog: "10" }, TypeError],
    ["a backlog that is NaN", { port: 0, backlog: Number.NaN }, RangeError],
    ["an unknown readPath", { port: 0, readPath: "fast" }, RangeError],
    ["a server that is a port", { server: 8080 }, TypeError],
    ["no server where one was to be", { server: null }, TypeError],
    ["connections that are NaN", { maxConnections: Number.NaN }, RangeError],
    ["connections below 0", { maxConnections: -1 }, RangeError],
    ["connections that are text", { maxConnections: "1" }, TypeError],
    ["connections from an address that are NaN", { maxConnectionsPerAddress: Number.NaN }, RangeError],
    ["connections from an address that are text", { maxConnectionsPerAddress: "1" }, TypeError],
    ["no time for the handshake", { handshakeTimeout: 0 }, RangeError],
    ["a time for the handshake below 0", { handshakeTimeout: -5 }, RangeError],
    ["a time for the handshake that is NaN", { handshakeTimeout: Number.NaN }, RangeError],
    ["a time for the handshake that is text", { handshakeTimeout: "5s" }, TypeError],
    ["accept that is no function", { accept: true }, TypeError],
    ["clientAddress that is no function", { clientAddress: "127.0.0.1" }, TypeError],
  ];
  it.each(wrong)("are refused at once: %s", (_, options, kind) => {
    expect(() => new WebSocketServer(options as WebSocketServerOptions)).toThrow(kind);
  });

  it("say what is wrong with them", () => {
    const make = (options: object): unknown => new WebSocketServer(options);
    expect(() => make({ path: "chat" })).toThrow(
      'begins with a slash, percent-encoded and without a query, and is not "chat"',
    );
    expect(() => make({ host: "::1" })).toThrow(
      "the option host is about a port of our own: give a port, too",
    );
    expect(() => make({ port: "80" })).toThrow("the option port is a number");
    expect(() => make({ maxConnections: -1 })).toThrow("the option maxConnections is 0 or more");
  });

  it("may leave all of them undefined, and lift limits", () => {
    const names = ["port", "host", "backlog", "readPath", "server", "path", "accept", "maxConnections"];
    const undefineds = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(() => new WebSocketServer(undefineds)).not.toThrow();
    const limits = ["maxConnections", "maxConnectionsPerAddress", "handshakeTimeout"];
    const infinite = Object.fromEntries(limits.map((name) => [name, Number.POSITIVE_INFINITY]));
    expect(() => new WebSocketServer({ ...infinite, path: ["/", "/%20/~a;b=c,d:@&$!'()*+"] })).not.toThrow();
  });

  it("may have messages in parts where compression is off", async () => {
    const { server, port } = await listen({ inParts: true, perMessageDeflate: false });
    const connected = nextEvent<{ socket: { messagesInParts(): AsyncIterable<AsyncIterable<unknown>> } }>(
      server,
      "connection",
    );
    const peer = await openPeer(port);
    const messages = (await connected).socket.messagesInParts();
    peer.send({ opcode: 1, payload: "in parts" });
    peer.send({ opcode: 8, payload: [3, 232] });
    const found: string[] = [];
    for await (const message of messages) {
      let text = "";
      for await (const part of message) text += part;
      found.push(text);
    }
    expect(found).toEqual(["in parts"]);
  });

  it("may name several paths; others get 404, a query does not matter", async () => {
    const { port } = await listen({ path: ["/a", "/b"] });
    for (const path of ["/a", "/b", "/b?c=d"]) await openPeer(port, { path });
    for (const path of ["/", "/c", "/a/", "/A"]) {
      await expect(openPeer(port, { path }), path).rejects.toThrow("404");
    }
  });

  it("have paths beside those of another server on the same HTTP server", async () => {
    const { http, port } = await listenHttp();
    const servers = [
      new WebSocketServer({ server: http, path: ["/a", "/b"] }),
      new WebSocketServer({ server: http, path: "/c" }),
    ];
    for (const path of ["/a", "/b", "/c"]) await rawPeer(RawPeer.open(port, { path }));
    await expect(RawPeer.open(port, { path: "/d" })).rejects.toThrow("404");
    expect(servers.map(({ clients }) => clients.size)).toEqual([2, 1]);
    for (const server of servers) for (const socket of server.clients) socket.terminate();
    await Promise.all(servers.map((server) => server.close()));
  });

  it("say that a server without a port of its own is read portably", () => {
    expect(new WebSocketServer().readPath).toBe("portable");
  });
});
