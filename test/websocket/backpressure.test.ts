/** `endpoint.ts` and `transport.ts`: a peer that does not read. */
import { afterEach, describe, expect, it } from "vitest";
import type { Role } from "../../src/websocket/connection/connection.ts";
import {
  CLOSED,
  CLOSING,
  Endpoint,
  type EndpointOptions,
  OPEN,
} from "../../src/websocket/endpoint/endpoint.ts";
import { FakeDuplex } from "./fake-duplex.ts";
import type { Frame } from "./naive-codec.ts";
import { readFrames } from "./naive-codec.ts";
import { eventually, nextEvent, turn } from "./next-event.ts";
import { framesTo, sentClose } from "./transcript.ts";

const streams: FakeDuplex[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});

function open(role: Role, options: EndpointOptions = {}, highWaterMark = 16 * 1024) {
  const stream = new FakeDuplex({ highWaterMark });
  streams.push(stream);
  const socket = new Endpoint(options);
  socket.attach({ stream, role, head: Buffer.alloc(0) });
  return { socket, stream };
}

const KIB = 1024;
/** What the streams here buffer by themselves before they say that they are full. */
const OF_THE_STREAM = 16 * KIB;
const kibibyte: Frame = { opcode: 2, payload: Buffer.alloc(KIB) };

describe("bufferedAmount", () => {
  it("counts what was sent until the kernel has taken it, headers included", async () => {
    const { socket, stream } = open("server");
    stream.stuck = true;
    socket.send("x".repeat(100));
    expect(socket.bufferedAmount).toBe(102);
    socket.send(Buffer.alloc(20_000));
    expect(socket.bufferedAmount).toBe(102 + 20_004);
    await turn();
    expect(socket.bufferedAmount).toBe(102 + 20_004);
    stream.unstick();
    await turn();
    expect(socket.bufferedAmount).toBe(0);
  });
});

describe("a peer that reads too slowly", () => {
  it("is closed with 1013 by the send that finds too much waiting", async () => {
    const { socket, stream } = open("server", { maxBufferedBytes: 10 * KIB, closeTimeout: 50 });
    stream.stuck = true;
    for (let i = 0; i < 1000; i++) {
      socket.send(Buffer.alloc(KIB));
      await turn();
    }
    expect(socket.readyState).toBe(CLOSING);
    expect(socket.bufferedAmount).toBeLessThan(OF_THE_STREAM + 13 * KIB);
    stream.unstick();
    await turn();
    const { opcode, payload } = readFrames(stream.written, "client").at(-1)!;
    expect(opcode).toBe(8);
    expect(`sent close ${Buffer.from(payload).toString("hex")}`.startsWith(sentClose(1013))).toBe(true);
    await expect(nextEvent(socket, "close")).resolves.toMatchObject({ code: 1006, wasClean: false });
    expect(stream.destroyed).toBe(true);
  });

  it("is dropped after the close timeout when it takes not even the Close", async () => {
    const { socket, stream } = open("server", { maxBufferedBytes: KIB, closeTimeout: 50 });
    stream.stuck = true;
    for (let i = 0; i < 20; i++) socket.send(Buffer.alloc(KIB));
    await nextEvent(socket, "close");
    expect(socket.readyState).toBe(CLOSED);
    expect(stream.destroyed).toBe(true);
  });

  it("may be sent one message that is longer than the limit", async () => {
    const { socket } = open("server", { maxBufferedBytes: KIB });
    socket.send(Buffer.alloc(100 * KIB));
    await turn();
    expect(socket.readyState).toBe(OPEN);
    socket.send("more");
    await turn();
    expect(socket.readyState).toBe(OPEN);
  });

  it("is closed with 1013 within one turn, too", () => {
    const { socket, stream } = open("server", { maxBufferedBytes: 10 * KIB });
    stream.stuck = true;
    for (let i = 0; i < 100; i++) socket.send(Buffer.alloc(KIB));
    expect(socket.readyState).toBe(CLOSING);
    expect(socket.bufferedAmount).toBeLessThan(OF_THE_STREAM + 12 * KIB);
  });

  it("is not who reads at once: a burst of one turn is offered before it is judged", async () => {
    const { socket, stream } = open("server", { maxBufferedBytes: 10 * KIB });
    for (let i = 0; i < 100; i++) socket.send(Buffer.alloc(KIB));
    await turn();
    expect(socket.readyState).toBe(OPEN);
    expect(readFrames(stream.written, "client")).toHaveLength(100);
  });
});

describe("a peer that closes its half and does not read", () => {
  it("is dropped after the close timeout", async () => {
    const { socket, stream } = open("server", { closeTimeout: 50 });
    stream.stuck = true;
    socket.send(Buffer.alloc(KIB));
    await turn();
    stream.arriveEnd();
    await nextEvent(socket, "close");
    expect(stream.destroyed).toBe(false);
    await eventually(() => expect(stream.destroyed).toBe(true));
  });
});

