import { describe, expect, it } from "vitest";
import { Observance } from "../../../src/conformance/peer/observance.ts";
import { Deviation } from "../../../src/conformance/verdict.ts";
import {
  closePayload,
  decodeFrame,
  encodeFrame,
  type FrameToWrite,
} from "../../../src/conformance/wire/frame.ts";

const key = Buffer.from("01020304", "hex");

describe("what every frame of a server has to observe", () => {
  it.each<[string, string, readonly FrameToWrite[]]>([
    ["is masked", "RFC 6455 §5.1", [{ opcode: 1, maskingKey: key }]],
    ["has RSV1 without an extension", "RFC 6455 §5.2", [{ opcode: 1, rsv: 4 }]],
    ["has RSV3", "RFC 6455 §5.2", [{ opcode: 9, rsv: 1 }]],
    ["has a reserved opcode", "RFC 6455 §5.2", [{ opcode: 3 }]],
    [
      "has a length in 16 bits that 7 would hold",
      "RFC 6455 §5.2",
      [{ opcode: 2, lengthBits: 16, payload: "a" }],
    ],
    [
      "has a length in 64 bits that 16 would hold",
      "RFC 6455 §5.2",
      [{ opcode: 2, lengthBits: 64, payload: "a".repeat(200) }],
    ],
    ["is a fragmented Ping", "RFC 6455 §5.5", [{ opcode: 9, fin: false }]],
    ["is a Pong of 126 octets", "RFC 6455 §5.5", [{ opcode: 10, payload: "a".repeat(126) }]],
    ["is a Close frame of one octet", "RFC 6455 §5.5.1", [{ opcode: 8, payload: "a" }]],
    ["is a Close frame with 1005", "RFC 6455 §7.4", [{ opcode: 8, payload: closePayload(1005) }]],
    ["is a Close frame with 999", "RFC 6455 §7.4", [{ opcode: 8, payload: closePayload(999) }]],
    [
      "is a Close frame whose reason is no UTF-8",
      "RFC 6455 §5.5.1",
      [{ opcode: 8, payload: closePayload(1000, Buffer.from([0xff])) }],
    ],
    ["continues nothing", "RFC 6455 §5.4", [{ opcode: 0 }]],
    ["begins a message within another", "RFC 6455 §5.4", [{ opcode: 1, fin: false }, { opcode: 1 }]],
    ["is data after a Close frame", "RFC 6455 §5.5.1", [{ opcode: 8 }, { opcode: 1 }]],
  ])("fails a frame that %s", (_, clause, frames) => {
    expect(deviationOf("server", frames)).toMatchObject({ level: "MUST", clause });
  });

  it("lets good ones pass", () => {
    const good: readonly FrameToWrite[] = [
      { opcode: 1, payload: "a" },
      { opcode: 1, fin: false },
      { opcode: 9, payload: "a".repeat(125) },
      { opcode: 0, fin: false },
      { opcode: 0, payload: "a".repeat(126) },
      { opcode: 2, payload: Buffer.alloc(65_536) },
      { opcode: 8, payload: closePayload(4999, "bye") },
    ];
    expect(deviationOf("server", good)).toBeUndefined();
  });
});

describe("what every frame of a client has to observe", () => {
  it("is to be masked", () => {
    expect(deviationOf("client", [{ opcode: 10 }])).toMatchObject({ clause: "RFC 6455 §5.1" });
    expect(deviationOf("client", [{ opcode: 10, maskingKey: key }])).toBeUndefined();
  });
});

describe("RFC 7692 §6 with compression agreed on, RSV1", () => {
  it("may stand on the first frame of a message alone", () => {
    expect(deviationOf("server", [{ opcode: 1, rsv: 4 }], true)).toBeUndefined();
    const second = [
      { opcode: 1, rsv: 4, fin: false },
      { opcode: 0, rsv: 4 },
    ];
    expect(deviationOf("server", second, true)).toBeInstanceOf(Deviation);
    expect(deviationOf("server", [{ opcode: 9, rsv: 4 }], true)).toBeInstanceOf(Deviation);
    expect(deviationOf("server", [{ opcode: 1, rsv: 2 }], true)).toBeInstanceOf(Deviation);
  });
});

/** What is deviated from by the last of these frames; those before it have to pass. */
function deviationOf(
  role: "server" | "client",
  frames: readonly FrameToWrite[],
  deflate = false,
): Deviation | undefined {
  const observance = new Observance({ role, deflate });
  for (const [i, frame] of frames.entries()) {
    try {
      observance.check(decodeFrame(encodeFrame(frame))!.frame);
    } catch (error) {
      if (!(error instanceof Deviation) || i < frames.length - 1) throw error;
      return error;
    }
  }
  return undefined;
}
