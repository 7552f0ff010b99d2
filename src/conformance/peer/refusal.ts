/**
 * Openings that come to nothing: a server that refuses a handshake (RFC 6455 §4.2.1), and a client that takes no
 * notice of a response which accepts nothing (RFC 6455 §4.1).
 */

import type { Handshake, ServerTrial } from "../server/server-trial.ts";
import { Deviation } from "../verdict.ts";
import { closePayload, decodeFrame, encodeFrame, Opcode } from "../wire/frame.ts";
import type { Head } from "../wire/head.ts";
import { describeFrame } from "../wire/wire-log.ts";
import { expectOpened, finalResponse } from "./acceptance.ts";
import { expectDropped, finish } from "./closing.ts";
import type { Connection } from "./connection.ts";
import type { Peer } from "./peer.ts";

export interface RefusalOptions {
  /** The status codes that HTTP has for this fault; others warn. Default: any of 4xx. */
  readonly statuses?: readonly number[];
  /** Whether any response but 101 will do, because HTTP may have a use for the request. Default false. */
  readonly plainHttp?: boolean;
}

/**
 * The server does not accept the handshake, and says so.
 *
 * @returns its response; `undefined` when it dropped the connection
 * @throws {Deviation} when it accepts, at the case's level
 */
export async function expectRefused(
  trial: ServerTrial,
  handshake: Handshake,
  options: RefusalOptions = {},
): Promise<Head | undefined> {
  const response = await finalResponse(handshake);
  const expected = "a refusal, with an HTTP error code";
  if (response === undefined) {
    // RFC 6455 §10.7: "the endpoint MAY drop the TCP connection", but "the server SHOULD return an appropriate HTTP …
    // status code"; what it returned may be lost, because we were still sending.
    trial.note({
      severity: handshake.connection.cutOff ? "info" : "warn",
      expected,
      came: "the end of the connection, without a response",
      clause: "RFC 6455 §10.7",
    });
    return undefined;
  }
  if (response.status === 101) throw new Deviation("a refusal", JSON.stringify(response.startLine));
  if (Number.isNaN(response.status)) {
    throw new Deviation("a status line of HTTP/1.1", JSON.stringify(response.startLine), {
      level: "MUST",
      clause: "RFC 9112 §4",
    });
  }
  if (!fits(response.status, options)) {
    const { statuses } = options;
    const wanted =
      statuses === undefined ? "an error of the client's: 4xx" : `the status ${statuses.join(" or ")}`;
    trial.note({ severity: "warn", expected: wanted, came: JSON.stringify(response.startLine) });
  }
  return response;
}

/** The server accepts the handshake and the connection works, or it refuses: either is right. */
export async function expectAnswered(
  trial: ServerTrial,
  handshake: Handshake,
  options: RefusalOptions = {},
): Promise<void> {
  const response = await finalResponse(handshake);
  const settled: Handshake = { ...handshake, response };
  if (response?.status === 101) await expectOpened(trial, settled);
  else await expectRefused(trial, settled, options);
}

/** RFC 9110 §15.6.2, §15.6.6: of the 5xx, these two say what is wrong with a request. */
const NOT_IMPLEMENTED = 501;
const VERSION_NOT_SUPPORTED = 505;

function fits(status: number, { statuses, plainHttp = false }: RefusalOptions): boolean {
  if (statuses !== undefined) return statuses.includes(status);
  if (status >= 400 && status < 500) return true;
  return plainHttp && (status < 400 || status === NOT_IMPLEMENTED || status === VERSION_NOT_SUPPORTED);
}

/** Who echoes this has taken the connection for established. */
const QUESTION = encodeFrame({ opcode: Opcode.Text, payload: "do you go on?" });

/** The part of the patience in which a client shows whether it goes on; after that our side ends. */
const SOON = 1 / 5;

/**
 * The client has been sent a response that accepts nothing; it fails the connection. A text sent behind the response
 * brings to light a client that goes on.
 *
 * RFC 6455 §7.1.7: "To do so, the client MUST _Close the WebSocket Connection_"; but when, §7.1.1 leaves to us: "when a
 * client is instructed to do the same, it SHOULD wait for a TCP Close from the server."
 *
 * @throws {Deviation} when it goes on, or does not end the connection though we have
 */
export async function expectAbandoned(connection: Connection): Promise<void> {
  connection.send(QUESTION, "a text frame: who echoes it has gone on");
  const expected = "the connection failed, and ended by the client";
  let ended = false;
  const end = (): void => {
    if (!ended) connection.end();
    ended = true;
  };
  for (;;) {
    if (connection.peekStart(4).toString("latin1", 0, 4) === "GET ") {
      connection.logUnread("another request on the same connection");
      return;
    }
    const found = decodeFrame(connection.peek());
    if (found !== undefined) {
      connection.log.frame(connection.number, "received", found.frame, connection.take(found.size));
      if (found.frame.opcode !== Opcode.Close) {
        throw new Deviation(expected, `${describeFrame(found.frame)}: it goes on`);
      }
      // It takes the connection for open, and closes it for the fault: that fails it too.
      connection.send(encodeFrame({ opcode: Opcode.Close, payload: closePayload(1000) }), "Close 1000");
      end();
      continue;
    }
    const state = await connection.more(connection.patience * (ended ? 1 : SOON));
    if (state === "end" || state === "reset") return;
    if (state === "nothing" && ended) {
      throw new Deviation(expected, `neither an echo nor an end within ${connection.patience} ms`);
    }
    if (state === "nothing") end();
  }
}

/**
 * The client has been sent a response that it may take for an acceptance, or fail on.
 *
 * @throws {Deviation} when it does neither
 */
export async function expectTakenOrAbandoned(peer: Peer): Promise<void> {
  const text = "taken?";
  peer.text(text);
  const expected = "the echo of a text, or the end of the connection";
  const received = await peer.next(peer.connection.patience * SOON);
  if (received.kind === "nothing") {
    // It may wait for us to end the connection (RFC 6455 §7.1.1).
    peer.connection.end();
    const then = await peer.next();
    if (then.kind !== "nothing") return;
    const closes = { level: "MUST", clause: "RFC 6455 §7.1.7" } as const;
    throw new Deviation(expected, peer.describe(then), closes);
  }
  if (received.kind !== "frame") return;
  if (received.frame.opcode === Opcode.Close) {
    peer.close(1000);
    await expectDropped(peer);
    return;
  }
  peer.hold(received.frame);
  await peer.expectText(text);
  await finish(peer);
}
