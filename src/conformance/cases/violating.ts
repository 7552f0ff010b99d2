/** What all cases have in common in which we break a rule: the peer fails the connection, and nothing after that counts. */
import { expectConnectionClosed, expectFailure, type Failure } from "../closing.ts";
import type { Peer } from "../peer.ts";
import type { Trial } from "../trial.ts";
import { Deviation } from "../verdict.ts";
import { type FrameToWrite, Opcode } from "../wire/frame.ts";
import { type Cut, sendCut } from "./cut.ts";

/** Frames of which one breaks a rule. */
export interface Violation {
  readonly frames: readonly FrameToWrite[];
  /** The status codes that fit. Default 1002. */
  readonly codes?: readonly number[];
  /** Messages among the frames that are whole before the rule is broken. Default 0. */
  readonly good?: number;
  /** Default: in one write. */
  readonly cut?: Cut;
  /** Whether RFC 6455 §5.1 leaves the Close frame to the peer. Default false. */
  readonly closeFrameMay?: boolean;
}

/** The payload of a Ping that stands behind a violation. */
const BEHIND = "behind the violation";

/** A Ping that a peer which has failed the connection does not answer any more. */
export const pingBehind: FrameToWrite = { opcode: Opcode.Ping, payload: BEHIND };

/** Breaks a rule on a connection of its own; the peer has to fail it. */
export async function violates(trial: Trial, violation: Violation): Promise<void> {
  await failsAt(await trial.open(), violation);
}

/**
 * Breaks a rule on this connection.
 *
 * @throws {Deviation} when the connection goes on, or something behind the violation is answered
 */
export async function failsAt(peer: Peer, violation: Violation): Promise<void> {
  const { frames, codes = [1002], good = 0, cut = "in one write", closeFrameMay = false } = violation;
  await sendCut(peer, cut, frames);
  const failure = await (closeFrameMay ? expectConnectionClosed : expectFailure)(peer, ...codes);
  checkNothingBehind(failure, good);
  if (failure.messages < good) {
    // No clause says that what is in hand has to be answered before the connection is failed.
    const expected = `the echo of the ${good === 1 ? "message" : `${good} messages`} before the violation`;
    peer.note({ severity: "info", expected, came: `${failure.messages}`, clause: "RFC 6455 §7.1.7" });
  }
}

/** @throws {Deviation} when data from behind the violation was processed */
export function checkNothingBehind({ messages, pongs }: Failure, good: number): void {
  const processed = [
    ...(messages > good ? [`${messages - good} messages`] : []),
    ...(pongs.includes(BEHIND) ? ["a Pong for the Ping behind it"] : []),
  ];
  if (processed.length === 0) return;
  // RFC 6455 §7.1.7: "An endpoint MUST NOT continue to attempt to process data …"
  const expected = "nothing processed behind the violation";
  throw new Deviation(expected, processed.join(", "), { level: "MUST", clause: "RFC 6455 §7.1.7" });
}
