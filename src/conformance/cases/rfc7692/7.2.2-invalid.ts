/** RFC 7692 §7.2.2: what cannot be decompressed. There is no message in it, so that the connection fails. */
import type { Case } from "../../case.ts";
import type { DeflateWish, Trial } from "../../peer/trial.ts";
import type { Random } from "../../random.ts";
import { NotApplicable } from "../../verdict.ts";
import { InflateError } from "../../wire/bit-reader.ts";
import { DeflateWriter, evenCodes, evenLengths } from "../../wire/deflate-writer.ts";
import { Opcode } from "../../wire/frame.ts";
import { MessageInflater } from "../../wire/message-deflate.ts";
import { compressedFrames, expectEchoOf, failsOrEchoes, invalidData, partsOf } from "../compressed.ts";
import { unrepeated } from "../far-repeats.ts";
import { both, type CaseInSection } from "../section.ts";
import { failsAt } from "../violating.ts";

const decompressed =
  "An endpoint uses the following algorithm to decompress a message. … Decompress the resulting data using DEFLATE.";

/** Data that contradicts RFC 1951. Where `fragment` is given, it is cut into frames of so many octets. */
function contradicts(
  number: number,
  title: string,
  payloadOf: (writer: DeflateWriter, random: Random) => Buffer,
  fragment?: number,
): CaseInSection<Trial> {
  const run = async (trial: Trial): Promise<void> => {
    const peer = await trial.openDeflate();
    const payload = payloadOf(new DeflateWriter(), trial.random);
    const frames = compressedFrames(peer, Opcode.Binary, ...partsOf(payload, fragment));
    await failsAt(peer, { frames, codes: invalidData });
  };
  return { number, title, requirement: decompressed, level: "MUST", run };
}

/**
 * Huffman codes that are not sound. RFC 1951 says what a compressor makes of them, and not that a decompressor has to look
 * for what it does not make; some decode whatever can be decoded.
 */
function unsound(
  number: number,
  title: string,
  payloadOf: (writer: DeflateWriter) => Buffer,
): CaseInSection<Trial> {
  return { ...contradicts(number, title, payloadOf), level: "SHOULD" };
}

/**
 * Data that breaks off, or goes on where it should end. A decoder that takes the end of its input for a pause, as
 * zlib does, contradicts nothing and delivers what nobody sent.
 */
function endsWrong(
  number: number,
  title: string,
  payloadOf: (writer: DeflateWriter) => Buffer,
): CaseInSection<Trial> {
  return { ...contradicts(number, title, payloadOf), level: "SHOULD" };
}

const block = Buffer.from("a block of some length, which is to be cut short somewhere");

