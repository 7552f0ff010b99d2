import { describe, expect, it } from "vitest";
import { maxPasswordBytes, passwordBytes } from "../../src/password/normalise.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const code = (value: string) => expect.objectContaining({ code: value });

describe("normalisation of passwords", () => {
  it("leaves ASCII as it is", () => {
    expect(text(passwordBytes("correct horse battery staple"))).toBe("correct horse battery staple");
  });

  it("makes one of a composed and a decomposed letter, of full and half width, of ligature and letters", () => {
    expect(text(passwordBytes("cafe\u0301"))).toBe("caf\u00e9");
    expect(text(passwordBytes("\uff50\uff41\uff53\uff53"))).toBe("pass");
    expect(text(passwordBytes("\ufb01sh"))).toBe("fish");
  });

  it("keeps case and surrounding space, which belong to the password", () => {
    expect(text(passwordBytes(" PassWord "))).toBe(" PassWord ");
  });
});

describe("the limit of 256 bytes", () => {
  it("counts bytes of UTF-8 after normalisation", () => {
    expect(passwordBytes("a".repeat(maxPasswordBytes))).toHaveLength(maxPasswordBytes);
    expect(passwordBytes("é".repeat(128))).toHaveLength(maxPasswordBytes);
    // 1,024 UTF-8 bytes and 512 UTF-16 units of mathematical letters are 256 plain ones.
    expect(passwordBytes("\u{1d5ba}".repeat(256))).toHaveLength(maxPasswordBytes);
  });

  it("refuses one byte more", () => {
    expect(() => passwordBytes("a".repeat(maxPasswordBytes + 1))).toThrow(code("password/too-long"));
    expect(() => passwordBytes(`${"é".repeat(128)}a`)).toThrow(code("password/too-long"));
  });

  it("refuses a password that grows beyond it by normalisation", () => {
    // One character of three bytes that NFKC writes out as eighteen.
    expect(() => passwordBytes("\ufdfa".repeat(20))).toThrow(code("password/too-long"));
  });

  it("refuses megabytes", () => {
    expect(() => passwordBytes("\ufdfa".repeat(2 ** 20))).toThrow(code("password/too-long"));
  });
});

describe("unpaired surrogates", () => {
  it.each(["pass\ud800word", "pass\udc00word", "password\ud83d"])("refuses %j", (password) => {
    expect(() => passwordBytes(password)).toThrow(code("password/not-unicode"));
  });
});
