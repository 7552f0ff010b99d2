import { describe, expect, it } from "vitest";
import { maskingKeys } from "../../../src/websocket/wire/masking-key.ts";

describe("RFC 6455 §5.3 masking keys", () => {
  it("draws four octets after the other from the random source", () => {
    let octet = 0;
    const draw = maskingKeys((bytes) => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = octet++;
    });
    expect([draw(), draw()]).toEqual([0x00010203, 0x04050607]);
  });

  it("never gives an octet out twice, and asks for more when all are used", () => {
    let filled = 0;
    let asked = 0;
    const draw = maskingKeys((bytes) => {
      asked++;
      for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32BE(filled++, i);
    });
    const keys = Array.from({ length: 5000 }, draw);
    expect(keys).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(asked).toBeGreaterThan(1);
  });

  it("shares one pool among the connections of one source", () => {
    let octet = 0;
    const random = (bytes: Buffer): void => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = octet++;
    };
    expect([maskingKeys(random)(), maskingKeys(random)()]).toEqual([0x00010203, 0x04050607]);
  });
});
