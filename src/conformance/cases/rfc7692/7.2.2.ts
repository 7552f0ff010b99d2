/** RFC 7692 §7.2.2: how the peer decompresses: windows to their last octet, and every form that DEFLATE data may have. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { DeflateWish, Trial } from "../../peer/trial.ts";
import { NotApplicable } from "../../verdict.ts";
import { DeflateWriter, evenLengths, type Piece } from "../../wire/deflate-writer.ts";
import { Opcode } from "../../wire/frame.ts";
import { compressedFrames, expectEchoOf, expectInflated } from "../compressed.ts";
import { repeatsAtTheEdge, unrepeated } from "../far-repeats.ts";
import { both, type CaseInSection } from "../section.ts";

const largestWindow =
  "Otherwise, the client MUST use a 32,768-byte LZ77 sliding window to decompress received messages. … Otherwise, the server MUST use a 32,768-byte LZ77 sliding window to decompress received messages.";
const agreedWindow =
  'If the "agreed parameters" contain the "client_max_window_bits" extension parameter with a value of w, the server MAY reduce the size of its LZ77 sliding window to decompress received messages down to the w-th power of 2 bytes.';
const lastWindow =
  "Otherwise, the client MUST decompress each new message using the LZ77 sliding window used to process the last compressed message. … Otherwise, the server MUST decompress each new message using the LZ77 sliding window used to process the last compressed message.";
/** RFC 7692 §7.2.1: "An endpoint MAY use multiple DEFLATE blocks to compress one message", and of any type. */
const anyBlocks =
  "An endpoint uses the following algorithm to decompress a message. … Decompress the resulting data using DEFLATE.";

/** Repetitions from exactly as far back as the agreed window reaches, within a message and from one to the next. */
function reachesTheEdge(number: number, bits: number, wish: DeflateWish): CaseInSection<Trial> {
  const size = (2 ** bits).toLocaleString("en");
  return {
    number,
    title: `repetitions from ${size} octets back, the very edge of ${wish.ourWindowBits === undefined ? "the largest" : "an agreed"} window`,
    requirement: wish.ourWindowBits === undefined ? largestWindow : agreedWindow,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate(wish);
      const { windowBits, contextTakeover } = peer.deflater!.options;
      const [first, second] = repeatsAtTheEdge(2 ** Math.min(bits, windowBits), trial.random);
      await expectInflated(peer, Opcode.Binary, [first.payload], first.message);
      if (contextTakeover) await expectInflated(peer, Opcode.Binary, [second.payload], second.message);
      await expectEchoOf(peer, Opcode.Binary, first.message);
      await finish(peer);
    },
  };
}

/** One message, compressed by hand. */
function inflates(
  number: number,
  title: string,
  write: (
    writer: DeflateWriter,
    windowSize: number,
  ) => { readonly writer: DeflateWriter; readonly message: Buffer | string },
): CaseInSection<Trial> {
  const run = async (trial: Trial): Promise<void> => {
    const peer = await trial.openDeflate();
    const { writer, message } = write(new DeflateWriter(), 2 ** peer.deflater!.options.windowBits);
    await expectInflated(peer, Opcode.Binary, [writer.payload()], message);
    await expectEchoOf(peer, Opcode.Binary, message);
    await finish(peer);
  };
  return { number, title, requirement: anyBlocks, level: "MUST", run };
}

const everyOctet = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));

/** Repeats every length from 3 to 258, from distances of every sort within the window. */
function everyRepetition(windowSize: number): {
  readonly pieces: readonly Piece[];
  readonly message: Buffer;
} {
  const pieces: Piece[] = [everyOctet];
  const octets = [...everyOctet];
  for (let length = 3; length <= 258; length++) {
    const distance = length < 130 ? length - 2 : Math.min(octets.length, windowSize, (length - 129) ** 2 * 2);
    pieces.push({ length, distance });
    for (let i = 0; i < length; i++) octets.push(octets[octets.length - distance]!);
  }
  return { pieces, message: Buffer.from(octets) };
}

