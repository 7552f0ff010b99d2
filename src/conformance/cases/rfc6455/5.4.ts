/** RFC 6455 §5.4: fragmented messages, put together. */
import type { Case } from "../../case.ts";
import { finish } from "../../peer/closing.ts";
import type { Trial } from "../../peer/trial.ts";
import { type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { octetsOf, textOf } from "../content.ts";
import { type Cut, sendCut } from "../cut.ts";
import { echoes } from "../echoing.ts";
import { both, type CaseInSection } from "../section.ts";

const support = "Clients and servers MUST support receiving both fragmented and unfragmented messages.";
const controlBetween =
  "An endpoint MUST be capable of handling control frames in the middle of a fragmented message.";
const sameType =
  "As a consequence of these rules, all fragments of a message are of the same type, as set by the first fragment's opcode.";

// ── 1 to 19: fragments, and nothing between them

interface Parts {
  readonly number: number;
  readonly title: string;
  readonly autobahn?: string;
  readonly requirement?: string;
  readonly opcode?: typeof Opcode.Text | typeof Opcode.Binary;
  readonly parts: (trial: Trial) => readonly (Buffer | string)[];
  readonly cut?: Cut;
}

const messages: readonly Parts[] = [
  {
    number: 1,
    title: "a text in two fragments, in one write",
    autobahn: "5.3",
    parts: () => ["fragment one, ", "fragment two"],
  },
  {
    number: 2,
    title: "a text in two fragments, frame by frame",
    autobahn: "5.4",
    parts: () => ["fragment one, ", "fragment two"],
    cut: "frame by frame",
  },
  {
    number: 3,
    title: "a text in two fragments, octet by octet",
    autobahn: "5.5",
    parts: () => ["fragment one, ", "fragment two"],
    cut: "octet by octet",
  },
  {
    number: 4,
    title: "a text in three fragments without payload",
    autobahn: "6.1.2",
    parts: () => ["", "", ""],
  },
  {
    number: 5,
    title: "a text in three fragments, the first and the last without payload",
    autobahn: "6.1.3",
    parts: () => ["", "in the middle", ""],
  },
  {
    number: 6,
    title: "a text of 65,536 octets in 51 fragments of at most 1,300",
    autobahn: "10.1.1",
    parts: (trial) => inParts(textOf(trial.random, 65_536), 1_300),
  },
  {
    number: 7,
    title: "a binary message in two fragments stays binary",
    requirement: sameType,
    opcode: Opcode.Binary,
    parts: () => [Buffer.from([0x00, 0xff]), Buffer.from([0xfe, 0x80])],
  },
  {
    number: 8,
    title: "a binary message in fragments of 0, 1, 125, 126 and 65,536 octets",
    opcode: Opcode.Binary,
    parts: (trial) => [0, 1, 125, 126, 65_536].map((length) => octetsOf(trial.random, length)),
  },
  {
    number: 9,
    title: "a text in 1,000 fragments of one octet",
    parts: (trial) => inParts(textOf(trial.random, 1_000), 1),
  },
  {
    number: 10,
    title: "a text in 100 fragments without payload",
    parts: () => Array<string>(100).fill(""),
  },
];

function inParts(payload: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(payload.length / size) }, (_, i) =>
    payload.subarray(i * size, (i + 1) * size),
  );
}

// ── 21 to 39: control frames between them

const [first, last] = [
  { opcode: Opcode.Text, payload: "frag", fin: false },
  { opcode: Opcode.Continuation, payload: "ment" },
] as const;

function pingBetween(number: number, cut: Cut, autobahn: string): CaseInSection<Trial> {
  return {
    number,
    title: `a Ping between the fragments of a text, ${cut}`,
    requirement: controlBetween,
    level: "MUST",
    autobahn: [autobahn],
    run: async (trial) => {
      const peer = await trial.open();
      await sendCut(peer, cut, [first, { opcode: Opcode.Ping, payload: "between" }, last]);
      await peer.expectPong("between");
      await peer.expectText("fragment");
      await finish(peer);
    },
  };
}

