/** RFC 6455 §3, §4.1 and §11.1: what a client's handshake looks like on the wire, where no other file looks. */
import { createServer, type TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { accept, connect, failure, host } from "./host.ts";
import { nextEvent, turn } from "./next-event.ts";
import { selfSigned } from "./self-signed.ts";

describe("RFC 6455 §3 and §11.1.1 the URI of a client", () => {
  const rows: readonly (readonly [what: string, rest: string, target: string])[] = [
    ["a # that begins no fragment stays escaped as %23", "a%23b?c%23d", "/a%23b?c%23d"],
    ["characters beyond ASCII are percent-encoded as UTF-8", "ü/\u{1F600}?ö", "/%C3%BC/%F0%9F%98%80?%C3%B6"],
    ["characters that no URI holds are percent-encoded", 'a b"<>?c d"<>', "/a%20b%22%3C%3E?c%20d%22%3C%3E"],
    ["what is escaped already stays as it is", "%c3%bc?%C3%B6", "/%c3%bc?%C3%B6"],
    ["an empty query is none of the resource name's business", "?", "/"],
  ];
  for (const [what, rest, target] of rows) {
    it(`is asked for: ${what}`, async () => {
      const { url, request } = await host();
      connect(`${url}${rest}`);
      const { head } = await request();
      expect(head.slice(0, head.indexOf("\r\n"))).toBe(`GET ${target} HTTP/1.1`);
    });
  }

  it("has a host in ASCII, whatever it was written in", async () => {
    const { port, request } = await host();
    const client = connect(`WS://１２７.０.０.１:${port}/`);
    const { head } = await request();
    expect(client.url).toBe(`ws://127.0.0.1:${port}/`);
    expect(head).toContain(`\r\nHost: 127.0.0.1:${port}\r\n`);
    expect(connect("wss://bücher.invalid/").url).toBe("wss://xn--bcher-kva.invalid/");
  });

  it("has no port in it that is the default of its scheme", () => {
    expect(connect("ws://127.0.0.1:80/").url).toBe("ws://127.0.0.1/");
    expect(connect("wss://127.0.0.1:443/").url).toBe("wss://127.0.0.1/");
  });
});

describe("RFC 6455 §4.1 a client over TLS", () => {
  it("names the server it wants (SNI), and sends its handshake through the tunnel", async () => {
    const seen: { name: TLSSocket["servername"]; head: string }[] = [];
    const server = createServer(selfSigned(), (socket) => {
      socket.on("error", () => {});
      socket.once("data", (head) => {
        seen.push({ name: socket.servername, head: head.toString("latin1") });
        socket.end("HTTP/1.1 400 x\r\n\r\n");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const client = connect(`wss://localhost:${port}/chat`, [], { tls: { rejectUnauthorized: false } });
    expect((await failure(client)).code).toBe("handshake/refused");
    expect(seen).toEqual([{ name: "localhost", head: expect.stringContaining("GET /chat HTTP/1.1\r\n") }]);
  });

  it("sends nothing but TLS, and fails when the server speaks none", async () => {
    const { port, peers } = await host();
    const client = connect(`wss://127.0.0.1:${port}/`);
    const failed = failure(client);
    await expect.poll(() => peers[0]?.received.length ?? 0).toBeGreaterThan(5);
    expect(peers[0]!.received.toString("hex", 0, 2)).toBe("1603"); // a handshake record, TLS 1.x
    expect(peers[0]!.received.includes("GET ")).toBe(false);
    peers[0]!.socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    expect((await failed).code).toBe("handshake/unreachable");
  });
});

describe("RFC 6455 §4.1 a client that waits for its answer", () => {
  it("sends its request, with or without subprotocols, and then nothing", async () => {
    const { url, request } = await host();
    const client = connect(url, ["chat"]);
    const { peer, head, key } = await request();
    expect(head).toMatch(/^GET \/ HTTP\/1\.1\r\n(?:[\w-]+: [^\r\n]+\r\n)+\r\n$/);
    expect(() => client.send("too early")).toThrow(Error);
    expect(() => client.ping()).toThrow(Error);
    await turn();
    expect(peer.received).toHaveLength(0);
    peer.write(accept(key, { "Sec-WebSocket-Protocol": "chat" }));
    await nextEvent(client, "open");
    client.send("");
    await peer.until(() => peer.received.length === 6);
  });

  it("knows the extensions and the subprotocol in use from the answer: none when it names none", async () => {
    const { url, request } = await host();
    const client = connect(url, ["chat"], { perMessageDeflate: true });
    const { peer, key } = await request();
    peer.write(accept(key));
    await nextEvent(client, "open");
    expect([client.extensions, client.subprotocol]).toEqual(["", ""]);
  });

  it("does not use what it offered and the server did not take up (RFC 6455 §9.1)", async () => {
    const extension = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    for (const [answer, first] of [
      [{}, 0x82],
      [{ "Sec-WebSocket-Extensions": extension }, 0xc2],
    ] as const) {
      const { url, request } = await host();
      const client = connect(url, [], { perMessageDeflate: true });
      const { peer, head, key } = await request();
      expect(head).toMatch(/\r\nSec-WebSocket-Extensions: permessage-deflate;/);
      peer.write(accept(key, answer));
      await nextEvent(client, "open");
      client.send(Buffer.alloc(2_000));
      await peer.until(() => peer.received.length > 0);
      expect([peer.received[0], client.extensions]).toEqual([
        first,
        answer["Sec-WebSocket-Extensions"] ?? "",
      ]);
    }
  });
});

describe("RFC 6455 §4.1 an answer that is not the one of §4.2.2", () => {
  const breakers: readonly (readonly [what: string, answer: (key: string) => string])[] = [
    ["a status line of HTTP/1.0", (key) => accept(key).replace("HTTP/1.1", "HTTP/1.0")],
    ["two Upgrade headers", (key) => accept(key, { Upgrade: ["websocket", "websocket"] })],
    ["an Upgrade to more than websocket", (key) => accept(key, { Upgrade: "websocket, h2c" })],
    ["an empty Sec-WebSocket-Accept", (key) => accept(key, { "Sec-WebSocket-Accept": "" })],
    ["an empty subprotocol", (key) => accept(key, { "Sec-WebSocket-Protocol": "" })],
    ["a list of subprotocols", (key) => accept(key, { "Sec-WebSocket-Protocol": "chat, superchat" })],
    ["a subprotocol in another case", (key) => accept(key, { "Sec-WebSocket-Protocol": "CHAT" })],
    ["an extension that does not follow §9.1", (key) => accept(key, { "Sec-WebSocket-Extensions": "a b" })],
    ["a list of no extension (§9.1: 1#extension)", (key) => accept(key, { "Sec-WebSocket-Extensions": "" })],
    ["an extension that nobody registered", (key) => accept(key, { "Sec-WebSocket-Extensions": "x-foo" })],
  ];
  for (const [what, answer] of breakers) {
    it(`fails the connection: ${what}`, async () => {
      const { url, request } = await host();
      const client = connect(url, ["chat", "superchat"]);
      const failed = failure(client);
      const { peer, key } = await request();
      peer.write(answer(key));
      expect((await failed).code).toBe("handshake/invalid-response");
      await peer.close();
      expect(peer.received).toHaveLength(0);
    });
  }

  const keepers: readonly (readonly [what: string, answer: (key: string) => string])[] = [
    ["words in another case", (key) => accept(key, { Upgrade: "WebSocket", Connection: "UPGRADE" })],
    [
      "header names in another case",
      (key) => accept(key).replace(/^[\w-]+(?=:)/gm, (name) => name.toUpperCase()),
    ],
    ["Connection with another token", (key) => accept(key, { Connection: "keep-alive, Upgrade" })],
    ["another reason phrase, and none", (key) => accept(key).replace("Switching Protocols", "")],
    ["headers that it does not know", (key) => accept(key, { Server: "x", "Set-Cookie": ["a=b", "c=d"] })],
  ];
  for (const [what, answer] of keepers) {
    it(`is accepted in spite of ${what}`, async () => {
      const { url, request } = await host();
      const client = connect(url);
      const { peer, key } = await request();
      peer.write(answer(key));
      await nextEvent(client, "open");
    });
  }
});
