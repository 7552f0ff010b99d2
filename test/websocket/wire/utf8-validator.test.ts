import { describe, expect, it } from "vitest";
import { Utf8Validator } from "../../../src/websocket/wire/utf8.ts";
import { random } from "../random.ts";

const octets = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

/** How far a text was taken: until an octet was refused, to its end inside a character, or as a whole. */
type Verdict = { readonly refusedAt: number } | "incomplete" | "complete";

/**
 * RFC 3629 §4, row by row: the first octet, and the range of each that follows. Looks for a row that fits
 * all octets of a character there are; where none does, the last of them is the one to refuse.
 */
const TAIL = [0x80, 0xbf] as const;
const ROWS: readonly (readonly (readonly [number, number])[])[] = [
  [[0x00, 0x7f]],
  [[0xc2, 0xdf], TAIL],
  [[0xe0, 0xe0], [0xa0, 0xbf], TAIL],
  [[0xe1, 0xec], TAIL, TAIL],
  [[0xed, 0xed], [0x80, 0x9f], TAIL],
  [[0xee, 0xef], TAIL, TAIL],
  [[0xf0, 0xf0], [0x90, 0xbf], TAIL, TAIL],
  [[0xf1, 0xf3], TAIL, TAIL, TAIL],
  [[0xf4, 0xf4], [0x80, 0x8f], TAIL, TAIL],
];

function naiveVerdict(bytes: Uint8Array): Verdict {
  let character: number[] = [];
  for (const [at, octet] of bytes.entries()) {
    character.push(octet);
    const row = ROWS.find(
      (ranges) =>
        ranges.length >= character.length &&
        character.every((one, i) => one >= ranges[i]![0] && one <= ranges[i]![1]),
    );
    if (row === undefined) return { refusedAt: at };
    if (row.length === character.length) character = [];
  }
  return character.length === 0 ? "complete" : "incomplete";
}

/** The pieces that `bytes` falls into at `cuts`. */
function* pieces(bytes: Uint8Array, cuts: Iterable<number>): Generator<[from: number, to: number]> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    yield [from, cut];
    from = cut;
  }
}

/** Pushes a text in pieces, and sees to it that exactly the piece with the octet to refuse is refused. */
function expectVerdict(bytes: Uint8Array, expected: Verdict, cuts: Iterable<number>): void {
  const validator = new Utf8Validator();
  for (const [from, to] of pieces(bytes, cuts)) {
    const bad = typeof expected === "object" && expected.refusedAt >= from && expected.refusedAt < to;
    if (validator.push(bytes, from, to) === bad) {
      expect.fail(`${Buffer.from(bytes).toString("hex")} from ${from} to ${to}: not ${!bad}`);
    }
    if (bad) return;
  }
  expect(validator.complete).toBe(expected === "complete");
}

/** Whole, octet by octet, and at every single cut; each alone and amid so much text that the native path is taken. */
function expectVerdictWhateverTheCuts(bytes: Uint8Array, expected: Verdict): void {
  for (const before of [
    "",
    "a",
    "plain text of forty octets, and no more.",
    "voil\u00e0: \u4e16\u754c ".repeat(4),
  ]) {
    for (const after of ["", "and so on, for another forty plain octets"]) {
      // An octet of the text that follows is not what a truncated character lacks.
      if (expected === "incomplete" && after !== "") continue;
      const start = Buffer.byteLength(before);
      const text = Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
      const verdict = typeof expected === "object" ? { refusedAt: start + expected.refusedAt } : expected;
      expect(naiveVerdict(text)).toEqual(verdict);
      expectVerdict(text, verdict, []);
      expectVerdict(text, verdict, text.keys());
      for (const cut of text.keys()) expectVerdict(text, verdict, [cut]);
    }
  }
}

