/** The conformance suite against servers that mean harm, and against a slow one. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startEcho } from "../../src/cli/echo-server.ts";
import {
  type RunReport,
  runCases,
  ServerTarget,
  selectCases,
  serverCases,
} from "../../src/conformance/index.ts";

const PATIENCE = 2_000;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const row = (octets: readonly number[], times: number): Buffer =>
  Buffer.concat(Array<Buffer>(times).fill(Buffer.from(octets)));

describe("a server that", () => {
  /** What it says after the handshake, once, and then over and over. */
  it.each<[string, Buffer, Buffer]>([
    ["sends Pings without end", Buffer.alloc(0), row([0x89, 0], 32_768)],
    ["sends Pongs without end", Buffer.alloc(0), row([0x8a, 0], 32_768)],
    ["sends texts without end", Buffer.alloc(0), row([0x81, 1, 0x61], 20_000)],
    ["sends empty fragments without end", Buffer.from([0x01, 0]), row([0, 0], 32_768)],
    ["announces 2⁶³ - 1 octets, and sends them", header(2n ** 63n - 1n), Buffer.alloc(65_536)],
    ["announces 1 GiB, and sends it", header(1n << 30n), Buffer.alloc(65_536)],
    ["sends zeros without end", Buffer.alloc(0), Buffer.alloc(65_536)],
  ])("%s fails, in bounded time and memory", async (_, first, over) => {
    const url = await attacker((socket) => {
      socket.resume().write(first);
      const pump = (): void => {
        while (socket.writable && socket.write(over));
      };
      socket.on("drain", pump);
      pump();
    });
    const before = process.memoryUsage().rss;
    const only = ["rfc6455/5.5.2/3", "rfc6455/5.4/1", "rfc6455/5.5.1/1", "rfc6455/5.2/1"];
    const report = await reportOn(url, only, { concurrency: 2 });
    expect(report.cases).toHaveLength(4);
    expect(report.totals.fail).toBe(report.cases.length);
    const expected = report.cases.flatMap(({ findings }) => findings.map((finding) => finding.expected));
    expect(expected).not.toContain("an end of the case");
    expect(process.memoryUsage().rss - before).toBeLessThan(1 << 30);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["sends a head without end", (socket) => void socket.write(`HTTP/1.1 101 ${"x".repeat(4 << 20)}`)],
    ["answers with a line of 900 KB", (socket) => socket.end(`HTTP/1.1 500 ${"x".repeat(900_000)}\r\n\r\n`)],
    ["resets every connection", (socket) => socket.resetAndDestroy()],
    ["ends every connection", (socket) => socket.end()],
  ])("%s does not let a case begin, and the report stays small", async (_, answer) => {
    const report = await reportOn(await attacker(answer, false), ["rfc6455/5.5.2"]);
    expect(report.totals["setup failed"]).toBe(report.cases.length);
    expect(JSON.stringify(report).length).toBeLessThan(100_000);
  });
});

it("finds the same of a slow server as of a fast one", async () => {
  const echo = await startEcho({ port: 0, deflate: true });
  closers.push(() => echo.close());
  const only = ["rfc6455/5.*", "rfc6455/7.*", "rfc6455/4.2.1", "rfc7692/7.2.2"];
  const fast = await reportOn(echo.url, only);
  const slow = await reportOn(await delayed(echo.url), only);
  const verdicts = ({ cases }: RunReport): unknown => cases.map(({ id, verdict }) => `${id} ${verdict}`);
  expect(fast.cases.length).toBeGreaterThan(300);
  expect(verdicts(slow)).toEqual(verdicts(fast));
});

async function reportOn(url: string, only: readonly string[], { concurrency = 32 } = {}): Promise<RunReport> {
  const target = new ServerTarget({ url: new URL(url), patience: PATIENCE });
  return runCases(selectCases(serverCases, { only }), target, {
    patience: PATIENCE,
    concurrency,
    suite: { name: "test", version: "0" },
    repeat: (id) => id,
  });
}

/** A server that echoes one text, on its first connection, and from the second on does what `attack` says. */
async function attacker(attack: (socket: Socket) => void, shakes = true): Promise<string> {
  let connections = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const good = connections++ === 0;
    socket.on("error", () => {});
    socket.once("data", (octets) => {
      if (good || shakes) socket.write(acceptance(octets.toString("latin1")));
      if (!good) attack(socket);
      else socket.once("data", (frame) => socket.write(unmasked(frame)));
    });
  });
  return `ws://127.0.0.1:${await portOf(server)}/`;
}

function acceptance(request: string): string {
  const key = /^sec-websocket-key: (.*)\r$/im.exec(request)?.[1];
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** The echo of a short masked frame. */
function unmasked(frame: Buffer): Buffer {
  const payload = frame.subarray(6).map((octet, i) => octet ^ frame[2 + (i % 4)]!);
  return Buffer.concat([Buffer.from([frame[0]!, payload.length]), payload]);
}

function header(length: bigint): Buffer {
  const octets = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  octets.writeBigUInt64BE(length, 2);
  return octets;
}

/** A way to the server on which everything takes 20 to 40 ms, in order. */
async function delayed(url: string): Promise<string> {
  const { port, pathname } = new URL(url);
  const carry = (from: Socket, to: Socket): void => {
    let due = 0;
    // Timers of different lengths may overtake each other; what they do may not.
    const acts: (() => void)[] = [];
    const later = (act: () => void): void => {
      due = Math.max(due, performance.now() + 20 + 20 * Math.random());
      acts.push(act);
      setTimeout(() => acts.shift()!(), due - performance.now());
    };
    from.on("data", (octets) => later(() => to.writable && to.write(octets)));
    from.on("end", () => later(() => to.end()));
    from.on("error", () => {});
    from.on("close", () => later(() => to.destroy()));
  };
  const proxy = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const way = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    carry(socket, way);
    carry(way, socket);
  });
  return `ws://127.0.0.1:${await portOf(proxy)}${pathname}`;
}

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
