/** RFC 6455 §5.4: frames in an order that is no sequence of messages. */
import type { Case } from "../../case.ts";
import type { Trial } from "../../peer/trial.ts";
import { type FrameToWrite, Opcode } from "../../wire/frame.ts";
import type { Cut } from "../cut.ts";
import { both, type CaseInSection } from "../section.ts";
import { pingBehind, violates } from "../violating.ts";

const order =
  "A fragmented message consists of a single frame with the FIN bit clear and an opcode other than 0, followed by zero or more frames with the FIN bit clear and the opcode set to 0, and terminated by a single frame with the FIN bit set and an opcode of 0.";
const interleaved =
  "The fragments of one message MUST NOT be interleaved between the fragments of another message unless an extension has been negotiated that can interpret the interleaving.";

const text = (payload: string): FrameToWrite => ({ opcode: Opcode.Text, payload });
const binary = (payload: string): FrameToWrite => ({ opcode: Opcode.Binary, payload });
const continuation = (payload: string): FrameToWrite => ({ opcode: Opcode.Continuation, payload });
const unfinished = (frame: FrameToWrite): FrameToWrite => ({ ...frame, fin: false });

interface Disorder {
  readonly number: number;
  readonly title: string;
  readonly autobahn?: string;
  /** Default: {@link order}. */
  readonly requirement?: string;
  readonly frames: readonly FrameToWrite[];
  readonly good?: number;
  readonly cut?: Cut;
}

const lone = [continuation("continues nothing"), text("whole")];
const loneUnfinished = [unfinished(continuation("continues nothing")), text("whole")];

const nothingToContinue: readonly Disorder[] = [
  {
    number: 61,
    title: "a last continuation of nothing and a text, in one write",
    autobahn: "5.9",
    frames: lone,
  },
  {
    number: 62,
    title: "a last continuation of nothing and a text, frame by frame",
    autobahn: "5.10",
    frames: lone,
    cut: "frame by frame",
  },
  {
    number: 63,
    title: "a last continuation of nothing and a text, octet by octet",
    autobahn: "5.11",
    frames: lone,
    cut: "octet by octet",
  },
  {
    number: 64,
    title: "a continuation of nothing, not the last, and a text, in one write",
    autobahn: "5.12",
    frames: loneUnfinished,
  },
  {
    number: 65,
    title: "a continuation of nothing, not the last, and a text, frame by frame",
    autobahn: "5.13",
    frames: loneUnfinished,
    cut: "frame by frame",
  },
  {
    number: 66,
    title: "a continuation of nothing, not the last, and a text, octet by octet",
    autobahn: "5.14",
    frames: loneUnfinished,
    cut: "octet by octet",
  },
  {
    number: 67,
    title: "a fragmented text, a continuation of nothing and a text, in one write",
    autobahn: "5.15",
    frames: [unfinished(text("one, ")), continuation("two"), unfinished(continuation("three")), text("four")],
    good: 1,
  },
  {
    number: 68,
    title: "twice: a continuation of nothing, not the last, then a text in two fragments",
    autobahn: "5.16",
    frames: twice([unfinished(continuation("one")), unfinished(text("two")), continuation("three")]),
  },
  {
    number: 69,
    title: "twice: a last continuation of nothing, then a text in two fragments",
    autobahn: "5.17",
    frames: twice([continuation("one"), unfinished(text("two")), continuation("three")]),
  },
  {
    number: 70,
    title: "a continuation of nothing, without payload",
    frames: [continuation(""), pingBehind],
  },
  {
    number: 71,
    title: "a whole text, then a continuation of it",
    frames: [text("whole"), continuation(" and more"), pingBehind],
    good: 1,
  },
];

const notContinued: readonly Disorder[] = [
  {
    number: 81,
    title: "a text in two fragments, both of them with the opcode of text",
    autobahn: "5.18",
    requirement: interleaved,
    frames: [unfinished(text("one")), text("two")],
  },
  {
    number: 82,
    title: "a binary message in two fragments, both of them with the opcode of binary",
    requirement: interleaved,
    frames: [unfinished(binary("one")), binary("two")],
  },
  {
    number: 83,
    title: "an unfinished text, then a binary message",
    requirement: interleaved,
    frames: [unfinished(text("one")), binary("two"), continuation("three")],
  },
  {
    number: 84,
    title: "an unfinished binary message, then the first fragment of a text",
    requirement: interleaved,
    frames: [unfinished(binary("one")), unfinished(text("two")), continuation("three"), continuation("four")],
  },
  {
    number: 85,
    title: "an unfinished text without payload, then another text",
    requirement: interleaved,
    frames: [unfinished(text("")), text("two")],
  },
];

function twice(frames: readonly FrameToWrite[]): readonly FrameToWrite[] {
  return [...frames, ...frames];
}

export const disorder: readonly Case<Trial>[] = both(
  "rfc6455/5.4",
  { profile: "core", overHttp2: true },
  [...nothingToContinue, ...notContinued].map(
    ({ number, title, autobahn, requirement = order, ...violation }): CaseInSection<Trial> => ({
      number,
      title,
      requirement,
      level: "MUST",
      autobahn: autobahn === undefined ? [] : [autobahn],
      run: async (trial) => violates(trial, violation),
    }),
  ),
);
