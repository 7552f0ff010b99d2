import { describe, expect, it } from "vitest";
import { Fragmentation } from "../../../src/websocket/wire/fragmentation.ts";
import { Opcode } from "../../../src/websocket/wire/frame.ts";

const { Continuation, Text, Binary } = Opcode;

type Start = readonly [opcode: Opcode, length?: number, rsv1?: boolean];
const fin = "fin";

/** What a row of frames, and "fin" where a message ends, comes to: how far it is, or the code it fails with. */
function read(...steps: (Start | typeof fin)[]): string | number {
  const progress = new Fragmentation(100, 3);
  try {
    for (const step of steps) {
      if (step === fin) progress.finish();
      else progress.start(step[0], step[2] ?? false, step[1] ?? 0);
    }
  } catch (error) {
    return (error as { closeCode: number }).closeCode;
  }
  const { opcode, compressed, frames, length } = progress;
  return `opcode ${opcode}${compressed ? " compressed" : ""}, ${frames} frames, ${length} bytes`;
}

describe("RFC 6455 §5.4 the frames of a message", () => {
  const rows: readonly (readonly [string, string | number, ...(Start | typeof fin)[]])[] = [
    ["one frame", "opcode 1, 1 frames, 5 bytes", [Text, 5]],
    [
      "a first and two more",
      "opcode 2, 3 frames, 6 bytes",
      [Binary, 1],
      [Continuation, 2],
      [Continuation, 3],
    ],
    ["empty ones", "opcode 1, 2 frames, 0 bytes", [Text], [Continuation]],
    ["nothing, between messages", "opcode 1, 0 frames, 0 bytes", [Text, 5], fin],
    ["the next message", "opcode 2, 1 frames, 7 bytes", [Text, 5], [Continuation, 5], fin, [Binary, 7]],
    ["a continuation of nothing", 1002, [Continuation]],
    ["a continuation after the end", 1002, [Text], fin, [Continuation]],
    ["text within text", 1002, [Text], [Text]],
    ["binary within text", 1002, [Text], [Continuation], [Binary]],
    ["as many bytes as may be", "opcode 1, 2 frames, 100 bytes", [Text, 60], [Continuation, 40]],
    ["one byte more", 1009, [Text, 60], [Continuation, 41]],
    ["one byte more in one frame", 1009, [Text, 101]],
    [
      "as many bytes in each of two messages",
      "opcode 2, 1 frames, 100 bytes",
      [Text, 100],
      fin,
      [Binary, 100],
    ],
    ["one frame more than may be", 1008, [Text], [Continuation], [Continuation], [Continuation]],
  ];
  for (const [name, result, ...steps] of rows) {
    it(`${name}: ${result}`, () => expect(read(...steps)).toBe(result));
  }
});

describe("RFC 7692 §6 RSV1", () => {
  it("on the first frame says that the message is compressed, that one alone", () => {
    expect(read([Text, 1, true])).toBe("opcode 1 compressed, 1 frames, 1 bytes");
    expect(read([Text, 1, true], [Continuation, 1])).toBe("opcode 1 compressed, 2 frames, 2 bytes");
    expect(read([Text, 1, true], fin, [Text, 1])).toBe("opcode 1, 1 frames, 1 bytes");
  });
  it("on a continuation fails with 1002, whether the first had it or not", () => {
    expect(read([Text, 1, true], [Continuation, 1, true])).toBe(1002);
    expect(read([Text, 1], [Continuation, 1, true])).toBe(1002);
  });
});
