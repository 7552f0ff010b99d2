import { describe, expect, it } from "vitest";
import {
  decodeMappedAddress,
  decodeXorMappedAddress,
  encodeAlternateServer,
  encodeMappedAddress,
  encodeXorMappedAddress,
} from "../../src/stun/address.ts";
import { AttributeType, isComprehensionRequired, notUnderstood } from "../../src/stun/attributes.ts";
import {
  decodeErrorCode,
  decodeUnknownAttributes,
  encodeErrorCode,
  encodeUnknownAttributes,
} from "../../src/stun/error-code.ts";
import {
  decodePriority,
  decodeTiebreaker,
  encodeIceControlled,
  encodeIceControlling,
  encodePriority,
  encodeUseCandidate,
} from "../../src/stun/ice-attributes.ts";
import { decodeNonceCookie, encodeNonceCookie } from "../../src/stun/nonce-cookie.ts";
import {
  decodePasswordAlgorithm,
  decodePasswordAlgorithms,
  encodePasswordAlgorithm,
  encodePasswordAlgorithms,
  PasswordAlgorithm,
} from "../../src/stun/password-algorithms.ts";
import {
  decodeText,
  encodeAlternateDomain,
  encodeNonce,
  encodeRealm,
  encodeSoftware,
  encodeUsername,
} from "../../src/stun/text.ts";

const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");
const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");
const transactionId = bytes("b7e7a701bc34d686fa87dfae");

describe("RFC 8489 §14.1, §14.15 MAPPED-ADDRESS and ALTERNATE-SERVER", () => {
  it.each([
    ["192.0.2.1", "0001 8055 c0000201"],
    ["0.0.0.0", "0001 8055 00000000"],
    ["255.255.255.255", "0001 8055 ffffffff"],
    ["::", `0002 8055 ${"00".repeat(16)}`],
    ["::1", `0002 8055 ${"00".repeat(15)}01`],
    ["2001:db8::", `0002 8055 20010db8${"00".repeat(12)}`],
    ["2001:db8:1:2:3:4:5:6", "0002 8055 20010db8000100020003000400050006"],
  ])("%s is there and back again", (address, value) => {
    const attribute = encodeMappedAddress({ address, port: 0x8055 });
    expect(hex(attribute.value)).toBe(value.replaceAll(" ", ""));
    expect(decodeMappedAddress(attribute.value)).toEqual({ address, port: 0x8055 });
    expect(encodeAlternateServer({ address, port: 0x8055 }).value).toEqual(attribute.value);
  });

  it("writes an IPv4 address in IPv6 clothes as what it is, and leaves zones away", () => {
    expect(hex(encodeMappedAddress({ address: "::ffff:192.0.2.1", port: 1 }).value)).toBe("00010001c0000201");
    const { value } = encodeMappedAddress({ address: "fe80::1%eth0", port: 1 });
    expect(decodeMappedAddress(value)).toEqual({ address: "fe80::1", port: 1 });
  });

  it("reads a first octet that is not zero", () => {
    expect(decodeMappedAddress(bytes("ff01 0001 c0000201"))).toEqual({ address: "192.0.2.1", port: 1 });
  });

  it.each(["", "0001 0001", "0003 0001 c0000201", "0001 0001 c000020100", "0002 0001 c0000201"])(
    "%j is no address",
    (value) => {
      expect(decodeMappedAddress(bytes(value))).toBeUndefined();
      expect(decodeXorMappedAddress(bytes(value), transactionId)).toBeUndefined();
    },
  );

  it("refuses to write what is no address or no port", () => {
    expect(() => encodeMappedAddress({ address: "example.org", port: 1 })).toThrow(TypeError);
    for (const port of [-1, 65536, 1.5, Number.NaN]) {
      expect(() => encodeMappedAddress({ address: "::1", port })).toThrow(RangeError);
    }
  });
});

