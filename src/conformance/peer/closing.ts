/** How a connection ends, judged in every case: the closing handshake of RFC 6455 §7, and the failing of §7.1.7. */

import { Deviation, type Finding } from "../verdict.ts";
import { type Frame, Opcode } from "../wire/frame.ts";
import { Tally } from "./bounds.ts";
import { Deadline } from "./deadline.ts";
import type { Peer } from "./peer.ts";
import { closeCode, type Received } from "./received.ts";

/** How a peer failed the connection. */
export interface Failure {
  /** The status code of its Close frame; `undefined` when there was no frame, or no code in it. */
  readonly code: number | undefined;
  /** Whole messages that it still sent before it failed. */
  readonly messages: number;
  /** The payloads of the Pongs that it still sent before it failed. */
  readonly pongs: readonly string[];
}

/** Without a sign of the peer for this part of the patience, it is asked whether the connection still lives. */
const QUIET = 1 / 20;

/** The good end of most cases: a closing handshake with 1000, begun by us. */
export async function finish(peer: Peer): Promise<void> {
  await closes(peer, 1000);
}

/**
 * We begin the closing handshake (RFC 6455 §7.1.2); the peer answers with a Close frame, and the TCP connection ends.
 *
 * @throws {Deviation} when anything else happens
 */
export async function closes(peer: Peer, code?: number, reason: string | Buffer = ""): Promise<void> {
  peer.close(code, reason);
  await expectClosing(peer, code);
}

/**
 * We have sent a Close frame; the peer answers with one, and the TCP connection ends.
 *
 * @param code the code that we sent
 * @throws {Deviation} when anything else happens
 */
export async function expectClosing(peer: Peer, code: number | undefined): Promise<void> {
  noteCode(peer, [code], closeCode(await closeFrame(peer, IN_ANSWER)));
  await expectDropped(peer);
}

/**
 * As {@link expectClosing}, of a peer that may still have messages to send. RFC 6455 §5.5.1: "An endpoint MAY delay
 * sending a Close frame until its current message is sent".
 *
 * @param codes the code that we sent, and others that fit what we sent before
 * @returns the data frames and Pongs that came before its Close frame
 */
export async function expectClosingAfter(peer: Peer, ...codes: readonly number[]): Promise<readonly Frame[]> {
  const before: Frame[] = [];
  const tally = new Tally(IN_ANSWER);
  for (;;) {
    const received = await peer.next();
    if (received.kind !== "frame") throw notClosed(peer, IN_ANSWER, received);
    const { frame } = received;
    if (frame.opcode === Opcode.Close) {
      noteCode(peer, codes, closeCode(frame));
      await expectDropped(peer);
      return before;
    }
    tally.count(frame);
    before.push(frame);
  }
}

const IN_ANSWER = "a Close frame in answer to ours";

/** Codes that speak of an error (RFC 6455 §7.4.1). */
const errors: ReadonlySet<number> = new Set([1002, 1003, 1007, 1008, 1009, 1010, 1011]);

/** RFC 6455 §5.5.1: "When sending a Close frame in response, the endpoint typically echos the status code it received." */
function noteCode(peer: Peer, codes: readonly (number | undefined)[], came: number | undefined): void {
  const [code] = codes;
  if (came === undefined || codes.includes(came) || (code === undefined && came === 1000)) return;
  peer.note({
    // "Typically" is no SHOULD. But a code that speaks of an error, where there was none, is not true.
    severity: errors.has(came) ? "warn" : "info",
    expected: code === undefined ? "a Close frame without a code, or 1000" : `the code ${code} echoed`,
    came: `${came}`,
    clause: "RFC 6455 §5.5.1",
  });
}

/**
 * We broke a rule; the peer fails the connection.
 *
 * @param codes the status codes that fit; the first is the one to hope for
 * @throws {Deviation} when the connection goes on
 */
export async function expectFailure(peer: Peer, ...codes: readonly number[]): Promise<Failure> {
  return expectFailureWith(peer, codes);
}

/** What a clause leaves to a peer that is to fail the connection. */
export interface Leeway {
  /** The clause by which it need not send a Close frame. */
  readonly frame?: string;
  /** The clause by which it may say any code, or none. */
  readonly code?: string;
}

/** As {@link expectFailure}, where a clause leaves more to the peer than RFC 6455 §7.1.7 does. */
export async function expectFailureWith(
  peer: Peer,
  codes: readonly number[],
  leeway: Leeway = {},
): Promise<Failure> {
  const expected = `the connection failed${codes.length === 0 ? "" : ` with ${codes.join(" or ")}`}`;
  const { received, messages, pongs } = await untilFailed(peer, expected);
  if (received.kind !== "frame") {
    const wished = `a Close frame${codes.length === 0 ? "" : ` with ${codes.join(" or ")}`}`;
    const lost = isLost(peer, received);
    noteLeft(peer, lost ? LOST : leeway.frame, { expected: wished, came: peer.describe(received) });
    return { code: undefined, messages, pongs };
  }
  const code = closeCode(received.frame);
  if (codes.length > 0 && (code === undefined || !codes.includes(code))) {
    noteLeft(peer, leeway.code, {
      expected: `the status code ${codes.join(" or ")}`,
      came: code === undefined ? "a Close frame without a code" : `${code}`,
    });
  }
  // A peer that takes this for the closing handshake ends it the sooner.
  peer.close(code);
  await expectDropped(peer);
  return { code, messages, pongs };
}

