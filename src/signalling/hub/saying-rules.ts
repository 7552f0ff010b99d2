/** What may be said with which rights, and what is left of it where addresses of private networks stay private. */

import type { Saying } from "../entries.ts";
import { sdpWithoutPrivateAddresses, withoutPrivateAddresses } from "../grammar/private-addresses.ts";
import { checkSessionDescription, receivesMedia, sendsMedia } from "../grammar/session-description.ts";
import type { Command, Rights } from "../protocol.ts";

/** Commands that carry something from one member to another or to all. */
export type SayCommand = Extract<
  Command,
  { type: "description" | "candidate" | "end-of-candidates" | "message" }
>;

/** Why a peer with these rights may not say this; undefined when it may. */
export function lacksRight(
  command: SayCommand,
  rights: Pick<Rights, "publish" | "subscribe">,
): string | undefined {
  if (rights.publish && rights.subscribe) return undefined;
  if (command.type === "message") return rights.publish ? undefined : "your grant does not let you publish";
  if (command.type !== "description") return undefined;
  const view = checkSessionDescription(command.description.sdp);
  if (!("media" in view)) return "the description cannot be read";
  if (!rights.publish && sendsMedia(view)) return "your grant does not let you send media";
  if (!rights.subscribe && receivesMedia(view)) return "your grant does not let you receive media";
  return undefined;
}

/** What goes to the others of a command; undefined when nothing is left of it. */
export function sayingOf(command: SayCommand, privateAddresses: "pass" | "strip"): Saying | undefined {
  const strip = privateAddresses === "strip";
  switch (command.type) {
    case "message":
      return { type: "message", text: command.text };
    case "end-of-candidates":
      return { type: "end-of-candidates" };
    case "description": {
      const { description } = command;
      if (!strip) return { type: "description", description };
      const sdp = sdpWithoutPrivateAddresses(description.sdp);
      return { type: "description", description: { ...description, sdp } };
    }
    case "candidate": {
      const { candidate } = command;
      // The empty one says that there are no more (W3C WebRTC, addIceCandidate), and has no address.
      if (!strip || candidate.candidate === "") return { type: "candidate", candidate };
      const text = withoutPrivateAddresses(candidate.candidate);
      return text === undefined
        ? undefined
        : { type: "candidate", candidate: { ...candidate, candidate: text } };
    }
  }
}
