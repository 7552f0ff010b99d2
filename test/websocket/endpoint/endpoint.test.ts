import { afterEach, describe, expect, it, vi } from "vitest";
import type { Role } from "../../../src/websocket/connection/connection.ts";
import { SharedMessage } from "../../../src/websocket/connection/message.ts";
import {
  CLOSED,
  CLOSING,
  CONNECTING,
  Endpoint,
  type EndpointOptions,
  OPEN,
} from "../../../src/websocket/endpoint/endpoint.ts";
import { WebSocketProtocolError } from "../../../src/websocket/errors.ts";
import { FakeDuplex } from "../fake-duplex.ts";
import { type Frame, readFrames } from "../naive-codec.ts";
import { nextEvent, turn } from "../next-event.ts";
import { framesTo } from "../transcript.ts";

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const hello: Frame = { opcode: TEXT, payload: "Hello" };

const streams: FakeDuplex[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});

interface Ends {
  readonly socket: Endpoint;
  readonly stream: FakeDuplex;
  readonly messages: (string | Buffer)[];
}

function open(role: Role, options: EndpointOptions = {}, stream: FakeDuplex = new FakeDuplex()): Ends {
  streams.push(stream);
  const socket = new Endpoint(options);
  const messages: (string | Buffer)[] = [];
  socket.addEventListener("message", ({ data }) => messages.push(data));
  socket.attach({ stream, role, head: Buffer.alloc(0) });
  return { socket, stream, messages };
}

const framesIn = (stream: FakeDuplex, role: Role): string[] =>
  readFrames(stream.written, role === "server" ? "client" : "server").map(
    ({ opcode, payload }) => `${opcode} ${Buffer.from(payload).toString("latin1")}`,
  );

describe.each(["server", "client"] as const)("one write per turn of a %s", (role) => {
  it("carries all answers to what one chunk held", async () => {
    const { socket, stream } = open(role);
    socket.addEventListener("message", ({ data }) => socket.send(data));
    stream.arrive(framesTo(role, [...Array(64).fill(hello), { opcode: PING, payload: "?" }, hello]));
    await turn();
    expect(stream.writes.map((chunks) => chunks.length)).toEqual([1]);
    expect(framesIn(stream, role)).toEqual([...Array(64).fill("1 Hello"), "10 ?", "1 Hello"]);
  });

  it("carries all that is sent without anything received, in microtasks too", async () => {
    const { socket, stream } = open(role);
    socket.send("a");
    socket.ping(Buffer.from("b"));
    await Promise.resolve();
    socket.send(Buffer.from("c"));
    await Promise.resolve().then(() => socket.send("d"));
    socket.close(1000);
    await turn();
    expect(stream.writes).toHaveLength(1);
    expect(framesIn(stream, role)).toEqual(["1 a", "9 b", "2 c", "1 d", "8 \u0003\u00e8"]);
  });

  it("carries long messages and short ones together, corked", async () => {
    const { socket, stream } = open(role);
    socket.send("short");
    socket.send(Buffer.alloc(20_000, "x"));
    socket.send("short");
    await turn();
    expect(stream.writes).toHaveLength(1);
    expect(framesIn(stream, role)).toEqual(["1 short", `2 ${"x".repeat(20_000)}`, "1 short"]);
  });

  it("is one for each turn in which something is sent, and none for others", async () => {
    const { socket, stream } = open(role);
    for (let i = 0; i < 3; i++) {
      socket.send(`${i}`);
      await turn();
      stream.arrive(framesTo(role, [hello]));
      await turn();
    }
    expect(stream.writes).toHaveLength(3);
  });
});

describe("the states of an endpoint", () => {
  it("are connecting, open, closing and closed", async () => {
    expect([Endpoint.CONNECTING, Endpoint.OPEN, Endpoint.CLOSING, Endpoint.CLOSED]).toEqual([0, 1, 2, 3]);
    const socket = new Endpoint();
    expect(socket.readyState).toBe(CONNECTING);
    const opened = vi.fn();
    socket.onopen = opened;
    const stream = new FakeDuplex();
    socket.attach({ stream: stream, role: "server", head: Buffer.alloc(0) });
    expect([opened.mock.calls.length, socket.readyState]).toEqual([1, OPEN]);
    socket.close(4000, "done");
    expect(socket.readyState).toBe(CLOSING);
    stream.arrive(framesTo("server", [{ opcode: CLOSE, payload: [0x0f, 0xa0] }]));
    stream.arriveEnd();
    await expect(nextEvent(socket, "close")).resolves.toMatchObject({ code: 4000, wasClean: true });
    expect(socket.readyState).toBe(CLOSED);
  });

  it("is closing for whoever hears of the error that failed the connection", async () => {
    const { socket, stream } = open("server");
    const states: unknown[] = [];
    socket.onerror = ({ error, message }) => {
      states.push(socket.readyState, error instanceof WebSocketProtocolError, message !== "");
      socket.send("too late");
    };
    stream.arrive(framesTo("server", [{ ...hello, rsv: 4 }]));
    await turn();
    expect(states).toEqual([CLOSING, true, true]);
    expect(stream.writes).toHaveLength(1);
    expect(stream.writableEnded).toBe(true);
  });

  it("does not let anything be sent before it is open, and ignores what is sent after", async () => {
    const socket = new Endpoint();
    expect(() => socket.send("x")).toThrow("not established");
    expect(() => socket.ping()).toThrow("not established");
    socket.close();
    socket.terminate();
    expect(socket.readyState).toBe(CONNECTING);

    const closed = open("server");
    closed.socket.close(1000);
    closed.socket.send("x");
    closed.socket.ping();
    closed.socket.sendShared(new SharedMessage("x"));
    await turn();
    expect(framesIn(closed.stream, "server")).toEqual(["8 \u0003\u00e8"]);
    closed.stream.destroy();
    await nextEvent(closed.socket, "close");
    closed.socket.send("x");
    closed.socket.close(1000);
    closed.socket.terminate();
    expect(closed.socket.readyState).toBe(CLOSED);
  });

  it("refuses what is no message, and a close code that may not be sent, and stays open", () => {
    const { socket } = open("server");
    expect(() => socket.send(7 as unknown as string)).toThrow(TypeError);
    expect(() => socket.close(1005)).toThrow(RangeError);
    expect(() => socket.ping(Buffer.alloc(126))).toThrow(RangeError);
    expect(socket.readyState).toBe(OPEN);
  });
});

