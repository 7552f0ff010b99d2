import { describe, expect, it } from "vitest";
import { Opcode } from "../../src/websocket/frame.ts";
import { encodeMessage } from "../../src/websocket/message.ts";
import { Outbox, type Transport } from "../../src/websocket/outbox.ts";
import { encodeFrame, readFrames } from "./naive-codec.ts";
import { random } from "./random.ts";

const KEY = 0x01020304;
const COPY_UP_TO = 16 * 1024;

/** A transport whose kernel takes everything at once. Like a kernel, it copies. */
class QuickTransport implements Transport {
  readonly pendingBytes = 0;
  /** What was written, and "(" and ")" where it was corked and uncorked. */
  readonly calls: (Buffer | "(" | ")")[] = [];
  cork(): void {
    this.calls.push("(");
  }
  uncork(): void {
    this.calls.push(")");
  }
  write(bytes: Uint8Array): void {
    this.calls.push(Buffer.from(bytes));
  }
  get bytes(): Buffer {
    return Buffer.concat(this.calls.filter((call) => typeof call !== "string"));
  }
}

/** A transport that holds what was written, not copied, until it is told to let it go. */
class SlowTransport implements Transport {
  readonly held: Uint8Array[] = [];
  readonly taken: Buffer[] = [];
  cork(): void {}
  uncork(): void {}
  write(bytes: Uint8Array): void {
    this.held.push(bytes);
  }
  get pendingBytes(): number {
    return this.held.reduce((sum, { length }) => sum + length, 0);
  }
  take(): void {
    this.taken.push(...this.held.splice(0).map((bytes) => Buffer.from(bytes)));
  }
  get bytes(): Buffer {
    this.take();
    return Buffer.concat(this.taken);
  }
}

function sent(fill: (outbox: Outbox) => void, drawKey?: () => number): Buffer {
  const outbox = new Outbox(drawKey);
  fill(outbox);
  const transport = new QuickTransport();
  const { length } = outbox;
  outbox.transmit(transport);
  expect(transport.bytes).toHaveLength(length);
  expect(outbox.length).toBe(0);
  return transport.bytes;
}

const NUMBERS = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31 + 7) & 255));
const numbers = (length: number): Buffer => Buffer.from(NUMBERS.subarray(0, length));

describe("RFC 6455 §5.7 examples", () => {
  it("are sent octet by octet as they are printed", () => {
    expect(sent((outbox) => outbox.text("Hello")).toString("hex")).toBe("810548656c6c6f");
    expect(
      sent(
        (outbox) => outbox.text("Hello"),
        () => 0x37fa213d,
      ).toString("hex"),
    ).toBe("818537fa213d7f9f4d5158");
    const hello = Buffer.from("Hello");
    expect(sent((outbox) => outbox.frame(Opcode.Ping, hello)).toString("hex")).toBe("890548656c6c6f");
    const pong = sent(
      (outbox) => outbox.frame(Opcode.Pong, hello),
      () => 0x37fa213d,
    );
    expect(pong.toString("hex")).toBe("8a8537fa213d7f9f4d5158");
  });
});

describe.each([
  ["a server", undefined, undefined],
  ["a client", () => KEY, [1, 2, 3, 4]],
] as const)("what %s sends", (_who, drawKey, key) => {
  const borders = [0, 1, 124, 125, 126, 127, 255, 256, COPY_UP_TO - 1, COPY_UP_TO, COPY_UP_TO + 1];
  for (const length of [...borders, 65535, 65536, 65537, 200_000]) {
    it(`holds a payload of ${length} bytes as it was given`, () => {
      const payload = numbers(length);
      const frame = sent((outbox) => outbox.frame(Opcode.Binary, payload), drawKey);
      expect(frame.equals(encodeFrame({ opcode: 2, payload, key }))).toBe(true);
      expect(payload.equals(numbers(length))).toBe(true);
    });
  }

  for (const [character, name] of [
    ["a", "1-byte characters"],
    ["é", "2-byte characters"],
    ["€", "3-byte characters"],
    ["😀", "4-byte characters"],
    ["\ud83d", "halves of surrogate pairs"],
    ["aé€😀", "mixed characters"],
  ] as const) {
    it(`is text of every length class, of ${name}`, () => {
      const size = Buffer.byteLength(character);
      const lengths = [...borders, 5461, 5462, 5463, 65535, 65536].flatMap((octets) => {
        const count = Math.floor(octets / size);
        return [count - 1, count, count + 1, octets].filter((characters) => characters >= 0);
      });
      for (const count of new Set(lengths)) {
        const message = character.repeat(count);
        const frame = sent((outbox) => outbox.text(message), drawKey);
        const expected = encodeFrame({ opcode: 1, payload: Buffer.from(message), key });
        expect(frame.equals(expected), `${count} times`).toBe(true);
      }
    });
  }

  it("is in the order in which it was added, short and long mixed", () => {
    const payloads = [3, 70_000, 5, 16_384, 16_385, 1, 1, 40_000, 65_536, 2].map(numbers);
    const stream = sent((outbox) => {
      for (const payload of payloads) outbox.frame(Opcode.Binary, payload);
      outbox.text("last");
    }, drawKey);
    const expected = [
      ...payloads.map((payload) => ({ opcode: 2, payload, key })),
      { opcode: 1, payload: "last", key },
    ];
    expect(stream.equals(Buffer.concat(expected.map(encodeFrame)))).toBe(true);
  });
});

