import { describe, expect, it, vi } from "vitest";
import { WebSocket } from "../../../src/websocket/client/client.ts";
import { CONNECTING, OPEN } from "../../../src/websocket/endpoint/endpoint.ts";
import { accept, connect, failure, host } from "../host.ts";
import { listenAndEcho } from "../listen.ts";
import { encodeFrame, readFrames } from "../naive-codec.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";

describe("RFC 6455 §4.1 the client's opening handshake", () => {
  it("asks for what the URL names, with every header that the RFC wants", async () => {
    const { port, request } = await host();
    connect(`ws://127.0.0.1:${port}/chat/room?name=a%20b`, ["chat", "superchat"], {
      headers: { Cookie: "a=b" },
    });
    const { head, key } = await request();
    const [line, ...lines] = head.trim().split("\r\n");
    expect(line).toBe("GET /chat/room?name=a%20b HTTP/1.1");
    expect(lines.sort()).toEqual([
      "Connection: Upgrade",
      "Cookie: a=b",
      `Host: 127.0.0.1:${port}`,
      `Sec-WebSocket-Key: ${key}`,
      "Sec-WebSocket-Protocol: chat, superchat",
      "Sec-WebSocket-Version: 13",
      "Upgrade: websocket",
    ]);
    expect(Buffer.from(key, "base64")).toHaveLength(16);
  });

  it("asks for / when the URL names nothing, without subprotocols when there are none", async () => {
    const { port, request } = await host();
    connect(`ws://127.0.0.1:${port}?x`);
    const { head } = await request();
    expect(head).toMatch(/^GET \/\?x HTTP\/1\.1\r\n/);
    expect(head).not.toContain("Sec-WebSocket-Protocol");
  });

  it("uses another key for each connection", async () => {
    const { url, request } = await host();
    connect(url);
    connect(url);
    expect((await request()).key).not.toBe((await request()).key);
  });

  it("is over when the answer is in order: open, with the subprotocol", async () => {
    const { url, request } = await host();
    const client = connect(url, ["chat", "superchat"]);
    expect([client.readyState, client.url]).toEqual([CONNECTING, url]);
    const { peer, key } = await request();
    peer.write(accept(key, { "Sec-WebSocket-Protocol": "superchat" }));
    await nextEvent(client, "open");
    expect([client.readyState, client.subprotocol]).toEqual([OPEN, "superchat"]);
  });

  it("understands an answer that comes octet by octet, with frames behind it", async () => {
    const { url, request } = await host();
    const client = connect(url);
    const messages: unknown[] = [];
    client.onmessage = ({ data }) => messages.push(data);
    const { peer, key } = await request();
    peer.socket.setNoDelay(true);
    const frame = encodeFrame({ opcode: 1, payload: "early" });
    for (const octet of Buffer.concat([Buffer.from(accept(key)), frame])) {
      peer.write(Buffer.of(octet));
      await turn();
    }
    await eventually(() => expect(messages).toEqual(["early"]));
  });

  it("delivers frames that come in the same segment as the answer, after `open`", async () => {
    const { url, request } = await host();
    const client = connect(url);
    const heard: unknown[] = [];
    client.onopen = () => heard.push("open");
    client.onmessage = ({ data }) => heard.push(data);
    const { peer, key } = await request();
    const frame = encodeFrame({ opcode: 1, payload: "early" });
    peer.write(Buffer.concat([Buffer.from(accept(key)), frame, frame]));
    await eventually(() => expect(heard).toEqual(["open", "early", "early"]));
  });

  it("accepts a server that answers with 100 Continue first", async () => {
    const { url, request } = await host();
    const client = connect(url);
    const { peer, key } = await request();
    peer.write(`HTTP/1.1 100 Continue\r\n\r\n${accept(key)}`);
    await nextEvent(client, "open");
    expect(client.readyState).toBe(OPEN);
  });
});