describe("RFC 3629 §4 well-formed text in pieces", () => {
  const texts: readonly (readonly [what: string, hex: string])[] = [
    ["the Greek word of the customary tests", "ce ba e1 bd b9 cf 83 ce bc ce b5"],
    ["UTF8-1: its first and last", "00 7f"],
    ["UTF8-2: its first and last", "c2 80 df bf"],
    ["UTF8-3 from E0: its first and last", "e0 a0 80 e0 bf bf"],
    ["UTF8-3 from E1 to EC: its first and last", "e1 80 80 ec bf bf"],
    ["UTF8-3 from ED, up to the surrogates", "ed 80 80 ed 9f bf"],
    ["UTF8-3 from EE and EF: its first and last", "ee 80 80 ef bf bf"],
    ["UTF8-4 from F0: its first and last", "f0 90 80 80 f0 bf bf bf"],
    ["UTF8-4 from F1 to F3: its first and last", "f1 80 80 80 f3 bf bf bf"],
    ["UTF8-4 from F4, up to U+10FFFF", "f4 80 80 80 f4 8f bf bf"],
    ["noncharacters", "ef bf be ef bf bf f0 9f bf be f4 8f bf bf"],
    ["a byte order mark, U+FFFD and NUL", "ef bb bf ef bf bd 00"],
  ];
  for (const [what, hex] of texts) {
    it(`is taken: ${what}`, () => expectVerdictWhateverTheCuts(octets(hex), "complete"));
  }

  it("is taken: the examples of RFC 3629 §7", () => {
    for (const hex of [
      "41 e2 89 a2 ce 91 2e",
      "ed 95 9c ea b5 ad ec 96 b4",
      "e6 97 a5 e6 9c ac e8 aa 9e",
      "ef bb bf f0 a3 8e b4",
    ]) {
      expectVerdictWhateverTheCuts(octets(hex), "complete");
    }
  });

  it("may end between characters only", () => {
    for (const hex of [
      "c2",
      "e0",
      "e0 a0",
      "ed 9f",
      "ef bf",
      "f0",
      "f0 90",
      "f0 90 80",
      "f4 8f bf",
      "61 c3",
    ]) {
      expectVerdictWhateverTheCuts(octets(hex), "incomplete");
    }
  });

  it("is complete before anything is pushed, and after nothing was", () => {
    const validator = new Utf8Validator();
    expect([validator.complete, validator.push(octets("ff"), 1, 1), validator.complete]).toEqual([
      true,
      true,
      true,
    ]);
    validator.push(octets("f0"), 0, 1);
    expect([validator.push(octets("ff"), 0, 0), validator.complete]).toEqual([true, false]);
    expect([validator.push(octets("9f 98 80"), 0, 3), validator.complete]).toEqual([true, true]);
  });
});

describe("RFC 6455 §8.1 text in pieces is refused at the first octet that cannot be completed", () => {
  const faults: readonly (readonly [what: string, hex: string, refusedAt: number])[] = [
    ["above U+10FFFF, at its second octet", "f4 90 80 80", 1],
    ["a surrogate, at its second octet", "ed a0 80", 1],
    ["the last surrogate", "ed bf bf", 1],
    ["a pair of surrogates, each encoded", "ed a0 80 ed b0 80", 1],
    [
      "the customary word with a surrogate",
      "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64",
      12,
    ],
    [
      "the customary word with U+110000",
      "ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80 65 64 69 74 65 64",
      12,
    ],
    ["an overlong slash of 2 octets", "c0 af", 0],
    ["an overlong slash of 3 octets", "e0 80 af", 1],
    ["an overlong slash of 4 octets", "f0 80 80 af", 1],
    ["an overlong slash of 5 octets", "f8 80 80 80 af", 0],
    ["an overlong slash of 6 octets", "fc 80 80 80 80 af", 0],
    ["the longest overlong of 2 octets", "c1 bf", 0],
    ["the longest overlong of 3 octets", "e0 9f bf", 1],
    ["the longest overlong of 4 octets", "f0 8f bf bf", 1],
    ["the first octet too high to begin", "f5 80 80 80", 0],
    ["a sequence of 5 octets", "f8 88 80 80 80", 0],
    ["a sequence of 6 octets", "fc 84 80 80 80 80", 0],
    ["the octets fe and ff", "fe fe ff ff", 0],
    ["a lonely continuation, the first", "80", 0],
    ["a lonely continuation, the last", "bf", 0],
    ["more continuations than lacked", "c3 a9 80", 2],
    ["more continuations than lacked, of 3", "e2 82 ac 80", 3],
    ["more continuations than lacked, of 4", "f0 9f 98 80 80", 4],
    ["a long run of continuations", "80".repeat(40), 0],
    ["a lonely start of 2, then a letter", "c3 61", 1],
    ["a lonely start of 3, then a letter", "e2 61", 1],
    ["a lonely start of 4, then a letter", "f1 61", 1],
    ["a start after each other", "c3 c3", 1],
    ["3 octets of which the last is missing", "e2 82 61", 2],
    ["4 octets of which the last is missing", "f0 9f 98 61", 3],
    ["sequences that stop, one after the other", "c3 e2 82 f0 9f 98", 1],
    ["a real U+FFFD and then a fault", "ef bf bd ff", 3],
  ];
  for (const [what, hex, refusedAt] of faults) {
    it(`refuses ${what}`, () => expectVerdictWhateverTheCuts(octets(hex), { refusedAt }));
  }

  it("begins anew after a fault, and inside a character", () => {
    const validator = new Utf8Validator();
    for (const hex of ["ff", "e0 80", "ed a0", "f4 90", "f0", "e2 82", `${"61".repeat(40)}ff`]) {
      validator.push(octets(hex), 0, octets(hex).length);
      validator.reset();
      expect(validator.complete).toBe(true);
      expect(validator.push(octets("c3 a9"), 0, 2)).toBe(true);
    }
  });
});

