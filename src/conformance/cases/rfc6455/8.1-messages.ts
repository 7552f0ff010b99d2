/** RFC 6455 §8.1: text that is not UTF-8, wherever frames and writes end, and how soon that is found. */
import type { Case } from "../../case.ts";
import { expectFailure } from "../../peer/closing.ts";
import type { Peer } from "../../peer/peer.ts";
import type { Trial } from "../../peer/trial.ts";
import { type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { textOf } from "../content.ts";
import type { Cut } from "../cut.ts";
import { both, type CaseInSection } from "../section.ts";
import { pingBehind, violates } from "../violating.ts";

const notUtf8 =
  "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_.";

/** A Greek word, half of a surrogate pair, and letters. */
const surrogate = Buffer.from("cebae1bdb9cf83cebcceb5eda080656469746564", "hex");

// ── 101 to 119: whole messages

interface Invalid {
  readonly number: number;
  readonly title: string;
  /** Status codes that fit besides 1007. Default: none. */
  readonly codes?: readonly number[];
  readonly autobahn?: string;
  readonly frames: (trial: Trial) => readonly FrameToWrite[];
  readonly good?: number;
  readonly goodPings?: readonly string[];
  readonly cut?: Cut;
}

const messages: readonly Invalid[] = [
  {
    number: 101,
    title: "half of a surrogate pair in the middle of a text",
    autobahn: "6.3.1",
    frames: () => inFragments(surrogate),
  },
  {
    number: 102,
    title: "the same in fragments of one octet",
    autobahn: "6.3.2",
    frames: () => inFragments(...ofOneOctet(surrogate)),
  },
  {
    number: 103,
    title: "a character that the last fragment does not complete",
    frames: () => inFragments(Buffer.from("e282", "hex"), Buffer.from("2e", "hex")),
  },
  {
    number: 104,
    title: "a character of three octets of which a last fragment without payload leaves two",
    frames: () => inFragments(Buffer.from("e282", "hex"), ""),
  },
  {
    number: 105,
    title: "a text that ends within a character, then one that begins with the rest of it",
    frames: () => [...inFragments(Buffer.from("e282", "hex")), ...inFragments(Buffer.from("ac", "hex"))],
  },
  {
    number: 106,
    title: "a Ping between two fragments that are not UTF-8 together",
    frames: () => {
      const [first, last] = inFragments(Buffer.from("c3", "hex"), Buffer.from("c3", "hex"));
      return [first!, { opcode: Opcode.Ping, payload: "in between" }, last!];
    },
    goodPings: ["in between"],
  },
  {
    number: 107,
    title: "a good text, one that is not UTF-8 and a Ping, in one write",
    frames: () => [
      { opcode: Opcode.Text, payload: "good" },
      ...inFragments(Buffer.from("ff", "hex")),
      pingBehind,
    ],
    good: 1,
  },
  {
    number: 108,
    title: "a text of 16 KiB whose last octet alone is wrong",
    // It may be too long, before it is anything else.
    codes: [1009],
    frames: (trial) => {
      const text = textOf(trial.random, 16_384);
      return inFragments(Buffer.concat([text.subarray(0, -1), Buffer.from([0xff])]));
    },
  },
  {
    number: 109,
    title: "a text that is not UTF-8, octet by octet",
    frames: () => inFragments(surrogate),
    cut: "octet by octet",
  },
];

function inFragments(...parts: readonly (Buffer | string)[]): readonly FrameToWrite[] {
  return parts.map((payload, i) => ({
    opcode: i === 0 ? Opcode.Text : Opcode.Continuation,
    payload,
    fin: i === parts.length - 1,
  }));
}

function ofOneOctet(octets: Buffer): readonly Buffer[] {
  return Array.from(octets, (octet) => Buffer.from([octet]));
}

// ── 121 to 124: how soon it is found

/** A Greek word, U+110000 of which the second octet is the wrong one, and letters. */
const tooHigh = Buffer.from("cebae1bdb9cf83cebcceb5f4908080656469746564", "hex");

/** The octets in three parts, of which the second is not UTF-8 behind the first. */
type Cuts = readonly [Buffer, Buffer, Buffer];

function cutAt(first: number, second: number): Cuts {
  return [tooHigh.subarray(0, first), tooHigh.subarray(first, second), tooHigh.subarray(second)];
}

/** Whole characters, the four octets that are none, and the rest. */
const atCharacters = cutAt(11, 15);
/** Up to the octet before the wrong one, that octet alone, and the rest. */
const atTheOctet = cutAt(12, 13);

/** Of a peer that cannot be asked within a frame, for how much of the patience one waits for a sign. */
const SOON = 1 / 5;

/** In three frames. A Ping behind the second tells whether it was found by then. */
async function inThreeFrames(trial: Trial, [good, wrong, rest]: Cuts): Promise<void> {
  const peer = await trial.open();
  const [first, second, third] = inFragments(good, wrong, rest);
  peer.send(first!, { opcode: Opcode.Ping, payload: "good so far" });
  await peer.expectPong("good so far");
  peer.send(second!, { opcode: Opcode.Ping, payload: "not any more" });
  if ((await sign(peer, trial.patience)) === "goes on") {
    noteLate(peer);
    peer.send(third!);
  }
  await expectFailure(peer, 1007);
}

/** In one frame that comes in three writes. */
async function inThreeWrites(trial: Trial, [good, , rest]: Cuts): Promise<void> {
  const peer = await trial.open();
  const frame = peer.encode({ opcode: Opcode.Text, payload: tooHigh });
  peer.connection.log.octets(peer.connection.number, "sent", "a text frame, in three writes", frame);
  const header = frame.length - tooHigh.length;
  await peer.connection.written(frame.subarray(0, header + good.length));
  await peer.connection.written(frame.subarray(header + good.length, frame.length - rest.length));
  if ((await sign(peer, trial.patience * SOON)) === "goes on") {
    noteLate(peer);
    await peer.connection.written(frame.subarray(frame.length - rest.length));
  }
  await expectFailure(peer, 1007);
}

/** Whether the peer fails the connection, or answers a Ping instead, or does nothing for so long. */
async function sign(peer: Peer, patience: number): Promise<"fails" | "goes on"> {
  for (;;) {
    const received = await peer.next(patience);
    if (received.kind === "nothing") return "goes on";
    if (received.kind !== "frame") return "fails";
    if (received.frame.opcode === Opcode.Pong) return "goes on";
    if (received.frame.opcode !== Opcode.Close) continue;
    peer.hold(received.frame);
    return "fails";
  }
}

function noteLate(peer: Peer): void {
  peer.note({
    severity: "info",
    expected: "the connection failed at the octet that cannot be, though the message goes on",
    came: "a connection that goes on until the message has ended",
  });
}

interface Late {
  readonly number: number;
  readonly autobahn: string;
  readonly title: string;
  readonly way: (trial: Trial, cuts: Cuts) => Promise<void>;
  readonly cuts: Cuts;
}

const ways: readonly Late[] = [
  {
    number: 121,
    autobahn: "6.4.1",
    title: "U+110000 in the second of three frames, found before the third",
    way: inThreeFrames,
    cuts: atCharacters,
  },
  {
    number: 122,
    autobahn: "6.4.2",
    title: "the wrong octet of U+110000 alone in the second of three frames, found before the third",
    way: inThreeFrames,
    cuts: atTheOctet,
  },
  {
    number: 123,
    autobahn: "6.4.3",
    title: "U+110000 in the second of three writes of one frame, found before the third",
    way: inThreeWrites,
    cuts: atCharacters,
  },
  {
    number: 124,
    autobahn: "6.4.4",
    title: "the wrong octet of U+110000 alone in the second of three writes, found before the third",
    way: inThreeWrites,
    cuts: atTheOctet,
  },
];

/**
 * Nothing says when an endpoint "finds" it, so that to find it when the message has ended is worth knowing, and no fault
 * (Autobahn|Testsuite: NON-STRICT); not to find it is a failure.
 */
const soon: readonly CaseInSection<Trial>[] = ways.map(({ number, autobahn, title, way, cuts }) => ({
  number,
  title,
  requirement: notUtf8,
  level: "MUST",
  autobahn: [autobahn],
  run: async (trial) => way(trial, cuts),
}));

export const invalidMessages: readonly Case<Trial>[] = both(
  "rfc6455/8.1",
  { profile: "core", overHttp2: true },
  [
    ...messages.map(
      ({ number, title, autobahn, frames, ...rest }): CaseInSection<Trial> => ({
        number,
        title,
        requirement: notUtf8,
        level: "MUST",
        autobahn: autobahn === undefined ? [] : [autobahn],
        run: async (trial) =>
          violates(trial, { ...rest, frames: frames(trial), codes: [1007, ...(rest.codes ?? [])] }),
      }),
    ),
    ...soon,
  ],
);
