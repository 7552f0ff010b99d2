/** RFC 6455 §5.5: what holds for all control frames. */
import type { Case } from "../../case.ts";
import type { Trial } from "../../peer/trial.ts";
import { closePayload, type FrameToWrite, Opcode } from "../../wire/frame.ts";
import { both, type CaseInSection } from "../section.ts";
import { pingBehind, violates } from "../violating.ts";

const control =
  "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented.";

const long = Buffer.alloc(126, 0xfe);
const huge = Buffer.alloc(65_536, 0xfe);
const longReason = closePayload(1000, "*".repeat(124));
const fragment: FrameToWrite = { opcode: Opcode.Text, payload: "frag", fin: false };

interface WrongControl {
  readonly number: number;
  readonly title: string;
  readonly autobahn?: string;
  readonly frames: readonly FrameToWrite[];
}

const tooLong: readonly WrongControl[] = [
  {
    number: 1,
    title: "a Ping of 126 octets",
    autobahn: "2.5",
    frames: [{ opcode: Opcode.Ping, payload: long }],
  },
  { number: 2, title: "a Pong of 126 octets", frames: [{ opcode: Opcode.Pong, payload: long }] },
  {
    number: 3,
    title: "a Close frame of 126 octets",
    autobahn: "7.3.6",
    frames: [{ opcode: Opcode.Close, payload: longReason }],
  },
  { number: 4, title: "a Ping of 65,536 octets", frames: [{ opcode: Opcode.Ping, payload: huge }] },
  { number: 5, title: "a Pong of 65,536 octets", frames: [{ opcode: Opcode.Pong, payload: huge }] },
  {
    number: 6,
    title: "a Ping of 126 octets between the fragments of a text",
    frames: [fragment, { opcode: Opcode.Ping, payload: long }],
  },
];

const fragmented: readonly WrongControl[] = [
  {
    number: 11,
    title: "a Ping in two fragments",
    autobahn: "5.1",
    frames: inTwo(Opcode.Ping, "pi", "ng"),
  },
  {
    number: 12,
    title: "a Pong in two fragments",
    autobahn: "5.2",
    frames: inTwo(Opcode.Pong, "po", "ng"),
  },
  {
    number: 13,
    title: "a Close frame in two fragments",
    frames: inTwo(Opcode.Close, closePayload(1000, "rea"), "son"),
  },
  {
    number: 14,
    title: "a Ping in two fragments without payload",
    frames: [...inTwo(Opcode.Ping, "", ""), pingBehind],
  },
  {
    number: 15,
    title: "a Ping in two fragments between those of a text",
    frames: [fragment, ...inTwo(Opcode.Ping, "pi", "ng"), { opcode: Opcode.Continuation, payload: "ment" }],
  },
  {
    number: 16,
    title: "a Pong that is not the last fragment, and nothing of the kind after it",
    frames: [{ opcode: Opcode.Pong, payload: "po", fin: false }, pingBehind],
  },
];

function isHuge({ payload }: FrameToWrite): boolean {
  return payload === huge;
}

function inTwo(opcode: number, one: Buffer | string, two: string): readonly FrameToWrite[] {
  return [
    { opcode, payload: one, fin: false },
    { opcode: Opcode.Continuation, payload: two },
  ];
}

export const controlFrames: readonly Case<Trial>[] = both(
  "rfc6455/5.5",
  { profile: "core", overHttp2: true },
  [...tooLong, ...fragmented].map(
    ({ number, title, autobahn, frames }): CaseInSection<Trial> => ({
      number,
      title,
      requirement: control,
      level: "MUST",
      autobahn: autobahn === undefined ? [] : [autobahn],
      // One that is as long as a message may be too long before it is anything else.
      run: async (trial) => violates(trial, { frames, codes: frames.some(isHuge) ? [1002, 1009] : [1002] }),
    }),
  ),
);
