/** Everything wrong that a client can send, each with its clear answer, and the server alive afterwards. */
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "../../src/websocket/index.ts";
import { closeCodeOf, exchange, frame, handshake, open, openWebSocket } from "./raw.ts";
import { type RunningServer, runServer } from "./running-server.ts";

let server: RunningServer;
let token: string;
beforeAll(async () => {
  server = await runServer();
  token = await server.login("alice");
});
afterAll(() => server.stop());

async function expectAlive(): Promise<void> {
  const answer = await fetch(`${server.url}/healthz`);
  expect(await answer.json()).toEqual({ status: "ok" });
}

const json = { "Content-Type": "application/json" };

describe("HTTP bodies", () => {
  it.each<[string, RequestInit, number]>([
    ["no JSON", { headers: json, body: "{username" }, 400],
    ["not UTF-8", { headers: json, body: Uint8Array.of(0x7b, 0xff, 0x7d) }, 400],
    ["an array", { headers: json, body: "[]" }, 400],
    ["null", { headers: json, body: "null" }, 400],
    ["a number for a name", { headers: json, body: '{"username":1,"password":"long enough"}' }, 400],
    ["no password", { headers: json, body: '{"username":"bob"}' }, 400],
    ["nothing", { headers: json, body: "" }, 400],
    ["another type", { headers: { "Content-Type": "text/plain" }, body: "{}" }, 415],
    ["a form", { body: new URLSearchParams({ username: "bob" }) }, 415],
    ["a megabyte", { headers: json, body: JSON.stringify({ username: "x".repeat(1 << 20) }) }, 413],
    ["a short password", { headers: json, body: '{"username":"bob","password":"short"}' }, 422],
    ["a strange name", { headers: json, body: '{"username":"<b>","password":"long enough"}' }, 422],
  ])("%s is refused by /auth/register with a problem", async (_what, init, status) => {
    const answer = await fetch(`${server.url}/auth/register`, { method: "POST", ...init });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ status });
    await expectAlive();
  });

  it("a taken name is refused with 409", async () => {
    const body = JSON.stringify({ username: "ALICE", password: "long enough" });
    const answer = await fetch(`${server.url}/auth/register`, { method: "POST", headers: json, body });
    expect(answer.status).toBe(409);
  });

  it.each([
    ["a line that is no request", "hello\r\n\r\n", "400"],
    ["a head of 20 KiB", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, "431"],
    ["no Host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "400"],
    ["two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
  ])("%s is answered and closed", async (_what, bytes, status) => {
    expect(await exchange(server.url, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    await expectAlive();
  });
});

describe("paths", () => {
  it.each([
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/%2e%2e/package.json",
    "/web/../../package.json",
    "/web/..%5c..%5cpackage.json",
    "//etc/passwd",
    "/web/%00",
    "/web/main.js%00.css",
    "/.git/config",
  ])("%s leads to no file outside the pages", async (path) => {
    const answer = await exchange(server.url, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain("barewire.signal");
    await expectAlive();
  });
});

describe("RFC 6455 §4.2.1 the opening handshake", () => {
  const bearer = (): Record<string, string> => ({ Authorization: `Bearer ${token}` });

  it("is accepted when nothing is wrong", async () => {
    const { socket } = await openWebSocket(server.url, token);
    socket.destroy();
  });

  it.each<[string, Record<string, string | undefined>, number]>([
    ["no Upgrade", { Upgrade: undefined }, 426],
    ["an Upgrade to something else", { Upgrade: "h2c" }, 426],
    ["a Connection without Upgrade", { Connection: "keep-alive" }, 426],
    ["no key", { "Sec-WebSocket-Key": undefined }, 400],
    ["a key of 15 bytes", { "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAA" }, 400],
    ["a key that is not base64", { "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZ!==" }, 400],
    ["no version", { "Sec-WebSocket-Version": undefined }, 426],
    ["version 8", { "Sec-WebSocket-Version": "8" }, 426],
    ["a subprotocol that is no token", { "Sec-WebSocket-Protocol": "a b" }, 400],
    ["an extension list with a hole", { "Sec-WebSocket-Extensions": "a;=1" }, 400],
    ["a foreign origin", { Origin: "https://evil.example" }, 403],
    ["the origin null", { Origin: "null" }, 403],
    ["a body", { "Content-Length": "5" }, 400],
    ["a token that is none", { Authorization: "Bearer abc" }, 401],
    ["another scheme", { Authorization: "Basic YTpi" }, 401],
  ])("is refused with %s", async (_what, change, status) => {
    const request = handshake({ ...bearer(), ...change });
    // Without an upgrade it is an ordinary request, whose connection stays open: ask for its end.
    const ordinary = "Upgrade" in change || "Connection" in change;
    const bytes = ordinary ? request.replace(/Connection: \S+/, "Connection: close") : request;
    expect(await exchange(server.url, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    await expectAlive();
  });

  it("is refused to another method", async () => {
    const bytes = handshake({ ...bearer(), Connection: "Upgrade, close" }, "POST /ws HTTP/1.1");
    expect(await exchange(server.url, bytes)).toMatch(/^HTTP\/1\.1 405 /);
  });

  it("is refused at another path", async () => {
    const answer = await exchange(server.url, handshake(bearer(), "GET /nowhere HTTP/1.1"));
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  it("refuses a token in the query, even beside a good one", async () => {
    const answer = await exchange(server.url, handshake(bearer(), `GET /ws?access_token=${token} HTTP/1.1`));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain(token);
  });
});

describe("RFC 6455 §5 frames", () => {
  const text = Buffer.from('{"type":"ping"}');

  it.each<[string, Buffer, number]>([
    ["an unmasked frame", frame(0x81, text, { masked: false }), 1002],
    ["RSV1", frame(0xc1, text), 1002],
    ["RSV2", frame(0xa1, text), 1002],
    ["RSV3", frame(0x91, text), 1002],
    ["a reserved opcode", frame(0x83, text), 1002],
    ["a fragmented ping", frame(0x09, text), 1002],
    ["a ping of 126 bytes", frame(0x89, Buffer.alloc(126)), 1002],
    ["a continuation of nothing", frame(0x80, text), 1002],
    ["a close code that may not be sent", frame(0x88, Buffer.of(0x03, 0xed)), 1002],
    ["text that is not UTF-8", frame(0x81, Buffer.of(0xc3, 0x28)), 1007],
    ["a message over 64 KiB", frame(0x82, Buffer.alloc(65_537)), 1009],
    ["a binary message", frame(0x82, text), 1003],
  ])("%s closes its connection alone, with %s", async (_what, bytes, code) => {
    const { socket, rest } = await openWebSocket(server.url, token);
    const bystander = await openWebSocket(server.url, token);
    socket.write(bytes);
    socket.end();
    expect(closeCodeOf(await rest)).toBe(code);
    expect(bystander.socket.readyState).toBe("open");
    bystander.socket.destroy();
    await expectAlive();
  });
});

describe("signalling messages", () => {
  it.each<[string, string]>([
    ["{", "malformed"],
    ["[]", "malformed"],
    ['"join"', "malformed"],
    ['{"type":"jump"}', "unknown-type"],
    ['{"type":"join"}', "malformed"],
    ['{"type":"join","room":"no spaces"}', "malformed"],
    ['{"type":"leave"}', "not-in-room"],
    ['{"type":"message","text":"hello"}', "not-in-room"],
    ['{"type":"candidate","to":"nobody","candidate":null}', "malformed"],
    ['{"type":"end-of-candidates","to":"nobody"}', "not-in-room"],
    ['{"type":"description","to":"nobody","description":{"type":"offer"}}', "malformed"],
  ])("%s is refused to its sender as %s", async (message, code) => {
    const socket = new WebSocket(server.socketUrl, "barewire.signal.v1", {
      headers: { Authorization: `Bearer ${token}` },
    });
    const refusal = await new Promise<unknown>((resolve) => {
      socket.onmessage = ({ data }) => {
        const notice = JSON.parse(String(data)) as { type: string };
        if (notice.type === "welcome") socket.send(message);
        if (notice.type === "error") resolve(notice);
      };
    });
    expect(refusal).toMatchObject({ type: "error", code });
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  it("an unknown peer in a room is refused as unknown-peer", async () => {
    const socket = new WebSocket(server.socketUrl, "barewire.signal.v1", {
      headers: { Authorization: `Bearer ${token}` },
    });
    const refusal = await new Promise<unknown>((resolve) => {
      socket.onmessage = ({ data }) => {
        const notice = JSON.parse(String(data)) as { type: string };
        if (notice.type === "welcome") socket.send('{"type":"join","room":"r"}');
        if (notice.type === "joined") socket.send('{"type":"end-of-candidates","id":7,"to":"x"}');
        if (notice.type === "error") resolve(notice);
      };
    });
    expect(refusal).toMatchObject({ type: "error", id: 7, code: "unknown-peer" });
    socket.terminate();
  });
});

describe("tokens", () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = (): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;
  const header = (): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()) as Record<string, unknown>;

  it.each<[string, () => string | Promise<string>]>([
    ["alg: none", () => `${encode({ ...header(), alg: "none" })}.${encode(claims())}.`],
    ["a truncated signature", () => token.slice(0, -4)],
    ["a truncated token", () => token.slice(0, token.lastIndexOf("."))],
    ["padding", () => `${token}=`],
    ["another user", () => token.replace(/\.[^.]+\./, `.${encode({ ...claims(), sub: "root" })}.`)],
    ["a foreign key", () => signedBy(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey)],
    ["HMAC with our public key", () => hmacWithPublicKey()],
    ["a flipped bit", () => token.replace(/.$/, (last) => (last === "A" ? "E" : "A"))],
    ["nothing", () => ""],
    ["a megabyte", () => "a".repeat(10_000)],
  ])("with %s are refused with 401", async (_what, forge) => {
    const answer = await fetch(`${server.url}/auth/me`, {
      headers: { Authorization: `Bearer ${await forge()}` },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    await expectAlive();
  });

  it("are accepted when they are right", async () => {
    const answer = await fetch(`${server.url}/auth/me`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({ username: "alice" });
  });

  function signedBy(key: Parameters<typeof sign>[2]): string {
    const input = `${encode(header())}.${encode(claims())}`;
    const signature = sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" } as never);
    return `${input}.${signature.toString("base64url")}`;
  }

  async function hmacWithPublicKey(): Promise<string> {
    const { keys } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as {
      keys: object[];
    };
    const input = `${encode({ ...header(), alg: "HS256" })}.${encode(claims())}`;
    const mac = createHmac("sha256", JSON.stringify(keys[0])).update(input).digest("base64url");
    return `${input}.${mac}`;
  }
});

describe("500 sockets that connect and say nothing", () => {
  it("leave the server free for everybody else", async () => {
    const sockets: Socket[] = [];
    try {
      for (let i = 0; i < 500; i++) {
        const socket = open(server.url);
        socket.on("error", () => {});
        sockets.push(socket);
      }
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
      await expectAlive();
      const { socket } = await openWebSocket(server.url, token);
      socket.destroy();
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await expectAlive();
  });
});
