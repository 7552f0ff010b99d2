/** How a connection ends, judged in every case: the closing handshake of RFC 6455 §7, and the failing of §7.1.7. */
import type { Peer, Received } from "./peer.ts";
import { Deviation } from "./verdict.ts";
import { type Frame, Opcode } from "./wire/frame.ts";

/** How a peer failed the connection. */
export interface Failure {
  /** The status code of its Close frame; `undefined` when there was no frame, or no code in it. */
  readonly code: number | undefined;
  /** Messages that it still sent before it failed. */
  readonly messages: number;
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
  const answer = await closeFrame(peer, "a Close frame in answer to ours");
  const came = codeOf(answer);
  // RFC 6455 §5.5.1: "When sending a Close frame in response, the endpoint typically echos the status code it received."
  if (came !== undefined && came !== code && !(code === undefined && came === 1000)) {
    peer.note({
      severity: "warn",
      expected: code === undefined ? "a Close frame without a code, or 1000" : `the code ${code} echoed`,
      came: `${came}`,
      clause: "RFC 6455 §5.5.1",
    });
  }
  await expectDropped(peer);
}

/**
 * We broke a rule; the peer fails the connection.
 *
 * @param codes the status codes that fit; the first is the one to hope for
 * @throws {Deviation} when the connection goes on
 */
export async function expectFailure(peer: Peer, ...codes: readonly number[]): Promise<Failure> {
  const expected = `the connection failed${codes.length === 0 ? "" : ` with ${codes.join(" or ")}`}`;
  const { received, messages } = await untilFailed(peer, expected);
  if (received.kind !== "frame") {
    // RFC 6455 §7.1.7: "the endpoint SHOULD send a Close frame with an appropriate status code before proceeding"
    const clause = "RFC 6455 §7.1.7";
    peer.note({
      severity: "warn",
      expected: `a Close frame with ${codes.join(" or ")}`,
      came: peer.describe(received),
      clause,
    });
    return { code: undefined, messages };
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
  return { code, messages };
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
async function untilFailed(peer: Peer, expected: string): Promise<{ received: Received; messages: number }> {
  const { patience } = peer.connection;
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
    if (received.kind !== "frame" || received.frame.opcode === Opcode.Close) return { received, messages };
    if (received.frame.opcode !== Opcode.Pong) messages++;
    else if (received.frame.payload.toString() === asked) answered = true;
  }
}

/**
 * After both Close frames: RFC 6455 §5.5.1: "The server MUST close the underlying TCP connection immediately; the
 * client SHOULD wait for the server to close the connection".
 */
async function expectDropped(peer: Peer): Promise<void> {
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
