import { describe, expect, it } from "vitest";
import {
  DIGIT,
  endOf,
  endOfVisible,
  ICE_CHAR,
  isInteger,
  isMadeOf,
  isPort,
  isWord,
  LDH,
  NON_WS,
  parseDecimal,
  TOKEN_CHAR,
  VCHAR,
} from "../../../src/signalling/grammar/characters.ts";

const all = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)).concat("\u2028", "\uffff");

describe("RFC 5234 §B.1, RFC 8866 §9, RFC 8839 §5.1 classes of characters", () => {
  it.each([
    ["DIGIT", DIGIT, /^[0-9]$/],
    ["ICE_CHAR", ICE_CHAR, /^[A-Za-z0-9+/]$/],
    ["VCHAR", VCHAR, /^[\x21-\x7e]$/],
    ["LDH", LDH, /^[A-Za-z0-9-]$/],
    // RFC 8866 §9: token-char, written as the ABNF has it.
    ["TOKEN_CHAR", TOKEN_CHAR, /^[\x21\x23-\x27\x2a\x2b\x2d\x2e\x30-\x39\x41-\x5a\x5e-\x7e]$/],
    // RFC 8866 §9: bytes of %x80-FF are those of every character beyond ASCII.
    ["NON_WS", NON_WS, /^(?:[\x21-\x7e]|[^\0-\x7f])$/],
  ] as const)("%s has its characters and no other", (_, kind, abnf) => {
    for (const character of all)
      expect([character, isMadeOf(kind, character, 0, 1)]).toEqual([character, abnf.test(character)]);
  });

  it("finds the one character that is of another class, wherever it is", () => {
    for (let at = 0; at < 5; at++) {
      const text = `${"1".repeat(at)}x${"1".repeat(4 - at)}`;
      expect(endOf(DIGIT, text, 0, 5)).toBe(at);
      expect(isMadeOf(DIGIT, text, 0, 5)).toBe(false);
      expect(isMadeOf(DIGIT, text, at + 1, 5)).toBe(at < 4);
      expect(isMadeOf(DIGIT, text, 0, at)).toBe(at > 0);
    }
  });

  it("finds the end of what is visible, long or short, and looks no further", () => {
    for (const length of [0, 1, 31, 32, 33, 34, 500]) {
      const value = "~".repeat(length);
      for (const next of ["", " ", "\n", "\x7f", "\u0121", " !"]) {
        const text = `a ${value}${next}`;
        expect([length, next, endOfVisible(text, 2, text.length)]).toEqual([length, next, 2 + length]);
      }
      expect(endOfVisible(`a ${value}!!!`, 2, 2 + length)).toBe(2 + length);
    }
  });

  it("has no class for nothing", () => {
    expect(isMadeOf(DIGIT, "", 0, 0)).toBe(false);
    expect(isMadeOf(DIGIT, "1", 1, 1)).toBe(false);
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
    expect(isPort(text, 0, text.length)).toBe(port !== undefined);
    if (port !== undefined) expect(parseDecimal(text, 0, text.length)).toBe(port);
  });

  it.each([
    ["1", true],
    ["90", true],
    ["0", false],
    ["01", false],
    ["", false],
    ["1a", false],
  ])("whether %j is an integer: %j", (text, is) => {
    expect(isInteger(text, 0, text.length)).toBe(is);
  });
});

describe("RFC 5234 §2.3 words without regard to case", () => {
  it("are told by their letters, of which each has two forms and no third", () => {
    for (const character of all)
      expect([character, isWord("a-z", `${character}-Z`, 0, 3)]).toEqual([character, /[aA]/.test(character)]);
    for (const character of all)
      expect([character, isWord("a-z", `a${character}z`, 0, 3)]).toEqual([character, character === "-"]);
  });

  it("are neither shorter nor longer", () => {
    expect(isWord("typ", "typ", 0, 3)).toBe(true);
    expect(isWord("typ", "typ", 0, 2)).toBe(false);
    expect(isWord("typ", "type", 0, 4)).toBe(false);
    expect(isWord("typ", "a TYP b", 2, 5)).toBe(true);
  });
});
