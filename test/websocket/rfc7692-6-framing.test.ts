/** RFC 7692 §6 and §7.2 on a connection: which frames are compressed, and what arrives of those that are. */
import { constants, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ConnectionOptions, Role } from "../../src/websocket/connection/connection.ts";
import type { DeflateParameters } from "../../src/websocket/deflate/permessage-deflate.ts";
import { deflateDefaults } from "../../src/websocket/deflate/permessage-deflate-options.ts";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import { Opcode } from "../../src/websocket/wire/frame.ts";
import { connect } from "./host.ts";
import type { Frame } from "./naive-codec.ts";
import { feed, framesTo, sentClose, Transcript } from "./transcript.ts";

const TAKEOVER: DeflateParameters = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const ALONE: DeflateParameters = {
  ...TAKEOVER,
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
};

const RSV1 = 4;
/** RFC 7692 §7.2.3.1 and §7.2.3.2: "Hello", and once more with what is remembered of it. */
const HELLO = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
const HELLO_AGAIN = [0xf2, 0x00, 0x11, 0x00, 0x00];
const hello: Frame = { opcode: Opcode.Text, rsv: RSV1, payload: HELLO };

/** A connection that agreed on compression, and shows the frames it sends with their first octet. */
class Compressing extends Transcript {
  readonly #masked: boolean;

  constructor(role: Role, deflate: DeflateParameters, options: Partial<ConnectionOptions> = {}) {
    const perMessageDeflate = { ...deflateDefaults, threshold: 8 };
    super(role, { perMessageDeflate, ...options }, { traits: { deflate } });
    this.#masked = role === "client";
  }

