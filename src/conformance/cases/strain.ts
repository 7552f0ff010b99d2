/** What the hostile cases have in common: a bystander that has to be served meanwhile, and what a peer may spend. */
import type { Peer } from "../peer/peer.ts";
import type { Trial } from "../peer/trial.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { Deviation, SetupFailed } from "../verdict.ts";
import { type FrameToWrite, Opcode } from "../wire/frame.ts";

/** Octets of memory that one hostile connection may cost. RFC 6455 names no figure: this one is ours, and never more than a SHOULD. */
export const BUDGET: number = 64 << 20;

/** Codes with which a peer may refuse what is too much for it (RFC 6455 §7.4.1). */
export const tooMuch: readonly number[] = [1009, 1008, 1013, 1002, 1007, 1011];

/**
 * Strains a server while another connection is served: that one's echo has to come before, during and after. Where the
 * server's process is known, what it grew by is held against {@link BUDGET}.
 */
export async function besideBystander(trial: ServerTrial, strain: () => Promise<void>): Promise<void> {
  const bystander = await trial.open();
  await bystander.expectWorking("before");
  const before = trial.memory();
  await strain();
  await isServed(bystander);
  const after = trial.memory();
  if (before === undefined || after === undefined || after - before <= BUDGET) return;
  const grown = `${Math.round((after - before) / 2 ** 20)} MiB more of resident memory`;
  throw new Deviation(`at most ${BUDGET / 2 ** 20} MiB spent on it`, grown, { level: "SHOULD" });
}

/** RFC 6455 §10.4: to "protect themselves" is a MUST, whatever the level of the case. */
async function isServed(bystander: Peer): Promise<void> {
  try {
    await bystander.expectWorking("afterwards");
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
    throw new Deviation(error.expected, error.came, { level: "MUST", clause: "RFC 6455 §10.4" });
  }
}

/**
 * Another connection beside all that there are: who is kept out finds that it does not open. How many a server has room
 * for is its own affair, so that a case in which they are open at the same time is no more than a SHOULD.
 */
export async function newcomer(trial: ServerTrial): Promise<Peer> {
  try {
    return await trial.open();
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error;
    throw new Deviation("another connection, opened and served", error.message);
  }
}

/** How a flood was taken. */
export type Taken = "failed" | "stalled" | "taken";

/**
 * Writes frames without reading, up to `limit` octets.
 *
 * @returns `stalled` when the peer stopped taking them, `failed` when it ended the connection, `taken` after the last
 */
export async function flood(peer: Peer, frames: readonly FrameToWrite[], limit: number): Promise<Taken> {
  const { connection } = peer;
  const octets = Buffer.concat(frames.map((frame) => peer.encode(frame)));
  connection.log.octets(connection.number, "sent", `the same ${octets.length} octets over and over`, octets);
  for (let sent = 0; sent < limit; sent += octets.length) {
    const written = await connection.writtenWithin(octets, connection.patience / 10);
    if (written !== "written") return written === "gone" ? "failed" : "stalled";
  }
  return "taken";
}

/** Reads until `ends` says that it was that, or the connection ends; says which. Pongs and messages are passed over. */
export async function readUntil(
  peer: Peer,
  ends: (payload: Buffer, opcode: number) => boolean,
): Promise<boolean> {
  for (;;) {
    const received = await peer.next();
    if (received.kind === "nothing") throw new Deviation("an answer or an end", peer.describe(received));
    if (received.kind !== "frame" || received.frame.opcode === Opcode.Close) return false;
    if (ends(received.frame.payload, received.frame.opcode)) return true;
  }
}

/** Runs a case of both roles: beside a bystander where a server is under test. */
export async function strained(trial: Trial, strain: () => Promise<void>): Promise<void> {
  if (isServerTrial(trial)) await besideBystander(trial, strain);
  else await strain();
}

function isServerTrial(trial: Trial): trial is ServerTrial {
  return trial.role === "server";
}