/** A text in five fragments, with two Pings; the first is answered before the rest is sent. */
function pingsWithin(number: number, cut: Cut, autobahn: string): CaseInSection<Trial> {
  return {
    number,
    title: `a text in five fragments; a Ping after the second is answered before the third is sent, ${cut}`,
    requirement: controlBetween,
    level: "MUST",
    autobahn: [autobahn],
    run: async (trial) => {
      const peer = await trial.open();
      const [one, two, three, four, five] = peer.fragments(Opcode.Text, [
        "one",
        "two",
        "three",
        "four",
        "five",
      ]);
      await sendCut(peer, cut, [one!, two!, { opcode: Opcode.Ping, payload: "first" }]);
      await peer.expectPong("first");
      await sendCut(peer, cut, [three!, four!, { opcode: Opcode.Ping, payload: "second" }, five!]);
      await peer.expectPong("second");
      await peer.expectText("onetwothreefourfive");
      await finish(peer);
    },
  };
}

const between: readonly CaseInSection<Trial>[] = [
  pingBetween(21, "frame by frame", "5.7"),
  pingBetween(22, "octet by octet", "5.8"),
  pingsWithin(23, "in one write", "5.19"),
  pingsWithin(24, "frame by frame", "5.20"),
  {
    number: 25,
    title: "an unsolicited Pong between the fragments of a text",
    requirement: controlBetween,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      peer.send(first, { opcode: Opcode.Pong, payload: "between" }, last);
      await peer.expectText("fragment");
      await finish(peer);
    },
  },
  {
    number: 26,
    title: "a Ping and a Pong between each two of 50 fragments of a binary message",
    requirement: controlBetween,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      const payload = octetsOf(trial.random, 50 * 7);
      const fragments = peer.fragments(Opcode.Binary, inParts(payload, 7));
      const frames = fragments.flatMap((fragment, i): readonly FrameToWrite[] => [
        { opcode: Opcode.Ping, payload: `ping ${i}` },
        { opcode: Opcode.Pong, payload: `pong ${i}` },
        fragment,
      ]);
      peer.send(...frames);
      // Of its Pongs only the last need come (RFC 6455 §5.5.3); how they are answered is looked at elsewhere.
      await peer.expectBinary(payload);
      await peer.expectWorking();
      await finish(peer);
    },
  },
];

// ── 41 to 49: one message after another

const sequences: readonly CaseInSection<Trial>[] = [
  {
    number: 41,
    title: "a fragmented text, a whole one and a fragmented binary message, in one write",
    requirement: support,
    level: "MUST",
    run: async (trial) => {
      const peer = await trial.open();
      const whole: FrameToWrite = { opcode: Opcode.Text, payload: "whole" };
      peer.send(
        first,
        last,
        whole,
        ...peer.fragments(Opcode.Binary, [Buffer.from([1]), Buffer.from([2, 3])]),
      );
      await peer.expectText("fragment");
      await peer.expectText("whole");
      await peer.expectBinary(Buffer.from([1, 2, 3]));
      await finish(peer);
    },
  },
];

export const fragmentation: readonly Case<Trial>[] = both(
  "rfc6455/5.4",
  { profile: "core", overHttp2: true },
  [
    ...messages.map(
      ({
        number,
        title,
        autobahn,
        requirement = support,
        opcode = Opcode.Text,
        parts,
        cut = "in one write",
      }) =>
        ({
          number,
          title,
          requirement,
          level: "MUST",
          autobahn: autobahn === undefined ? [] : [autobahn],
          run: async (trial) => echoes(trial, { opcode, parts: parts(trial), cut }),
        }) satisfies CaseInSection<Trial>,
    ),
    ...between,
    ...sequences,
  ],
);