/** The peer begins the closing handshake with one of `codes`; we answer, and the TCP connection ends. */
export async function expectClosedByPeer(
  peer: Peer,
  ...codes: readonly number[]
): Promise<number | undefined> {
  const expected = `a Close frame with ${codes.join(" or ")}`;
  const frame = await closeFrame(peer, expected);
  const code = closeCode(frame);
  if (code === undefined || !codes.includes(code))
    throw new Deviation(expected, peer.describe({ kind: "frame", frame }));
  peer.close(code);
  await expectDropped(peer);
  return code;
}

/**
 * RFC 6455 §7.1.7: "the endpoint SHOULD send a Close frame with an appropriate status code before proceeding": a warning
 * where it does not, and no more than worth knowing where another clause leaves that to it.
 */
function noteLeft(peer: Peer, clause: string | undefined, finding: Pick<Finding, "expected" | "came">): void {
  const severity = clause === undefined ? "warn" : "info";
  peer.note({ severity, ...finding, clause: clause ?? "RFC 6455 §7.1.7" });
}

/**
 * RFC 6455 §7.1.1 lets an endpoint close TCP as soon as it has sent its Close frame. It SHOULD discard what is still
 * coming, so that TCP does not reset the connection; whoever does not has sent the frame all the same.
 */
const LOST = "RFC 6455 §7.1.1";

/** Whether there may have been a Close frame that we could not read, because we were still sending. */
function isLost(peer: Peer, received: Received): boolean {
  return received.kind === "reset" && peer.connection.cutOff;
}

/** Something else than the Close frame that had to come. */
function notClosed(peer: Peer, expected: string, received: Received): Deviation {
  const other = isLost(peer, received) ? ({ level: "MAY", clause: LOST } as const) : {};
  return new Deviation(expected, peer.describe(received), other);
}

/**
 * Reads on to the Close frame; nothing but Pongs may come before it.
 *
 * @throws {Deviation} when something else comes, or nothing
 */
export async function closeFrame(peer: Peer, expected: string): Promise<Frame> {
  const tally = new Tally(expected);
  for (;;) {
    const received = await peer.next();
    if (received.kind !== "frame") throw notClosed(peer, expected, received);
    if (received.frame.opcode === Opcode.Close) return received.frame;
    if (received.frame.opcode !== Opcode.Pong) throw new Deviation(expected, peer.describe(received));
    tally.count(received.frame);
  }
}

/** Reads until the Close frame or the end; asks the peer for a Pong where it stays quiet. */
async function untilFailed(
  peer: Peer,
  expected: string,
): Promise<Pick<Failure, "messages" | "pongs"> & { readonly received: Received }> {
  const { patience } = peer.connection;
  const pongs: string[] = [];
  let messages = 0;
  let asked: string | undefined;
  let answered = false;
  const tally = new Tally(expected);
  for (;;) {
    const received = await peer.next(asked === undefined || answered ? patience * QUIET : patience);
    if (received.kind === "nothing") {
      if (answered)
        throw new Deviation(expected, "a connection that goes on: it answered a Ping sent afterwards");
      if (asked !== undefined) throw new Deviation(expected, peer.describe(received));
      asked = "does it live?";
      peer.ping(asked);
      continue;
    }
    if (received.kind !== "frame" || received.frame.opcode === Opcode.Close)
      return { received, messages, pongs };
    const { opcode, fin, payload } = received.frame;
    tally.count(received.frame);
    if (opcode !== Opcode.Pong) messages += fin ? 1 : 0;
    else if (payload.toString() === asked) answered = true;
    else pongs.push(payload.toString());
  }
}

const heartbeats: ReadonlySet<number> = new Set([Opcode.Ping, Opcode.Pong]);

/**
 * After both Close frames: RFC 6455 §5.5.1: "The server MUST close the underlying TCP connection immediately; the
 * client SHOULD wait for the server to close the connection". A Ping or a Pong may still come: what §5.5.1 forbids after
 * a Close frame are data frames, and a Ping may be sent "any time … before the connection is closed" (§5.5.2).
 *
 * @throws {Deviation} when the connection stays, a message comes, or a second Close frame
 */
export async function expectDropped(peer: Peer): Promise<void> {
  if (peer.role === "client") {
    peer.connection.end();
  }
  const must = { level: "MUST", clause: "RFC 6455 §5.5.1" } as const;
  const deadline = new Deadline(peer.connection.patience);
  for (;;) {
    const received = await peer.next(deadline.left);
    // A reset after the closing handshake loses nothing: TCP sends one for octets that nobody read any more.
    if (received.kind === "end" || received.kind === "reset") break;
    if (received.kind !== "frame") {
      const expected = "the TCP connection closed after the closing handshake";
      throw new Deviation(expected, peer.describe(received), must);
    }
    if (!heartbeats.has(received.frame.opcode))
      throw new Deviation("nothing after the Close frame", peer.describe(received), must);
  }
  peer.connection.destroy();
}
