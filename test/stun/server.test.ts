import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { encodeBindingRequest } from "../../src/stun/binding-request.ts";
import { stunBinding } from "../../src/stun/client.ts";
import { ConnectionLimits } from "../../src/stun/connection-limits.ts";
import { parseMessage, type StunMessage } from "../../src/stun/message.ts";
import { MessageStream } from "../../src/stun/message-stream.ts";
import { StunServer, type StunServerOptions } from "../../src/stun/server.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(
  options: StunServerOptions = {},
  host?: string,
): Promise<{ server: StunServer; port: number }> {
  const server = new StunServer(options);
  open.push(() => server.close());
  const { port } = await server.listen({ port: 0, host });
  return { server, port };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  open.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Resolves with so many messages of the stream. */
function hear(socket: Socket, count: number): Promise<readonly StunMessage[]> {
  const heard: StunMessage[] = [];
  const stream = new MessageStream(1500);
  return new Promise((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      stream.push(chunk, (bytes) => heard.push(parseMessage(Buffer.from(bytes)) as StunMessage));
      if (heard.length >= count) resolve(heard);
    });
  });
}

const requestOf = (number: number): Uint8Array =>
  encodeBindingRequest(Uint8Array.from({ length: 12 }, (_, at) => (at === 11 ? number : at)));

describe("RFC 8489 §12 a server on UDP and TCP, IPv4 and IPv6", () => {
  it.each([
    ["udp", "127.0.0.1"],
    ["tcp", "127.0.0.1"],
    ["udp", "::1"],
    ["tcp", "::1"],
  ] as const)("tells over %s to %s where one is", async (transport, host) => {
    const { server, port } = await serve();
    const { mapped, local, requests } = await stunBinding({ host, port, transport });
    expect(mapped).toEqual(local);
    expect(mapped.address).toBe(host);
    expect(requests).toBe(1);
    expect(server.counts).toMatchObject({ requests: 1, answered: 1 });
  });

  it("listens at one address when told so, on one port for both", async () => {
    const { server, port } = await serve({}, "::1");
    expect(server.address).toEqual({ address: "::1", family: "IPv6", port });
    for (const transport of ["udp", "tcp"] as const) {
      expect((await stunBinding({ host: "::1", port, transport })).mapped.address).toBe("::1");
      const elsewhere = stunBinding({ host: "127.0.0.1", port, transport });
      await expect(elsewhere).rejects.toMatchObject({ code: "stun/unreachable" });
    }
  });

  it("listens at all addresses of a name", async () => {
    const { port } = await serve({}, "localhost");
    expect((await stunBinding({ host: "localhost", port })).requests).toBe(1);
  });

  it.each(["127.0.0.1", "::1"])("at localhost is found at %s (RFC 6761 §6.3)", async (host) => {
    const { port } = await serve({}, "localhost");
    expect((await stunBinding({ host, port })).requests).toBe(1);
  });

  it("answers from the address that was asked", async () => {
    const { port } = await serve();
    const socket: UdpSocket = createSocket("udp4").bind(0, "127.0.0.1");
    open.push(() => socket.close());
    await once(socket, "listening");
    socket.send(requestOf(1), port, "127.0.0.1");
    const [, source] = await once(socket, "message");
    expect(source).toMatchObject({ address: "127.0.0.1", port });
  });
});