describe("a client's frames", () => {
  it("have a key each (RFC 6455 §5.3)", () => {
    let key = 0;
    const stream = sent(
      (outbox) => {
        outbox.text("one");
        outbox.frame(Opcode.Binary, numbers(20_000));
        outbox.frame(Opcode.Ping, numbers(3));
      },
      () => ++key,
    );
    const at = [0, 9, 9 + 20_008].map((start, i) => stream.readUInt32BE(start + (i === 1 ? 4 : 2)));
    expect(at).toEqual([1, 2, 3]);
  });
});

describe("one write", () => {
  it("carries all short frames of a turn", () => {
    const outbox = new Outbox(undefined);
    for (let i = 0; i < 64; i++) outbox.text(`message ${i}`);
    const transport = new QuickTransport();
    outbox.transmit(transport);
    expect(transport.calls).toHaveLength(1);
  });

  it("is corked where long payloads and other regions come between", () => {
    const outbox = new Outbox(undefined);
    outbox.text("short");
    outbox.frame(Opcode.Binary, numbers(20_000));
    outbox.text("short");
    const transport = new QuickTransport();
    outbox.transmit(transport);
    expect(transport.calls.map((call) => (typeof call === "string" ? call : call.length))).toEqual([
      "(",
      7 + 4,
      20_000,
      7,
      ")",
    ]);
  });

  it("does not happen when nothing waits", () => {
    const outbox = new Outbox(undefined);
    const transport = new QuickTransport();
    outbox.transmit(transport);
    outbox.text("x");
    outbox.clear();
    expect(outbox.length).toBe(0);
    outbox.transmit(transport);
    expect(transport.calls).toEqual([]);
  });
});

describe("memory", () => {
  it("of a long payload is the application's own on a server, and a copy on a client", () => {
    const payload = Uint8Array.from(numbers(COPY_UP_TO + 1));
    for (const [drawKey, same] of [
      [undefined, true],
      [() => KEY, false],
    ] as const) {
      const outbox = new Outbox(drawKey);
      outbox.frame(Opcode.Binary, payload);
      const transport = new SlowTransport();
      outbox.transmit(transport);
      expect(transport.held.some((bytes) => bytes.buffer === payload.buffer)).toBe(same);
    }
  });

  it("of short frames is a copy: what the application does afterwards does not matter", () => {
    const payload = numbers(COPY_UP_TO);
    const frames = encodeMessage("prepared");
    const stream = sent((outbox) => {
      outbox.frame(Opcode.Binary, payload);
      outbox.frames(frames);
      payload.fill(0);
      frames.fill(0);
    });
    const expected = [encodeFrame({ opcode: 2, payload: numbers(COPY_UP_TO) }), encodeMessage("prepared")];
    expect(stream.equals(Buffer.concat(expected))).toBe(true);
  });

  /** Where in which memory a message of an outbox of its own lands. */
  const placeOf = (transport: Transport & { held?: Uint8Array[] }): { buffer: unknown; at: number } => {
    const outbox = new Outbox(undefined);
    let place: { buffer: unknown; at: number } | undefined;
    outbox.text("x".repeat(1000));
    outbox.transmit({
      cork() {},
      uncork() {},
      write: (bytes) => {
        place = { buffer: bytes.buffer, at: bytes.byteOffset };
        transport.write(bytes);
      },
      get pendingBytes() {
        return transport.pendingBytes;
      },
    });
    return place!;
  };

  /** Uses up a slab that an earlier test's transport holds. */
  const placeInUnheldSlab = (): { buffer: unknown; at: number } => {
    for (let i = 0; i < 100; i++) {
      const place = placeOf(new QuickTransport());
      if (place.at === 0) return place;
    }
    throw new Error("no slab starts over");
  };

  it("of what the kernel took at once is used again", () => {
    const first = placeInUnheldSlab();
    expect(placeOf(new QuickTransport())).toEqual(first);
  });

  it("of what a transport holds is not used again", () => {
    const slow = new SlowTransport();
    const first = placeOf(slow);
    const second = placeOf(new QuickTransport());
    expect(second.buffer === first.buffer && second.at < first.at + 1004).toBe(false);
  });

  it("of a transport that is backed up is a copy, so that it does not hold a slab for a short frame", () => {
    const slow = new SlowTransport();
    slow.write(numbers(10));
    const { buffer } = placeInUnheldSlab();
    const outbox = new Outbox(undefined);
    outbox.text("short");
    outbox.transmit(slow);
    expect(slow.held.at(-1)!.buffer).not.toBe(buffer);
    expect(placeOf(new QuickTransport())).toEqual({ buffer, at: 0 });
  });
});

