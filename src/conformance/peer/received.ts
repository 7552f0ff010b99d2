/** What comes from a peer, as cases see it. */
import { Deviation, type DeviationOptions } from "../verdict.ts";
import { type Frame, Opcode } from "../wire/frame.ts";
import type { Inflated } from "../wire/inflate.ts";
import { describeFrame } from "../wire/wire-log.ts";

/** What came next. */
export type Received =
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "end" | "reset" | "nothing" };

/** The peer closed, or was gone without a Close frame, where something else was expected. */
export class Closed extends Deviation {
  readonly received: Received;

  constructor(expected: string, came: string, received: Received, other: DeviationOptions = {}) {
    super(expected, came, other);
    this.received = received;
  }

  /** The status code of its Close frame; `undefined` when there was no frame, or no code in it. */
  get code(): number | undefined {
    return this.received.kind === "frame" ? closeCode(this.received.frame) : undefined;
  }
}

/** The status code of a Close frame, where it has one. */
export function closeCode({ payload }: Frame): number | undefined {
  return payload.length < 2 ? undefined : payload.readUInt16BE(0);
}

/** A whole message, put together and inflated. */
export interface Message {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Frames it came in. */
  readonly frames: number;
  /** Whether RSV1 was set on its first frame. */
  readonly compressed: boolean;
  /** Octets of payload on the wire. */
  readonly carried: number;
  /** What its compressed payload was made of. */
  readonly inflated?: Inflated;
}

/** What came before the Pong that was waited for. */
export interface BeforePong {
  /** How many messages were whole. */
  readonly messages: number;
  /** Other Pongs. */
  readonly pongs: readonly Frame[];
}

/** @param patience milliseconds that were waited, where nothing came */
export function inWords(received: Received, patience: number): string {
  if (received.kind === "frame") {
    const { frame } = received;
    const reason = frame.opcode === Opcode.Close ? frame.payload.toString("utf8", 2) : "";
    return `${describeFrame(frame)}${reason === "" ? "" : `, reason ${JSON.stringify(reason)}`}`;
  }
  if (received.kind === "nothing") return `nothing within ${patience} ms`;
  return received.kind === "end" ? "the end of the connection" : "a reset of the connection";
}
