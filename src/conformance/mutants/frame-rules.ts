/** What a frame's header must not be (RFC 6455 §5), one rule a row, each with the fault that leaves it out. */
import { Opcode, RSV1, RSV2, RSV3 } from "../wire/frame.ts";
import type { Broken, Fault } from "./faults.ts";
import type { FrameHeader } from "./frame-reader.ts";

/** Where a frame came in. */
export interface FrameSituation {
  /** Who reads it. */
  readonly role: "server" | "client";
  /** Whether a message has begun and not ended. */
  readonly inMessage: boolean;
  /** Whether permessage-deflate was agreed on. */
  readonly deflate: boolean;
  /** Octets of the message so far, and the most it may have. */
  readonly messageLength: number;
  readonly limit: number;
  /** The status code for more than that. */
  readonly tooBig: number;
}

interface FrameRule {
  /** The mutants that do without this rule. */
  readonly without: readonly Fault[];
  readonly breaks: (header: FrameHeader, situation: FrameSituation) => boolean;
  /** Whether it is about the size. Others are broken by "a protocol error", 1002. */
  readonly tooBig?: true;
}

const HIGHEST_BIT = 1n << 63n;

const isControl = ({ opcode }: FrameHeader): boolean => opcode >= Opcode.Close && opcode <= Opcode.Pong;

const rules: readonly FrameRule[] = [
  // RFC 6455 §5.1: "The server MUST close the connection upon receiving a frame that is not masked."
  { without: ["accepts-unmasked"], breaks: ({ masked }, { role }) => role === "server" && !masked },
  // RFC 6455 §5.1: "A client MUST close a connection if it detects a masked frame."
  { without: ["accepts-masked"], breaks: ({ masked }, { role }) => role === "client" && masked },
  // RFC 6455 §5.2: "If a nonzero value is received and none of the negotiated extensions defines the meaning of such
  // a nonzero value, the receiving endpoint MUST _Fail the WebSocket Connection_."
  {
    without: ["accepts-rsv1", "ignores-reserved-bits"],
    breaks: ({ rsv }, { deflate }) => !deflate && (rsv & RSV1) !== 0,
  },
  { without: ["accepts-rsv2", "ignores-reserved-bits"], breaks: ({ rsv }) => (rsv & RSV2) !== 0 },
  { without: ["accepts-rsv3", "ignores-reserved-bits"], breaks: ({ rsv }) => (rsv & RSV3) !== 0 },
  // RFC 7692 §6.1: "An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames and non-first
  // fragments of a data message."
  {
    without: ["accepts-rsv1-on-control-frames"],
    breaks: (header, { deflate }) => deflate && isControl(header) && (header.rsv & RSV1) !== 0,
  },
  {
    without: ["accepts-rsv1-on-continuations"],
    breaks: ({ opcode, rsv }, { deflate }) => deflate && opcode === Opcode.Continuation && (rsv & RSV1) !== 0,
  },
  // RFC 6455 §5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."
  { without: ["swallows-reserved-opcodes"], breaks: ({ opcode }) => isReserved(opcode) },
  // RFC 6455 §5.2: "the most significant bit MUST be 0"
  { without: ["accepts-lengths-of-64-bits"], breaks: ({ length }) => length >= HIGHEST_BIT },
  // RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length"
  { without: ["accepts-lengths-that-are-not-minimal"], breaks: ({ minimal }) => !minimal },
  // RFC 6455 §5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."
  { without: ["accepts-fragmented-control-frames"], breaks: (header) => isControl(header) && !header.fin },
  { without: ["accepts-long-control-frames"], breaks: (header) => isControl(header) && header.length > 125n },
  // RFC 6455 §5.4: "The fragments of one message MUST NOT be interleaved between the fragments of another message"
  {
    without: ["accepts-continuations-of-nothing"],
    breaks: ({ opcode }, { inMessage }) => opcode === Opcode.Continuation && !inMessage,
  },
  {
    without: ["accepts-messages-within-messages"],
    breaks: ({ opcode }, { inMessage }) => inMessage && (opcode === Opcode.Text || opcode === Opcode.Binary),
  },
  // RFC 6455 §7.4.1: 1009 "has received a message that is too big for it to process"
  {
    without: ["takes-messages-of-any-size"],
    breaks: (header, { messageLength, limit }) =>
      !isControl(header) &&
      header.length < HIGHEST_BIT &&
      BigInt(messageLength) + header.length > BigInt(limit),
    tooBig: true,
  },
];

/** The status code that this header fails the connection with; `undefined` when it may stand. */
export function frameRefusal(
  header: FrameHeader,
  situation: FrameSituation,
  broken: Broken,
): number | undefined {
  const rule = rules.find(({ without, breaks }) => breaks(header, situation) && !without.some(broken));
  return rule && (rule.tooBig ? situation.tooBig : 1002);
}

/** Whether RFC 6455 §5.2 has no meaning for this opcode. */
export function isReserved(opcode: number): boolean {
  return !Object.values<number>(Opcode).includes(opcode);
}