describe("a server whose answers back up", () => {
  /** Everything the peer has sent, of which the stream reads as much as the server lets it. */
  const flood = (stream: FakeDuplex, frame: Frame, count: number): void => {
    for (let i = 0; i < count; i++) stream.arrive(framesTo("server", [frame]));
  };

  it("stops reading until they are taken, and loses nothing", async () => {
    const { socket, stream } = open("server", { maxBufferedBytes: 64 * KIB });
    let received = 0;
    socket.onmessage = ({ data }) => {
      received++;
      socket.send(data);
    };
    stream.stuck = true;
    flood(stream, kibibyte, 500);
    await turn();
    expect(stream.isPaused()).toBe(true);
    expect(received).toBeLessThan(40);
    expect(socket.readyState).toBe(OPEN);
    stream.unstick();
    while (received < 500) await turn();
    expect(readFrames(stream.written, "client")).toHaveLength(500);
    expect(stream.isPaused()).toBe(false);
  });

  it("goes on when its limit is lower than what a stream buffers by itself", async () => {
    const { socket, stream } = open("server", { maxBufferedBytes: 4 * KIB }, 64 * KIB);
    let received = 0;
    socket.onmessage = ({ data }) => {
      received++;
      if (received <= 3) socket.send(data);
    };
    stream.stuck = true;
    flood(stream, kibibyte, 10);
    await turn();
    stream.unstick();
    await turn();
    flood(stream, kibibyte, 10);
    await turn();
    expect(received).toBe(20);
    expect(stream.isPaused()).toBe(false);
  });

  it("answers the latest of the Pings that come meanwhile: Pongs do not pile up (RFC 6455 §5.5.3)", async () => {
    const { socket, stream } = open("server", { maxBufferedBytes: 64 * KIB });
    stream.stuck = true;
    flood(stream, { opcode: 9, payload: Buffer.alloc(125) }, 5000);
    flood(stream, { opcode: 9, payload: "last" }, 1);
    await turn();
    expect(socket.bufferedAmount).toBeLessThan(OF_THE_STREAM + KIB);
    stream.unstick();
    await turn();
    expect(readFrames(stream.written, "client").at(-1)).toMatchObject({
      opcode: 10,
      payload: [...Buffer.from("last")],
    });
  });

  it("has patience with a silence that is its own: it does not listen", async () => {
    const heartbeat = { heartbeatInterval: 1, heartbeatMisses: 1 };
    const { socket, stream } = open("server", { maxBufferedBytes: 64 * KIB, ...heartbeat });
    socket.onmessage = ({ data }) => socket.send(data);
    stream.stuck = true;
    flood(stream, kibibyte, 100);
    await turn();
    expect(stream.isPaused()).toBe(true);
    const before = socket.bufferedAmount;
    // One Ping leaves unanswered and then another, where one unanswered is the end for a peer that is heard.
    await eventually(() => expect(socket.bufferedAmount).toBeGreaterThan(before + 2));
    expect(socket.readyState).toBe(OPEN);
  });

  it("is resumed by closing, so that the peer's Close is heard", async () => {
    const { socket, stream } = open("server", { maxBufferedBytes: 64 * KIB });
    socket.onmessage = ({ data }) => socket.send(data);
    stream.stuck = true;
    flood(stream, kibibyte, 100);
    flood(stream, { opcode: 8, payload: [0x0f, 0xa0] }, 1);
    await turn();
    expect(stream.isPaused()).toBe(true);
    socket.close(4001);
    stream.unstick();
    stream.arriveEnd();
    await expect(nextEvent(socket, "close")).resolves.toMatchObject({ code: 4000, wasClean: true });
  });
});

describe("a client whose output backs up", () => {
  it("goes on reading, or two ends that both send much would wait for each other", async () => {
    const { socket, stream } = open("client", { maxBufferedBytes: 64 * KIB });
    let received = 0;
    socket.onmessage = () => received++;
    stream.stuck = true;
    socket.send(Buffer.alloc(1000 * KIB));
    for (let i = 0; i < 100; i++) stream.arrive(framesTo("client", [kibibyte]));
    await turn();
    expect(received).toBe(100);
  });

  it("leaves Pings unanswered that come meanwhile: Pongs do not pile up", async () => {
    const { socket, stream } = open("client", { maxBufferedBytes: 64 * KIB });
    stream.stuck = true;
    const pings = framesTo("client", Array(100).fill({ opcode: 9, payload: Buffer.alloc(125) }));
    for (let i = 0; i < 100; i++) {
      stream.arrive(pings);
      await turn();
    }
    expect(socket.bufferedAmount).toBeLessThan(100 * KIB);
    expect(socket.readyState).toBe(OPEN);
    stream.unstick();
    await turn();
    const before = stream.writes.length;
    stream.arrive(framesTo("client", [{ opcode: 9, payload: "!" }]));
    await turn();
    expect(stream.writes).toHaveLength(before + 1);
  });
});
