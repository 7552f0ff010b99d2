import { describe, expect, it } from "vitest";
import { Outbox } from "../../../src/websocket/connection/outbox.ts";
import { Opcode } from "../../../src/websocket/wire/frame.ts";
import { encodeFrame } from "../naive-codec.ts";
import { numbers, QuickTransport, sent } from "../transports.ts";

// What happens in memory is in outbox-memory.test.ts.
const KEY = 0x01020304;
const COPY_UP_TO = 4 * 1024;

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
    const payloads = [3, 70_000, 5, 4_096, 4_097, 16_384, 1, 1, 40_000, 65_536, 2].map(numbers);
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

describe("frames that those of others came between in the slab", () => {
  it("leave in one write all the same", () => {
    const [one, other] = [new Outbox(undefined), new Outbox(undefined)];
    for (let i = 0; i < 16; i++) {
      one.frames(Buffer.from([0x82, 1, i]));
      other.frames(Buffer.from([0x82, 1, 100 + i]));
    }
    const transport = new QuickTransport();
    one.transmit(transport);
    expect(transport.calls).toHaveLength(1);
    expect(transport.bytes.toString("hex")).toBe(
      Array.from({ length: 16 }, (_, i) => `8201${i.toString(16).padStart(2, "0")}`).join(""),
    );
    other.clear();
  });
});
