import { describe, expect, it } from "vitest";
import { EchoCheck, type EchoContent, prepareFrames } from "../../../bench/websocket/frames.ts";
import { Connection, connectionDefaults, type Role } from "../../../src/websocket/index.ts";

const CHUNK = 1024;
const contents: readonly EchoContent[] = [0, 1, 16, 125, 126, 65_535, 65_536].flatMap((payloadBytes) => [
  { payloadBytes, kind: "binary", protocol: "websocket" },
  { payloadBytes, kind: "text", protocol: "websocket" },
]);

describe("the prepared frames", () => {
  it.each(contents)("say the same in both directions: $payloadBytes bytes, $kind", (content) => {
    const { sent, sentSize, expected, expectedSize, cycle } = prepareFrames(content, 3, CHUNK);
    const asked = messagesIn("server", sent.subarray(0, sentSize * cycle));
    const answered = messagesIn("client", expected.subarray(0, expectedSize * cycle));
    expect(asked).toHaveLength(cycle);
    expect(answered.map(latin1)).toEqual(asked.map(latin1));
    for (const message of asked) {
      expect(message).toHaveLength(content.payloadBytes);
      expect(typeof message).toBe(content.kind === "text" ? "string" : "object");
    }
  });
  it("differ from each other", () => {
    const content: EchoContent = { payloadBytes: 16, kind: "binary", protocol: "websocket" };
    const { sent, sentSize, cycle } = prepareFrames(content, 1, CHUNK);
    const asked = messagesIn("server", sent.subarray(0, sentSize * cycle)).map(String);
    expect(new Set(asked).size).toBe(cycle);
  });
  it("let any run of frames be sent as one slice", () => {
    const content: EchoContent = { payloadBytes: 16, kind: "binary", protocol: "websocket" };
    const { sent, sentSize, cycle } = prepareFrames(content, 32, CHUNK);
    const whole = sent.subarray(0, sentSize * cycle);
    const run = sent.subarray(sentSize * (cycle - 1), sentSize * (cycle - 1 + 32));
    expect(run).toHaveLength(sentSize * 32);
    expect(run.subarray(sentSize, sentSize * (1 + cycle))).toEqual(whole);
  });
  it("come back as they went where the server does not look at them", () => {
    const frames = prepareFrames({ payloadBytes: 16, kind: "binary", protocol: "raw" }, 1, CHUNK);
    expect(frames.expectedSize).toBe(frames.sentSize);
    expect(frames.expected.subarray(0, frames.sentSize)).toEqual(frames.sent.subarray(0, frames.sentSize));
  });
});

describe("EchoCheck", () => {
  const frames = prepareFrames({ payloadBytes: 125, kind: "binary", protocol: "websocket" }, 1, CHUNK);
  const stream = Buffer.concat(
    Array.from({ length: 3 }, () => frames.expected.subarray(0, frames.expectedSize * frames.cycle)),
  );

  it.each([1, 7, 127, 128, CHUNK])("counts every frame once when it reads %d bytes at a time", (size) => {
    const check = new EchoCheck(frames);
    let frameCount = 0;
    for (let at = 0; at < stream.length; at += size) {
      const chunk = stream.subarray(at, at + size);
      frameCount += check.receive(chunk, chunk.length);
    }
    expect(frameCount).toBe(3 * frames.cycle);
  });
  it("sees one wrong bit anywhere in a frame", () => {
    for (let at = 0; at < frames.expectedSize; at++) {
      const chunk = Buffer.from(stream.subarray(0, frames.expectedSize));
      chunk[at] = chunk[at]! ^ 0x10;
      expect(() => new EchoCheck(frames).receive(chunk, chunk.length)).toThrow("not what was sent");
    }
  });
  it("sees two frames that changed places", () => {
    const second = stream.subarray(frames.expectedSize, 2 * frames.expectedSize);
    expect(() => new EchoCheck(frames).receive(second, second.length)).toThrow("not what was sent");
  });
  it("looks at no byte behind the given length", () => {
    const chunk = Buffer.alloc(CHUNK);
    stream.copy(chunk, 0, 0, frames.expectedSize);
    expect(new EchoCheck(frames).receive(chunk, frames.expectedSize)).toBe(1);
  });
});

/** Every byte a character: quicker to compare than a Buffer, and as exact. */
function latin1(message: string | Buffer): string {
  return typeof message === "string" ? message : message.toString("latin1");
}

/** What an endpoint makes of these bytes. */
function messagesIn(role: Role, bytes: Buffer): readonly (string | Buffer)[] {
  const messages: (string | Buffer)[] = [];
  const never = (): never => {
    throw new Error("the stream is not in order");
  };
  const sink = {
    output: never,
    flush: never,
    room: never,
    deflate: never,
    inflate: never,
    part: never,
    text: (message: string) => messages.push(message),
    binary: (message: Buffer) => messages.push(message),
    pong: never,
    end: never,
    abort: never,
    closed: never,
    failed: never,
  };
  const options = { ...connectionDefaults, random: (target: Buffer) => target.fill(1) };
  new Connection(role, sink, { options }, 0).receive(Buffer.from(bytes), 0);
  return messages;
}