export const invalidCompression: readonly Case<Trial>[] = both("rfc7692/7.2.2", { profile: "deflate" }, [
  contradicts(101, "a block of the reserved type 11", (writer) => writer.bits(0b110, 3).octets()),
  contradicts(
    102,
    "a block of the reserved type 11 after a good one, in frames of two octets",
    (writer) => writer.fixed([block]).bits(0b110, 3).octets(),
    2,
  ),
  contradicts(103, "a stored block whose NLEN is not the complement of its LEN", (writer) =>
    writer.stored("Hello", { nlen: 0x1234 }).payload(),
  ),
  contradicts(104, "the length code 286, which does not exist", (writer) =>
    writer.fixed(["abc", { symbol: 286 }, { distanceSymbol: 0 }]).payload(),
  ),
  contradicts(105, "the length code 287, which does not exist", (writer) =>
    writer.fixed(["abc", { symbol: 287 }, { distanceSymbol: 0 }]).payload(),
  ),
  contradicts(106, "the distance code 30, which does not exist", (writer) =>
    writer.fixed([block, { symbol: 257 }, { distanceSymbol: 30 }]).payload(),
  ),
  contradicts(107, "the distance code 31, which does not exist", (writer) =>
    writer.fixed([block, { symbol: 257 }, { distanceSymbol: 31 }]).payload(),
  ),
  contradicts(108, "a repetition before there is anything", (writer) =>
    writer.fixed([{ length: 3, distance: 1 }]).payload(),
  ),
  contradicts(109, "a repetition from one octet before the first", (writer) =>
    writer.fixed(["abcd", { length: 3, distance: 5 }]).payload(),
  ),
  contradicts(110, "a repetition from 32,768 octets back, in a first message of ten", (writer) =>
    writer.fixed(["0123456789", { length: 258, distance: 32_768 }]).payload(),
  ),
  contradicts(111, "Huffman lengths for more literal codes than there can be", (writer) =>
    writer.dynamic(["a"], { codes: { ...evenCodes, literals: new Array<number>(286).fill(8) } }).payload(),
  ),
  unsound(112, "Huffman lengths for fewer literal codes than there have to be", (writer) =>
    writer.dynamic(["a"], { codes: { ...evenCodes, literals: new Array<number>(286).fill(9) } }).payload(),
  ),
  contradicts(113, "Huffman lengths for more distance codes than there can be", (writer) =>
    writer.dynamic(["a"], { codes: { ...evenCodes, distances: new Array<number>(30).fill(4) } }).payload(),
  ),
  unsound(114, "Huffman lengths without a code for the end of the block", (writer) => {
    const literals = [...evenLengths(256), 0, ...new Array<number>(29).fill(0)];
    return writer.dynamic(["a"], { codes: { ...evenCodes, literals }, ended: false }).payload();
  }),
  contradicts(115, "lengths for more codes of the code length code than there can be", (writer) =>
    writer
      .bits(0b100, 3)
      .bits(0, 10)
      .codeLengthCode(() => 1)
      .bits(0, 64)
      .payload(),
  ),
  contradicts(116, "a repetition of the code length before the first", (writer) => {
    // Two codes of one bit: the length 8, and 16, which repeats the one before.
    writer
      .bits(0b100, 3)
      .bits(0, 10)
      .codeLengthCode((symbol) => (symbol === 16 || symbol === 8 ? 1 : 0));
    return writer.code(1, 1).bits(0, 2).bits(0, 64).payload();
  }),
  contradicts(117, "a repetition of code lengths past the last", (writer) => {
    // Two codes of one bit: the length 1, and 18, which is for 11 to 138 lengths of 0.
    writer
      .bits(0b100, 3)
      .bits(0, 10)
      .codeLengthCode((symbol) => (symbol === 1 || symbol === 18 ? 1 : 0));
    for (let i = 0; i < 2; i++) writer.code(0, 1);
    for (let i = 0; i < 3; i++) writer.code(1, 1).bits(127, 7);
    return writer.bits(0, 64).payload();
  }),
  contradicts(118, "more literal and length codes than the 286 there are", (writer) =>
    writer
      .bits(0b100, 3)
      .bits(31, 5)
      .bits(0, 5)
      .codeLengthCode((symbol) => (symbol < 16 ? 4 : 0))
      .bits(0, 2_000)
      .payload(),
  ),
  unsound(119, "the one distance code used by its other bit", (writer) => {
    const codes = { literals: evenLengths(286), distances: [1] };
    return writer
      .dynamic([block, { symbol: 257 }], { codes, ended: false })
      .bits(1, 1)
      .bits(0, 16)
      .payload();
  }),
  contradicts(120, "1,000 octets of chance", (_, random) => undecodable(() => random.octets(1_000))),
  contradicts(121, "a message that is not compressed, with RSV1 set", () =>
    undecodable(() => Buffer.from("Hello, this is an uncompressed message.")),
  ),
  contradicts(122, "one bit changed in the middle of a long message", (_, random) => {
    const payload = new DeflateWriter().dynamic([unrepeated(random, 3_000)]).payload();
    return undecodable(() => {
      const changed = Buffer.from(payload);
      const at = random.below(60);
      changed[at] = changed[at]! ^ (1 << random.below(8));
      return changed;
    });
  }),
  {
    ...contradicts(123, "a repetition from beyond all messages so far", (writer) => writer.octets()),
    run: async (trial) => {
      const peer = await trial.openDeflate();
      for (let i = 0; i < 5; i++) await expectEchoOf(peer, Opcode.Binary, block);
      const distance = 5 * block.length + 4;
      const payload = new DeflateWriter().fixed(["abc", { length: 3, distance }]).payload();
      await failsAt(peer, { frames: compressedFrames(peer, Opcode.Binary, payload), codes: invalidData });
    },
  },
  endsWrong(201, "a block with Huffman codes that breaks off", (writer) =>
    writer.fixed([block, block], { ended: false }).octets().subarray(0, 50),
  ),
  endsWrong(202, "a stored block that breaks off", (writer) => writer.stored(block).octets().subarray(0, 40)),
  endsWrong(203, "a block that breaks off within its Huffman lengths", (writer) =>
    writer.dynamic([block]).octets().subarray(0, 30),
  ),
  endsWrong(204, "a final block, and then something that is no block", (writer) =>
    Buffer.concat([writer.fixed([block], { final: true }).octets(), Buffer.from("ffffffffff", "hex")]),
  ),
  {
    number: 210,
    title: "the four octets at the end that should have been left off: refused, or taken for what it is",
    requirement: decompressed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const payload = Buffer.from("f248cdc9c907000000ffff", "hex");
      await failsOrEchoes(peer, { payload, message: Buffer.from("Hello") });
    },
  },
  {
    number: 211,
    title: "a final block without the octet 00 behind it: refused, or taken for what it is",
    requirement: decompressed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const payload = Buffer.from("f348cdc9c90700", "hex");
      await failsOrEchoes(peer, { payload, message: Buffer.from("Hello") });
    },
  },
  beyondTheAgreed(212, 9, {}),
  beyondTheAgreed(213, 12, {}),
  {
    number: 214,
    title: "a reference to the message before, against no context takeover: refused, or taken for what it is",
    requirement: decompressed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate({ ourNoContextTakeover: true });
      if (peer.deflater!.options.contextTakeover)
        throw new NotApplicable("the server agrees to context takeover");
      await expectEchoOf(peer, Opcode.Binary, "Hello");
      await failsOrEchoes(peer, {
        payload: Buffer.from("f200110000", "hex"),
        message: Buffer.from("Hello"),
      });
    },
  },
]);

/** A repetition from farther back than the agreed window reaches, within a message. */
function beyondTheAgreed(number: number, bits: number, wish: DeflateWish): CaseInSection<Trial> {
  const size = (2 ** bits).toLocaleString("en");
  return {
    number,
    title: `a repetition from beyond an agreed window of ${size} octets: refused, or taken for what it is`,
    requirement: decompressed,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate({ ...wish, ourWindowBits: bits });
      const { windowBits } = peer.deflater!.options;
      if (windowBits > bits) throw new NotApplicable("the server agrees to a larger window");
      const first = unrepeated(trial.random, 2 ** windowBits + 500);
      const again = { length: 50, distance: first.length };
      const payload = new DeflateWriter().fixed([first, again]).payload();
      await failsOrEchoes(peer, { payload, message: Buffer.concat([first, first.subarray(0, 50)]) });
    },
  };
}

/** The first of what is made that is no DEFLATE data. */
function undecodable(make: () => Buffer): Buffer {
  for (;;) {
    const payload = make();
    try {
      new MessageInflater().read(payload);
    } catch (error) {
      if (error instanceof InflateError && error.clause.startsWith("RFC 1951")) return payload;
    }
  }
}
