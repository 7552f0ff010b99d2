import { describe, expect, it } from "vitest";
import { Opcode } from "../../../src/websocket/wire/frame.ts";
import { MessageParts } from "../../../src/websocket/wire/message-parts.ts";
import { transcriptOf } from "../transcript.ts";

const { Text, Binary, Continuation } = Opcode;

/** Feeds the frames of a message, each in the pieces given in hex; says what the sink got, or the code of failure. */
function read(opcode: Opcode, ...frames: string[][]): (string | number)[] {
  const heard: (string | number)[] = [];
  const parts = new MessageParts(
    {
      part: (data, isText, final) =>
        heard.push(
          `${isText ? "text" : "binary"} ${typeof data === "string" ? JSON.stringify(data) : data.toString("hex")}${final ? " final" : ""}`,
        ),
    },
    1000,
    10,
  );
  try {
    for (const [i, pieces] of frames.entries()) {
      const octets = pieces.map((hex) => Buffer.from(hex, "hex"));
      parts.start(i === 0 ? opcode : Continuation, false, Buffer.concat(octets).length);
      for (const piece of octets) {
        // In the midst of a larger chunk, which is used again afterwards.
        const chunk = Buffer.concat([Buffer.from("??"), piece, Buffer.from("??")]);
        parts.payload(chunk, 2, 2 + piece.length);
        chunk.fill(0xff);
      }
    }
    parts.finish(true);
  } catch (error) {
    heard.push((error as { closeCode: number }).closeCode);
  }
  return heard;
}

describe("RFC 6455 §5.4 a message in parts", () => {
  it("comes as it was cut, and ends with an empty part", () => {
    expect(read(Binary, ["0102", "03"], ["04"])).toEqual([
      ...["binary 0102", "binary 03", "binary 04"],
      "binary  final",
    ]);
    expect(read(Text, ["6162"], ["63"])).toEqual(['text "ab"', 'text "c"', 'text "" final']);
  });

  it("is its end alone, when it is empty", () => {
    expect(read(Binary, [])).toEqual(["binary  final"]);
    expect(read(Text, [])).toEqual(['text "" final']);
    expect(read(Text, [], [], [])).toEqual(['text "" final']);
  });

  it("is memory of its own: the chunk may be used again", () => {
    expect(read(Binary, ["aabb"])).toEqual(["binary aabb", "binary  final"]);
  });
});

describe("RFC 6455 §8.1 text in parts", () => {
  it("is cut between characters only: the octets of one that is cut wait for the rest", () => {
    expect(read(Text, ["61e2", "82", "ac62"])).toEqual(['text "a"', 'text "€b"', 'text "" final']);
    expect(read(Text, ["f0"], ["9f98"], ["80"])).toEqual(['text "😀"', 'text "" final']);
  });
  it("keeps a byte order mark, which is a character like others", () => {
    expect(read(Text, ["efbbbf61"])).toEqual(['text "\ufeffa"', 'text "" final']);
  });
  it("fails with 1007 at the first octet that cannot be UTF-8, and what came before is delivered", () => {
    expect(read(Text, ["6162"], ["ff"])).toEqual(['text "ab"', 1007]);
    expect(read(Text, ["61eda0"])).toEqual([1007]);
    expect(read(Text, ["e282"], ["61"])).toEqual([1007]);
  });
  it("fails with 1007 when it ends within a character", () => {
    expect(read(Text, ["61e282"])).toEqual(['text "a"', 1007]);
  });
  it("does not matter in binary messages", () => {
    expect(read(Binary, ["ff", "e282"])).toEqual(["binary ff", "binary e282", "binary  final"]);
  });
});

describe("a connection that hands on parts", () => {
  it("answers a Ping between two of them, and delivers no message", () => {
    expect(transcriptOf("client", "01 01 61 89 01 21 80 01 62", { inParts: true })).toEqual([
      'part text "a"',
      "sent pong 21",
      'part text "b"',
      'part text "" final',
    ]);
  });
});