describe("RFC 8489 §14.2 XOR-MAPPED-ADDRESS", () => {
  it.each([
    ["192.0.2.1", "0001 a147 e112a643"],
    ["2001:db8:1234:5678:11:2233:4455:6677", "0002 a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"],
  ])("%s is XORed with cookie and transaction ID", (address, value) => {
    const attribute = encodeXorMappedAddress({ address, port: 32853 }, transactionId);
    expect(attribute.type).toBe(AttributeType.XorMappedAddress);
    expect(hex(attribute.value)).toBe(value.replaceAll(" ", ""));
    expect(decodeXorMappedAddress(attribute.value, transactionId)).toEqual({ address, port: 32853 });
  });

  it("is not read in place", () => {
    const { value } = encodeXorMappedAddress({ address: "192.0.2.1", port: 32853 }, transactionId);
    decodeXorMappedAddress(value, transactionId);
    expect(hex(value)).toBe("0001a147e112a643");
  });

  it("is nothing when longer than an address, however long", () => {
    expect(decodeXorMappedAddress(new Uint8Array(65_532), transactionId)).toBeUndefined();
  });
});

describe("RFC 8489 §14.3, §14.9, §14.10, §14.14, §14.16 texts", () => {
  const phrases = { encodeRealm, encodeNonce, encodeSoftware };

  it.each(Object.entries(phrases))("%s takes 127 characters and 509 octets of UTF-8", (_name, encode) => {
    expect(encode("ä".repeat(127)).value.length).toBe(254);
    expect(encode("😀".repeat(127)).value.length).toBe(508);
    expect(() => encode("a".repeat(128))).toThrow(RangeError);
    expect(() => encode("")).toThrow(RangeError);
    expect(() => encode("\ud800")).toThrow(TypeError);
  });

  it("a username has 508 octets at most", () => {
    expect(encodeUsername("ü".repeat(254)).value.length).toBe(508);
    expect(() => encodeUsername("a".repeat(509))).toThrow(RangeError);
  });

  it("a domain is of 255 characters of ASCII at most", () => {
    expect(decodeText(encodeAlternateDomain("stun.example.org").value)).toBe("stun.example.org");
    expect(() => encodeAlternateDomain("a".repeat(256))).toThrow(RangeError);
    expect(() => encodeAlternateDomain("stün.example.org")).toThrow(TypeError);
  });

  it("are read up to 763 octets, if they are UTF-8", () => {
    expect(decodeText(new Uint8Array(763).fill(0x61))).toBe("a".repeat(763));
    expect(decodeText(new Uint8Array(764).fill(0x61))).toBeUndefined();
    for (const bad of ["ff", "c080", "eda080", "f8808080", "c3"])
      expect(decodeText(bytes(bad))).toBeUndefined();
  });
});

describe("RFC 8489 §14.8, §14.13 ERROR-CODE and UNKNOWN-ATTRIBUTES", () => {
  it("has the class apart from the number, and the RFC's reason phrase", () => {
    const { value } = encodeErrorCode(420);
    expect(hex(value.subarray(0, 4))).toBe("00000414");
    expect(decodeErrorCode(value)).toEqual({ code: 420, reason: "Unknown Attribute" });
  });

  it("is there and back again for every code", () => {
    for (let code = 300; code < 700; code++) {
      expect(decodeErrorCode(encodeErrorCode(code, "ö").value)).toEqual({ code, reason: "ö" });
    }
  });

  it("is read with reserved bits set, and with a reason that cannot be read", () => {
    expect(decodeErrorCode(bytes("fffffc01ff"))).toEqual({ code: 401, reason: "" });
  });

  it.each(["", "000004", "00000263", "00000700", "00000464"])("%j is none", (value) => {
    expect(decodeErrorCode(bytes(value))).toBeUndefined();
  });

  it.each([299, 700, 400.5, Number.NaN])("is not written for %d", (code) => {
    expect(() => encodeErrorCode(code)).toThrow(RangeError);
  });

  it("lists the types that were not understood", () => {
    const { value } = encodeUnknownAttributes([0x0003, 0x7fff, 0x0024]);
    expect(hex(value)).toBe("00037fff0024");
    expect(decodeUnknownAttributes(value)).toEqual([3, 0x7fff, 0x24]);
    expect(decodeUnknownAttributes(bytes("0003 7f"))).toBeUndefined();
  });
});