export const decompression: readonly Case<Trial>[] = both("rfc7692/7.2.2", { profile: "deflate" }, [
  reachesTheEdge(1, 15, {}),
  ...[8, 9, 10, 11, 12, 13, 14, 15].map((bits) => reachesTheEdge(bits, bits, { ourWindowBits: bits })),
  {
    number: 20,
    title:
      "a repetition from 32,768 octets back, which came in many messages, some uncompressed ones among them",
    requirement: lastWindow,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const { contextTakeover, windowBits } = peer.deflater!.options;
      if (!contextTakeover) throw new NotApplicable("the peer wants no context takeover");
      const before = unrepeated(trial.random, 2 ** windowBits);
      for (let at = 0; at < before.length; at += 4_000) {
        await expectEchoOf(peer, Opcode.Binary, before.subarray(at, at + 4_000));
        await peer.expectWorking("not compressed, and not remembered");
      }
      const writer = new DeflateWriter().fixed(["then:", { length: 100, distance: before.length }]);
      const message = Buffer.concat([Buffer.from("then:"), before.subarray(5, 105)]);
      await expectInflated(peer, Opcode.Binary, [writer.payload()], message);
      await finish(peer);
    },
  },
  {
    number: 21,
    title: "many small messages, each of which refers to the one before",
    requirement: lastWindow,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const messages = Array.from({ length: 40 }, (_, i) =>
        Buffer.from(`the message number ${i}, all the same`),
      );
      for (const message of messages) {
        peer.send(...compressedFrames(peer, Opcode.Text, peer.deflater!.deflate(message)));
      }
      for (const message of messages) await peer.expectText(message);
      await finish(peer);
    },
  },
  inflates(30, "a stored block", (writer) => ({ writer: writer.stored("stored"), message: "stored" })),
  inflates(31, "a stored block of 65,535 octets", (writer) => {
    const message = Buffer.alloc(65_535, everyOctet);
    return { writer: writer.stored(message), message };
  }),
  inflates(32, "a block with fixed Huffman codes, every octet and every length", (writer, windowSize) => {
    const { pieces, message } = everyRepetition(windowSize);
    return { writer: writer.fixed(pieces), message };
  }),
  inflates(33, "a block with dynamic Huffman codes, every octet and every length", (writer, windowSize) => {
    const { pieces, message } = everyRepetition(windowSize);
    return { writer: writer.dynamic(pieces), message };
  }),
  inflates(34, "blocks of all types by turns, which refer to each other", (writer) => {
    const again = { length: 7, distance: 7 };
    for (let i = 0; i < 30; i++)
      writer.stored("stored,").fixed(["fixed, ", again]).dynamic([again, "dynamic"]);
    return { writer, message: "stored,fixed, fixed, fixed, dynamic".repeat(30) };
  }),
  inflates(35, "a hundred empty blocks of all types around the message", (writer) => {
    for (let i = 0; i < 33; i++) writer.stored("").fixed([]).dynamic([]);
    writer.fixed(["there"]).stored("").stored("");
    return { writer, message: "there" };
  }),
  // RFC 1951 §3.2.7: "If only one distance code is used, it is encoded using one bit, not zero bits".
  inflates(36, "a block with one distance code", (writer) => {
    const codes = { literals: evenLengths(286), distances: [1] };
    return {
      writer: writer.dynamic(["a", { length: 258, distance: 1 }], { codes }),
      message: "a".repeat(259),
    };
  }),
  // RFC 1951 §3.2.7: "One distance code of zero bits means that there are no distance codes used at all".
  inflates(37, "a block without distance codes", (writer) => {
    const codes = { literals: evenLengths(257), distances: [0] };
    return { writer: writer.dynamic([everyOctet], { codes }), message: everyOctet };
  }),
  inflates(38, "a block with Huffman codes of up to 15 bits", (writer) => {
    const codes = { literals: unevenLengths(), distances: evenLengths(30) };
    const message = Buffer.from("abcdefghijklmnoonmlkjihgfedcba");
    return { writer: writer.dynamic([message], { codes }), message };
  }),
]);

/** A complete code in which the letters from `a` on have 1 to 15 bits, and the end of the block 15, too. */
function unevenLengths(): readonly number[] {
  const lengths = new Array<number>(257).fill(0, 0, 256).fill(15, 256);
  for (let bits = 1; bits <= 15; bits++) lengths[0x60 + bits] = bits;
  return lengths;
}
