/** RFC 7692 §7.2.3: the RFC's own examples, octet by octet, and what follows from them. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import type { DeflateWish, Trial } from "../../peer/trial.ts";
import { NotApplicable } from "../../verdict.ts";
import { DeflateWriter } from "../../wire/deflate-writer.ts";
import { Opcode } from "../../wire/frame.ts";
import { type DataOpcode, expectInflated, failsOrEchoes } from "../compressed.ts";
import { both, type CaseInSection } from "../section.ts";

const oneBlock =
  'The endpoint compresses "Hello" into one compressed DEFLATE block and flushes the resulting data into a byte array using an empty DEFLATE block with no compression';
const inFragments =
  "Suppose that the endpoint sends the compressed message with fragmentation. The endpoint splits the compressed data into fragments and builds frames for each fragment.";
const sharing =
  'If the "agreed parameters" did not contain the "client_no_context_takeover" extension parameter, the client can compress the payload of the next message into fewer bytes by referencing the history in the LZ77 sliding window.';
const notAffected =
  'Note that even if some uncompressed messages (with the RSV1 bit unset) are inserted between the two "Hello" messages, they don\'t affect the LZ77 sliding window.';
const noCompression = "A DEFLATE block with no compression may be used.";
const final =
  'On platforms on which the flush method using an empty DEFLATE block with no compression is not available, implementors can choose to flush data using DEFLATE blocks with "BFINAL" set to 1.';
const twoBlocks = "Two or more DEFLATE blocks may be used in one message.";
const nothing =
  "In such a case, the endpoint just needs to send the last fragment with the FIN bit set to 1 and the payload set to the DEFLATE block(s), which contains 0 bytes of data.";

/** What is sent compressed, in hexadecimal, one frame for each; and what it says. */
interface Example {
  readonly frames: readonly string[];
  readonly message: string;
  /** Default: text. */
  readonly opcode?: DataOpcode;
}

const hello: Example = { frames: ["f248cdc9c90700"], message: "Hello" };
/** Refers to the message before. */
const helloAgain: Example = { frames: ["f200110000"], message: "Hello" };
const helloFinal: Example = { frames: ["f348cdc9c9070000"], message: "Hello" };

async function sends(peer: Peer, { frames, message, opcode = Opcode.Text }: Example): Promise<void> {
  await expectInflated(
    peer,
    opcode,
    frames.map((frame) => Buffer.from(frame, "hex")),
    message,
  );
}

/** Examples one after the other on one connection. */
function example(
  number: number,
  title: string,
  requirement: string,
  { examples, wish = {} }: { readonly examples: readonly Example[]; readonly wish?: DeflateWish },
): CaseInSection<Trial> {
  const run = async (trial: Trial): Promise<void> => {
    const peer = await trial.openDeflate(wish);
    for (const one of examples) await sends(peer, one);
    await finish(peer);
  };
  return { number, title, requirement, level: "MUST", run };
}

/** The peer's agreement that messages refer to earlier ones. */
async function openWithTakeover(trial: Trial): Promise<Peer> {
  const peer = await trial.openDeflate();
  if (!peer.deflater!.options.contextTakeover) throw new NotApplicable("the peer wants no context takeover");
  return peer;
}

const profile = { profile: "deflate" } as const;

