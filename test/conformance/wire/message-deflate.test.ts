import { constants, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { repeatsBeyond, unrepeated } from "../../../src/conformance/cases/far-repeats.ts";
import { Random } from "../../../src/conformance/random.ts";
import { MessageDeflater, MessageInflater, TAIL } from "../../../src/conformance/wire/message-deflate.ts";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

describe("RFC 7692 §7.2 messages", () => {
  const agreements = [8, 9, 12, 15].flatMap((windowBits) =>
    [true, false].map((contextTakeover) => ({ windowBits, contextTakeover })),
  );

  it.each(agreements)("come through with %j (seed 7692)", (options) => {
    const random = new Random(7692);
    const [deflater, inflater] = [new MessageDeflater(options), new MessageInflater(options)];
    const once = unrepeated(random, 700);
    for (const message of [once, once, Buffer.alloc(0), random.octets(40_000), Buffer.from("a"), once]) {
      expect(inflater.inflate(deflater.deflate(message)).equals(message)).toBe(true);
    }
  });

  it("refer to earlier ones only where that is agreed", () => {
    const message = unrepeated(new Random(1), 500);
    const lengths = [true, false].map((contextTakeover) => {
      const deflater = new MessageDeflater({ contextTakeover });
      deflater.deflate(message);
      return deflater.deflate(message).length;
    });
    expect(lengths[0]).toBeLessThan(50);
    expect(lengths[1]).toBeGreaterThan(350);
  });

  it("are remembered when they were compressed elsewhere", () => {
    const inflater = new MessageInflater();
    expect(inflater.inflate(hex("f248cdc9c90700")).toString()).toBe("Hello");
    const deflater = new MessageDeflater();
    deflater.remember(Buffer.from("Hello"));
    expect(inflater.inflate(deflater.deflate(Buffer.from("HelloHello"))).toString()).toBe("HelloHello");
  });
});

describe("a reader that keeps to the agreement", () => {
  const windows = [9, 10, 11, 12, 13, 14].flatMap((agreed) =>
    [agreed, agreed + 1, 15].map((used) => ({ agreed, used })),
  );

  it.each(windows)("finds a window of more than $agreed bits, where $used are used", ({ agreed, used }) => {
    const deflater = new MessageDeflater({ windowBits: used, level: 6 });
    const inflater = new MessageInflater({ windowBits: agreed });
    const within = new MessageDeflater({ windowBits: agreed, contextTakeover: false });
    const beyond = repeatsBeyond(2 ** agreed, new Random(agreed)).map((message) => {
      try {
        expect(inflater.inflate(deflater.deflate(message)).equals(message)).toBe(true);
        return false;
      } catch (error) {
        expect((error as Error).message).toContain(`in a window of ${2 ** agreed}`);
        inflater.inflate(within.deflate(message));
        return true;
      }
    });
    // The fourth only prepares the fifth; chance may repeat three letters in it, too.
    expect(beyond.toSpliced(3, 1)).toEqual(new Array(4).fill(used > agreed));
  });

  it("finds a message that refers to the one before, where each is to be by itself", () => {
    const inflater = new MessageInflater({ contextTakeover: false });
    expect(inflater.inflate(hex("f248cdc9c90700")).toString()).toBe("Hello");
    expect(() => inflater.inflate(hex("f200110000"))).toThrow("before the beginning of the message");
  });

  it.each([
    ["the four octets left on", "f248cdc9c907000000ffff"],
    ["a final block and nothing behind it", "f348cdc9c90700"],
    ["no payload at all", ""],
    ["a stored block that swallows what is put back", "000900f6ff48656c6c6f"],
  ])("refuses %s, though zlib takes it", (_, payload) => {
    expect(() => new MessageInflater().inflate(hex(payload))).toThrow();
    const options = { finishFlush: constants.Z_SYNC_FLUSH };
    expect(() => inflateRawSync(Buffer.concat([hex(payload), TAIL]), options)).not.toThrow();
  });

  it.each([
    ["7.2.3.1", "f248cdc9c90700"],
    ["7.2.3.3", "000500faff48656c6c6f00"],
    ["7.2.3.4", "f348cdc9c9070000"],
    ["7.2.3.5", "f24805000000ffffcac9c90700"],
  ])("reads the example of RFC 7692 §%s", (_, payload) => {
    expect(new MessageInflater().inflate(hex(payload)).toString()).toBe("Hello");
  });
});
