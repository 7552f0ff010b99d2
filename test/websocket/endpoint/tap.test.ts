import { randomBytes } from "node:crypto";
import { constants, deflateRawSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { DeflateParameters } from "../../../src/websocket/deflate/permessage-deflate.ts";
import { Tap, type TapOptions, type TappedFrame } from "../../../src/websocket/endpoint/tap.ts";
import { Opcode } from "../../../src/websocket/wire/frame.ts";
import { encodeFrame, type Frame } from "../naive-codec.ts";
import { random } from "../random.ts";

const octets = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

const agreed: DeflateParameters = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const takeover: DeflateParameters = {
  ...agreed,
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
};

type Direction = "received" | "sent";
type Listener = (frame: TappedFrame<string>) => void;

const tapOf = (listener: Listener, options: Partial<TapOptions> = {}): Tap<string> =>
  new Tap<string>(
    "socket",
    { role: "server", deflate: undefined, maxMessageBytes: 1024 * 1024, ...options },
    listener,
  );

/** A frame in one line: which way, what, and its payload in hex; for a compressed message its text. */
function lineOf({ direction, fin, rsv1, opcode, payload, inflated }: TappedFrame<string>): string {
  const name = { 0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong" }[opcode];
  const flags = `${fin ? " fin" : ""}${rsv1 ? " rsv1" : ""}`;
  const text = inflated === undefined ? "" : ` inflated ${JSON.stringify(inflated.toString())}`;
  return `${direction} ${name}${flags} ${payload.toString("hex")}${text}`;
}

/** What a tap shows of one direction that is fed in pieces which end at `cuts`. */
function linesOf(
  stream: Uint8Array,
  direction: Direction,
  options: Partial<TapOptions> = {},
  cuts: Iterable<number> = [],
): string[] {
  const lines: string[] = [];
  const tap = tapOf((frame) => lines.push(lineOf(frame)), options);
  let at = 0;
  for (const cut of [...cuts, stream.length]) {
    tap[direction](stream.subarray(at, cut));
    at = cut;
  }
  return lines;
}

/** The same, fed whole, octet by octet and in two at every place: all must show the same. */
function linesHoweverCut(
  stream: Uint8Array,
  direction: Direction,
  options: Partial<TapOptions> = {},
): string[] {
  const whole = linesOf(stream, direction, options);
  expect(linesOf(stream, direction, options, stream.keys())).toEqual(whole);
  for (const cut of stream.keys()) expect(linesOf(stream, direction, options, [cut])).toEqual(whole);
  return whole;
}

const KEY = [0x37, 0xfa, 0x21, 0x3d];
const unmasked = (...frames: Frame[]): Buffer => Buffer.concat(frames.map(encodeFrame));
const masked = (...frames: Frame[]): Buffer => unmasked(...frames.map((frame) => ({ key: KEY, ...frame })));

/** RFC 7692 §7.2.1 by zlib alone: `context` is what the messages before said. */
const deflated = (text: string | Buffer, context = ""): Buffer =>
  deflateRawSync(text, {
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(context === "" ? {} : { dictionary: Buffer.from(context) }),
  }).subarray(0, -4);

const compressed = (payload: Uint8Array): Frame => ({ opcode: Opcode.Text, rsv: 4, payload });

describe("RFC 6455 §5.7 the examples", () => {
  const examples: readonly (readonly [hex: string, direction: Direction, lines: readonly string[]])[] = [
    ["81 05 48 65 6c 6c 6f", "sent", ["sent text fin 48656c6c6f"]],
    ["81 85 37 fa 21 3d 7f 9f 4d 51 58", "received", ["received text fin 48656c6c6f"]],
    ["01 03 48 65 6c 80 02 6c 6f", "sent", ["sent text 48656c", "sent continuation fin 6c6f"]],
    ["89 05 48 65 6c 6c 6f", "sent", ["sent ping fin 48656c6c6f"]],
    ["8a 85 37 fa 21 3d 7f 9f 4d 51 58", "received", ["received pong fin 48656c6c6f"]],
  ];
  for (const [hex, direction, lines] of examples) {
    it(`shows ${lines.join(", ")}`, () => expect(linesHoweverCut(octets(hex), direction)).toEqual(lines));
  }
});

describe("a conversation", () => {
  const fromClient: readonly Frame[] = [
    { opcode: Opcode.Text, fin: false, payload: "one " },
    { opcode: Opcode.Ping, payload: "in between" },
    { opcode: Opcode.Continuation, fin: false },
    { opcode: Opcode.Continuation, payload: "message" },
    { opcode: Opcode.Binary, payload: Buffer.alloc(300, 7) },
    { opcode: Opcode.Close, payload: [0x03, 0xe8] },
  ];
  const fromServer: readonly Frame[] = [
    { opcode: Opcode.Pong, payload: "in between" },
    { opcode: Opcode.Binary },
    { opcode: Opcode.Close, payload: [0x03, 0xe8] },
  ];
  const clientLines = [
    "text 6f6e6520",
    "ping fin 696e206265747765656e",
    "continuation ",
    "continuation fin 6d657373616765",
    `binary fin ${"07".repeat(300)}`,
    "close fin 03e8",
  ];
  const serverLines = ["pong fin 696e206265747765656e", "binary fin ", "close fin 03e8"];
  const as = (direction: Direction, lines: readonly string[]): string[] =>
    lines.map((line) => `${direction} ${line}`);

  it("is shown at the server, both ways, however it is cut", () => {
    expect(linesHoweverCut(masked(...fromClient), "received")).toEqual(as("received", clientLines));
    expect(linesHoweverCut(unmasked(...fromServer), "sent")).toEqual(as("sent", serverLines));
  });

  it("is shown at the client, both ways, however it is cut", () => {
    const options = { role: "client" } as const;
    expect(linesHoweverCut(masked(...fromClient), "sent", options)).toEqual(as("sent", clientLines));
    expect(linesHoweverCut(unmasked(...fromServer), "received", options)).toEqual(
      as("received", serverLines),
    );
  });

  it("is shown in the order in which the bytes come, the ways mixed", () => {
    const lines: string[] = [];
    const tap = tapOf((frame) => lines.push(lineOf(frame)));
    const ping = masked({ opcode: Opcode.Ping, payload: "a" });
    tap.received(ping.subarray(0, 3));
    tap.sent(unmasked({ opcode: Opcode.Text, payload: "b" }));
    tap.received(ping.subarray(3));
    tap.sent(unmasked({ opcode: Opcode.Pong, payload: "a" }));
    expect(lines).toEqual(["sent text fin 62", "received ping fin 61", "sent pong fin 61"]);
  });

  it("tells whose it is", () => {
    const socket = { name: "the socket" };
    const seen: unknown[] = [];
    const options: TapOptions = { role: "server", deflate: undefined, maxMessageBytes: 100 };
    const tap = new Tap(socket, options, (frame) => seen.push(frame.socket));
    tap.sent(unmasked({ opcode: Opcode.Pong }));
    expect(seen[0]).toBe(socket);
  });
});

describe("the bytes a tap is given", () => {
  it("stay as they are, and may be written to afterwards", () => {
    const frames: TappedFrame<string>[] = [];
    const tap = tapOf((frame) => frames.push(frame));
    const long = Buffer.alloc(70_000, 1);
    const stream = masked(
      { opcode: Opcode.Text, payload: "short" },
      { opcode: Opcode.Binary, payload: long },
    );
    const given = Buffer.from(stream);
    tap.received(given);
    expect(given.equals(stream)).toBe(true);
    given.fill(0xff);
    expect(frames.map(({ payload }) => payload)).toEqual([Buffer.from("short"), long]);
  });
});

describe("RFC 7692 §7.2.3 the examples", () => {
  it("inflates an unfragmented message", () => {
    expect(linesHoweverCut(octets("c1 07 f2 48 cd c9 c9 07 00"), "sent", { deflate: agreed })).toEqual([
      'sent text fin rsv1 f248cdc9c90700 inflated "Hello"',
    ]);
  });

  it("inflates a fragmented message, at its last frame", () => {
    const stream = octets("41 03 f2 48 cd 80 04 c9 c9 07 00");
    expect(linesHoweverCut(stream, "sent", { deflate: agreed })).toEqual([
      "sent text rsv1 f248cd",
      'sent continuation fin c9c90700 inflated "Hello"',
    ]);
  });

  it("inflates a message that refers to the one before, with context takeover", () => {
    const stream = octets("c1 07 f2 48 cd c9 c9 07 00 c1 05 f2 00 11 00 00");
    expect(linesHoweverCut(stream, "sent", { deflate: takeover })).toEqual([
      'sent text fin rsv1 f248cdc9c90700 inflated "Hello"',
      'sent text fin rsv1 f200110000 inflated "Hello"',
    ]);
  });

  it("inflates what is not compressed, has BFINAL set, or comes in two blocks", () => {
    const stream = octets(
      "c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00 c1 08 f3 48 cd c9 c9 07 00 00 c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00",
    );
    expect(
      linesHoweverCut(stream, "sent", { deflate: agreed }).map((line) => line.split(" ").at(-1)),
    ).toEqual(['"Hello"', '"Hello"', '"Hello"']);
  });
});

describe("RFC 7692 §6 compressed messages", () => {
  it("are inflated both ways, each with its own context", () => {
    const inflated: string[] = [];
    const tap = tapOf((frame) => inflated.push(`${frame.direction} ${frame.inflated}`), {
      deflate: takeover,
    });
    const texts = ["the first of them", "the first of them again", "of them the last"];
    for (const [i, text] of texts.entries()) {
      const payload = deflated(text, texts.slice(0, i).join(""));
      tap.received(masked(compressed(payload)));
      tap.sent(unmasked(compressed(payload)));
    }
    expect(inflated).toEqual(texts.flatMap((text) => [`received ${text}`, `sent ${text}`]));
  });

  it("do not end where a ping comes in between", () => {
    const payload = deflated("in two frames");
    const stream = masked(
      { opcode: Opcode.Binary, rsv: 4, fin: false, payload: payload.subarray(0, 4) },
      { opcode: Opcode.Ping, payload: "ping" },
      { opcode: Opcode.Continuation, payload: payload.subarray(4) },
    );
    expect(linesHoweverCut(stream, "received", { deflate: agreed }).at(-1)).toContain(
      'inflated "in two frames"',
    );
  });

  it("stand beside others, of which nothing is inflated", () => {
    const stream = unmasked(
      compressed(deflated("one")),
      { opcode: Opcode.Text, payload: "plain" },
      { opcode: Opcode.Text, fin: false, payload: "pl" },
      { opcode: Opcode.Continuation, payload: "ain" },
      compressed(deflated("one more", "one")),
    );
    const inflated = linesHoweverCut(stream, "sent", { deflate: takeover }).map(
      (line) => line.split(" inflated ")[1],
    );
    expect(inflated).toEqual(['"one"', undefined, undefined, undefined, '"one more"']);
  });

  it("are empty when they say so", () => {
    expect(linesOf(octets("c1 01 00"), "sent", { deflate: agreed })).toEqual([
      'sent text fin rsv1 00 inflated ""',
    ]);
  });

  it("are shown as they are when compression was not agreed on", () => {
    expect(linesOf(octets("c1 07 f2 48 cd c9 c9 07 00"), "sent")).toEqual([
      "sent text fin rsv1 f248cdc9c90700",
    ]);
  });

  it("use the window and the takeover of whoever sent them", () => {
    const parameters = { ...agreed, clientNoContextTakeover: false, serverMaxWindowBits: 9 };
    const again = deflated("Hello", "Hello");
    const fromClient = masked(compressed(deflated("Hello")), compressed(again));
    const fromServer = unmasked(compressed(deflated("Hello")), compressed(again));
    const inflatedOf = (stream: Buffer, direction: Direction, role: "client" | "server"): unknown =>
      linesOf(stream, direction, { role, deflate: parameters }).map((line) => line.split(" inflated ")[1]);
    expect(inflatedOf(fromClient, "received", "server")).toEqual(['"Hello"', '"Hello"']);
    expect(inflatedOf(fromClient, "sent", "client")).toEqual(['"Hello"', '"Hello"']);
    // The server takes over nothing: what refers to a message before cannot be inflated.
    expect(inflatedOf(fromServer, "sent", "server")).toEqual(['"Hello"', undefined]);
    expect(inflatedOf(fromServer, "received", "client")).toEqual(['"Hello"', undefined]);
  });
});

describe("a compressed message that cannot be inflated", () => {
  const noDeflate = compressed(octets("ff ff ff"));
  const tooLong = compressed(deflated(Buffer.alloc(200_000, "a long message ")));
  const noise = deflated(randomBytes(1200));
  const inFragments: readonly Frame[] = [
    { opcode: Opcode.Text, rsv: 4, fin: false, payload: noise.subarray(0, 600) },
    { opcode: Opcode.Continuation, fin: false, payload: noise.subarray(600, 900) },
    { opcode: Opcode.Continuation, payload: noise.subarray(900) },
  ];
  const faults: readonly (readonly [what: string, frames: readonly Frame[], options: Partial<TapOptions>])[] =
    [
      ["no DEFLATE", [noDeflate], {}],
      ["longer than what is inflated at once", [tooLong], {}],
      ["in fragments longer than a message may be", inFragments, { maxMessageBytes: 1000 }],
    ];
  for (const [what, frames, options] of faults) {
    for (const [role, direction] of [
      ["server", "sent"],
      ["client", "received"],
    ] as const) {
      it(`is shown as it is, and those behind it are inflated: ${what}, ${direction}`, () => {
        const stream = unmasked(...frames, compressed(deflated("behind it")));
        const lines = linesOf(stream, direction, { ...options, role, deflate: agreed });
        expect(lines).toHaveLength(frames.length + 1);
        expect(lines.slice(0, -1).join("\n")).not.toContain("inflated");
        expect(lines.at(-1)).toContain('inflated "behind it"');
      });
    }

    it(`is shown as it is, and so are those behind it with context takeover: ${what}`, () => {
      const stream = unmasked(...frames, compressed(deflated("behind it")));
      const lines = linesOf(stream, "sent", { ...options, deflate: takeover });
      expect(lines).toHaveLength(frames.length + 1);
      expect(lines.join("\n")).not.toContain("inflated");
    });
  }

  it("is inflated as far as 128 KiB, whatever its ratio and the limit on messages", () => {
    const inflated: (Buffer | undefined)[] = [];
    const tap = tapOf((frame) => inflated.push(frame.inflated), { deflate: agreed, maxMessageBytes: 1000 });
    tap.received(masked(compressed(deflated(Buffer.alloc(128 * 1024)))));
    expect(inflated).toEqual([Buffer.alloc(128 * 1024)]);
  });
});

describe("a stream that cannot be read on", () => {
  const before: Frame = { opcode: Opcode.Text, payload: "before" };
  const faults: readonly (readonly [what: string, bytes: Buffer])[] = [
    ["a reserved opcode", masked({ opcode: 0x3 })],
    ["RSV2", masked({ opcode: Opcode.Text, rsv: 2 })],
    ["a frame that is not masked", unmasked(before)],
    ["a ping in fragments", masked({ opcode: Opcode.Ping, fin: false })],
    ["a ping that is too long", masked({ opcode: Opcode.Ping, payload: Buffer.alloc(126) })],
    ["a frame that is too long", masked({ opcode: Opcode.Binary, payload: Buffer.alloc(101) })],
    ["a length of 64 bits", masked({ opcode: Opcode.Binary, claimedLength: 2n ** 63n })],
  ];
  for (const [what, bytes] of faults) {
    it(`is shown up to ${what}, and then no more`, () => {
      const stream = Buffer.concat([masked(before), bytes, masked(before)]);
      const lines = linesHoweverCut(stream, "received", { maxMessageBytes: 100, deflate: agreed });
      expect(lines).toEqual(["received text fin 6265666f7265"]);
    });
  }

  it("does not silence the other direction", () => {
    const lines: string[] = [];
    const tap = tapOf((frame) => lines.push(lineOf(frame)));
    tap.received(octets("ff ff ff ff"));
    tap.received(masked(before));
    tap.sent(unmasked({ opcode: Opcode.Close, payload: [0x03, 0xea] }));
    expect(lines).toEqual(["sent close fin 03ea"]);
  });

  it("is any stream that may not be read by a connection but by its frames", () => {
    const stream = masked(
      { opcode: Opcode.Continuation, payload: "nothing to continue" },
      { opcode: Opcode.Text, rsv: 4, payload: [0xff] },
      { opcode: Opcode.Close, payload: [0] },
      { opcode: Opcode.Text, payload: [0xff] },
    );
    expect(linesHoweverCut(stream, "received").map((line) => line.split(" ")[1])).toEqual([
      "continuation",
      "text",
      "close",
      "text",
    ]);
  });

  for (const seed of [1, 2, 3]) {
    it(`never throws, and shows the same however it is cut (seed ${seed})`, () => {
      const next = random(seed);
      const below = (limit: number): number => Math.floor(next() * limit);
      for (let round = 0; round < 200; round++) {
        const frames = Array.from({ length: 1 + below(6) }, (): Frame => {
          const payload =
            next() < 0.5 ? deflated("text ".repeat(below(20))) : Buffer.alloc(below(200), below(256));
          const opcode = [0, 1, 2, 8, 9, 10, below(16)][below(7)]!;
          return { opcode, rsv: next() < 0.5 ? 4 : 0, fin: next() < 0.7, payload };
        });
        const stream = masked(...frames);
        if (next() < 0.5) stream[below(stream.length)] = below(256);
        const deflate = next() < 0.5 ? agreed : takeover;
        const cuts = Array.from({ length: below(8) }, () => below(stream.length)).sort((a, b) => a - b);
        const whole = linesOf(stream, "received", { deflate });
        expect(linesOf(stream, "received", { deflate }, cuts)).toEqual(whole);
      }
    });
  }
});

describe("what is sent", () => {
  it("is shown even when it is longer than what may be received", () => {
    const payload = Buffer.alloc(5000, 1);
    const lines = linesOf(unmasked({ opcode: Opcode.Binary, payload }), "sent", { maxMessageBytes: 100 });
    expect(lines).toEqual([`sent binary fin ${"01".repeat(5000)}`]);
  });
});

describe("a listener", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("that throws sees the next frame all the same, and its error is uncaught", () => {
    const microtasks = vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => {});
    const lines: string[] = [];
    const tap = tapOf((frame) => {
      lines.push(lineOf(frame));
      throw new Error("blind");
    });
    tap.sent(unmasked({ opcode: Opcode.Ping }, { opcode: Opcode.Text, payload: "a" }));
    tap.sent(unmasked({ opcode: Opcode.Pong }));
    expect(lines).toEqual(["sent ping fin ", "sent text fin 61", "sent pong fin "]);
    expect(microtasks).toHaveBeenCalledTimes(3);
    for (const [callback] of microtasks.mock.calls) expect(callback).toThrow("blind");
  });

  it("that makes more bytes go the same way sees their frames after those that were there", () => {
    const lines: string[] = [];
    const tap = tapOf((frame) => {
      lines.push(lineOf(frame));
      if (frame.opcode !== Opcode.Ping) return;
      tap.sent(unmasked({ opcode: Opcode.Text, payload: "b" }).subarray(0, 2));
      tap.sent(Buffer.from("b"));
    });
    tap.sent(unmasked({ opcode: Opcode.Ping }, { opcode: Opcode.Text, payload: "a" }));
    expect(lines).toEqual(["sent ping fin ", "sent text fin 61", "sent text fin 62"]);
  });
});

describe("the memory of a tap", () => {
  it("is not kept by a small payload that the listener keeps", () => {
    const kept: Buffer[] = [];
    const tap = tapOf(({ opcode, payload }) => {
      if (opcode === Opcode.Ping) kept.push(payload);
    });
    tap.received(
      masked(
        { opcode: Opcode.Binary, payload: Buffer.alloc(500_000) },
        { opcode: Opcode.Ping, payload: "x" },
      ),
    );
    expect(kept).toHaveLength(1);
    expect(kept[0]!.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize);
  });
});