describe("RFC 8489 §14, §18.3 which attributes must be understood", () => {
  it("are those below 0x8000", () => {
    expect(isComprehensionRequired(0x7fff)).toBe(true);
    expect(isComprehensionRequired(0x8000)).toBe(false);
  });

  it("names each that is not understood once, in its order, those of ICE among them", () => {
    const types = [0x8022, 0x7fff, 0x0006, AttributeType.Priority, 0x7fff, 0x0003, 0xffff];
    expect(notUnderstood(types)).toEqual([0x7fff, 0x0024, 0x0003]);
  });

  it("names none of RFC 8489's own", () => {
    const ice: readonly number[] = [AttributeType.Priority, AttributeType.UseCandidate];
    const own = Object.values(AttributeType).filter((type) => !ice.includes(type));
    expect(notUnderstood(own)).toEqual([]);
  });
});

describe("RFC 8489 §14.11, §14.12 PASSWORD-ALGORITHMS and PASSWORD-ALGORITHM", () => {
  it("are there and back again", () => {
    const { value } = encodePasswordAlgorithms([PasswordAlgorithm.Sha256, PasswordAlgorithm.Md5]);
    expect(hex(value)).toBe("0002000000010000");
    expect(decodePasswordAlgorithms(value)?.map(({ algorithm }) => algorithm)).toEqual([2, 1]);
    expect(decodePasswordAlgorithm(encodePasswordAlgorithm(PasswordAlgorithm.Md5).value)?.algorithm).toBe(1);
  });

  it("are read with parameters, padded within and at the end or not", () => {
    const list = decodePasswordAlgorithms(bytes("0009 0005 0102030405 000000 0002 0001 07"));
    expect(list).toEqual([
      { algorithm: 9, parameters: bytes("0102030405") },
      { algorithm: 2, parameters: bytes("07") },
    ]);
  });

  it.each(["0001", "0001 0001", "0001 0000 0002", "0001 ffff 00"])("%j is none", (value) => {
    expect(decodePasswordAlgorithms(bytes(value))).toBeUndefined();
    expect(decodePasswordAlgorithm(bytes(value))).toBeUndefined();
  });

  it("of the one there is exactly one", () => {
    expect(decodePasswordAlgorithm(bytes("0001 0000 0002 0000"))).toBeUndefined();
    expect(decodePasswordAlgorithm(bytes(""))).toBeUndefined();
  });
});

describe("RFC 8489 §9.2, §18.1 nonce cookie", () => {
  it.each([
    ["obMatJos2AAAA", false, false],
    ["obMatJos2AAAB", true, false],
    ["obMatJos2AAAC", false, true],
    ["obMatJos2AAAD", true, true],
  ])("%s", (cookie, passwordAlgorithms, usernameAnonymity) => {
    const features = { passwordAlgorithms, usernameAnonymity };
    expect(encodeNonceCookie(features)).toBe(cookie);
    expect(decodeNonceCookie(`${cookie}rest`)).toEqual(features);
  });

  it("has bits that nobody has assigned ignored", () => {
    expect(decodeNonceCookie("obMatJos2///8")).toEqual({
      passwordAlgorithms: false,
      usernameAnonymity: false,
    });
  });

  it.each([
    "",
    "f//499k954d6OL34oL9FSTvy64sA",
    "obMatJos2AAA",
    "obMatJos2AA*A",
    "xobMatJos2AAAA",
    "obMatJos2AA==",
  ])("is not in %j", (nonce) => {
    expect(decodeNonceCookie(nonce)).toBeUndefined();
  });
});

describe("RFC 8445 §7.1, §16.1 attributes of ICE", () => {
  it("are there and back again", () => {
    for (const priority of [0, 1, 0x6e0001ff, 0xffffffff]) {
      expect(decodePriority(encodePriority(priority).value)).toBe(priority);
    }
    for (const tiebreaker of [0n, 1n, 0x932ff9b151263b36n, (1n << 64n) - 1n]) {
      expect(decodeTiebreaker(encodeIceControlled(tiebreaker).value)).toBe(tiebreaker);
      expect(decodeTiebreaker(encodeIceControlling(tiebreaker).value)).toBe(tiebreaker);
    }
    expect(encodeUseCandidate().value.length).toBe(0);
  });

  it("are nothing at other lengths, and are not written out of range", () => {
    expect(decodePriority(bytes("0000"))).toBeUndefined();
    expect(decodeTiebreaker(bytes("00000000"))).toBeUndefined();
    for (const bad of [-1, 2 ** 32, 0.5]) expect(() => encodePriority(bad)).toThrow(RangeError);
    for (const bad of [-1n, 1n << 64n]) expect(() => encodeIceControlled(bad)).toThrow(RangeError);
  });
});
