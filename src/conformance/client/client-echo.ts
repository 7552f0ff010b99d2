/** What every case builds on: whoever connects is a WebSocket client, and echoes. */

import { finish } from "../peer/closing.ts";
import type { Connection } from "../peer/connection.ts";
import type { Peer } from "../peer/peer.ts";
import { visible } from "../report/visible.ts";
import { TargetUnreachable } from "../run/target.ts";
import { Deviation, SetupFailed } from "../verdict.ts";
import type { Head } from "../wire/head.ts";
import type { ClientTrial } from "./client-trial.ts";
import { within } from "./within.ts";

/** Characters shown of what is no opening request. */
const SHOWN = 80;
/** So many times the patience is given to a client that goes on octet by octet. */
const SLOWEST = 4;

/**
 * Accepts the client that has connected.
 *
 * @throws {TargetUnreachable} when it is no WebSocket client
 */
export async function acceptClient(
  trial: ClientTrial,
  connection: Connection,
): Promise<{ peer: Peer; request: Head }> {
  try {
    await connection.more();
    const first = connection.peek();
    if (!/^(?:[A-Z]{1,20}(?: |$)|$)/.test(first.toString("latin1", 0, 21))) throw none(inWords(first));
    const request = await connection.readHead("an opening request");
    if (request === undefined) throw none("it ended the connection without a request");
    if (asksForWebSocket(request)) return { peer: trial.accept({ connection, request }), request };
    throw none(`it sent ${quoted(request.startLine)} without the fields of an opening handshake`);
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
    throw none(`it connected, and of a request came ${error.came}`);
  }
}

/** @throws {SetupFailed} when the client does not send back what it receives */
export async function expectEcho(peer: Peer): Promise<void> {
  peer.text("echo?");
  try {
    const limit = peer.connection.patience * SLOWEST;
    if (!(await within(limit, peer.expectText("echo?"))))
      throw new SetupFailed(`the client does not echo: no whole message came in ${limit} ms`);
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
    throw new SetupFailed(`the client does not echo: ${error.message}`);
  }
}

/** Parts in peace; whether the client does it well is for the cases to judge. */
export async function part(peer: Peer): Promise<void> {
  try {
    await within(peer.connection.patience * SLOWEST, finish(peer));
  } catch (error) {
    if (!(error instanceof Deviation)) throw error;
  }
}

/** Whether a request asks for a WebSocket (RFC 6455 §4.2.1). */
export function asksForWebSocket(request: Head): boolean {
  return request.hasToken("Upgrade", "websocket") && request.value("Sec-WebSocket-Key") !== undefined;
}

function none(why: string): TargetUnreachable {
  return new TargetUnreachable(`this is no WebSocket client: ${why}`);
}

function inWords(octets: Buffer): string {
  // RFC 8446 §5.1: a record of the handshake.
  if (octets[0] === 0x16 && octets[1] === 0x03) return "it speaks TLS, but its URL is one of ws:";
  return `it sent ${quoted(octets.toString("latin1", 0, SHOWN))}`;
}

function quoted(text: string): string {
  return visible(JSON.stringify(text.slice(0, SHOWN)));
}
