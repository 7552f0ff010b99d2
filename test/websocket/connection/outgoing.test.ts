import { inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { BacklogOptions } from "../../../src/websocket/connection/backlog.ts";
import { SharedMessage } from "../../../src/websocket/connection/message.ts";
import { Outgoing, type OutgoingSink, type SendOptions } from "../../../src/websocket/connection/outgoing.ts";
import { Compression } from "../../../src/websocket/deflate/compression.ts";
import type { MessageDeflater } from "../../../src/websocket/deflate/deflate.ts";
import { deflateDefaults } from "../../../src/websocket/deflate/permessage-deflate-options.ts";
import { FIN, Opcode } from "../../../src/websocket/wire/frame.ts";
import { noise } from "../compressible.ts";
import { encodeFrame } from "../naive-codec.ts";
import { QuickTransport } from "../transports.ts";

const agreed = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
/** Too long to be compressed at once. */
const LONG = `long ${noise(600_000).toString("base64")}`;

/** What one end sends, written down: a transport that takes all or nothing, and zlib when the test says so. */
class Recorder implements OutgoingSink {
  readonly calls: string[] = [];
  readonly outgoing: Outgoing;
  readonly #wire = new QuickTransport();
  #job: { deflater: MessageDeflater; payload: Uint8Array } | undefined;

  constructor(options: Partial<BacklogOptions> = {}, compressing = true) {
    const all = { maxBufferedBytes: 4_000_000, overflow: "drop-newest", ...options } as const;
    const perMessageDeflate = { ...deflateDefaults, threshold: 100 };
    const compression = new Compression("server", agreed, { perMessageDeflate, maxMessageBytes: 0 });
    this.outgoing = new Outgoing(this, all, compressing ? compression : undefined, undefined);
  }

  output(): void {
    this.calls.push("output");
  }
  flush(): void {
    this.calls.push("flush");
  }
  room(): void {
    this.calls.push("room");
  }
  deflate(deflater: MessageDeflater, payload: Uint8Array): void {
    this.calls.push("deflate");
    this.#job = { deflater, payload };
  }

  /** zlib is done with the long message. */
  deflated(): void {
    const { deflater, payload } = this.#job!;
    deflater.start(payload);
    this.outgoing.deflated(deflater.finish(payload, undefined));
  }

  /** The turn is over: the transport takes all, and wants more or not. */
  transmit(blocked = false): void {
    do this.outgoing.outbox.transmit(this.#wire);
    while (this.outgoing.transmitted(blocked));
  }

  send(text: string, options?: SendOptions): string {
    return this.outgoing.text(text, options);
  }

  /** The frames that left, texts shortened to their first five characters. */
  get sent(): string[] {
    return framesOf(this.#wire.bytes);
  }
}

/** A reader of our own, for RSV1 as well. */
function framesOf(bytes: Buffer): string[] {
  const frames: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [first, short] = [bytes[at]!, bytes[at + 1]!];
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    const payload = bytes.subarray(at + size, at + size + length);
    const compressed = (first & 0x40) !== 0;
    const tail = Buffer.of(0, 0, 255, 255, 1, 0, 0, 255, 255);
    const text = compressed ? inflateRawSync(Buffer.concat([payload, tail])) : payload;
    const name = { 0: "…", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong" }[first & 15];
    const flags = `${(first & FIN) === 0 ? " more" : ""}${compressed ? " compressed" : ""}`;
    frames.push(`${name}${flags} ${text.toString("utf8", 0, 5).trim()}`);
    at += size + length;
  }
  return frames;
}

const bytes = (text: string): Buffer => Buffer.from(text);

describe("messages with nothing in the way", () => {
  it("leave with their turn, in order, whatever they are", () => {
    const world = new Recorder();
    const { outgoing } = world;
    expect(world.send("a")).toBe("sent");
    expect(outgoing.message(Opcode.Binary, bytes("b"))).toBe("sent");
    expect(outgoing.frames(new SharedMessage("c").plain)).toBe("sent");
    expect(world.send("d".repeat(100))).toBe("sent");
    expect(outgoing.message(Opcode.Binary, Buffer.alloc(200, "e"))).toBe("sent");
    expect([outgoing.bytes > 0, outgoing.waitingBytes, outgoing.isClear]).toEqual([true, 0, true]);
    world.transmit();
    expect(world.sent).toEqual([
      "text a",
      "binary b",
      "text c",
      "text compressed ddddd",
      "binary compressed eeeee",
    ]);
    expect(world.calls).toEqual(["output"]);
    expect(outgoing.bytes).toBe(0);
  });

  it("are compressed from the threshold on: in octets, not in characters", () => {
    const world = new Recorder();
    for (const text of ["x".repeat(99), "x".repeat(100), "é".repeat(49), "é".repeat(50)]) world.send(text);
    world.send("x".repeat(500), { compress: false });
    world.outgoing.frames(new SharedMessage("x".repeat(500)).plain);
    world.transmit();
    expect(world.sent.map((line) => line.includes("compressed"))).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it("are flushed when the outbox holds more than may wait", () => {
    const world = new Recorder({ maxBufferedBytes: 100 }, false);
    world.send("x".repeat(60));
    world.send("x".repeat(60));
    expect(world.calls).toEqual(["output", "flush"]);
  });
});

/** What can be in the way, and how it goes out of it. Each is put there before the messages below. */
const obstacles: Readonly<
  Record<string, { begin(world: Recorder): void; end(world: Recorder): void; frames: string[] }>
> = {
  "the transport": {
    begin: (world) => world.transmit(true),
    end: (world) => world.transmit(false),
    frames: [],
  },
  "a long message": {
    begin: (world) => expect(world.send(LONG)).toBe("sent"),
    end: (world) => world.deflated(),
    frames: ["text compressed long"],
  },
  "a message in parts": {
    begin: ({ outgoing }) => {
      expect(outgoing.beginParts()).toBe(true);
      outgoing.part(Opcode.Text, bytes("part1"), false);
    },
    end: ({ outgoing }) => expect(outgoing.part(Opcode.Continuation, bytes("part2"), true)).toBe(true),
    frames: ["text more part1", "… part2"],
  },
};

describe.each(Object.entries(obstacles))("messages behind %s", (which, { begin, end, frames }) => {
  const blocked = which === "the transport";

  it("wait, and leave in their order when it is out of the way", () => {
    const world = new Recorder();
    const { outgoing } = world;
    begin(world);
    expect(outgoing.isClear).toBe(false);
    expect(outgoing.isBlocked).toBe(blocked);
    expect(world.send("a")).toBe("waits");
    expect(outgoing.message(Opcode.Binary, bytes("b"))).toBe("waits");
    expect(outgoing.frames(new SharedMessage("c").plain)).toBe("waits");
    expect(world.send("d".repeat(300))).toBe("waits");
    expect(outgoing.waitingBytes).toBe(2 + 3 + 300);
    if (!blocked) world.transmit();
    expect(world.sent).toEqual(frames.slice(0, 1).filter((line) => line.includes("more")));
    end(world);
    world.transmit();
    expect(outgoing.isClear).toBe(true);
    expect(world.send("e")).toBe("sent");
    world.transmit();
    expect(world.sent).toEqual([
      ...frames,
      "text a",
      "binary b",
      "text c",
      "text compressed ddddd",
      "text e",
    ]);
    expect([outgoing.waitingBytes, outgoing.dropped]).toEqual([0, 0]);
  });

  it("do not hold up control frames (RFC 6455 §5.4)", () => {
    const world = new Recorder();
    begin(world);
    world.send("a");
    world.outgoing.control(Opcode.Ping, bytes("now"));
    if (!blocked) world.transmit();
    end(world);
    world.transmit();
    const lines = world.sent;
    expect(lines.indexOf("ping now")).toBeLessThan(lines.indexOf("text a"));
    if (!blocked) expect(lines.indexOf("ping now")).toBeLessThan(lines.indexOf(frames.at(-1)!));
  });

  it("make those who want to send parts wait as well", () => {
    const world = new Recorder();
    begin(world);
    expect(world.outgoing.beginParts()).toBe(false);
    world.send("a");
    end(world);
    world.transmit();
    expect(world.outgoing.beginParts()).toBe(true);
  });

  it("are dropped and counted when there is no room, and room is told once it is there", () => {
    const world = new Recorder({ maxBufferedBytes: 300 });
    begin(world);
    expect(["a", "b", "c", "d", "e"].map((text) => world.send(text.padEnd(30)))).toEqual([
      ...["waits", "waits", "waits", "dropped", "dropped"],
    ]);
    expect(world.outgoing.dropped).toBe(2);
    world.calls.length = 0;
    end(world);
    world.transmit();
    expect(world.calls).toContain("room");
    expect(world.sent).toEqual([...frames, "text a", "text b", "text c"]);
  });

  it("are forgotten when all is abandoned", () => {
    const world = new Recorder();
    begin(world);
    world.send("a");
    world.outgoing.abandon();
    expect([world.outgoing.waitingBytes, world.outgoing.dropped]).toEqual([0, 1]);
    expect(world.outgoing.isBlocked).toBe(blocked);
    if (which === "a long message") world.deflated(); // comes too late, and is ignored
    if (which === "a message in parts")
      expect(world.outgoing.part(Opcode.Continuation, bytes("x"), true)).toBe(false);
    world.outgoing.control(Opcode.Close, bytes("!"));
    world.transmit();
    expect(world.sent).toEqual([...frames.slice(0, 1).filter((line) => line.includes("more")), "close !"]);
  });
});

describe("several obstacles at once", () => {
  it("a blocked transport behind a message that is being compressed", () => {
    const world = new Recorder();
    world.send(LONG);
    world.send("a");
    world.outgoing.control(Opcode.Ping, bytes("1"));
    world.transmit(true);
    world.deflated();
    expect(world.outgoing.isBlocked).toBe(true);
    expect(world.send("b")).toBe("waits");
    world.transmit(false);
    expect(world.sent).toEqual(["ping 1", "text compressed long", "text a", "text b"]);
  });

  it("a message that is being compressed behind a blocked transport", () => {
    const world = new Recorder();
    world.transmit(true);
    for (const text of ["a", LONG, "b", LONG.replace("long", "last"), "c"])
      expect(world.send(text)).toBe("waits");
    world.transmit(false);
    expect(world.sent).toEqual(["text a"]);
    world.deflated();
    world.transmit(false);
    expect(world.sent).toEqual(["text a", "text compressed long", "text b"]);
    world.deflated();
    world.transmit(false);
    expect(world.sent.slice(3)).toEqual(["text compressed last", "text c"]);
    expect(world.outgoing.isClear).toBe(true);
  });

  it("parts and a blocked transport: what waits leaves when both are gone", () => {
    const world = new Recorder();
    world.outgoing.beginParts();
    world.outgoing.part(Opcode.Binary, bytes("1"), false);
    world.transmit(true);
    world.send("a");
    world.outgoing.part(Opcode.Continuation, bytes("2"), true);
    expect(world.outgoing.waitingBytes).toBe(1);
    world.transmit(false);
    expect(world.sent).toEqual(["binary more 1", "… 2", "text a"]);
  });

  it("a transport that takes one good write at a time", () => {
    const world = new Recorder();
    world.transmit(true);
    for (let i = 0; i < 10; i++)
      world.outgoing.message(Opcode.Binary, Buffer.alloc(20_000, `${i}`), { compress: false });
    world.outgoing.transmitted(false);
    // As much as makes 64 KiB full, and no more: the rest can still be dropped.
    expect([world.outgoing.outbox.length, world.outgoing.waitingBytes]).toEqual([4 * 20_004, 120_000]);
    world.transmit(true);
    expect(world.sent).toHaveLength(4);
    world.transmit(false);
    expect(world.sent.map((line) => line.at(-1)).join("")).toBe("0123456789");
    expect(world.outgoing.isClear).toBe(true);
  });
});

describe("the last thing that is sent", () => {
  const finish = (world: Recorder): void =>
    world.outgoing.finish(() => world.outgoing.control(Opcode.Close, bytes("!")));

  it("comes at once when nothing waits", () => {
    const world = new Recorder();
    world.send("a");
    finish(world);
    world.transmit();
    expect(world.sent).toEqual(["text a", "close !"]);
  });

  it("comes behind all that waits for a blocked transport, which is handed over uncompressed", () => {
    const world = new Recorder();
    world.transmit(true);
    world.send("a");
    world.send(LONG);
    world.outgoing.frames(new SharedMessage("b").plain);
    finish(world);
    world.transmit(true);
    expect(world.sent).toEqual(["text a", "text long", "text b", "close !"]);
  });

  it("comes behind a message that is being compressed, and those behind it", () => {
    const world = new Recorder();
    world.send(LONG);
    world.send("a");
    finish(world);
    world.transmit();
    expect(world.sent).toEqual([]);
    world.deflated();
    world.transmit();
    expect(world.sent).toEqual(["text compressed long", "text a", "close !"]);
  });

  it("is not sent when all is abandoned before", () => {
    const world = new Recorder();
    world.send(LONG);
    finish(world);
    world.outgoing.abandon();
    world.deflated();
    world.transmit();
    expect(world.sent).toEqual([]);
  });

  it("comes without what waits behind a message in parts that stays unfinished (RFC 6455 §5.4)", () => {
    const world = new Recorder();
    world.outgoing.beginParts();
    world.outgoing.part(Opcode.Text, bytes("1"), false);
    world.send("a");
    finish(world);
    world.transmit();
    expect(world.sent).toEqual(["text more 1", "close !"]);
    expect(world.outgoing.dropped).toBe(1);
  });

  it("cuts a message in parts short, of which no more is taken", () => {
    const world = new Recorder();
    world.outgoing.beginParts();
    world.outgoing.part(Opcode.Text, bytes("1"), false);
    finish(world);
    world.transmit();
    expect(world.sent).toEqual(["text more 1", "close !"]);
  });
});

describe("the frames of a client", () => {
  it("are masked, also when they waited", () => {
    const wire = new QuickTransport();
    const sink: OutgoingSink = { output() {}, flush() {}, room() {}, deflate() {} };
    const options = { maxBufferedBytes: 1000, overflow: "close" } as const;
    const outgoing = new Outgoing(sink, options, undefined, () => 0x01020304);
    outgoing.transmitted(true);
    outgoing.text("Hello");
    outgoing.message(Opcode.Binary, bytes("bytes"));
    outgoing.transmitted(false);
    outgoing.outbox.transmit(wire);
    const key = [1, 2, 3, 4];
    expect(wire.bytes).toEqual(
      Buffer.concat([
        encodeFrame({ opcode: Opcode.Text, payload: "Hello", key }),
        encodeFrame({ opcode: Opcode.Binary, payload: "bytes", key }),
      ]),
    );
  });
});
