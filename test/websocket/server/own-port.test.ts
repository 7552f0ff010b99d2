import { describe, expect, it, onTestFinished } from "vitest";
import type { Endpoint } from "../../../src/websocket/endpoint/endpoint.ts";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import type { Opening } from "../../../src/websocket/server/opening.ts";
import {
  OwnPort,
  type OwnPortOptions,
  type OwnPortSink,
  type ReadPath,
} from "../../../src/websocket/server/own-port.ts";
import type { Decision, WebSocketServerOptions } from "../../../src/websocket/server/server-options.ts";
import { noise } from "../compressible.ts";
import { connectPeer, listen } from "../listen.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";
import { handshake } from "../raw-peer.ts";

/** A port that writes down what it hands on. */
async function port(
  readPath: ReadPath,
  admit: OwnPortSink["admit"] = () => undefined,
  options: Partial<OwnPortOptions> = {},
) {
  const calls: string[] = [];
  const openings: Opening[] = [];
  const own = new OwnPort(
    { port: 0, host: "127.0.0.1", backlog: undefined, readPath, handshakeTimeout: 10_000, ...options },
    {
      admit(address) {
        calls.push(`admit ${address}`);
        return admit(address);
      },
      left: (address) => calls.push(`left ${address}`),
      opening(opening) {
        calls.push(`opening ${opening.request.path}`);
        openings.push(opening);
      },
      error: (error) => calls.push(`error ${error.message}`),
    },
  );
  onTestFinished(() => own.close());
  await own.listen();
  return { own, calls, openings, connect: () => connectPeer(own.address!.port) };
}

/** A server that decides when the test says so. */
async function undecided(readPath: ReadPath, options: WebSocketServerOptions = {}) {
  let decide: (decision: Decision) => void = () => {};
  let asked = false;
  const accept = (): Promise<Decision> => {
    asked = true;
    return new Promise((resolve) => (decide = resolve));
  };
  const world = await listen({ readPath, accept, ...options });
  const peer = await connectPeer(world.port);
  peer.write(handshake());
  await eventually(() => expect(asked).toBe(true));
  const messages: (string | Buffer)[] = [];
  const connected = nextEvent<{ socket: Endpoint }>(world.server, "connection");
  world.server.addEventListener("connection", ({ socket }) => {
    socket.addEventListener("message", ({ data }) => messages.push(data));
  });
  return { ...world, peer, connected, messages, decide: (decision?: Decision) => decide(decision) };
}

/** A long frame of a client, whose masking key changes nothing. */
function binaryFrame(payload: Buffer): Buffer {
  const header = Buffer.from("82ff000000000000000000000000", "hex");
  header.writeUInt32BE(payload.length, 6);
  return Buffer.concat([header, payload]);
}

