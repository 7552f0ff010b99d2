/** `endpoint.ts`: Pings and the time they take, `drain` events, pausing, `binaryType`, and disposal. */
import { afterEach, describe, expect, it } from "vitest";
import {
  Endpoint,
  type EndpointOptions,
  type MessageEvent,
} from "../../../src/websocket/endpoint/endpoint.ts";
import { FakeDuplex } from "../fake-duplex.ts";
import { connect } from "../host.ts";
import { listen, listenAndEcho, openPeer } from "../listen.ts";
import { type Frame, readFrames } from "../naive-codec.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";
import { framesTo } from "../transcript.ts";

const streams: FakeDuplex[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});

function open(options: EndpointOptions = {}) {
  const stream = new FakeDuplex({ highWaterMark: 16 * 1024 });
  streams.push(stream);
  const socket = new Endpoint(options);
  socket.attach({ stream, role: "server", head: Buffer.alloc(0) });
  const arrive = (...frames: Frame[]): void => stream.arrive(framesTo("server", frames));
  const sent = (): string[] =>
    readFrames(stream.written, "client").map(({ opcode, payload }) => `${opcode} ${Buffer.from(payload)}`);
  return { socket, stream, arrive, sent };
}
const pong = (payload: string): Frame => ({ opcode: 10, payload });
const text = (payload: string): Frame => ({ opcode: 1, payload });

describe("ping", () => {
  it("tells how long a round trip took, and so does `latency`", async () => {
    const { url } = await listenAndEcho();
    const client = connect(url);
    await nextEvent(client, "open");
    expect(client.latency).toBeUndefined();
    const times = await Promise.all([client.ping(), client.ping(Buffer.from("mine")), client.ping()]);
    for (const time of times) expect(time).toBeGreaterThan(0);
    expect(client.latency).toBe(times[2]);
  });

  it("asks several times at once: a Pong answers those before it, too", async () => {
    const { socket, arrive } = open();
    const answered: string[] = [];
    for (const name of ["a", "b", "c"]) socket.ping(Buffer.from(name)).then(() => answered.push(name));
    arrive(pong("b"));
    await turn();
    expect(answered).toEqual(["a", "b"]);
    arrive(pong("c"));
    await turn();
    expect(answered).toEqual(["a", "b", "c"]);
  });

  it("rejects when the connection ends before the answer, or is closing, and nobody has to listen", async () => {
    const { socket, stream } = open();
    const waiting = socket.ping();
    socket.ping();
    stream.destroy();
    await expect(waiting).rejects.toThrow("the ping was not answered");
    await expect(socket.ping()).rejects.toThrow("the ping was not answered");
    const other = open();
    other.socket.close(1000);
    await expect(other.socket.ping()).rejects.toThrow("was not answered");
    expect(() => new Endpoint().ping()).toThrow("not established");
  });

  it("refuses more than 125 bytes at once (RFC 6455 §5.5)", async () => {
    const { socket, sent } = open();
    expect(() => socket.ping(Buffer.alloc(126))).toThrow(RangeError);
    socket.ping(Buffer.alloc(125, "x"));
    await turn();
    expect(sent()).toEqual([`9 ${"x".repeat(125)}`]);
  });

  it("is done by the heartbeat as well, which `latency` tells", async () => {
    const { server, port } = await listen({ heartbeatInterval: 1 });
    const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
    const peer = await openPeer(port);
    const { socket } = await connected;
    const [ping] = await peer.frames(1);
    expect(ping?.startsWith("9 ")).toBe(true);
    expect(socket.latency).toBeUndefined();
    peer.send({ opcode: 10, payload: Buffer.from(ping!.slice(2), "hex") });
    await eventually(() => expect(socket.latency).toBeGreaterThan(0));
  });
});

describe("drain events", () => {
  it("say that nothing waits any more, and how many messages were dropped since the last one", async () => {
    const { socket, stream } = open({ maxBufferedBytes: 10_000, overflow: "drop-oldest" });
    const told: number[] = [];
    socket.addEventListener("drain", ({ dropped }) => told.push(dropped));
    for (const count of [20, 5, 30]) {
      stream.stuck = true;
      socket.send(Buffer.alloc(20_000));
      await turn();
      for (let i = 0; i < count; i++) socket.send(Buffer.alloc(1000));
      stream.unstick();
      await turn();
      await turn();
    }
    expect(told).toEqual([11, 0, 21]);
    expect([socket.dropped, socket.bufferedAmount]).toEqual([32, 0]);
  });

  it("do not come when nothing had to wait", async () => {
    const { socket } = open();
    let told = 0;
    socket.addEventListener("drain", () => told++);
    for (let i = 0; i < 10; i++) {
      socket.send("x");
      await turn();
    }
    expect(told).toBe(0);
  });
});

