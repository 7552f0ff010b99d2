/** What all cases have in common in which we break a rule: the peer fails the connection, and nothing after that counts. */
import { expectFailureWith, type Failure, type Leeway } from "../peer/closing.ts";
import type { Peer } from "../peer/peer.ts";
import type { Trial } from "../peer/trial.ts";
import { Deviation } from "../verdict.ts";
import { type FrameToWrite, Opcode, octetsOf } from "../wire/frame.ts";
import { type Cut, sendCut } from "./cut.ts";

/** Frames of which one breaks a rule. */
export interface Violation {
  readonly frames: readonly FrameToWrite[];
  /** The status codes that fit. Default 1002. */
  readonly codes?: readonly number[];
  /** Messages among the frames that are whole before the rule is broken. Default 0. */
  readonly good?: number;
  /** The payloads of Pings among the frames that come before the rule is broken. Default: none. */
  readonly goodPings?: readonly string[];
  /** Default: in one write. */
  readonly cut?: Cut;
  /** What another clause leaves to the peer. Default: nothing. */
  readonly leeway?: Leeway;
}

/** A Ping that a peer which has failed the connection does not answer any more. */
export const pingBehind: FrameToWrite = { opcode: Opcode.Ping, payload: "behind the violation" };

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
  const { frames, codes = [1002], good = 0, goodPings = [], cut = "in one write" } = violation;
  await sendCut(peer, cut, frames);
  const failure = await expectFailureWith(peer, codes, violation.leeway);
  const pings = frames
    .filter(({ opcode }) => opcode === Opcode.Ping)
    .map((frame) => octetsOf(frame).toString());
  checkNothingBehind(
    failure,
    good,
    pings.filter((payload) => !goodPings.includes(payload)),
  );
  if (failure.messages < good) {
    // No clause says that what is in hand has to be answered before the connection is failed.
    const expected = `the echo of the ${good === 1 ? "message" : `${good} messages`} before the violation`;
    peer.note({ severity: "info", expected, came: `${failure.messages}`, clause: "RFC 6455 §7.1.7" });
  }
}

function checkNothingBehind({ messages, pongs }: Failure, good: number, pings: readonly string[]): void {
  const processed = [
    ...(messages > good ? [`${messages - good === 1 ? "a message" : `${messages - good} messages`}`] : []),
    ...(pongs.some((pong) => pings.includes(pong)) ? ["a Pong for a Ping"] : []),
  ];
  if (processed.length === 0) return;
  // RFC 6455 §7.1.7: "An endpoint MUST NOT continue to attempt to process data …"
  const expected = "no answer to what broke the rule, nor to what came behind it";
  throw new Deviation(expected, processed.join(" and "), { level: "MUST", clause: "RFC 6455 §7.1.7" });
}