describe.each(["direct", "portable"] as const)("a port of our own, %s", (readPath) => {
  it("is read as it was asked for, and says so", async () => {
    const { own } = await port(readPath);
    expect(own.readPath).toBe(readPath);
    const { server } = await listen({ readPath });
    expect(server.readPath).toBe(readPath);
  });

  it("counts connections by their address, in and out, handshake or not", async () => {
    const { calls, connect } = await port(readPath);
    const peer = await connect();
    await eventually(() => expect(calls).toEqual(["admit 127.0.0.1"]));
    peer.socket.destroy();
    await eventually(() => expect(calls).toEqual(["admit 127.0.0.1", "left 127.0.0.1"]));
  });

  it("tells who is not admitted at once, and does not count them out", async () => {
    const { calls, connect } = await port(readPath, () => refuse(503, "full"));
    const peer = await connect();
    expect(await peer.answer()).toMatchObject({ status: 503 });
    await peer.close();
    await turn();
    expect(calls).toEqual(["admit 127.0.0.1"]);
  });

  it("hands on a request when its head is complete, with what came behind it", async () => {
    const { calls, openings, connect } = await port(readPath);
    const peer = await connect();
    const head = handshake({}, "GET /chat?a=b HTTP/1.1");
    peer.write(head.slice(0, 20));
    await turn();
    peer.write(`${head.slice(20)}behind`);
    await eventually(() => expect(calls.at(-1)).toBe("opening /chat"));
    const answer = openings[0]!.decide({});
    if (!answer.accepted) return expect.fail("a good request was refused");
    const wire = openings[0]!.accept(answer);
    expect(wire.head.toString()).toBe("behind");
    expect([wire.source !== undefined, wire.lent === true]).toEqual(Array(2).fill(readPath === "direct"));
    expect((await peer.answer()).status).toBe(101);
  });

  it.each([
    ["is not HTTP", "\x16\x03\x01", 400],
    ["is HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
    ["is too long", `GET / HTTP/1.1\r\n${"X: y\r\n".repeat(5000)}`, 431],
  ])("refuses what %s", async (_, octets, status) => {
    const { calls, connect } = await port(readPath);
    const peer = await connect();
    peer.write(octets);
    const answer = await peer.answer();
    expect([400, status]).toContain(answer.status);
    await peer.close();
    await eventually(() => expect(calls).toEqual(["admit 127.0.0.1", "left 127.0.0.1"]));
  });

  it("refuses a request that does not come to its end, in time or at all", async () => {
    const slow = await port(readPath, undefined, { handshakeTimeout: 30 });
    const peer = await slow.connect();
    peer.write("GET / HTTP/1.1\r\n");
    expect((await peer.answer()).status).toBe(408);

    const cut = await port(readPath);
    const other = await connectPeer(cut.own.address!.port, true);
    other.write("GET / HTTP/1.1\r\n");
    other.socket.end();
    expect((await other.answer()).status).toBe(400);
  });

  it("closes with everything that is connected", async () => {
    const { own, connect, calls } = await port(readPath);
    const number = own.address!.port;
    const peer = await connect();
    await eventually(() => expect(calls).toHaveLength(1));
    await own.close();
    await peer.close();
    await own.close();
    expect(own.address).toBeUndefined();
    await expect(connectPeer(number)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("loses nothing that comes while the application decides", async () => {
    const { peer, decide, messages } = await undecided(readPath, { maxMessageBytes: 4 * 1024 * 1024 });
    const big = noise(3_000_000);
    peer.send({ opcode: 1, payload: "early" });
    await turn();
    peer.write(binaryFrame(big));
    await turn();
    await turn();
    decide();
    expect((await peer.answer()).status).toBe(101);
    peer.send({ opcode: 1, payload: "late" });
    await eventually(() => expect(messages).toHaveLength(3));
    expect([messages[0], messages[2]]).toEqual(["early", "late"]);
    expect((messages[1] as Buffer).equals(big)).toBe(true);
  });

  it("reads no more than a little ahead while the application decides", async () => {
    const { peer, server, decide, messages } = await undecided(readPath);
    const frame = binaryFrame(Buffer.alloc(1_000_000));
    for (let i = 0; i < 30; i++) peer.write(frame);
    let left = -1;
    while (left !== peer.socket.writableLength) {
      left = peer.socket.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    expect(left).toBeGreaterThan(10_000_000);
    expect(server.clients.size).toBe(0);
    decide();
    await eventually(() => expect(messages).toHaveLength(30));
  });

  it("does not keep the connection of a peer that closes its half while the application decides", async () => {
    const { peer, server, decide } = await undecided(readPath);
    peer.send({ opcode: 1, payload: "last words" });
    peer.socket.end();
    await turn();
    await turn();
    decide();
    await peer.close();
    await eventually(() => expect(server.clients.size).toBe(0));
  });

  it("takes no notice of a peer that is gone when the application has decided", async () => {
    const { server, peer, decide } = await undecided(readPath);
    let connections = 0;
    server.addEventListener("connection", () => connections++);
    peer.socket.resetAndDestroy();
    await peer.close();
    await turn();
    decide();
    await turn();
    await turn();
    await eventually(() => expect(server.clients.size).toBe(0));
    expect(connections).toBe(0);
  });
});
