import type { MemberRecord, Saying } from "../entries.ts";
import type { PeerId, RoomNotice } from "../protocol.ts";

/** What others hear when a member says something. */
export function heard(
  { peer: from, user, name }: MemberRecord,
  saying: Saying,
  { seq, to }: { readonly seq: number; readonly to: PeerId | undefined },
): RoomNotice {
  switch (saying.type) {
    case "description":
      return { type: "description", seq, from, description: saying.description };
    case "candidate":
      return { type: "candidate", seq, from, candidate: saying.candidate };
    case "end-of-candidates":
      return { type: "end-of-candidates", seq, from };
    case "message":
      // JSON leaves `to` out when it is undefined.
      return { type: "message", seq, from, user, name, text: saying.text, to };
  }
}
