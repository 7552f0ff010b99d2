import { generateKeyPairSync, sign, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { derFromJose, joseFromDer } from "../../src/jwt/ecdsa-encoding.ts";

const n = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
const one = Buffer.alloc(32, 0).fill(1, 31);
const below = Buffer.from(n).fill(0x50, 31);
const jose = (r: Uint8Array, s: Uint8Array) => Buffer.concat([r, s]);

describe("RFC 7518 §3.4 the two spellings of a signature", () => {
  it("writes integers as short as DER wants them", () => {
    expect(derFromJose(jose(one, one), n)).toEqual(Uint8Array.from(Buffer.from("3006020101020101", "hex")));
  });

  it("puts a zero before an integer whose top bit is set", () => {
    const r = Buffer.alloc(32).fill(0x80, 31);
    expect(Buffer.from(derFromJose(jose(r, one), n)!).toString("hex")).toBe("300702020080020101");
  });

  it("gives back every pair of integers in range (seed 7518)", () => {
    const integer = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .filter((bytes) => bytes[0]! < 0xff && bytes.some(Boolean));
    fc.assert(
      fc.property(integer, integer, fc.nat(31), (r, s, zeros) => {
        const small = Buffer.from(s).fill(0, 0, zeros);
        fc.pre(small.some(Boolean));
        const signature = jose(r, small);
        expect(Buffer.from(joseFromDer(derFromJose(signature, n)!, 32))).toEqual(signature);
      }),
      { seed: 7518, numRuns: 500 },
    );
  });

  it("agrees with what OpenSSL writes and reads", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    for (let i = 0; i < 100; i++) {
      const data = Buffer.from([i]);
      const der = sign("sha256", data, privateKey);
      const signature = joseFromDer(der, 32);
      expect(verify("sha256", data, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
      expect(Buffer.from(derFromJose(signature, n)!)).toEqual(der);
    }
  });

  it("writes the long form of the length where P-521 needs it", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "secp521r1" });
    const order = Buffer.from(
      "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" +
        "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
      "hex",
    );
    const data = Buffer.from("long");
    for (let i = 0; i < 20; i++) {
      const signature = sign("sha512", data, { key: privateKey, dsaEncoding: "ieee-p1363" });
      const der = derFromJose(signature, order)!;
      expect(verify("sha512", data, publicKey, der)).toBe(true);
      expect(Buffer.from(joseFromDer(der, 66))).toEqual(signature);
    }
  });
});

describe("RFC 7518 §3.4 what is no signature", () => {
  it.each([
    ["r is zero", jose(Buffer.alloc(32), one)],
    ["s is zero", jose(one, Buffer.alloc(32))],
    ["both are zero", Buffer.alloc(64)],
    ["r is n", jose(n, one)],
    ["s is n", jose(one, n)],
    ["s is above n", jose(one, Buffer.alloc(32, 0xff))],
  ])("refuses it when %s", (_why, signature) => {
    expect(derFromJose(signature, n)).toBeUndefined();
  });

  it("takes 1 and n − 1, the ends of the range", () => {
    expect(derFromJose(jose(one, below), n)).toBeDefined();
    expect(derFromJose(jose(below, one), n)).toBeDefined();
  });

  it.each([0, 1, 63, 65, 128])("refuses %i octets in place of 64", (length) => {
    expect(derFromJose(Buffer.alloc(length, 1), n)).toBeUndefined();
    expect(derFromJose(Buffer.alloc(64, 1), n)).toBeDefined();
  });
});
