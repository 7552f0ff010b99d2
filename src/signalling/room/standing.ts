/** What members may do: by what their grants say, and where somebody is always host, by who has gone. */
import type { Entry } from "../entries.ts";
import { hasRights } from "../grants.ts";
import type { Interior } from "./interior.ts";
import { type Delivery, delivered, type Outcome, refused } from "./outcome.ts";
import { tellRights } from "./seen-member.ts";

type RightsEntry = Extract<Entry, { type: "rights" }>;

/** See the head of this file. */
export class Standing {
  readonly #interior: Interior;

  constructor(interior: Interior) {
    this.#interior = interior;
  }

  change({ peer, rights: { role, publish, subscribe }, granted = true }: RightsEntry): Outcome {
    const { roster, conditions, nextSeq } = this.#interior;
    const member = roster.find(peer);
    if (member === undefined) return refused("unknown-peer", "there is no such peer in the room");
    const before = { ...member };
    Object.assign(member, { role, publish, subscribe, granted });
    // Who is host because nobody else is stays so, whatever its own grant says: that was made before.
    if (before.role === "host" && role === "member" && conditions.succession && !roster.hasHost)
      member.role = before.role;
    const deliveries = hasRights(before, member) ? [] : [tellRights(nextSeq(), before, member)];
    return delivered([...deliveries, ...this.succeed()]);
  }

  /** Where somebody is always host and nobody is, somebody becomes it. */
  succeed(): readonly Delivery[] {
    const { roster, conditions, nextSeq } = this.#interior;
    const heir = conditions.succession && !roster.hasHost ? roster.first : undefined;
    if (heir === undefined) return [];
    heir.role = "host";
    return [tellRights(nextSeq(), heir, heir)];
  }
}