describe("a client that is closed before it is open", () => {
  for (const how of ["close", "terminate"] as const) {
    it(`gives up: ${how}`, async () => {
      const { url, request } = await host();
      const client = connect(url);
      const { peer } = await request();
      client[how]();
      expect(await failure(client)).toMatchObject({ code: "handshake/aborted" });
      await peer.close();
    });
  }

  it("tells those who listen only after the call", async () => {
    const { url } = await host();
    const client = connect(url);
    const failed = vi.fn();
    client.onerror = failed;
    client.close();
    client.close();
    expect(failed).not.toHaveBeenCalled();
    await nextEvent(client, "close");
    expect(failed).toHaveBeenCalledTimes(1);
  });

  it("lets nothing be sent", async () => {
    const { url } = await host();
    expect(() => connect(url).send("x")).toThrow("not established");
  });
});

describe("RFC 6455 §3 the URL of a client", () => {
  for (const url of [
    "x",
    "ftp://x/",
    "ws+unix:/x",
    "wsss://x",
    "",
    "//x",
    "ws://",
    "ws://x/#",
    "ws://x/#a",
    "wss://a b/",
  ]) {
    it(`is none: ${JSON.stringify(url)}`, () => expect(() => new WebSocket(url)).toThrow(SyntaxError));
  }

  it("is refused together with subprotocols that are none", () => {
    expect(() => new WebSocket("ws://127.0.0.1:1/", ["a", "a"])).toThrow(SyntaxError);
    expect(() => new WebSocket("ws://127.0.0.1:1/", "a b")).toThrow(SyntaxError);
  });

  it("is refused together with headers of the handshake itself", () => {
    const names = ["Upgrade", "connection", "Sec-WebSocket-Key", "sec-websocket-protocol", "Content-Length"];
    for (const name of [...names, "Transfer-Encoding"]) {
      expect(() => new WebSocket("ws://127.0.0.1:1/", [], { headers: { [name]: "x" } }), name).toThrow(
        TypeError,
      );
    }
  });
});

describe("RFC 6455 §5.3 the frames of a client", () => {
  it("are masked, each with a key of its own", async () => {
    const { url, request } = await host();
    const client = connect(url);
    const { peer, key } = await request();
    peer.write(accept(key));
    await nextEvent(client, "open");
    const keys = new Set<string>();
    for (let i = 0; i < 100; i++) client.send("");
    await peer.until(() => peer.received.length === 600);
    for (let at = 0; at < 600; at += 6) {
      expect(peer.received.toString("hex", at, at + 2)).toBe("8180");
      keys.add(peer.received.toString("hex", at + 2, at + 6));
    }
    expect(keys.size).toBeGreaterThan(95);
    expect(readFrames(peer.received, "server")).toHaveLength(100);
  });

  it("are answered by our server", async () => {
    const { url } = await listenAndEcho();
    const client = connect(url);
    await nextEvent(client, "open");
    client.send("Hello");
    await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: "Hello" });
    client.ping(Buffer.from("?"));
    await expect(nextEvent(client, "pong")).resolves.toMatchObject({ data: Buffer.from("?") });
    client.close(4000, "done");
    await expect(nextEvent(client, "close")).resolves.toMatchObject({
      code: 4000,
      reason: "done",
      wasClean: true,
    });
  });

  it("wait for the server to end the connection, no longer than the close timeout", async () => {
    const { url, request } = await host();
    const client = connect(url, [], { closeTimeout: 50 });
    const { peer, key } = await request();
    peer.write(accept(key));
    await nextEvent(client, "open");
    client.close(1000);
    await peer.until(() => readFrames(peer.received, "server", "as far as they go").length === 1);
    peer.write(encodeFrame({ opcode: 8, payload: [0x03, 0xe8] }));
    await expect(nextEvent(client, "close")).resolves.toMatchObject({ code: 1000, wasClean: true });
    await peer.close();
  });

  it("end with 1002 when the server masks, and the server is told", async () => {
    const { url, request } = await host();
    const client = connect(url, [], { closeTimeout: 50 });
    const error = nextEvent<{ error: { closeCode: number } }>(client, "error");
    const { peer, key } = await request();
    peer.write(accept(key) + encodeFrame({ opcode: 1, payload: "x", key: [1, 2, 3, 4] }).toString("latin1"));
    expect((await error).error.closeCode).toBe(1002);
    await peer.end();
    const [close] = readFrames(peer.received, "server");
    expect([close!.opcode, ...close!.payload.slice(0, 2)]).toEqual([8, 0x03, 0xea]);
  });
});
