/** Messages of one size, one after the other, compressed both ways: what groups 12 and 13 of Autobahn|Testsuite do. */
import { finish } from "../peer/closing.ts";
import type { Peer } from "../peer/peer.ts";
import type { DeflateWish, Trial } from "../peer/trial.ts";
import { Opcode } from "../wire/frame.ts";
import { carriedIn, compressedFrames, type DataOpcode, partsOf } from "./compressed.ts";
import type { Payload } from "./payloads.ts";

/** One of Autobahn's 18 ways to cut: the case x.y.n has the n-th. */
export interface MessageSize {
  /** Octets of a message, or characters where it is text. */
  readonly length: number;
  /** Octets of a fragment; `undefined` for messages in one frame. */
  readonly fragment: number | undefined;
}

/** In Autobahn's order. */
export const messageSizes: readonly MessageSize[] = [
  ...[16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072].map((length) => ({
    length,
    fragment: undefined,
  })),
  ...[8_192, 16_384, 32_768, 65_536, 131_072].map((length) => ({ length, fragment: 256 })),
  ...[1_024, 4_096, 32_768].map((fragment) => ({ length: 131_072, fragment })),
];

/** `messages of 8,192 octets in fragments of 256`. */
export function describeSize({ length, fragment }: MessageSize): string {
  const figure = (value: number): string => value.toLocaleString("en");
  return `messages of ${figure(length)} octets${fragment === undefined ? "" : ` in fragments of ${figure(fragment)}`}`;
}

/**
 * Autobahn sends 1,000 messages in each case. What follows the first few hundred thousand octets shows nothing new: by
 * then the largest window was gone through many times.
 */
const OCTETS = 256 * 1024;
const LEAST_MESSAGES = 3;
const MOST_MESSAGES = 1_000;
/** So many octets are on their way at once: waiting for each echo would take its time, and show no more. */
const ON_THEIR_WAY = 64 * 1024;
export interface Volume extends MessageSize {
  readonly payload: Payload;
  /** What is agreed on: the first that the peer takes part in. */
  readonly wishes: readonly DeflateWish[];
}

/** Sends the messages and holds every echo against them. */
export async function exchange(trial: Trial, { payload, length, fragment, wishes }: Volume): Promise<void> {
  const peer = await trial.openDeflate(...wishes);
  const opcode = payload.text ? Opcode.Text : Opcode.Binary;
  const count = Math.min(MOST_MESSAGES, Math.max(LEAST_MESSAGES, Math.ceil(OCTETS / length)));
  const together = Math.max(1, Math.floor(ON_THEIR_WAY / length));
  let at = trial.random.below(100_000);
  for (let sent = 0; sent < count; sent += together) {
    const messages = Array.from({ length: Math.min(together, count - sent) }, (_, i) =>
      payload.piece(at + i * length, length),
    );
    at += messages.length * length;
    await echo(peer, opcode, messages, fragment);
  }
  await finish(peer);
}

async function echo(
  peer: Peer,
  opcode: DataOpcode,
  messages: readonly Buffer[],
  fragment: number | undefined,
): Promise<void> {
  const sizes = messages.map((message) => {
    const payloads = partsOf(peer.deflater!.deflate(message), fragment);
    peer.send(...compressedFrames(peer, opcode, ...payloads));
    return carriedIn(payloads, message);
  });
  for (const [i, message] of messages.entries()) await peer.expectMessage(opcode, message, sizes[i]);
}
