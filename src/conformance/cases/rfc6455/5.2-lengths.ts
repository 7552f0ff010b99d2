/** RFC 6455 §5.2: the payload length, in 7, 16 or 64 bits. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Trial } from "../../peer/trial.ts";
import { closePayload, type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { contentFor, inOctets } from "../content.ts";
import type { Cut } from "../cut.ts";
import { comesBack, echoes } from "../echoing.ts";
import { both, type CaseInSection } from "../section.ts";
import { violates } from "../violating.ts";

const payloadLength =
  "if 0-125, that is the payload length. If 126, the following 2 bytes interpreted as a 16-bit unsigned integer are the payload length. If 127, the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit MUST be 0) are the payload length.";
const mostSignificantBit =
  "the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit MUST be 0) are the payload length.";
const minimal =
  "Note that in all cases, the minimal number of bytes MUST be used to encode the length, for example, the length of a 124-byte-long string can't be encoded as the sequence 126, 0, 124.";

// ── 201 to 229: the edges of the three forms, there and back

interface Edge {
  readonly number: number;
  readonly length: number;
  readonly autobahn: readonly string[];
  readonly cut?: Cut;
}

const textEdges: readonly Edge[] = [
  { number: 201, length: 0, autobahn: ["1.1.1", "6.1.1"] },
  { number: 202, length: 1, autobahn: [] },
  { number: 203, length: 125, autobahn: ["1.1.2"] },
  { number: 204, length: 126, autobahn: ["1.1.3"] },
  { number: 205, length: 127, autobahn: ["1.1.4"] },
  { number: 206, length: 128, autobahn: ["1.1.5"] },
  { number: 207, length: 65_535, autobahn: ["1.1.6"] },
  { number: 208, length: 65_536, autobahn: ["1.1.7"] },
  { number: 209, length: 65_536, autobahn: ["1.1.8"], cut: 997 },
];

const binaryEdges: readonly Edge[] = [
  { number: 211, length: 0, autobahn: ["1.2.1"] },
  { number: 212, length: 1, autobahn: [] },
  { number: 213, length: 125, autobahn: ["1.2.2"] },
  { number: 214, length: 126, autobahn: ["1.2.3"] },
  { number: 215, length: 127, autobahn: ["1.2.4"] },
  { number: 216, length: 128, autobahn: ["1.2.5"] },
  { number: 217, length: 65_535, autobahn: ["1.2.6"] },
  { number: 218, length: 65_536, autobahn: ["1.2.7"] },
  { number: 219, length: 65_536, autobahn: ["1.2.8"], cut: 997 },
];

function edges(
  opcode: typeof Opcode.Text | typeof Opcode.Binary,
  rows: readonly Edge[],
): CaseInSection<Trial>[] {
  const name = opcode === Opcode.Text ? "text" : "binary message";
  return rows.map(({ number, length, autobahn, cut }) => ({
    number,
    title: `a ${name} of ${inOctets(length)}${cut === undefined ? "" : `, in writes of ${cut}`}`,
    requirement: payloadLength,
    level: "MUST",
    autobahn,
    run: async (trial) => {
      const content = contentFor(opcode, trial.random, length);
      await echoes(trial, { opcode, parts: [content], ...(cut === undefined ? {} : { cut }) });
    },
  }));
}

// ── 231 to 249: headers in pieces

/** A frame whose header comes in two writes, cut behind every one of its octets in turn. */
async function cutHeader(trial: Trial, length: number): Promise<void> {
  const peer = await trial.open();
  const payload = contentFor(Opcode.Binary, trial.random, length);
  // Octet by octet, or in thousands, as a first: should it be over the peer's limit, this is where that shows.
  if (!(await comesBack(peer, { opcode: Opcode.Binary, parts: [payload], cut: length < 1000 ? 1 : 997 })))
    return;
  const header = peer.encode({ opcode: Opcode.Binary, payload }).length - length;
  for (let at = 1; at <= header; at++) {
    const frame = peer.encode({ opcode: Opcode.Binary, payload });
    peer.connection.log.octets(peer.connection.number, "sent", `a frame, cut behind octet ${at}`, frame);
    await peer.connection.written(frame.subarray(0, at));
    await peer.connection.written(frame.subarray(at));
    await peer.expectBinary(payload);
  }
  await finish(peer);
}

// ── 251 to 269: lengths that are none

