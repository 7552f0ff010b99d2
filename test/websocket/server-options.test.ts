import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "../../src/websocket/server.ts";
import type { WebSocketServerOptions } from "../../src/websocket/server-options.ts";
import { listen, listenHttp, openPeer, rawPeer } from "./listen.ts";
import { nextEvent } from "./next-event.ts";
import { RawPeer } from "./raw-peer.ts";

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
  ];
  it.each(wrong)("are refused at once: %s", (_, options, kind) => {
    expect(() => new WebSocketServer(options as WebSocketServerOptions)).toThrow(kind);
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
