/** What all cases have in common in which a message is sent correctly: it comes back as it was. */
import { expectDropped, finish } from "../closing.ts";
import type { Peer } from "../peer.ts";
import { Closed } from "../received.ts";
import type { Trial } from "../trial.ts";
import type { Opcode } from "../wire/frame.ts";
import { inOctets } from "./content.ts";
import { type Cut, sendCut } from "./cut.ts";

/** A message, and how it is sent. */
export interface Sent {
  readonly opcode: typeof Opcode.Text | typeof Opcode.Binary;
  /** One frame for each. */
  readonly parts: readonly (Buffer | string)[];
  /** Default: in one write. */
  readonly cut?: Cut;
}

/** Octets, and fragments, up to which nobody has a reason to refuse a message. */
const SMALL = 4_096;
const FEW = 100;

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
    await peer.expectMessage(opcode, payload);
    return true;
  } catch (error) {
    const limited = payload.length > SMALL || parts.length > FEW;
    if (!limited || !(error instanceof Closed)) throw error;
    await refused(peer, error, { length: payload.length, frames: parts.length });
    return false;
  }
}

async function refused(
  peer: Peer,
  closed: Closed,
  { length, frames }: { readonly length: number; readonly frames: number },
): Promise<void> {
  const { received, expected, came } = closed;
  const clause = "RFC 6455 §10.4";
  const limit = `a limit below ${inOctets(length)}${frames > 1 ? ` in ${frames} frames` : ""}: ${came}`;
  if (received.kind !== "frame") {
    // A Close frame that was sent may have been lost with the connection: we were still sending.
    const wished = "the echo, or a Close frame with 1009";
    peer.note({ severity: "warn", expected: wished, came: limit, clause: "RFC 6455 §7.1.7" });
    return;
  }
  const { payload } = received.frame;
  const code = payload.length < 2 ? undefined : payload.readUInt16BE(0);
  const fits = code === 1009 || (code === 1008 && frames > FEW);
  if (!fits) throw closed;
  peer.note({ severity: "info", expected, came: limit, clause });
  peer.close(code);
  await expectDropped(peer);
}
