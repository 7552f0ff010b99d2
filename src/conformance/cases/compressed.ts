/** How cases send compressed messages: RSV1 on the first frame, whatever the fragments (RFC 7692 §6.1). */
import { finish } from "../peer/closing.ts";
import type { Size } from "../peer/limits.ts";
import type { Peer } from "../peer/peer.ts";
import { Closed, type Message } from "../peer/received.ts";
import { type FrameToWrite, Opcode, RSV1 } from "../wire/frame.ts";

/** The opcode of a message. */
export type DataOpcode = typeof Opcode.Text | typeof Opcode.Binary;

/** The status codes for data that cannot be decompressed: RFC 7692 names none, and both are said of such data. */
export const invalidData: readonly number[] = [1007, 1002];

/** The frames of a compressed message, one for each part of its payload. */
export function compressedFrames(
  peer: Peer,
  opcode: number,
  ...parts: readonly Buffer[]
): readonly FrameToWrite[] {
  return peer.fragments(opcode, parts).map((frame, i) => (i === 0 ? { ...frame, rsv: RSV1 } : frame));
}

/** The payload in parts of `size` octets; whole where it is `undefined`. */
export function partsOf(payload: Buffer, size: number | undefined): readonly Buffer[] {
  if (size === undefined) return [payload];
  const count = Math.ceil(payload.length / size);
  return Array.from({ length: count }, (_, i) => payload.subarray(i * size, (i + 1) * size));
}

/** Sends a message compressed by our deflater, and expects its echo. */
export async function expectEchoOf(
  peer: Peer,
  opcode: DataOpcode,
  message: Buffer | string,
  size?: number,
): Promise<Message> {
  const octets = Buffer.from(message);
  const payloads = partsOf(peer.deflater!.deflate(octets), size);
  peer.send(...compressedFrames(peer, opcode, ...payloads));
  return peer.expectMessage(opcode, octets, carriedIn(payloads, octets));
}

/** What a limit of the peer's may apply to: what is carried, or what it inflates to, and the frames. */
export function carriedIn(payloads: readonly Buffer[], message: Buffer): Size {
  const carried = payloads.reduce((sum, { length }) => sum + length, 0);
  return { length: Math.max(carried, message.length), frames: payloads.length };
}

/** Sends a compressed message whose payload a case has made, and expects the echo of what is in it. */
export async function expectInflated(
  peer: Peer,
  opcode: DataOpcode,
  payloads: readonly Buffer[],
  message: Buffer | string,
): Promise<Message> {
  peer.send(...compressedFrames(peer, opcode, ...payloads));
  const octets = Buffer.from(message);
  peer.deflater!.remember(octets);
  return peer.expectMessage(opcode, octets, carriedIn(payloads, octets));
}

/**
 * Sends what we must not send, and what can nevertheless be read by a peer with more memory than was agreed on, or
 * less strict than it could be: it fails the connection, or echoes the message as it was meant.
 */
export async function failsOrEchoes(
  peer: Peer,
  { payload, message }: { readonly payload: Buffer; readonly message: Buffer },
): Promise<void> {
  peer.send(...compressedFrames(peer, Opcode.Binary, payload));
  try {
    await peer.expectBinary(message);
  } catch (error) {
    if (error instanceof Closed) return;
    throw error;
  }
  await finish(peer);
}
