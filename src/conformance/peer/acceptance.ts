/**
 * An opening handshake that is accepted (RFC 6455 §4.2.2), judged from the outside: the response says what it has to,
 * and the connection that follows works.
 */

import type { Handshake, ServerTrial } from "../server/server-trial.ts";
import { Deviation } from "../verdict.ts";
import type { Head } from "../wire/head.ts";
import { acceptFor } from "../wire/opening.ts";
import { finish } from "./closing.ts";
import type { Peer } from "./peer.ts";

/**
 * The server accepts the handshake.
 *
 * @returns the peer, with which the case may go on
 * @throws {Deviation} when it refuses, at the case's level, or when its response is not what §4.2.2 wants
 */
export async function expectAccepted(trial: ServerTrial, handshake: Handshake): Promise<Peer> {
  const response = await finalResponse(handshake);
  const expected = "the handshake accepted: 101 (Switching Protocols)";
  if (response === undefined) throw new Deviation(expected, "the end of the connection, without a response");
  if (response.status !== 101) throw new Deviation(expected, JSON.stringify(response.startLine));
  checkResponse(response, handshake.key);
  return trial.peer(handshake.connection, response.value("Sec-WebSocket-Extensions") ?? "");
}

/** The server accepts the handshake, echoes a text, and takes part in the closing handshake. */
export async function expectOpened(trial: ServerTrial, handshake: Handshake): Promise<void> {
  const peer = await expectAccepted(trial, handshake);
  await peer.expectWorking();
  await finish(peer);
}

/** Responses that only announce another, and are passed over. */
const MOST_INTERIM = 100;

/** The response behind those that only announce it (RFC 9110 §15.2); `undefined` when the connection ends first. */
export async function finalResponse({ connection, response }: Handshake): Promise<Head | undefined> {
  const expected = "a final response";
  let last = response;
  for (let announced = 1; last !== undefined && isInterim(last); announced++) {
    if (announced > MOST_INTERIM)
      throw new Deviation(expected, `${announced} that only announce one`, { level: "MUST" });
    last = await connection.readHead(expected);
  }
  return last;
}

/** Whether another response follows this one: 1xx, but not 101, after which there is no HTTP any more. */
export function isInterim({ status }: Head): boolean {
  return status >= 100 && status < 200 && status !== 101;
}

function checkResponse(response: Head, key: string): void {
  const upgrade = response.value("Upgrade");
  if (upgrade?.toLowerCase() !== "websocket") {
    deviates("an |Upgrade| header field with value “websocket”", upgrade, "§4.2.2");
  }
  if (!response.hasToken("Connection", "Upgrade")) {
    deviates("a |Connection| header field with value “Upgrade”", response.value("Connection"), "§4.2.2");
  }
  const accepts = response.all("Sec-WebSocket-Accept");
  if (accepts.length > 1) deviates("one |Sec-WebSocket-Accept|", accepts.join(" and "), "§11.3.3");
  if (accepts[0] !== acceptFor(key)) {
    deviates(`|Sec-WebSocket-Accept| ${acceptFor(key)}, for the key ${key}`, accepts[0], "§4.2.2");
  }
}

function deviates(expected: string, came: string | undefined, section: string): never {
  const instead = came === undefined ? "none" : JSON.stringify(came);
  throw new Deviation(expected, instead, { level: "MUST", clause: `RFC 6455 ${section}` });
}
