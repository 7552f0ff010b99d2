/** What members may do: by what their grants say, and where somebody is always host, by who has gone. */
import type { Entry, MemberRecord } from "../entries.ts";
import { hasRights } from "../grants.ts";
import type { Interior } from "./interior.ts";
import { type Delivery, delivered, type Outcome, refused, toOthers } from "./outcome.ts";
import { roleNotice } from "./seen-member.ts";

type RightsEntry = Extract<Entry, { type: "rights" }>;

/** See the head of this file. */
export class Standing {
  readonly #interior: Interior;

  constructor(interior: Interior) {
    this.#interior = interior;
  }

  change({ peer, rights: { role, publish, subscribe }, granted = true }: RightsEntry): Outcome {
    const { roster, conditions } = this.#interior;
    const member = roster.find(peer);
    if (member === undefined) return refused("unknown-peer", "there is no such peer in the room");
    const before = { ...member };
    Object.assign(member, { role, publish, subscribe, granted });
    // Who is host because nobody else is stays so, whatever its own grant says: that was made before.
    if (before.role === "host" && role === "member" && conditions.succession && !roster.hasHost)
      member.role = before.role;
    const deliveries = hasRights(before, member) ? [] : [this.#announce(member)];
    return delivered([...deliveries, ...this.succeed()]);
  }

  /** Where somebody is always host and nobody is, somebody becomes it. */
  succeed(): readonly Delivery[] {
    const { roster, conditions } = this.#interior;
    const heir = conditions.succession && !roster.hasHost ? roster.first : undefined;
    if (heir === undefined) return [];
    heir.role = "host";
    return [this.#announce(heir)];
  }

  #announce(member: MemberRecord): Delivery {
    return toOthers(undefined, roleNotice(this.#interior.nextSeq(), member));
  }
}
