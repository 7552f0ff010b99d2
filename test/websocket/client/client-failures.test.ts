/** `client.ts`: opening handshakes that come to nothing. */
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { acceptValue } from "../../../src/websocket/handshake/handshake.ts";
import { accept, connect, failure, host } from "../host.ts";

describe("RFC 6455 §4.1 an answer that breaks the rules", () => {
  const rows: readonly (readonly [string, Readonly<Record<string, string | string[] | undefined>>])[] = [
    ["no Upgrade", { Upgrade: undefined }],
    ["another Upgrade", { Upgrade: "h2c" }],
    ["no Connection", { Connection: undefined }],
    ["another Connection", { Connection: "keep-alive" }],
    ["no Sec-WebSocket-Accept", { "Sec-WebSocket-Accept": undefined }],
    ["that of another key", { "Sec-WebSocket-Accept": acceptValue("AAAAAAAAAAAAAAAAAAAAAA==") }],
    ["an extension", { "Sec-WebSocket-Extensions": "permessage-deflate" }],
    ["a subprotocol that was not offered", { "Sec-WebSocket-Protocol": "other" }],
    ["two subprotocols", { "Sec-WebSocket-Protocol": ["chat", "superchat"] }],
    ["two proofs", { "Sec-WebSocket-Accept": ["x", "x"] }],
  ];
  for (const [what, headers] of rows) {
    it(`fails the connection: ${what}`, async () => {
      const { url, request } = await host();
      const client = connect(url, ["chat", "superchat"]);
      const failed = failure(client);
      const { peer, key } = await request();
      peer.write(accept(key, headers));
      expect(await failed).toMatchObject({ code: "handshake/invalid-response" });
      await peer.close();
      expect(peer.received).toHaveLength(0);
    });
  }

  for (const [what, answer] of [
    ["no HTTP", "hello\r\n\r\n"],
    ["a header that is none", "HTTP/1.1 101 Switching Protocols\r\nno header\r\n\r\n"],
    ["an answer of HTTP/3", "HTTP/3.0 101 Switching Protocols\r\n\r\n"],
    ["a head of more than 16 KiB", `HTTP/1.1 101 x\r\nX: ${"x".repeat(17 * 1024)}\r\n\r\n`],
  ] as const) {
    it(`fails the connection: ${what}`, async () => {
      const { url, request } = await host();
      const failed = failure(connect(url));
      const { peer } = await request();
      peer.write(answer);
      expect(await failed).toMatchObject({ code: "handshake/invalid-response", cause: expect.any(Error) });
      await peer.close();
    });
  }
});

describe("RFC 6455 §4.1 an answer 101 of HTTP/1.0", () => {
  it("fails the connection", async () => {
    const { url, request } = await host();
    const failed = failure(connect(url));
    const { peer, key } = await request();
    peer.write(accept(key).replace("HTTP/1.1", "HTTP/1.0"));
    expect(await failed).toMatchObject({ code: "handshake/invalid-response" });
    await peer.close();
  });
});

describe("a client that is not let in", () => {
  for (const [status, name, value] of [
    [200, "X-Odd", "\u00e9"],
    [400, "Connection", "close"],
    [401, "WWW-Authenticate", "Basic"],
    [426, "Sec-WebSocket-Version", "14"],
    [426, "Upgrade", "websocket\r\nConnection: Upgrade, close"],
    [503, "Retry-After", "1"],
  ] as const) {
    it(`says so with the status ${status}, the headers and the body: ${name}`, async () => {
      const { url, request } = await host();
      const failed = failure(connect(url));
      const { peer } = await request();
      const lines = `Content-Length: 2\r\n${name}: ${value}\r\n`;
      peer.write(Buffer.from(`HTTP/1.1 ${status} x\r\n${lines}\r\nno`, "latin1"));
      const error = await failed;
      expect(error).toMatchObject({ code: "handshake/refused", status, body: "no" });
      expect(error.headers.get(name.toLowerCase())).toEqual([value.split("\r\n")[0]]);
      await peer.close();
    });
  }

  it("does not follow where it is sent, nor carry its credentials there", async () => {
    const elsewhere = await host();
    for (const status of [301, 302, 303, 307, 308]) {
      const { url, request } = await host();
      const failed = failure(connect(url, [], { headers: { Authorization: "Bearer secret" } }));
      const { peer } = await request();
      peer.write(`HTTP/1.1 ${status} x\r\nLocation: ${elsewhere.url.replace("ws", "http")}\r\n\r\n`);
      const error = await failed;
      expect(error).toMatchObject({ code: "handshake/refused", status, body: undefined });
      expect(error.headers.get("location")).toHaveLength(1);
    }
    expect(elsewhere.peers).toHaveLength(0);
  });

  it("says so when nobody listens", async () => {
    const { http, port } = await (async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      return { http: server, port: (server.address() as { port: number }).port };
    })();
    await new Promise((resolve) => http.close(resolve));
    const error = await failure(connect(`ws://127.0.0.1:${port}/`));
    expect(error).toMatchObject({ code: "handshake/unreachable", cause: { code: "ECONNREFUSED" } });
  });

  it("says so when the server hangs up without an answer, or in the middle of one", async () => {
    for (const answer of ["", "HTTP/1.1 101 Switching Proto"]) {
      const { url, request } = await host();
      const failed = failure(connect(url));
      const { peer } = await request();
      peer.socket.end(answer);
      expect((await failed).code, answer).toBe("handshake/unreachable");
    }
  });

  it("gives up when there is no answer in time, or not a whole one", async () => {
    for (const answer of ["", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"]) {
      const { url, request } = await host();
      const failed = failure(connect(url, [], { handshakeTimeout: 50 }));
      const { peer } = await request();
      peer.write(answer);
      expect(await failed).toMatchObject({ code: "handshake/timeout" });
      await peer.close();
    }
  });

  it("never has its credentials in the error", async () => {
    const { url, request } = await host();
    const failed = failure(
      connect(`${url}?token=secret`, [], { headers: { Authorization: "Bearer secret" } }),
    );
    const { peer } = await request();
    peer.write("HTTP/1.1 401 x\r\nContent-Length: 6\r\n\r\nsecret");
    const { message, stack, body } = await failed;
    expect(body).toBe("secret"); // what the server wrote is there, apart
    expect(message + stack).not.toContain("secret");
  });
});