  override output(): void {
    const written: Buffer[] = [];
    const write = (bytes: Uint8Array): void => void written.push(Buffer.from(bytes));
    this.connection.outgoing.outbox.transmit({
      write,
      cork() {},
      uncork() {},
      pendingBytes: 0,
      letsGo: true,
    });
    for (let left = Buffer.concat(written); left.length > 0; ) {
      const short = left[1]! & 0x7f;
      const start = (short < 126 ? 2 : 4) + (this.#masked ? 4 : 0);
      const length = short < 126 ? short : left.readUInt16BE(2);
      const key = left.subarray(start - 4, start);
      const payload = left
        .subarray(start, start + length)
        .map((octet, i) => (this.#masked ? octet ^ key[i % 4]! : octet));
      this.lines.push(`${left.toString("hex", 0, 1)} ${Buffer.from(payload).toString("hex")}`);
      left = left.subarray(start + length);
    }
  }
}

/** What a connection makes of frames, fed whole and octet by octet. */
function received(role: Role, deflate: DeflateParameters, frames: readonly Frame[]): string[] {
  const stream = framesTo(role, frames);
  const [whole, cut] = [[], stream.keys()].map((cuts) => {
    const transcript = new Compressing(role, deflate, { maxMessageBytes: 100_000 });
    feed(transcript.connection, stream, cuts);
    return transcript.lines.map((line) => line.replace(/^(88 .{4}).*/, "$1"));
  });
  expect(cut).toEqual(whole);
  return whole!;
}

const failed = (code: number): string[] => [
  `88 ${code.toString(16).padStart(4, "0")}`,
  "end",
  `failed ${code}`,
];

function inflated(hex: string): string {
  const payload = Buffer.concat([Buffer.from(hex, "hex"), Buffer.of(0x00, 0x00, 0xff, 0xff)]);
  return inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
}

describe.each(["server", "client"] as const)("RFC 7692 §6.1 what a %s sends", (role) => {
  const long = "compress me, compress me, compress me";

  it("has the Per-Message Compressed bit and DEFLATE as its payload, under its own opcode", () => {
    for (const deflate of [ALONE, TAKEOVER]) {
      const sink = new Compressing(role, deflate);
      sink.connection.sendText(long);
      sink.connection.sendBinary(Buffer.from(`${long}!`));
      expect(sink.lines.map((line) => line.slice(0, 2))).toEqual(["c1", "c2"]);
      expect(inflated(sink.lines[0]!.slice(3))).toBe(long);
      expect(sink.lines[0]).not.toMatch(/0000ffff$/);
    }
  });

  it("is the example of §7.2.3.1, and of §7.2.3.2 with context takeover", () => {
    for (const [deflate, again] of [
      [ALONE, HELLO],
      [TAKEOVER, HELLO_AGAIN],
    ] as const) {
      const options = { perMessageDeflate: { ...deflateDefaults, threshold: 0 } };
      const sink = new Compressing(role, deflate, options);
      sink.connection.sendText("Hello");
      sink.connection.sendText("in between", { compress: false });
      sink.connection.sendText("Hello");
      expect(sink.lines).toEqual([
        `c1 ${Buffer.from(HELLO).toString("hex")}`,
        `81 ${Buffer.from("in between").toString("hex")}`,
        `c1 ${Buffer.from(again).toString("hex")}`,
      ]);
    }
  });

  it("does without the bit, as it is, when it is short or is not to be compressed", () => {
    const sink = new Compressing(role, ALONE);
    sink.connection.sendText("short");
    sink.connection.sendText(long, { compress: false });
    sink.connection.sendBinary(Buffer.from(long), { compress: false });
    const plain = Buffer.from(long).toString("hex");
    expect(sink.lines).toEqual([`81 ${Buffer.from("short").toString("hex")}`, `81 ${plain}`, `82 ${plain}`]);
  });

  it("never has the bit on a control frame or on a fragment", () => {
    const sink = new Compressing(role, ALONE);
    const { connection } = sink;
    connection.ping(Buffer.from(long), 0);
    connection.receive(framesTo(role, [{ opcode: Opcode.Ping, payload: long }]), 0);
    connection.outgoing.beginParts();
    connection.sendPart(Opcode.Text, Buffer.from(long), false);
    connection.sendPart(Opcode.Continuation, Buffer.from(long), true);
    connection.close(1000, long, 0);
    expect(sink.lines.map((line) => line.slice(0, 2))).toEqual(["89", "8a", "01", "80", "88"]);
  });

  it("is not compressed at all when the agreed window is one that zlib cannot keep to (§7.2.1)", () => {
    const sink = new Compressing(role, { ...ALONE, serverMaxWindowBits: 8, clientMaxWindowBits: 8 });
    sink.connection.sendText(long, { compress: true });
    expect(sink.lines).toEqual([`81 ${Buffer.from(long).toString("hex")}`]);
  });
});

describe.each(["server", "client"] as const)("RFC 7692 §6.2 what a %s receives", (role) => {
  it("is inflated, in one frame and in fragments, with control frames in between", () => {
    const parts: readonly Frame[] = [
      { opcode: Opcode.Text, rsv: RSV1, fin: false, payload: HELLO.slice(0, 3) },
      { opcode: Opcode.Ping },
      { opcode: Opcode.Continuation, payload: HELLO.slice(3) },
    ];
    expect(received(role, ALONE, [hello, ...parts, { ...hello, opcode: Opcode.Binary }])).toEqual([
      'text "Hello"',
      "8a ",
      'text "Hello"',
      `binary ${Buffer.from("Hello").toString("hex")}`,
    ]);
  });

  it("is taken as it is without the bit", () => {
    const deflated = { opcode: Opcode.Binary, payload: HELLO };
    expect(received(role, ALONE, [{ opcode: Opcode.Text, payload: "Hello" }, deflated])).toEqual([
      'text "Hello"',
      `binary ${Buffer.from(HELLO).toString("hex")}`,
    ]);
  });

  it("may refer to earlier messages where that was agreed, whatever uncompressed ones come between", () => {
    const frames = [hello, { opcode: Opcode.Text, payload: "x" }, { ...hello, payload: HELLO_AGAIN }];
    expect(received(role, TAKEOVER, frames)).toEqual(['text "Hello"', 'text "x"', 'text "Hello"']);
    expect(received(role, ALONE, frames)).toEqual(['text "Hello"', 'text "x"', ...failed(1007)]);
  });

  it("fails with 1002 when the bit is set on a control frame or on a later fragment", () => {
    for (const opcode of [Opcode.Ping, Opcode.Pong, Opcode.Close]) {
      expect(received(role, ALONE, [{ opcode, rsv: RSV1 }])).toEqual(failed(1002));
    }
    for (const rsv of [0, RSV1]) {
      const first = { ...hello, opcode: Opcode.Binary, rsv, fin: false };
      expect(received(role, ALONE, [first, { opcode: Opcode.Continuation, rsv: RSV1 }])).toEqual(
        failed(1002),
      );
    }
  });

  it("fails with 1002 when a bit is set that no extension has given a meaning, with the bit or without", () => {
    for (const rsv of [1, 2, 3, 5, 6, 7]) {
      expect(received(role, ALONE, [{ ...hello, rsv }])).toEqual(failed(1002));
    }
  });

  it("fails with 1007 when it inflates to text that is no UTF-8, or is no DEFLATE, or is cut short", () => {
    const store = (octets: number[]): number[] => [
      0,
      octets.length,
      0,
      255 - octets.length,
      255,
      ...octets,
      0,
    ];
    for (const payload of [store([0xff]), store([0xe2, 0x82]), [0x07], HELLO.slice(0, 4), []]) {
      expect(received(role, ALONE, [{ ...hello, payload }])).toEqual(failed(1007));
    }
    const binary = { ...hello, opcode: Opcode.Binary, payload: store([0xff]) };
    expect(received(role, ALONE, [binary])).toEqual(["binary ff"]);
  });

  it("fails with 1002 on the bit where no compression was agreed on", () => {
    const transcript = new Transcript(role);
    feed(transcript.connection, framesTo(role, [hello]), []);
    expect(transcript.lines[0]).toMatch(new RegExp(`^${sentClose(1002)}`));
    expect(transcript.lines.slice(1)).toEqual(["end", "failed 1002"]);
  });
});

describe("RFC 7692 §6.2 messages in parts", () => {
  it("are not compressed: a client is not told to have both, as a server is not", () => {
    const both = { inParts: true, perMessageDeflate: true };
    expect(() => new WebSocketServer(both)).toThrow(TypeError);
    expect(() => connect("ws://127.0.0.1:1/", [], both)).toThrow(TypeError);
  });
});
