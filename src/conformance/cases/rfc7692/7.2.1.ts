/** RFC 7692 §7.2.1: how the peer compresses. Every payload is read by a decoder with exactly the agreed window. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import type { DeflateWish, Trial } from "../../peer/trial.ts";
import { Deviation, NotApplicable } from "../../verdict.ts";
import { Opcode } from "../../wire/frame.ts";
import { compressedFrames, expectEchoOf } from "../compressed.ts";
import { endsAsItBegins, repeatsBeyond, unrepeated } from "../far-repeats.ts";
import { json } from "../payloads.ts";
import { both, type CaseInSection } from "../section.ts";

const algorithm = "An endpoint uses the following algorithm to compress a message.";
const window =
  'If the "agreed parameters" contain the "client_max_window_bits" extension parameter with a value of w, the client MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes to compress messages to send. … If the "agreed parameters" contain the "server_max_window_bits" extension parameter with a value of w, the server MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes to compress messages to send.';
const largest =
  "An endpoint MUST NOT use an LZ77 sliding window longer than 32,768 bytes to compress messages to send.";
const emptied =
  'If the "agreed parameters" contain the "client_no_context_takeover" extension parameter, the client MUST start compressing each new message with an empty LZ77 sliding window. … If the "agreed parameters" contain the "server_no_context_takeover" extension parameter, the server MUST start compressing each new message with an empty LZ77 sliding window.';
const tailOff = "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end.";

/** Sends the messages one by one; the peer that compresses none of its echoes has nothing to show here. */
async function compresses(peer: Peer, messages: readonly Buffer[]): Promise<void> {
  let compressed = 0;
  for (const message of messages) {
    if ((await expectEchoOf(peer, Opcode.Binary, message)).compressed) compressed++;
  }
  await finish(peer);
  if (compressed === 0) throw new NotApplicable("the peer compresses nothing");
}

/** Passages come again where a larger window than the agreed one would reach them. */
function keepsWithin(number: number, bits: number, others: DeflateWish = {}): CaseInSection<Trial> {
  const fresh = others.peerNoContextTakeover ? ", without context takeover" : "";
  return {
    number,
    title: `an agreed window of ${(2 ** bits).toLocaleString("en")} octets, and repetitions beyond it${fresh}`,
    requirement: bits === 15 ? largest : window,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate({ peerWindowBits: bits, ...others });
      await compresses(peer, repeatsBeyond(2 ** peer.inflater!.options.windowBits, trial.random));
    },
  };
}

/** The same messages again and again: each could refer to the one before. */
function emptiesItsWindow(
  number: number,
  lengths: readonly number[],
  wish: DeflateWish = {},
): CaseInSection<Trial> {
  const sizes = lengths.map((length) => length.toLocaleString("en")).join(", ");
  return {
    number,
    title: `no context takeover, and the same ${sizes} octets again and again${wish.peerWindowBits === undefined ? "" : ", with a window of 512"}`,
    requirement: emptied,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate({ ...wish, peerNoContextTakeover: true });
      const messages = lengths.map((length) => endsAsItBegins(length, trial.random));
      await compresses(peer, [...messages, ...messages, ...messages.toReversed()]);
    },
  };
}

export const compression: readonly Case<Trial>[] = both("rfc7692/7.2.1", { profile: "deflate" }, [
  ...[8, 9, 10, 11, 12, 13, 14, 15].map((bits) => keepsWithin(bits, bits)),
  keepsWithin(16, 9, { peerNoContextTakeover: true }),
  keepsWithin(17, 12, { peerNoContextTakeover: true }),
  emptiesItsWindow(20, [2_000]),
  emptiesItsWindow(21, [1_500, 40_000]),
  emptiesItsWindow(22, [1_500], { peerWindowBits: 9 }),
  {
    number: 1,
    title: "what is worth compressing comes back compressed",
    requirement: algorithm,
    level: "MAY",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const message = json.piece(0, 10_000);
      let compressed = 0;
      for (let i = 0; i < 3; i++)
        if ((await expectEchoOf(peer, Opcode.Text, message)).compressed) compressed++;
      await finish(peer);
      if (compressed === 0) throw new Deviation("compressed messages, as was agreed on", "none in three");
    },
  },
  {
    number: 30,
    title: "the last four octets are left off, whatever was compressed",
    requirement: tailOff,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const { random } = trial;
      const kinds = [
        Buffer.alloc(5_000, "a"),
        random.octets(5_000),
        unrepeated(random, 5_000),
        Buffer.from("0000ffff".repeat(600), "hex"),
        Buffer.alloc(70_000, random.octets(300)),
        Buffer.alloc(0),
        Buffer.from([0]),
      ];
      await compresses(peer, kinds);
    },
  },
  {
    number: 31,
    title: "2,500 messages of 16 octets that differ little, which go through the largest window",
    requirement: largest,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.openDeflate();
      const messages = Array.from({ length: 2_500 }, (_, i) =>
        Buffer.from(`message ${String(i).padStart(8, "0")}`),
      );
      for (let i = 0; i < messages.length; i += 500) {
        const some = messages.slice(i, i + 500);
        peer.send(
          ...some.flatMap((message) => compressedFrames(peer, Opcode.Text, peer.deflater!.deflate(message))),
        );
        for (const message of some) await peer.expectText(message);
      }
      await finish(peer);
    },
  },
]);
