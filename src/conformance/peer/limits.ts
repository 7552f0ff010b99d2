/** Limits on what a peer takes (RFC 6455 §10.4), and the ways in which it may refuse what is beyond them. */
import type { Connection } from "./connection.ts";
import { Closed, type Message } from "./received.ts";

/** What was sent. */
export interface Size {
  /** Octets of a message, as they are or as they were carried, whichever is more. */
  readonly length: number;
  /** Frames it was sent in. */
  readonly frames: number;
}

/** Octets, and fragments, up to which nobody has a reason to refuse a message: with less there is little to be tested. */
const SMALL = 1_024;
const FEW = 99;

/** Codes that find fault with what was sent, and not with its size. */
const faults: ReadonlySet<number | undefined> = new Set([1002, 1003, 1007, 1010]);

/**
 * The echo of a message of this size.
 *
 * @throws {Closed} when the connection is over before it comes, at the level that this deserves
 */
export async function orLimit(echo: Promise<Message>, size: Size, connection: Connection): Promise<Message> {
  try {
    return await echo;
  } catch (error) {
    throw error instanceof Closed ? atItsLevel(error, size, connection.cutOff) : error;
  }
}

/**
 * What it amounts to that the connection was over before the echo came. RFC 6455 §10.4 lets an endpoint limit the size of
 * messages, as small as it likes, so that a large one may be refused: by 1009, or by 1008, "if there is a need to hide
 * specific details about the policy" (§7.4.1). Whatever else the Close frame says, or that there is none, is against a
 * SHOULD of §7.1.7, unless the frame was lost because we were still sending (`cutOff`).
 */
function atItsLevel(closed: Closed, { length, frames }: Size, cutOff: boolean): Closed {
  const { received, expected, came, code } = closed;
  if ((length <= SMALL && frames <= FEW) || faults.has(code)) return closed;
  const pieces = frames > 1 ? ` in ${frames} frames` : "";
  const limit = `a limit below ${length.toLocaleString("en")} octets${pieces}: ${came}`;
  const lost = received.kind === "reset" && cutOff;
  if (lost || code === 1009 || code === 1008)
    return new Closed(expected, limit, received, { level: "MAY", clause: "RFC 6455 §10.4" });
  const wished = "the echo, or a Close frame with 1009";
  return new Closed(wished, limit, received, { level: "SHOULD", clause: "RFC 6455 §7.1.7" });
}