describe("a paused socket", () => {
  it("delivers nothing until all who paused it resume, then in order, and loses nothing", async () => {
    const { socket, stream, arrive } = open();
    const heard: unknown[] = [];
    socket.onmessage = ({ data }) => heard.push(data);
    const me = {};
    socket.pause();
    socket.pause(me);
    socket.pause(me);
    arrive(text("a"), text("b"));
    await turn();
    arrive(text("c"));
    await turn();
    expect([heard, stream.isPaused()]).toEqual([[], true]);
    socket.resume();
    socket.resume({});
    await turn();
    expect(heard).toEqual([]);
    socket.resume(me);
    await turn();
    expect([heard, stream.isPaused()]).toEqual([["a", "b", "c"], false]);
  });

  it("is so from the next message on, when a message pauses it", async () => {
    const { socket, arrive } = open();
    const heard: unknown[] = [];
    socket.onmessage = ({ data }) => {
      heard.push(data);
      socket.pause();
    };
    arrive(text("a"), text("b"), text("c"));
    for (const expected of [1, 2, 3]) {
      await turn();
      expect(heard).toHaveLength(expected);
      socket.resume();
    }
  });

  it("may be paused before it is established", async () => {
    const socket = new Endpoint();
    const heard: unknown[] = [];
    socket.onmessage = ({ data }) => heard.push(data);
    socket.pause();
    const stream = new FakeDuplex();
    streams.push(stream);
    socket.attach({ stream, role: "server", head: framesTo("server", [text("early")]) });
    stream.arrive(framesTo("server", [text("later")]));
    await turn();
    expect(heard).toEqual([]);
    socket.resume();
    await turn();
    expect(heard).toEqual(["early", "later"]);
  });

  it("can be written to all the same", async () => {
    const { socket, sent } = open();
    socket.pause();
    socket.send("still");
    await turn();
    expect(sent()).toEqual(["1 still"]);
  });
});

describe("binaryType", () => {
  it("is buffer, unless arraybuffer is chosen, as an option or later", async () => {
    const kinds: string[] = [];
    const note = ({ data }: MessageEvent): void => void kinds.push(data.constructor.name);
    for (const options of [{}, { binaryType: "arraybuffer" }] as const) {
      const { socket, arrive } = open(options);
      socket.onmessage = note;
      arrive({ opcode: 2, payload: [1] });
      await turn();
      socket.binaryType = socket.binaryType === "buffer" ? "arraybuffer" : "buffer";
      arrive({ opcode: 2, payload: [1] }, text("x"));
      await turn();
    }
    expect(kinds).toEqual(["Buffer", "ArrayBuffer", "String", "ArrayBuffer", "Buffer", "String"]);
  });

  it("refuses anything else", () => {
    expect(() => new Endpoint({ binaryType: "blob" as "buffer" })).toThrow(RangeError);
  });

  it("arraybuffer gives memory of its own, with nothing else in it", async () => {
    const { socket, arrive } = open({ binaryType: "arraybuffer" });
    const message = nextEvent<{ data: unknown }>(socket, "message");
    arrive({ opcode: 2, payload: [1, 2, 3] }, text("behind"));
    expect(Buffer.from((await message).data as ArrayBuffer)).toEqual(Buffer.of(1, 2, 3));
  });
});

describe("await using", () => {
  it("closes with 1000 and waits for the end", async () => {
    const { server, url } = await listen();
    const connected = nextEvent<{ socket: Endpoint }>(server, "connection");
    const client = connect(url);
    await nextEvent(client, "open");
    const closed = nextEvent((await connected).socket, "close");
    await client[Symbol.asyncDispose]();
    expect(client.readyState).toBe(3);
    expect(await closed).toMatchObject({ code: 1000, wasClean: true });
    await client[Symbol.asyncDispose]();
  });

  it("disposes of a server with all that is connected", async () => {
    const { server, url } = await listen();
    const client = connect(url);
    await nextEvent(client, "open");
    const closed = nextEvent(client, "close");
    await server[Symbol.asyncDispose]();
    expect(await closed).toMatchObject({ code: 1001 });
  });
});
