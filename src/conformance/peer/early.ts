/**
 * Octets behind the request, before there is a response. RFC 6455 §4.1 forbids them to clients; what a server may
 * make of them is to read them as frames once the connection is open, or to refuse. To lose them is neither.
 */

import type { Handshake, ServerTrial } from "../server/server-trial.ts";
import { Deviation } from "../verdict.ts";
import { encodeFrame, Opcode } from "../wire/frame.ts";
import { expectAccepted, finalResponse } from "./acceptance.ts";
import { finish } from "./closing.ts";
import { orLimit } from "./limits.ts";
import { expectRefused } from "./refusal.ts";

/** A masked text frame, as octets. */
export function textFrame(trial: ServerTrial, payload: Buffer | string): Buffer {
  return encodeFrame({ opcode: Opcode.Text, payload, maskingKey: trial.random.octets(4) });
}

/**
 * The text that was sent with the request is echoed, and one sent now as well; or the server refused.
 *
 * @throws {Deviation} when the early text is lost and the connection goes on
 */
export async function expectNotLost(trial: ServerTrial, handshake: Handshake, text: string): Promise<void> {
  const settled: Handshake = { ...handshake, response: await finalResponse(handshake) };
  if (settled.response?.status !== 101) {
    await expectRefused(trial, settled);
    return;
  }
  const peer = await expectAccepted(trial, settled);
  const later = "sent after the response";
  peer.text(later);
  const echo = peer.message("the echo of the text that was sent with the request");
  const first = await orLimit(echo, { length: Buffer.byteLength(text), frames: 1 }, peer.connection);
  if (first.payload.toString() === later) {
    const came = "the echo of a text sent afterwards: the octets behind the request were lost";
    throw new Deviation("the echo of the text that was sent with the request", came);
  }
  if (!first.payload.equals(Buffer.from(text))) {
    throw new Deviation("the echo of the text that was sent with the request", "another text", {
      level: "MUST",
    });
  }
  await peer.expectText(later);
  await finish(peer);
}
