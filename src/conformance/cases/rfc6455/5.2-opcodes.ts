/** RFC 6455 §5.2: the reserved opcodes. */
import type { Case } from "../../case.ts";
import type { Trial } from "../../peer/trial.ts";
import { type FrameToWrite, Opcode } from "../../wire/frame.ts";
import type { Cut } from "../cut.ts";
import { both, type CaseInSection } from "../section.ts";
import { pingBehind, violates } from "../violating.ts";

const unknown =
  "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_.";

const text: FrameToWrite = { opcode: Opcode.Text, payload: "Hello" };
const fragment: FrameToWrite = { opcode: Opcode.Text, payload: "frag", fin: false };

interface ReservedOpcode {
  readonly number: number;
  readonly title: string;
  readonly autobahn?: string;
  readonly frames: readonly FrameToWrite[];
  readonly good?: number;
  readonly cut?: Cut;
}

/** Non-control opcodes 0x3 to 0x7 as 101 to 105, control opcodes 0xB to 0xF as 111 to 115. */
const alone: readonly ReservedOpcode[] = [
  { number: 101, title: "opcode 0x3, without payload", autobahn: "4.1.1", frames: [{ opcode: 0x3 }] },
  {
    number: 102,
    title: "opcode 0x4, with payload",
    autobahn: "4.1.2",
    frames: [{ opcode: 0x4, payload: "unknown" }],
  },
  {
    number: 103,
    title: "a text frame, opcode 0x5 and a Ping, in one write",
    autobahn: "4.1.3",
    frames: [text, { opcode: 0x5 }, pingBehind],
    good: 1,
  },
  {
    number: 104,
    title: "a text frame, opcode 0x6 with payload and a Ping, in one write",
    autobahn: "4.1.4",
    frames: [text, { opcode: 0x6, payload: "unknown" }, pingBehind],
    good: 1,
  },
  {
    number: 105,
    title: "a text frame, opcode 0x7 with payload and a Ping, octet by octet",
    autobahn: "4.1.5",
    frames: [text, { opcode: 0x7, payload: "unknown" }, pingBehind],
    good: 1,
    cut: "octet by octet",
  },
  { number: 111, title: "opcode 0xB, without payload", autobahn: "4.2.1", frames: [{ opcode: 0xb }] },
  {
    number: 112,
    title: "opcode 0xC, with payload",
    autobahn: "4.2.2",
    frames: [{ opcode: 0xc, payload: "unknown" }],
  },
  {
    number: 113,
    title: "a text frame, opcode 0xD and a Ping, in one write",
    autobahn: "4.2.3",
    frames: [text, { opcode: 0xd }, pingBehind],
    good: 1,
  },
  {
    number: 114,
    title: "a text frame, opcode 0xE with payload and a Ping, in one write",
    autobahn: "4.2.4",
    frames: [text, { opcode: 0xe, payload: "unknown" }, pingBehind],
    good: 1,
  },
  {
    number: 115,
    title: "a text frame, opcode 0xF with payload and a Ping, octet by octet",
    autobahn: "4.2.5",
    frames: [text, { opcode: 0xf, payload: "unknown" }, pingBehind],
    good: 1,
    cut: "octet by octet",
  },
];

/** 121 to 130: a message whose first frame has the opcode, for it could be mistaken for one. */
const fragmented: readonly ReservedOpcode[] = [0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf].map(
  (opcode, i) => ({
    number: 121 + i,
    title: `a fragmented message of opcode ${inHex(opcode)}`,
    frames: [
      { opcode, payload: "frag", fin: false },
      { opcode: Opcode.Continuation, payload: "ment" },
    ],
  }),
);

/** 141 to 150: between the fragments of a good message, where only control frames belong, and known ones. */
const between: readonly ReservedOpcode[] = [0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf].map(
  (opcode, i) => ({
    number: 141 + i,
    title: `opcode ${inHex(opcode)} between the fragments of a text message`,
    frames: [fragment, { opcode, payload: "?" }, { opcode: Opcode.Continuation, payload: "ment" }],
  }),
);

/** Those with the length in 16 bits, which differ in being no control frames or too long for one. */
const long: readonly ReservedOpcode[] = [0x3, 0xb].map((opcode, i) => ({
  number: 161 + i,
  title: `opcode ${inHex(opcode)} with 126 octets`,
  frames: [{ opcode, payload: Buffer.alloc(126, 0x2a) }],
}));

function inHex(opcode: number): string {
  return `0x${opcode.toString(16).toUpperCase()}`;
}

export const reservedOpcodes: readonly Case<Trial>[] = both(
  "rfc6455/5.2",
  { profile: "core", overHttp2: true },
  [...alone, ...fragmented, ...between, ...long].map(
    ({ number, title, autobahn, ...violation }): CaseInSection<Trial> => ({
      number,
      title,
      requirement: unknown,
      level: "MUST",
      autobahn: autobahn === undefined ? [] : [autobahn],
      run: async (trial) => violates(trial, violation),
    }),
  ),
);
