import { describe, expect, it } from "vitest";
import { Compression } from "../../../src/websocket/deflate/compression.ts";
import type { DeflateParameters } from "../../../src/websocket/deflate/permessage-deflate.ts";
import { deflateDefaults } from "../../../src/websocket/deflate/permessage-deflate-options.ts";
import { json, noise } from "../compressible.ts";
import { rawDeflated } from "../raw-deflate.ts";

type Role = "client" | "server";
const agreed: DeflateParameters = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const end = (role: Role, parameters: Partial<DeflateParameters> = {}, limits: object = {}): Compression =>
  new Compression(
    role,
    { ...agreed, ...parameters },
    { perMessageDeflate: { ...deflateDefaults, ...limits }, maxMessageBytes: 1024 * 1024 },
  );

describe.each([
  ["server", "client"],
  ["client", "server"],
] as const)("RFC 7692 §7.1 the direction from %s to %s", (from, to) => {
  const window = `${from}MaxWindowBits` as const;
  const takeover = `${from}NoContextTakeover` as const;
  const others = { [`${to}MaxWindowBits`]: 9, [`${to}NoContextTakeover`]: true };

  it.each([9, 12, 15])("has the window of its sender: 2^%i bytes", (bits) => {
    const sender = end(from, { ...others, [window]: bits });
    expect(sender.windowBits).toBe(bits);
    // What repeats beyond the window cannot be referred to.
    const block = noise(2 ** 13);
    const deflated = sender.deflater.deflateNow(Buffer.concat([block, block]))!;
    expect(deflated.length < 1.5 * block.length).toBe(bits > 13);
    expect(end(to, { ...others, [window]: bits }).inflater.inflateNow(deflated)).toEqual(
      Buffer.concat([block, block]),
    );
  });

  it("takes over the context where its sender may", () => {
    for (const alone of [true, false]) {
      const parameters = { ...others, [takeover]: alone };
      const [sender, reader] = [end(from, parameters), end(to, parameters)];
      expect(sender.independent).toBe(alone);
      const [first, second] = [json(4000), json(4000)].map((text) => sender.deflater.deflateNow(text)!);
      expect(second!.length < 60).toBe(!alone);
      expect(reader.inflater.inflateNow(first!)).toEqual(json(4000));
      expect(reader.inflater.inflateNow(second!)).toEqual(json(4000));
    }
  });

  it("goes without compression for a window of 8 bits, which zlib cannot write, and reads it all the same", () => {
    expect(end(from, { [window]: 8 }).threshold).toBe(Number.POSITIVE_INFINITY);
    expect(end(to, { [window]: 8 }).threshold).toBe(1024);
    expect(end(to, { [window]: 8 }).inflater.inflateNow(Buffer.from("f248cdc9c90700", "hex"))).toEqual(
      Buffer.from("Hello"),
    );
  });
});

describe("the options of an end", () => {
  it("have their defaults where the application gave none", () => {
    const compression = new Compression("server", agreed, {
      perMessageDeflate: undefined,
      maxMessageBytes: 10,
    });
    expect(compression.threshold).toBe(1024);
  });

  it("say from how many bytes on messages are compressed, and how well", () => {
    expect(end("server", {}, { threshold: 5 }).threshold).toBe(5);
    const [worst, best] = [0, 9].map(
      (level) => end("server", {}, { level }).deflater.deflateNow(json(1000))!.length,
    );
    expect(worst).toBeGreaterThan(1000);
    expect(best).toBeLessThan(500);
  });

  it("bound what a message inflates to: 1009 beyond maxMessageBytes and maxInflateRatio", () => {
    const zeros = rawDeflated(Buffer.alloc(100_000));
    const inflate = (limits: object, maxMessageBytes: number) => () =>
      new Compression("server", agreed, {
        perMessageDeflate: { ...deflateDefaults, ...limits },
        maxMessageBytes,
      }).inflater.inflateNow(zeros);
    expect(inflate({ maxInflateRatio: 2000 }, 99_999)).toThrow(expect.objectContaining({ closeCode: 1009 }));
    expect(inflate({ maxInflateRatio: 50 }, 2 ** 20)).toThrow(expect.objectContaining({ closeCode: 1009 }));
    expect(inflate({ maxInflateRatio: 2000 }, 100_000)()).toHaveLength(100_000);
  });

  it("make a deflater and an inflater once", () => {
    const compression = end("server");
    expect(compression.deflater).toBe(compression.deflater);
    expect(compression.inflater).toBe(compression.inflater);
  });
});