describe("what a transport holds", () => {
  /** Lets other outboxes write over everything that they may write over. */
  const overwrite = (): void => {
    for (let i = 0; i < 200; i++) sent((outbox) => outbox.text("~".repeat(1000)));
  };

  it("stays when a long payload was the last thing in it", () => {
    const slow = new SlowTransport();
    const outbox = new Outbox(undefined);
    outbox.text("before");
    outbox.frame(Opcode.Binary, numbers(20_000));
    outbox.transmit(slow);
    overwrite();
    expect(readFrames(slow.bytes, "client").map(({ opcode }) => opcode)).toEqual([1, 2]);
  });

  it("stays when the transport was backed up and prepared frames come first", () => {
    const slow = new SlowTransport();
    const outbox = new Outbox(undefined);
    for (const message of ["first", "second"]) {
      outbox.frames(encodeMessage(numbers(20_000)));
      outbox.text(message);
      outbox.transmit(slow);
      overwrite();
    }
    expect(readFrames(slow.bytes, "client").map(({ opcode }) => opcode)).toEqual([2, 1, 2, 1]);
  });
});

describe("outboxes that share slabs", () => {
  for (let seed = 0; seed < 12; seed++) {
    it(`never mix their bytes, whatever their transports hold and for how long (seed ${seed})`, () => {
      const next = random(seed);
      const peers = Array.from({ length: 8 }, (_, id) => {
        const client = id % 2 === 1;
        const transport = id % 4 < 2 ? new QuickTransport() : new SlowTransport();
        const outbox = new Outbox(client ? () => Math.floor(next() * 2 ** 32) : undefined);
        return { client, transport, outbox, expected: [] as string[] };
      });
      for (let step = 0; step < 800; step++) {
        const peer = peers[Math.floor(next() * peers.length)]!;
        const action = next();
        const payload = numbers(Math.floor(next() ** 8 * 30_000));
        if (payload.length > 0) payload[0] = step;
        if (action < 0.5) {
          peer.outbox.frame(Opcode.Binary, payload);
          peer.expected.push(`2 ${payload.toString("hex")}`);
        } else if (action < 0.7) {
          const message = `${step}€`.repeat(Math.floor(next() ** 4 * 1000));
          peer.outbox.text(message);
          peer.expected.push(`1 ${Buffer.from(message).toString("hex")}`);
        } else if (action < 0.75 && !peer.client) {
          peer.outbox.frames(encodeMessage(payload));
          peer.expected.push(`2 ${payload.toString("hex")}`);
        } else if (action < 0.95) {
          peer.outbox.transmit(peer.transport);
        } else if (peer.transport instanceof SlowTransport) {
          peer.transport.take();
        }
      }
      for (const { client, transport, outbox, expected } of peers) {
        outbox.transmit(transport);
        const frames = readFrames(transport.bytes, client ? "server" : "client");
        const found = frames.map(
          ({ opcode, payload }) => `${opcode} ${Buffer.from(payload).toString("hex")}`,
        );
        expect(found).toEqual(expected);
      }
    });
  }
});
