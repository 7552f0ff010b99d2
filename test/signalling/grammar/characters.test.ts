import { describe, expect, it } from "vitest";
import {
  DIGIT,
  HEXDIG,
  ICE_CHAR,
  isMadeOf,
  isNonWhitespace,
  LDH,
  parsePort,
  SMALL_TOKEN_CHAR,
  TOKEN_CHAR,
  VCHAR,
} from "../../../src/signalling/grammar/characters.ts";

const all = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));

describe("RFC 5234 §B.1, RFC 8866 §9, RFC 8839 §5.1 classes of characters", () => {
  it.each([
    ["DIGIT", DIGIT, /^[0-9]$/],
    ["HEXDIG", HEXDIG, /^[0-9A-Fa-f]$/],
    ["ICE_CHAR", ICE_CHAR, /^[A-Za-z0-9+/]$/],
    ["VCHAR", VCHAR, /^[\x21-\x7e]$/],
    ["LDH", LDH, /^[A-Za-z0-9-]$/],
    // RFC 8866 §9: token-char, written as the ABNF has it.
    ["TOKEN_CHAR", TOKEN_CHAR, /^[\x21\x23-\x27\x2a\x2b\x2d\x2e\x30-\x39\x41-\x5a\x5e-\x7e]$/],
    ["SMALL_TOKEN_CHAR", SMALL_TOKEN_CHAR, /^[\x21\x23-\x27\x2a\x2b\x2d\x2e\x30-\x39\x5e-\x7e]$/],
  ] as const)("%s has its characters and no other", (_, kind, abnf) => {
    for (const character of all)
      expect([character, isMadeOf(kind, character)]).toEqual([character, abnf.test(character)]);
  });

  it("finds the one character that is of another class, wherever it is", () => {
    for (let at = 0; at < 5; at++) {
      const text = `${"1".repeat(at)}x${"1".repeat(4 - at)}`;
      expect(isMadeOf(DIGIT, text)).toBe(false);
      expect(isMadeOf(DIGIT, text, at + 1)).toBe(at < 4);
      expect(isMadeOf(DIGIT, text, 0, at)).toBe(at > 0);
    }
  });

  it("has no class for nothing", () => {
    expect(isMadeOf(DIGIT, "")).toBe(false);
    expect(isNonWhitespace("")).toBe(false);
  });

  it("takes as text without spaces what is visible, in ASCII and beyond", () => {
    for (const character of all)
      expect([character, isNonWhitespace(`a${character}`)]).toEqual([
        character,
        /^(?:[\x21-\x7e]|[^\0-\x7f])$/.test(character),
      ]);
  });
});

describe("RFC 8866 §9 numbers", () => {
  it.each([
    ["0", 0],
    ["00009", 9],
    ["65535", 65_535],
    ["65536", undefined],
    ["000009", undefined],
    ["-1", undefined],
    ["+1", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    [" 1", undefined],
    ["٣", undefined],
    ["", undefined],
  ])("a port %j is %j", (text, port) => {
    expect(parsePort(text)).toBe(port);
  });
});