interface WrongLength {
  readonly number: number;
  readonly title: string;
  readonly frames: readonly FrameToWrite[];
}

/** A peer without a limit may wait for so many octets all its life; see {@link longer}. */
const negative: readonly WrongLength[] = [
  {
    number: 251,
    title: "a text frame whose length is 2⁶³",
    frames: [{ opcode: Opcode.Text, payload: "Hello", statedLength: 2n ** 63n }],
  },
  {
    number: 252,
    title: "a binary frame whose length is 2⁶³ and 5 octets",
    frames: [{ opcode: Opcode.Binary, payload: "Hello", statedLength: 2n ** 63n + 5n }],
  },
  {
    number: 253,
    title: "a continuation whose length is 2⁶⁴ - 1",
    frames: [
      { opcode: Opcode.Text, payload: "Hel", fin: false },
      { opcode: Opcode.Continuation, payload: "lo", statedLength: 2n ** 64n - 1n },
    ],
  },
];

/**
 * These sentences bind who sends. What a receiver has to make of it is not said as it is for reserved bits and opcodes;
 * that it validates what comes is (RFC 6455 §10.7). So a peer that reads such a length deserves no more than a warning.
 */
const longer: readonly WrongLength[] = [
  {
    number: 261,
    title: "a text of 5 octets, its length in 16 bits",
    frames: [{ opcode: Opcode.Text, payload: "Hello", lengthBits: 16 }],
  },
  {
    number: 262,
    title: "a text of 125 octets, its length in 16 bits",
    frames: [{ opcode: Opcode.Text, payload: Buffer.alloc(125, 0x2a), lengthBits: 16 }],
  },
  {
    number: 263,
    title: "a text without payload, its length in 16 bits",
    frames: [{ opcode: Opcode.Text, lengthBits: 16 }],
  },
  {
    number: 264,
    title: "a text of 5 octets, its length in 64 bits",
    frames: [{ opcode: Opcode.Text, payload: "Hello", lengthBits: 64 }],
  },
  {
    number: 265,
    title: "a binary message of 126 octets, its length in 64 bits",
    frames: [{ opcode: Opcode.Binary, payload: Buffer.alloc(126, 0x2a), lengthBits: 64 }],
  },
  {
    number: 266,
    title: "a binary message of 65,535 octets, its length in 64 bits",
    frames: [{ opcode: Opcode.Binary, payload: Buffer.alloc(65_535, 0x2a), lengthBits: 64 }],
  },
  {
    number: 267,
    title: "a continuation of 4 octets, its length in 16 bits",
    frames: [
      { opcode: Opcode.Text, payload: "frag", fin: false },
      { opcode: Opcode.Continuation, payload: "ment", lengthBits: 16 },
    ],
  },
  {
    number: 268,
    title: "a Ping of 5 octets, its length in 16 bits",
    frames: [{ opcode: Opcode.Ping, payload: "Hello", lengthBits: 16 }],
  },
  {
    number: 269,
    title: "a Close frame of 2 octets, its length in 64 bits",
    frames: [{ opcode: Opcode.Close, payload: closePayload(1000), lengthBits: 64 }],
  },
];

export const lengths: readonly Case<Trial>[] = both("rfc6455/5.2", { profile: "core", overHttp2: true }, [
  ...edges(Opcode.Text, textEdges),
  ...edges(Opcode.Binary, binaryEdges),
  ...[5, 126, 65_536].map(
    (length, i): CaseInSection<Trial> => ({
      number: 231 + i,
      title: `a frame of ${inOctets(length)}, its header cut behind each octet in turn`,
      requirement: payloadLength,
      level: "MUST",
      run: async (trial) => cutHeader(trial, length),
    }),
  ),
  ...negative.map(
    ({ number, title, frames }): CaseInSection<Trial> => ({
      number,
      title,
      requirement: mostSignificantBit,
      level: "SHOULD",
      // Whoever reads it as a number finds it too big; so with the long ones among those below.
      run: async (trial) => violates(trial, { frames, codes: [1002, 1009] }),
    }),
  ),
  ...longer.map(
    ({ number, title, frames }): CaseInSection<Trial> => ({
      number,
      title,
      requirement: minimal,
      level: "SHOULD",
      run: async (trial) => violates(trial, { frames, codes: [1002, 1009] }),
    }),
  ),
]);
