/** RFC 6455 §5.2: the reserved bits. */
import type { Case } from "../../case.ts";
import type { Trial } from "../../peer/trial.ts";
import { closePayload, type FrameToWrite, Opcode, RSV1, RSV2, RSV3 } from "../../wire/frame.ts";
import type { Cut } from "../cut.ts";
import { both, type CaseInSection } from "../section.ts";
import { pingBehind, violates } from "../violating.ts";

const reserved =
  "If a nonzero value is received and none of the negotiated extensions defines the meaning of such a nonzero value, the receiving endpoint MUST _Fail the WebSocket Connection_.";

const text: FrameToWrite = { opcode: Opcode.Text, payload: "Hello" };
const binary: FrameToWrite = { opcode: Opcode.Binary, payload: Buffer.from([0x00, 0xff, 0xfe, 0x80]) };

interface ReservedBits {
  readonly number: number;
  readonly title: string;
  readonly autobahn: readonly string[];
  readonly frames: readonly FrameToWrite[];
  readonly good?: number;
  readonly cut?: Cut;
}

/** Those of Autobahn|Testsuite: the bits as a number, with RSV1 as 4. */
const combinations: readonly ReservedBits[] = [
  { number: 1, title: "a text frame with RSV3", autobahn: ["3.1"], frames: [{ ...text, rsv: 1 }] },
  {
    number: 2,
    title: "a good text frame, one with RSV2 and a Ping, in one write",
    autobahn: ["3.2"],
    frames: [text, { ...text, rsv: 2 }, pingBehind],
    good: 1,
  },
  {
    number: 3,
    title: "a good text frame, one with RSV2 and RSV3 and a Ping, frame by frame",
    autobahn: ["3.3"],
    frames: [text, { ...text, rsv: 3 }, pingBehind],
    good: 1,
    cut: "frame by frame",
  },
  {
    number: 4,
    title: "a good text frame, one with RSV1 and a Ping, octet by octet",
    autobahn: ["3.4"],
    frames: [text, { ...text, rsv: 4 }, pingBehind],
    good: 1,
    cut: "octet by octet",
  },
  {
    number: 5,
    title: "a binary frame with RSV1 and RSV3",
    autobahn: ["3.5"],
    frames: [{ ...binary, rsv: 5 }],
  },
  {
    // What 3.6 calls a Ping, it sends as a binary frame; both are here.
    number: 6,
    title: "a Ping with RSV1 and RSV2",
    autobahn: ["3.6"],
    frames: [{ opcode: Opcode.Ping, payload: "Hello", rsv: 6 }],
  },
  {
    number: 7,
    title: "a binary frame with RSV1 and RSV2",
    autobahn: ["3.6"],
    frames: [{ ...binary, rsv: 6 }],
  },
  {
    number: 8,
    title: "a Close frame without payload, with all three reserved bits",
    autobahn: ["3.7"],
    frames: [{ opcode: Opcode.Close, rsv: 7 }],
  },
];

/** The kinds of frames, the bit being set on the last of each list. */
const kinds: readonly (readonly [name: string, frames: readonly FrameToWrite[]])[] = [
  ["a text frame", [text]],
  ["a binary frame", [binary]],
  ["a first fragment", [{ ...text, fin: false }]],
  [
    "a continuation",
    [
      { ...text, fin: false },
      { opcode: Opcode.Continuation, payload: ", world" },
    ],
  ],
  ["a Ping", [{ opcode: Opcode.Ping, payload: "Hello" }]],
  ["a Pong", [{ opcode: Opcode.Pong, payload: "Hello" }]],
  ["a Close frame", [{ opcode: Opcode.Close, payload: closePayload(1000) }]],
];

const bits: readonly (readonly [name: string, bit: number])[] = [
  ["RSV1", RSV1],
  ["RSV2", RSV2],
  ["RSV3", RSV3],
];

/** Each bit alone on each kind of frame: 11 to 17 for RSV1, 21 to 27 for RSV2, 32 to 37 for RSV3, whose text is 1. */
const alone: readonly ReservedBits[] = bits
  .flatMap(([bitName, rsv], i) =>
    kinds.map(([kindName, frames], j) => ({
      number: 11 + 10 * i + j,
      title: `${kindName} with ${bitName}`,
      autobahn: [],
      frames: [...frames.slice(0, -1), { ...frames.at(-1)!, rsv }],
    })),
  )
  .filter(({ number }) => number !== 31);

export const reservedBits: readonly Case<Trial>[] = both(
  "rfc6455/5.2",
  { profile: "core", overHttp2: true },
  [...combinations, ...alone].map(
    ({ number, title, autobahn, ...violation }): CaseInSection<Trial> => ({
      number,
      title,
      requirement: reserved,
      level: "MUST",
      autobahn,
      run: async (trial) => violates(trial, violation),
    }),
  ),
);
