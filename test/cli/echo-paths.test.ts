import { afterEach, describe, expect, it } from "vitest";
import { echo, FanOut } from "../../src/cli/echo-paths.ts";
import { Endpoint } from "../../src/websocket/index.ts";
import { FakeDuplex } from "../websocket/fake-duplex.ts";
import { encodeFrame, type Frame, octetsOf, readFrames } from "../websocket/naive-codec.ts";
import { eventually, turn } from "../websocket/next-event.ts";

const KIB = 1024;
const streams: FakeDuplex[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});

interface Peer {
  readonly socket: Endpoint;
  readonly stream: FakeDuplex;
  /** The frames that the peer got, as opcode and payload. */
  got(): readonly string[];
  /** The peer sends, all in one segment. */
  say(...frames: Frame[]): Promise<void>;
}

/** A peer whose socket may hold so many bytes for it. */
function peer(maxBufferedBytes: number): Peer {
  const stream = new FakeDuplex({ highWaterMark: KIB });
  streams.push(stream);
  const socket = new Endpoint({ overflow: "wait", maxBufferedBytes, closeTimeout: 50 });
  socket.attach({ stream, role: "server", head: Buffer.alloc(0) });
  return {
    socket,
    stream,
    got: () =>
      readFrames(stream.written, "client").map(({ opcode, payload }) => {
        const text = Buffer.from(payload).toString();
        return `${opcode} ${text.length > 20 ? text.length : text}`;
      }),
    say: async (...frames) => {
      stream.arrive(Buffer.concat(frames.map((frame) => encodeFrame({ key: [1, 2, 3, 4], ...frame }))));
      await turn();
    },
  };
}

const text = (length: number): Frame => ({ opcode: 1, payload: "x".repeat(length) });
const times = (count: number, frame: Frame): Frame[] => Array<Frame>(count).fill(frame);

describe("the echo", () => {
  it("sends text as text and binary as binary", async () => {
    const { socket, got, say } = peer(KIB);
    socket.addEventListener("message", echo);
    await say({ opcode: 1, payload: "é" }, { opcode: 2, payload: octetsOf("é") }, { opcode: 2 });
    expect(got()).toEqual(["1 é", "2 é", "2 "]);
  });

  it("sends the answers to one segment in one write", async () => {
    const { socket, stream, say } = peer(64 * KIB);
    socket.addEventListener("message", echo);
    await say(...times(100, text(10)));
    expect(stream.writes).toHaveLength(1);
  });

  it("does not read from a peer that does not read, and loses nothing", async () => {
    const { socket, stream, got, say } = peer(4 * KIB);
    let heard = 0;
    socket.addEventListener("message", () => heard++);
    socket.addEventListener("message", echo);
    stream.stuck = true;
    await say(text(2 * KIB)); // what the stream itself takes
    await say(...times(100, text(KIB)));
    expect(heard).toBeLessThan(10);
    expect(socket.bufferedAmount).toBeLessThan(10 * KIB);
    stream.unstick();
    await eventually(() => expect(got()).toHaveLength(101));
    expect({ heard, dropped: socket.dropped }).toEqual({ heard: 101, dropped: 0 });
  });

  it("sends a message that finds no room behind others after them", async () => {
    const { socket, stream, got, say } = peer(4 * KIB);
    socket.addEventListener("message", echo);
    stream.stuck = true;
    await say(text(1.5 * KIB)); // more than the stream wants, and not so much that nothing more is read
    await say({ opcode: 1, payload: "before" }, text(10 * KIB), { opcode: 1, payload: "behind" });
    stream.unstick();
    const all = [`1 ${1.5 * KIB}`, "1 before", `1 ${10 * KIB}`, "1 behind"];
    await eventually(() => expect(got()).toEqual(all));
  });
});

describe("the fan-out", () => {
  function members(count: number, maxBufferedBytes: number): Peer[] {
    const fanOut = new FanOut();
    const all = Array.from({ length: count }, () => peer(maxBufferedBytes));
    for (const { socket } of all) fanOut.join(socket);
    return all;
  }

  /** Sixteen messages of 64 KiB, each with a header of ten octets. */
  const ALL = 16 * (64 * KIB + 10);

  it("sends what one says to all, itself included, and to none who has left", async () => {
    const [one, two, three] = members(3, KIB) as [Peer, Peer, Peer];
    three.stream.destroy();
    await turn();
    await one.say({ opcode: 1, payload: "to all" });
    await two.say({ opcode: 2, payload: "to all" });
    for (const { got } of [one, two]) expect(got()).toEqual(["1 to all", "2 to all"]);
    expect(three.got()).toEqual([]);
  });

  it("holds back who sends more than the slowest takes, and loses nothing", async () => {
    const [fast, slow] = members(2, 1024 * KIB) as [Peer, Peer];
    slow.stream.stuck = true;
    await fast.say(...times(16, text(64 * KIB)));
    expect(fast.stream.written.length).toBeLessThan(8 * 64 * KIB);
    slow.stream.unstick();
    await eventually(() => expect(slow.stream.written).toHaveLength(ALL));
    expect(fast.stream.written).toHaveLength(ALL);
  });

  it("goes on without a slow one that leaves", async () => {
    const [fast, slow] = members(2, 1024 * KIB) as [Peer, Peer];
    slow.stream.stuck = true;
    await fast.say(...times(16, text(64 * KIB)));
    expect(fast.stream.written.length).toBeLessThan(8 * 64 * KIB);
    slow.stream.destroy();
    await eventually(() => expect(fast.stream.written).toHaveLength(ALL));
  });

  it("closes with 1013 who would miss a message, too long to wait behind others", async () => {
    const [fast, slow] = members(2, 4 * KIB) as [Peer, Peer];
    slow.stream.stuck = true;
    await fast.say(text(2 * KIB));
    await fast.say({ opcode: 1, payload: "before" }, text(10 * KIB), { opcode: 1, payload: "behind" });
    slow.stream.unstick();
    await turn();
    expect(fast.got()).toEqual([`1 ${2 * KIB}`, "1 before", `1 ${10 * KIB}`, "1 behind"]);
    const [, before, close] = readFrames(slow.stream.written, "client");
    expect(Buffer.from(before!.payload).toString()).toBe("before");
    expect([close!.opcode, Buffer.from(close!.payload).readUInt16BE()]).toEqual([8, 1013]);
  });
});
