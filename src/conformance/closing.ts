/** How a connection ends, judged in every case: the closing handshake of RFC 6455 §7, and the failing of §7.1.7. */
import type { Peer } from "./peer.ts";
import type { Received } from "./received.ts";
import { Deviation, type Finding } from "./verdict.ts";
import { type Frame, Opcode } from "./wire/frame.ts";

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
  noteCode(peer, [code], codeOf(await closeFrame(peer, "a Close frame in answer to ours")));
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
  for (;;) {
    const frame = await peer.frame("a Close frame in answer to ours");
    if (frame.opcode === Opcode.Close) {
      noteCode(peer, codes, codeOf(frame));
      await expectDropped(peer);
      return before;
    }
    before.push(frame);
  }
}

/** RFC 6455 §5.5.1: "When sending a Close frame in response, the endpoint typically echos the status code it received." */
function noteCode(peer: Peer, codes: readonly (number | undefined)[], came: number | undefined): void {
  const [code] = codes;
  if (came === undefined || codes.includes(came) || (code === undefined && came === 1000)) return;
  peer.note({
    // "Typically" is no SHOULD, and 1000 says no more than that it closes. Any other code speaks of a fault.
    severity: came === 1000 ? "info" : "warn",
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
  // RFC 6455 §7.1.7: "the endpoint SHOULD send a Close frame with an appropriate status code before proceeding"
  return failed(peer, codes, { severity: "warn", clause: "RFC 6455 §7.1.7" });
}

/**
 * As {@link expectFailure}, where RFC 6455 §5.1 leaves the Close frame to the peer: "In this case, a server MAY send a
 * Close frame with a status code of 1002 (protocol error)".
 */
export async function expectConnectionClosed(peer: Peer, ...codes: readonly number[]): Promise<Failure> {
  return failed(peer, codes, { severity: "info", clause: "RFC 6455 §5.1" });
}

async function failed(
  peer: Peer,
  codes: readonly number[],
  withoutFrame: Pick<Finding, "severity"> & { readonly clause: string },
): Promise<Failure> {
  const expected = `the connection failed${codes.length === 0 ? "" : ` with ${codes.join(" or ")}`}`;
  const { received, messages, pongs } = await untilFailed(peer, expected);
  if (received.kind !== "frame") {
    const wished = `a Close frame${codes.length === 0 ? "" : ` with ${codes.join(" or ")}`}`;
    peer.note({ ...withoutFrame, expected: wished, came: peer.describe(received) });
    return { code: undefined, messages, pongs };
  }
  const code = codeOf(received.frame);
  if (codes.length > 0 && (code === undefined || !codes.includes(code))) {
    peer.note({
      severity: "warn",
      expected: `the status code ${codes.join(" or ")}`,
      came: code === undefined ? "a Close frame without a code" : `${code}`,
      clause: "RFC 6455 §7.1.7",
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
  const code = codeOf(frame);
  if (code === undefined || !codes.includes(code))
    throw new Deviation(expected, peer.describe({ kind: "frame", frame }));
  peer.close(code);
  await expectDropped(peer);
  return code;
}

/** Reads on to the Close frame; nothing but Pongs may come before it. */
async function closeFrame(peer: Peer, expected: string): Promise<Frame> {
  for (;;) {
    const received = await peer.next();
    if (received.kind !== "frame") throw new Deviation(expected, peer.describe(received));
    if (received.frame.opcode === Opcode.Close) return received.frame;
    if (received.frame.opcode !== Opcode.Pong) throw new Deviation(expected, peer.describe(received));
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
    if (opcode !== Opcode.Pong) messages += fin ? 1 : 0;
    else if (payload.toString() === asked) answered = true;
    else pongs.push(payload.toString());
  }
}

/**
 * After both Close frames: RFC 6455 §5.5.1: "The server MUST close the underlying TCP connection immediately; the
 * client SHOULD wait for the server to close the connection".
 *
 * @throws {Deviation} when the connection stays, or a frame comes
 */
export async function expectDropped(peer: Peer): Promise<void> {
  if (peer.role === "client") {
    peer.connection.end();
  }
  for (;;) {
    const received = await peer.next();
    // A reset after the closing handshake loses nothing: TCP sends one for octets that nobody read any more.
    if (received.kind === "end" || received.kind === "reset") break;
    if (received.kind === "nothing") {
      const expected = "the TCP connection closed after the closing handshake";
      throw new Deviation(expected, peer.describe(received), { level: "MUST", clause: "RFC 6455 §5.5.1" });
    }
    const expected = "nothing after the Close frame";
    throw new Deviation(expected, peer.describe(received), { level: "MUST", clause: "RFC 6455 §5.5.1" });
  }
  peer.connection.destroy();
}

function codeOf({ payload }: Frame): number | undefined {
  return payload.length < 2 ? undefined : payload.readUInt16BE(0);
}
