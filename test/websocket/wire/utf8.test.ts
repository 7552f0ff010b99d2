import { describe, expect, it } from "vitest";
import { Opcode } from "../../../src/websocket/wire/frame.ts";
import { decodeUtf8 } from "../../../src/websocket/wire/utf8.ts";
import { failure, transcriptOf, withoutReasons } from "../transcript.ts";

const octets = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const notUtf8 = expect.objectContaining({ closeCode: 1007 });

/** Sends `hex` as one text message: in one frame, and in fragments of one octet. */
function receiveText(hex: string): string[] {
  const bytes = octets(hex);
  const whole = transcriptOf("server", [{ opcode: Opcode.Text, payload: bytes }]);
  const pieces = [...bytes].map((octet, i) => ({
    opcode: i === 0 ? Opcode.Text : Opcode.Continuation,
    fin: i === bytes.length - 1,
    payload: [octet],
  }));
  expect(transcriptOf("server", pieces)).toEqual(whole);
  return withoutReasons(whole);
}

describe("RFC 6455 §8.1 text that is UTF-8", () => {
  const texts: readonly (readonly [what: string, hex: string, text: string])[] = [
    [
      "the Greek word of the customary tests",
      "ce ba e1 bd b9 cf 83 ce bc ce b5",
      "\u03ba\u1f79\u03c3\u03bc\u03b5",
    ],
    ["the first sequence of 1 octet", "00", "\u0000"],
    ["the first sequence of 2 octets", "c2 80", "\u0080"],
    ["the first sequence of 3 octets", "e0 a0 80", "\u0800"],
    ["the first sequence of 4 octets", "f0 90 80 80", "\u{10000}"],
    ["the last sequence of 1 octet", "7f", "\u007f"],
    ["the last sequence of 2 octets", "df bf", "\u07ff"],
    ["the last sequence of 3 octets", "ef bf bf", "\uffff"],
    ["the last sequence of 4 octets", "f4 8f bf bf", "\u{10ffff}"],
    ["the last code point before the surrogates", "ed 9f bf", "\ud7ff"],
    ["the first code point after the surrogates", "ee 80 80", "\ue000"],
    ["a noncharacter", "f0 9f bf be", "\u{1fffe}"],
    ["a real U+FFFD", "ef bf bd", "\ufffd"],
    ["a real U+FFFD among others", "61 ef bf bd c3 a9", "a\ufffd\u00e9"],
    ["a byte order mark, which stays", "ef bb bf 61", "\ufeffa"],
    ["NUL in the middle", "61 00 62", "a\u0000b"],
  ];
  for (const [what, hex, text] of texts) {
    it(`is delivered: ${what}`, () => expect(receiveText(hex)).toEqual([`text ${JSON.stringify(text)}`]));
  }

  it("is delivered when empty, in one frame and in several", () => {
    expect(transcriptOf("server", [{ opcode: Opcode.Text }])).toEqual(['text ""']);
    expect(
      transcriptOf("server", [
        { opcode: Opcode.Text, fin: false },
        { opcode: Opcode.Continuation, fin: false },
        { opcode: Opcode.Continuation },
      ]),
    ).toEqual(['text ""']);
  });
});

describe("RFC 6455 §8.1 text that is not UTF-8", () => {
  const faults: readonly (readonly [what: string, hex: string])[] = [
    ["a surrogate encoded by itself", "ed a0 80"],
    ["the last surrogate", "ed bf bf"],
    ["a pair of surrogates, each encoded", "ed a0 80 ed b0 80"],
    [
      "the word of the customary tests with a surrogate",
      "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64",
    ],
    ["a code point above U+10FFFF", "f4 90 80 80"],
    ["a sequence of 5 octets", "f8 88 80 80 80"],
    ["a sequence of 6 octets", "fc 84 80 80 80 80"],
    ["the octet fe", "fe"],
    ["the octet ff", "ff"],
    ["a lonely continuation, the first", "80"],
    ["a lonely continuation, the last", "bf"],
    ["two continuations after a letter", "61 80 bf"],
    ["a lonely start of 2 octets", "c3 20"],
    ["a lonely start of 3 octets", "e2 20"],
    ["a lonely start of 4 octets", "f1 20"],
    ["a sequence of 2 that stops after 1", "c3"],
    ["a sequence of 3 that stops after 2", "e2 82"],
    ["a sequence of 4 that stops after 3", "f0 9f 98"],
    ["sequences that stop, one after the other", "c3 e2 82 f0 9f 98"],
    ["an overlong slash of 2 octets", "c0 af"],
    ["an overlong slash of 3 octets", "e0 80 af"],
    ["an overlong slash of 4 octets", "f0 80 80 af"],
    ["the overlong NUL of Java", "c0 80"],
    ["the longest overlong sequence of 2 octets", "c1 bf"],
    ["the longest overlong sequence of 3 octets", "e0 9f bf"],
    ["the longest overlong sequence of 4 octets", "f0 8f bf bf"],
    ["a real U+FFFD and then a fault", "ef bf bd ff"],
    ["a fault and then a real U+FFFD", "c3 ef bf bd"],
  ];
  for (const [what, hex] of faults) {
    it(`fails with 1007: ${what}`, () => expect(receiveText(hex)).toEqual(failure(1007)));
  }

  it("fails with 1007 for every octet that cannot stand alone", () => {
    for (let octet = 0x80; octet <= 0xff; octet++) {
      expect(() => decodeUtf8(Buffer.of(octet), 0, 1), octet.toString(16)).toThrow(notUtf8);
    }
  });

  it("is nobody's business in a binary message", () => {
    expect(transcriptOf("server", [{ opcode: Opcode.Binary, payload: [0xff] }])).toEqual(["binary ff"]);
  });
});

describe("decoding a part of a buffer", () => {
  it("reads from its start to its end and no further", () => {
    const bytes = octets("ff c3 a9 ff");
    expect(decodeUtf8(bytes, 1, 3)).toBe("\u00e9");
    expect(() => decodeUtf8(bytes, 1, 2)).toThrow(notUtf8);
    expect(() => decodeUtf8(bytes, 2, 3)).toThrow(notUtf8);
    expect(decodeUtf8(bytes, 1, 1)).toBe("");
  });

  it("encodes and decodes every code point", () => {
    for (let from = 0; from <= 0x10ffff; from += 0x1000) {
      let text = "";
      for (let codePoint = from; codePoint < from + 0x1000; codePoint++) {
        if (codePoint < 0xd800 || codePoint > 0xdfff) text += String.fromCodePoint(codePoint);
      }
      const bytes = Buffer.from(text);
      expect(decodeUtf8(bytes, 0, bytes.length) === text, `U+${from.toString(16)}`).toBe(true);
    }
  });
});
