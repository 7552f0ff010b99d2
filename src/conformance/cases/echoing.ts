/** What all cases have in common in which a message is sent correctly: it comes back as it was. */
import { expectDropped, finish } from "../peer/closing.ts";
import type { Peer } from "../peer/peer.ts";
import { Closed } from "../peer/received.ts";
import type { Trial } from "../peer/trial.ts";
import { severityOf } from "../verdict.ts";
import type { Opcode } from "../wire/frame.ts";
import { type Cut, sendCut } from "./cut.ts";

/** A message, and how it is sent. */
export interface Sent {
  readonly opcode: typeof Opcode.Text | typeof Opcode.Binary;
  /** One frame for each. */
  readonly parts: readonly (Buffer | string)[];
  /** Default: in one write. */
  readonly cut?: Cut;
}

const MIB = 1_048_576;

/** Sends the message on a connection of its own, expects its echo octet by octet, and closes. */
export async function echoes(trial: Trial, sent: Sent): Promise<void> {
  const peer = await trial.open();
  if (await comesBack(peer, sent)) await finish(peer);
}

/**
 * Sends the message and expects its echo.
 *
 * RFC 6455 §10.4 lets an endpoint limit the size of messages, so that a large one may be refused: that is noted, and
 * is no fault.
 *
 * @returns whether the echo came; if not, the connection is over
 * @throws {Deviation} when neither comes
 */
export async function comesBack(peer: Peer, { opcode, parts, cut = "in one write" }: Sent): Promise<boolean> {
  const payload = Buffer.concat(parts.map((part) => Buffer.from(part)));
  await sendCut(peer, cut, peer.fragments(opcode, parts));
  const { connection } = peer;
  // What is large takes its time to arrive, and to be looked at: all the more until the first of its echo comes.
  await connection.more(connection.patience * (1 + payload.length / MIB));
  try {
    await peer.expectMessage(opcode, payload, { frames: parts.length });
    return true;
  } catch (error) {
    // A level of its own it has where the size explains it.
    if (!(error instanceof Closed) || error.level === undefined) throw error;
    await refused(peer, error);
    return false;
  }
}

/** A limit of the peer's: notes it, and ends the connection as it wants to. */
async function refused(peer: Peer, { received, expected, came, level, clause, code }: Closed): Promise<void> {
  peer.note({ severity: severityOf(level!), expected, came, clause: clause! });
  if (received.kind !== "frame") return;
  peer.close(code);
  await expectDropped(peer);
}
