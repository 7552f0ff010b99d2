/** How the octets of frames are cut into writes. What is sent is the same; a peer must not care (TCP is a stream). */
import type { Peer } from "../peer/peer.ts";
import type { FrameToWrite } from "../wire/frame.ts";

/** A number cuts into writes of that many octets, whatever the frames. */
export type Cut = "in one write" | "frame by frame" | "octet by octet" | number;

/** Sends the frames; resolves when the octets have left this process. */
export async function sendCut(peer: Peer, cut: Cut, frames: readonly FrameToWrite[]): Promise<void> {
  if (cut === "in one write") peer.send(...frames);
  else if (cut === "frame by frame") for (const frame of frames) await peer.sendChopped(Infinity, frame);
  else await peer.sendChopped(cut === "octet by octet" ? 1 : cut, ...frames);
}