describe("a server's life", () => {
  it("begins once, and ends with its sockets and connections", async () => {
    const { server, port } = await serve({}, "127.0.0.1");
    const socket = await dial(port);
    socket.write(requestOf(1));
    await hear(socket, 1);
    await expect(server.listen({ port: 0 })).rejects.toThrow(TypeError);
    const gone = once(socket, "close");
    await server.close();
    await gone;
    await server.close();
    expect(server.address).toBeUndefined();
    await expect(stunBinding({ host: "127.0.0.1", port })).rejects.toMatchObject({
      code: "stun/unreachable",
    });
    expect(server.counts.connections).toEqual({ open: 0, accepted: 1, refused: 0 });
  });

  it.each(["udp", "tcp"])(
    "does not begin where the port is somebody's for %s, and leaves nothing open",
    async (taken) => {
      const holder =
        taken === "udp" ? createSocket("udp4").bind(0, "127.0.0.1") : createServer().listen(0, "127.0.0.1");
      open.push(() => holder.close());
      await once(holder, "listening");
      const { port } = holder.address() as { port: number };
      const server = new StunServer();
      await expect(server.listen({ port, host: "127.0.0.1" })).rejects.toMatchObject({ code: "EADDRINUSE" });
      expect(server.address).toBeUndefined();
      // What was opened before that is closed again: who holds the port for the other transport may have it.
      const other =
        taken === "udp"
          ? createServer().listen(port, "127.0.0.1")
          : createSocket("udp4").bind(port, "127.0.0.1");
      open.push(() => other.close());
      await once(other, "listening");
    },
  );

  it("may end before it has begun", async () => {
    const server = new StunServer();
    const listening = server.listen({ port: 0, host: "127.0.0.1" });
    await server.close();
    await expect(listening).rejects.toThrow(TypeError);
  });

  it("takes only options that can be", () => {
    for (const bad of [{ idleTimeout: 0 }, { maxConnections: 0 }, { maxConnectionsPerClient: -1 }]) {
      expect(() => new StunServer(bad)).toThrow(RangeError);
    }
  });
});

describe("RFC 8489 §6.2.2 a server over TCP", () => {
  it("answers several requests of one segment, and one that comes octet by octet", async () => {
    const { port } = await serve({}, "127.0.0.1");
    const socket = await dial(port);
    const heard = hear(socket, 4);
    socket.write(Buffer.concat([requestOf(1), requestOf(2), requestOf(3)]));
    for (const octet of requestOf(4)) {
      socket.write(Uint8Array.of(octet));
      await new Promise(setImmediate);
    }
    expect((await heard).map(({ transactionId }) => transactionId[11])).toEqual([1, 2, 3, 4]);
  });

  it("answers who has said all that it has to say", async () => {
    const { port } = await serve({}, "127.0.0.1");
    const socket = await dial(port);
    const heard = hear(socket, 1);
    socket.end(requestOf(7));
    expect((await heard).length).toBe(1);
  });

  it.each([
    ["not-stun", Buffer.from("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")],
    ["too-long", Buffer.from("0001ff002112a442000000000000000000000000", "hex")],
  ] as const)("hangs up on what is %s, and counts it", async (drop, bytes) => {
    const { server, port } = await serve({}, "127.0.0.1");
    const socket = await dial(port);
    socket.on("error", () => {});
    const gone = once(socket, "close");
    socket.write(bytes);
    await gone;
    expect(server.counts.dropped[drop]).toBe(1);
  });

  it("hangs up on who says nothing whole for too long, however much it says", async () => {
    const { server, port } = await serve({ idleTimeout: 1 }, "127.0.0.1");
    const socket = await dial(port);
    socket.on("error", () => {});
    const gone = once(socket, "close");
    const drip = setInterval(() => socket.write(requestOf(1).subarray(0, 1)), 5);
    open.push(() => clearInterval(drip));
    await gone;
    clearInterval(drip);
    expect(server.counts.answered).toBe(0);
  });

  it("takes no more connections of one client than allowed, until one is gone", async () => {
    const { server, port } = await serve({ maxConnectionsPerClient: 1 }, "127.0.0.1");
    const first = await dial(port);
    first.write(requestOf(1));
    await hear(first, 1);
    const second = await dial(port);
    await once(second, "close");
    expect(server.counts.connections).toEqual({ open: 1, accepted: 1, refused: 1 });
    first.destroy();
    // Whoever comes next may come before the server has seen the other go.
    for (;;) {
      const answer = await stunBinding({ host: "127.0.0.1", port, transport: "tcp" }).catch(() => undefined);
      if (answer !== undefined) break;
    }
    expect(server.counts.connections.accepted).toBe(2);
  });
});

describe("limits of connections", () => {
  it("hold for all clients together and for each, and forget who is gone", () => {
    const limits = new ConnectionLimits(3, 2);
    expect(["a", "a", "a", "b", "c"].map((client) => limits.enter(client))).toEqual([
      ...[true, true, false, true, false],
    ]);
    limits.leave("a");
    expect([limits.enter("c"), limits.enter("b")]).toEqual([true, false]);
    for (const client of ["a", "b", "c"]) limits.leave(client);
    expect(limits.counts).toEqual({ open: 0, accepted: 4, refused: 3 });
  });
});
