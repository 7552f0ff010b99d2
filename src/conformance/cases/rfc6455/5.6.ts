/** RFC 6455 §5.6: text in UTF-8, whatever is in it, and binary data. What is not UTF-8 is in §8.1. */
import type { Case } from "../../case.ts";
import type { Trial } from "../../peer/trial.ts";
import { Opcode } from "../../wire/frame.ts";
import type { Cut } from "../cut.ts";
import { echoes } from "../echoing.ts";
import { both, type CaseInSection } from "../section.ts";

const whole =
  "a particular text frame might include a partial UTF-8 sequence; however, the whole message MUST contain valid UTF-8.";
const binaryData =
  'The "Payload data" is arbitrary binary data whose interpretation is solely up to the application layer.';

/** A text that comes back octet by octet as it was. */
type Row = readonly [number: number, autobahn: string, text: string, title: string];

/** Five letters in 2, 3, 2, 2 and 2 octets: the accent is that of ancient Greek. */
const greek = "\u03ba\u1f79\u03c3\u03bc\u03b5";
/** Letters of one and of two octets. */
const mixed = "Grüße-µ@ßöäüàá-UTF-8!!";

// ── 1 to 9: where the frames end

interface Split {
  readonly number: number;
  readonly title: string;
  readonly autobahn?: string;
  readonly parts: readonly (Buffer | string)[];
  readonly cut?: Cut;
}

const split: readonly Split[] = [
  { number: 1, title: "a text with umlauts in one frame", autobahn: "6.2.1", parts: [mixed] },
  {
    number: 2,
    title: "a text in two fragments, cut between characters",
    autobahn: "6.2.2",
    parts: [mixed.slice(0, 11), mixed.slice(11)],
  },
  { number: 3, title: "a text in fragments of one octet", autobahn: "6.2.3", parts: ofOneOctet(mixed) },
  { number: 4, title: "a Greek word in fragments of one octet", autobahn: "6.2.4", parts: ofOneOctet(greek) },
  { number: 5, title: "characters of four octets in fragments of one", parts: ofOneOctet("𝄞😀𠀀") },
  {
    number: 6,
    title: "a text in frames cut within characters, octet by octet",
    parts: ofThree(mixed),
    cut: "octet by octet",
  },
  {
    number: 7,
    title: "a character in two fragments with one without payload between",
    parts: [Buffer.from("e282", "hex"), "", Buffer.from("ac", "hex")],
  },
];

function ofOneOctet(text: string): readonly Buffer[] {
  return Array.from(Buffer.from(text), (octet) => Buffer.from([octet]));
}

function ofThree(text: string): readonly Buffer[] {
  const octets = Buffer.from(text);
  return Array.from({ length: Math.ceil(octets.length / 3) }, (_, i) => octets.subarray(3 * i, 3 * i + 3));
}

// ── 11 to 99: characters

