/** Floods at the sockets of a STUN server, from other addresses of the loopback interface than who asks in earnest. */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { encodeBindingRequest } from "../../src/stun/binding-request.ts";
import { stunBinding } from "../../src/stun/client.ts";
import { StunServer, type StunServerOptions } from "../../src/stun/server.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(options: StunServerOptions): Promise<{ server: StunServer; port: number }> {
  const server = new StunServer(options);
  open.push(() => server.close());
  const { port } = await server.listen({ port: 0, host: "127.0.0.1" });
  return { server, port };
}

/** Somebody at another address. */
async function attacker(address: string): Promise<{ readonly socket: UdpSocket; readonly heard: Buffer[] }> {
  const socket = createSocket("udp4").bind(0, address);
  await once(socket, "listening");
  open.push(() => socket.close());
  const heard: Buffer[] = [];
  socket.on("message", (bytes) => heard.push(bytes));
  return { socket, heard };
}

/** Sends all of it, no faster than they who receive can take it from the system. */
async function flood(socket: UdpSocket, port: number, datagrams: readonly Uint8Array[]): Promise<void> {
  for (const [at, datagram] of datagrams.entries()) {
    socket.send(datagram, port, "127.0.0.1");
    if (at % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const request = (number: number): Uint8Array => encodeBindingRequest(new Uint8Array(12).fill(number % 256));
const requests = Array.from({ length: 2_000 }, (_, at) => request(at));

/** Datagrams that are nearly STUN: cut off, with lengths that lie, with octets changed, or nothing of it at all. */
function malformed(at: number): Uint8Array {
  const bytes = Uint8Array.from(request(at));
  if (at % 4 === 0) return bytes.subarray(0, at % 20);
  if (at % 4 === 1) bytes[3] = 252;
  else if (at % 4 === 2) bytes[4] = at % 256 === 0x21 ? 0 : at % 256;
  else return new Uint8Array(200).fill(at % 256);
  return bytes;
}

describe("a flood over UDP", () => {
  it("from one address is answered so often and no more, and takes nothing from another", async () => {
    const { server, port } = await serve({ ratePerSecond: 1e-6, rateBurst: 20 });
    const { socket, heard } = await attacker("127.0.0.2");
    const flooding = flood(socket, port, requests);
    const { mapped, local } = await stunBinding({ host: "127.0.0.1", port });
    await flooding;
    expect(mapped).toEqual(local);
    await until(() => heard.length === 20);
    const { answered, refused, dropped } = server.counts;
    expect([answered, refused]).toEqual([21, 0]);
    expect(dropped["rate-limited"]).toBeGreaterThan(0);
    expect(heard.length).toBe(20);
  });

  it("of what is no STUN is answered with silence, and who asks meanwhile is answered", async () => {
    const { server, port } = await serve({});
    const { socket, heard } = await attacker("127.0.0.3");
    const flooding = flood(socket, port, Array.from(requests.keys(), malformed));
    await stunBinding({ host: "127.0.0.1", port });
    await flooding;
    await stunBinding({ host: "127.0.0.1", port });
    expect(heard).toEqual([]);
    expect(server.counts).toMatchObject({ requests: 2, answered: 2, refused: 0 });
    expect(server.counts.dropped["not-stun"]).toBeGreaterThan(0);
    expect(server.counts.dropped.malformed).toBeGreaterThan(0);
  });

  it("from more addresses than are remembered is answered, and forgets who asked longest ago", async () => {
    const { server, port } = await serve({ ratePerSecond: 1e-6, rateBurst: 1, maxClients: 4 });
    const ask = async (host: number): Promise<number> => {
      const { socket, heard } = await attacker(`127.0.1.${host}`);
      const before = server.counts.requests;
      for (const datagram of [request(1), request(2)]) socket.send(datagram, port, "127.0.0.1");
      await until(() => server.counts.requests === before + 2 && heard.length > 0);
      return heard.length;
    };
    for (let host = 1; host <= 8; host++) expect([host, await ask(host)]).toEqual([host, 1]);
    expect(await ask(1)).toBe(1);
  });
});

describe("connections that say nothing", () => {
  async function dial(port: number, localAddress: string): Promise<Socket> {
    const socket = connect({ port, host: "127.0.0.1", localAddress }).on("error", () => {});
    open.push(() => socket.destroy());
    await once(socket, "connect");
    return socket;
  }

  it("are few of each address and in all, and leave others their place", async () => {
    const { server, port } = await serve({ maxConnections: 12, maxConnectionsPerClient: 5 });
    const counts = (): typeof server.counts.connections => server.counts.connections;
    const silent: Socket[] = [];
    for (const address of ["127.0.0.2", "127.0.0.3"])
      for (let at = 0; at < 20; at++) silent.push(await dial(port, address));
    await until(() => counts().accepted + counts().refused === 40);
    expect(counts()).toEqual({ open: 10, accepted: 10, refused: 30 });
    await stunBinding({ host: "127.0.0.1", port, transport: "tcp" });
    for (const socket of silent) socket.destroy();
    await until(() => counts().open === 0);
    expect(counts()).toEqual({ open: 0, accepted: 11, refused: 30 });
  });
});