describe("validation octet by octet, exhaustively", () => {
  // What a character is comes from the encoder; no range of RFC 3629 §4 is written down here a second time.
  const whole = new Set<number>();
  const begun = new Set<number>([0]);
  const encoder = new TextEncoder();
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    let number = 0;
    const encoded = encoder.encode(String.fromCodePoint(codePoint));
    for (const [i, octet] of encoded.entries()) {
      number = number * 256 + octet;
      (i === encoded.length - 1 ? whole : begun).add(number);
    }
  }

  /** Tries every octet behind `prefix`, of which the last character has come as far as `character`. */
  function tryAll(prefix: readonly number[], character: number, depth: number): number {
    let tried = 0;
    const validator = new Utf8Validator();
    const bytes = Buffer.from([...prefix, 0]);
    for (let octet = 0; octet < 256; octet++) {
      bytes[prefix.length] = octet;
      const next = character * 256 + octet;
      const complete = whole.has(next);
      const taken = complete || (next !== 0 && begun.has(next));
      validator.reset();
      const verdict =
        validator.push(bytes, 0, prefix.length) && validator.push(bytes, prefix.length, bytes.length);
      if (verdict !== taken || (taken && validator.complete !== complete)) expect.fail(bytes.toString("hex"));
      tried++;
      if (taken && depth > 1) tried += tryAll([...prefix, octet], complete ? 0 : next, depth - 1);
    }
    return tried;
  }

  it("takes and refuses what the encoder's own output says, for all sequences of up to 3 octets", () => {
    expect(tryAll([], 0, 3)).toBeGreaterThan(5_000_000);
  }, 60_000);

  it("takes and refuses each fourth octet", () => {
    const starts = [...begun].filter((number) => number >= 0xf00000);
    expect(starts).toHaveLength((0x10ffff + 1 - 0x10000) / 64);
    for (const start of starts) tryAll([start >> 16, (start >> 8) & 0xff, start & 0xff], start, 1);
  }, 60_000);
});

describe("validation of long text", () => {
  const alphabet = [
    "a",
    "plain ",
    "\u00e9",
    "\u07ff",
    "\u20ac",
    "\ud7ff",
    "\ufffd",
    "\u{10000}",
    "\u{10ffff}",
  ];

  for (const seed of [1, 2, 3, 4]) {
    it(`agrees with the grammar and with TextDecoder wherever it is cut (seed ${seed})`, () => {
      const next = random(seed);
      const below = (limit: number): number => Math.floor(next() * limit);
      for (let round = 0; round < 500; round++) {
        const text = Array.from({ length: below(120) }, () => alphabet[below(alphabet.length)]);
        let bytes = Buffer.from(text.join(""));
        if (bytes.length > 0 && next() < 0.6) bytes[below(bytes.length)] = below(256);
        if (next() < 0.3) bytes = bytes.subarray(0, below(bytes.length + 1));
        const cuts = Array.from({ length: below(6) }, () => below(bytes.length + 1)).sort((a, b) => a - b);
        const verdict = naiveVerdict(bytes);
        expectVerdict(bytes, verdict, cuts);
        expect(textDecoderTakes(bytes, cuts)).toBe(verdict === "complete");
      }
    });
  }

  it("looks at the octets from start to end and at no others", () => {
    const bytes = Buffer.alloc(200, 0xff);
    bytes.fill("\u00e9", 51, 151);
    for (const [start, end, taken] of [
      [51, 151, true],
      [51, 53, true],
      [50, 151, false],
      [51, 152, false],
      [52, 151, false],
    ] as const) {
      expect(new Utf8Validator().push(bytes, start, end), `${start} to ${end}`).toBe(taken);
    }
  });
});

function textDecoderTakes(bytes: Uint8Array, cuts: Iterable<number>): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (const [from, to] of pieces(bytes, cuts)) decoder.decode(bytes.subarray(from, to), { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