export const examples: readonly Case<Trial>[] = [
  ...both("rfc7692/7.2.3.1", profile, [
    example(1, "“Hello” in one block, in one frame", oneBlock, { examples: [hello] }),
    example(2, "“Hello” in one block, in two frames of three and four octets", inFragments, {
      examples: [{ frames: ["f248cd", "c9c90700"], message: "Hello" }],
    }),
  ]),
  ...both("rfc7692/7.2.3.2", profile, [
    {
      number: 1,
      title: "“Hello” again, as a reference to the first",
      requirement: sharing,
      level: "MUST",
      run: async (trial) => {
        const peer = await openWithTakeover(trial);
        for (const one of [hello, helloAgain, helloAgain]) await sends(peer, one);
        await finish(peer);
      },
    },
    {
      number: 2,
      title: "“Hello” again, as a reference to the first, after uncompressed messages",
      requirement: notAffected,
      level: "MUST",
      run: async (trial) => {
        const peer = await openWithTakeover(trial);
        await sends(peer, hello);
        await peer.expectWorking("a message that is not compressed");
        peer.send(...peer.fragments(Opcode.Binary, ["and another, ", "in two fragments"]));
        await peer.expectBinary(Buffer.from("and another, in two fragments"));
        await sends(peer, helloAgain);
        await finish(peer);
      },
    },
    example(3, "“Hello” twice in the same octets, without context takeover", sharing, {
      examples: [hello, hello],
      wish: { ourNoContextTakeover: true },
    }),
  ]),
  ...both("rfc7692/7.2.3.3", profile, [
    example(1, "“Hello” in a block with no compression", noCompression, {
      examples: [{ frames: ["000500faff48656c6c6f00"], message: "Hello" }],
    }),
  ]),
  ...both("rfc7692/7.2.3.4", profile, [
    example(1, "“Hello” in a block with BFINAL set", final, { examples: [helloFinal] }),
    example(2, "three messages, each in a block with BFINAL set", final, {
      examples: [helloFinal, helloFinal, helloFinal],
    }),
    example(3, "messages in blocks with BFINAL set and without by turns", final, {
      examples: [hello, helloFinal, hello, helloFinal, hello],
    }),
    {
      number: 4,
      title: "a block with BFINAL set, and more of the message in another block behind it",
      requirement: final,
      level: "MUST",
      run: async (trial) => {
        const peer = await trial.openDeflate();
        const writer = new DeflateWriter().fixed(["final, "], { final: true }).fixed(["and more, "]);
        const payload = writer.stored("also final, ", { final: true }).dynamic(["and the last"]).payload();
        await expectInflated(peer, Opcode.Text, [payload], "final, and more, also final, and the last");
        await finish(peer);
      },
    },
    {
      number: 5,
      title: "a message that refers to the one before, which was in a block with BFINAL set",
      requirement: final,
      level: "MUST",
      run: async (trial) => {
        const peer = await openWithTakeover(trial);
        for (const one of [helloFinal, helloAgain]) await sends(peer, one);
        await finish(peer);
      },
    },
    {
      number: 6,
      title: "a message whose last, empty block has BFINAL set",
      requirement: final,
      level: "MUST",
      run: async (trial) => {
        const peer = await trial.openDeflate();
        // The three bits 1, 0, 0 in place of 0, 0, 0.
        const payload = new DeflateWriter().fixed(["Hello"]).bits(1, 3).octets();
        await expectInflated(peer, Opcode.Text, [payload], "Hello");
        await sends(peer, hello);
        await finish(peer);
      },
    },
  ]),
  ...both("rfc7692/7.2.3.5", profile, [
    example(1, "“Hello” in two blocks, with an empty block between", twoBlocks, {
      examples: [{ frames: ["f24805000000ffffcac9c90700"], message: "Hello" }],
    }),
    example(2, "“Hello” in two blocks, each with a frame of its own", twoBlocks, {
      examples: [{ frames: ["f24805000000ffff", "cac9c90700"], message: "Hello" }],
    }),
  ]),
  ...both("rfc7692/7.2.3.6", profile, [
    example(1, "an empty text: the octet 00", nothing, {
      examples: [{ frames: ["00"], message: "" }, hello],
    }),
    example(2, "an empty binary message: the octet 00", nothing, {
      examples: [{ frames: ["00"], message: "", opcode: Opcode.Binary }, hello],
    }),
    example(3, "an empty message: an empty block with fixed codes", nothing, {
      examples: [{ frames: ["0200"], message: "" }, hello],
    }),
    example(4, "a last fragment that is the octet 00, after one with a whole block", nothing, {
      examples: [{ frames: ["f248cdc9c907000000ffff", "00"], message: "Hello" }],
    }),
    example(5, "fragments that are the octets 00 00 00 ff ff, an empty block each", nothing, {
      examples: [{ frames: ["000000ffff", "000000ffff", "00"], message: "" }, hello],
    }),
    {
      number: 6,
      title: "RSV1 and no payload at all, which is no DEFLATE data: refused, or taken for an empty message",
      requirement: nothing,
      level: "MUST",
      run: async (trial) => {
        const none = Buffer.alloc(0);
        await failsOrEchoes(await trial.openDeflate(), { payload: none, message: none });
      },
    },
  ]),
];