describe("the events of an endpoint", () => {
  it("bring messages as strings and Buffers, and the payload of Pongs", async () => {
    const { socket, stream, messages } = open("client");
    const pong = nextEvent(socket, "pong");
    socket.onmessage = ({ data, type, target }) => messages.push(`${type} ${target === socket} ${data}`);
    stream.arrive(
      framesTo("client", [hello, { opcode: PONG, payload: "!" }, { opcode: 2, payload: [1, 2] }]),
    );
    await expect(pong).resolves.toMatchObject({ data: Buffer.from("!") });
    expect(messages).toEqual([
      "Hello",
      "message true Hello",
      Buffer.from([1, 2]),
      "message true \u0001\u0002",
    ]);
  });

  it("come in order with the head: open, then what arrived behind the handshake", () => {
    const socket = new Endpoint();
    const heard: string[] = [];
    socket.onopen = () => heard.push("open");
    socket.onmessage = ({ data }) => heard.push(String(data));
    const stream = new FakeDuplex();
    streams.push(stream);
    socket.attach({ stream: stream, role: "server", head: framesTo("server", [hello]) });
    expect(heard).toEqual(["open", "Hello"]);
  });

  it("say 1006 when the stream breaks, and nothing escapes", async () => {
    const { socket, stream } = open("server");
    const error = vi.fn();
    socket.onerror = error;
    stream.destroy(new Error("ECONNRESET"));
    await expect(nextEvent(socket, "close")).resolves.toMatchObject({
      code: 1006,
      reason: "",
      wasClean: false,
    });
    expect(error).not.toHaveBeenCalled();
  });

  it("say 1006 when the peer closes its half without a Close, and our half is closed as well", async () => {
    const { socket, stream } = open("server");
    stream.arriveEnd();
    await expect(nextEvent(socket, "close")).resolves.toMatchObject({ code: 1006, wasClean: false });
    expect(stream.writableEnded).toBe(true);
  });

  it("deliver what was received before the end, and send what was answered", async () => {
    const { socket, stream, messages } = open("server");
    socket.addEventListener("message", () => socket.send("answer"));
    stream.arrive(framesTo("server", [hello]));
    stream.arriveEnd();
    await nextEvent(socket, "close");
    expect(messages).toEqual(["Hello"]);
    expect(framesIn(stream, "server")).toEqual(["1 answer"]);
  });
});

describe("what is sent while the peer closes its half", () => {
  it("still leaves", async () => {
    const stream = new FakeDuplex();
    let socket: Endpoint | undefined;
    stream.once("end", () => socket?.send("last words"));
    ({ socket } = open("server", {}, stream));
    stream.arriveEnd();
    await nextEvent(socket, "close");
    expect(framesIn(stream, "server")).toEqual(["1 last words"]);
  });
});

describe("terminate", () => {
  it("drops the stream at once, whatever waits to be sent", async () => {
    const { socket, stream } = open("server");
    socket.send("never sent");
    socket.terminate();
    expect(socket.readyState).toBe(CLOSING);
    socket.send("nor this");
    await expect(nextEvent(socket, "close")).resolves.toMatchObject({ code: 1006, wasClean: false });
    expect(stream.destroyed).toBe(true);
    expect(stream.writes).toEqual([]);
  });

  it("lets no further message through, from the same chunk either", async () => {
    const { socket, stream, messages } = open("server");
    socket.addEventListener("message", () => socket.terminate());
    stream.arrive(framesTo("server", [hello, hello, hello]));
    await nextEvent(socket, "close");
    expect(messages).toEqual(["Hello"]);
  });

  it("is possible while opening: what came behind the handshake is not delivered", async () => {
    const socket = new Endpoint();
    const message = vi.fn();
    socket.onmessage = message;
    socket.onopen = () => socket.terminate();
    socket.attach({ stream: new FakeDuplex(), role: "server", head: framesTo("server", [hello]) });
    await nextEvent(socket, "close");
    expect(message).not.toHaveBeenCalled();
  });
});

describe("an endpoint", () => {
  it("cannot be told from outside what only its connection may tell it", () => {
    const { socket } = open("server");
    for (const name of ["output", "text", "binary", "end", "abort", "over", "room", "flush", "failed"]) {
      expect(name in socket, name).toBe(false);
    }
  });
});

describe("the options of an endpoint", () => {
  it("have their defaults where they are undefined", async () => {
    const options = { maxMessageBytes: undefined, closeTimeout: undefined, maxFragments: undefined };
    const { socket, stream } = open("server", options as unknown as EndpointOptions);
    stream.arrive(framesTo("server", [{ opcode: 2, claimedLength: 2n ** 40n }]));
    const { error } = await nextEvent<{ error: WebSocketProtocolError }>(socket, "error");
    expect(error.closeCode).toBe(1009);
  });
});