const characters: readonly Row[] = [
  [11, "6.5.1", "hello\u0024world", "U+0024 between letters"],
  [12, "6.5.2", "hello\u00a2world", "U+00A2 between letters"],
  [13, "6.5.3", "hello\u20acworld", "U+20AC between letters"],
  [14, "6.5.4", "hello\u{24b62}world", "U+24B62 between letters"],
  [15, "6.5.5", greek, "a Greek word"],
  [16, "6.6.2", greek.slice(0, 1), "a Greek word, its first character"],
  [17, "6.6.5", greek.slice(0, 2), "a Greek word, its first two characters"],
  [18, "6.6.7", greek.slice(0, 3), "a Greek word, its first three characters"],
  [19, "6.6.9", greek.slice(0, 4), "a Greek word, its first four characters"],
  [20, "6.6.11", greek, "a Greek word, all of its prefixes being tested"],
  [21, "6.7.1", "\u0000", "U+0000, the first of one octet"],
  [22, "6.7.2", "\u0080", "U+0080, the first of two octets"],
  [23, "6.7.3", "\u0800", "U+0800, the first of three octets"],
  [24, "6.7.4", "\u{10000}", "U+10000, the first of four octets"],
  [25, "6.9.1", "\u007f", "U+007F, the last of one octet"],
  [26, "6.9.2", "\u07ff", "U+07FF, the last of two octets"],
  [27, "6.9.3", "\uffff", "U+FFFF, the last of three octets"],
  [28, "6.9.4", "\u{10ffff}", "U+10FFFF, the last of four octets"],
  [29, "6.11.1", "\ud7ff", "U+D7FF, the last before the surrogates"],
  [30, "6.11.2", "\ue000", "U+E000, the first behind the surrogates"],
  [31, "6.11.3", "\ufffd", "U+FFFD, which decoders put in place of what they cannot read"],
  [32, "6.11.4", "\u{10ffff}", "U+10FFFF, the last there is"],
  [33, "6.23.1", "\ufff9", "U+FFF9, interlinear annotation anchor"],
  [34, "6.23.2", "\ufffa", "U+FFFA, interlinear annotation separator"],
  [35, "6.23.3", "\ufffb", "U+FFFB, interlinear annotation terminator"],
  [36, "6.23.4", "\ufffc", "U+FFFC, object replacement character"],
  [37, "6.23.5", "\ufffd", "U+FFFD, replacement character"],
  [38, "6.23.6", "\ufffe", "U+FFFE, a noncharacter among the specials"],
  [39, "6.23.7", "\uffff", "U+FFFF, a noncharacter among the specials"],
  [41, "", "hel\ufefflo\ufeff", "byte order marks within and at the end"],
  [42, "", "\ufdd0\ufdef", "U+FDD0 and U+FDEF, noncharacters"],
  [43, "", "e\u0301 \u00e9", "an accent as a character of its own, which nobody composes"],
  [44, "", "a\r\nb\nc\rd\u2028e\u2029", "ends of lines of every kind, as they are"],
  [45, "", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u202e\u200f", "joiners and marks of direction"],
];

/** The last two code points of each plane, which are characters for nobody and UTF-8 all the same (RFC 3629 §3). */
const noncharacters: readonly Row[] = Array.from({ length: 17 }, (_, plane) =>
  [0xfffe, 0xffff].map((low) => (plane << 16) | low),
)
  .flat()
  .map((codePoint, i) => [
    61 + i,
    `6.22.${i + 1}`,
    String.fromCodePoint(codePoint),
    `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}, a noncharacter`,
  ]);

// ── 101 to 109: binary

const allOctets = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));

const binary: readonly CaseInSection<Trial>[] = [
  {
    number: 101,
    title: "a binary message of all octets from 00 to ff, which nobody takes for text",
    requirement: binaryData,
    level: "MUST",
    run: async (trial) => echoes(trial, { opcode: Opcode.Binary, parts: [allOctets] }),
  },
  {
    number: 102,
    title: "a binary message of octets that are not UTF-8, in fragments",
    requirement: binaryData,
    level: "MUST",
    run: async (trial) =>
      echoes(trial, {
        opcode: Opcode.Binary,
        parts: ofOneOctet("\ufffd").map((part) => Buffer.concat([part, Buffer.from([0xff])])),
      }),
  },
];

/**
 * A byte order mark at the beginning is a character of the text, which decoders may take for a signature and drop unless
 * they are told (RFC 3629 §6). Since RFC 6455 says nothing of it, whose text comes back without it is no more than warned.
 */
const byteOrderMark: CaseInSection<Trial> = {
  number: 51,
  title: "a byte order mark at the beginning, which is kept (ef bb bf 68 69)",
  requirement: whole,
  level: "SHOULD",
  run: async (trial) => echoes(trial, { opcode: Opcode.Text, parts: ["\ufeffhi"] }),
};

export const validText: readonly Case<Trial>[] = both("rfc6455/5.6", { profile: "core", overHttp2: true }, [
  ...split.map(
    ({ number, title, autobahn, parts, cut = "in one write" }): CaseInSection<Trial> => ({
      number,
      title,
      requirement: whole,
      level: "MUST",
      autobahn: autobahn === undefined ? [] : [autobahn],
      run: async (trial) => echoes(trial, { opcode: Opcode.Text, parts, cut }),
    }),
  ),
  ...characters.map(comesBackAsText),
  byteOrderMark,
  ...noncharacters.map(comesBackAsText),
  ...binary,
]);

function comesBackAsText([number, autobahn, text, title]: Row): CaseInSection<Trial> {
  return {
    number,
    title: `${title} (${inHex(text)})`,
    requirement: whole,
    level: "MUST",
    autobahn: autobahn === "" ? [] : [autobahn],
    run: async (trial) => echoes(trial, { opcode: Opcode.Text, parts: [text] }),
  };
}

function inHex(text: string): string {
  return Buffer.from(text)
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
}
