/**
 * Who comes into a room, is lost, comes back and goes.
 *
 *     join ─▶ ┌───────────┐ ── drop, process-gone ──▶ ┌──────────────┐
 *             │ connected │                           │ reconnecting │
 *             └───────────┘ ◀──────── resume ──────── └──────────────┘
 *                   │                                        │
 *                   └─ leave, kick, end ──▶ gone ◀── expire ─┘
 */
import type { Entry, MemberRecord, ProcessId } from "../entries.ts";
import type { LeaveReason, RoomNotice } from "../protocol.ts";
import type { Interior } from "./interior.ts";
import {
  type Delivery,
  delivered,
  deliveredOne,
  type Outcome,
  refused,
  toOthers,
  unheard,
} from "./outcome.ts";
import { sameHash } from "./resume-secret.ts";
import type { RoomMember } from "./roster.ts";
import { shownAs } from "./seen-member.ts";
import type { Standing } from "./standing.ts";

type Of<Kind extends Entry["type"]> = Extract<Entry, { type: Kind }>;

type Proof = Pick<MemberRecord, "peer" | "user" | "secretHash">;

/** See the head of this file. */
export class Attendance {
  readonly #interior: Interior;
  readonly #standing: Standing;

  constructor(interior: Interior, standing: Standing) {
    this.#interior = interior;
    this.#standing = standing;
  }

  join({ member: newcomer, capacity, succession, replaces }: Of<"join">): Outcome {
    const { roster, conditions, nextSeq } = this.#interior;
    const { peer, user } = newcomer;
    // It had come before, and nobody here has heard of it: the log was lost on the way.
    if (this.#proved(newcomer) !== undefined)
      return this.resume({ type: "resume", ...newcomer }, newcomer.process);
    if (roster.has(peer)) return refused("already-in-room", "this peer is in the room");
    conditions.capacity ??= capacity;
    const former = replaces && this.#proved({ ...replaces, user });
    // Whoever is in stays in: neither a lock nor its own place is in its way. Nobody is in who is banned.
    const refusal = former === undefined ? conditions.against(newcomer, roster.size) : undefined;
    if (refusal !== undefined) return refusal;
    conditions.succession = succession;
    const gone = former === undefined ? unheard : this.remove([former], "lost");
    // A viewer is one because its grant says so: it does not become more by being there first.
    const inherits = succession && !roster.hasHost && newcomer.role === "member";
    const role = inherits ? "host" : newcomer.role;
    const order = roster.nextOrder;
    const member = { ...newcomer, role, connected: true, incarnation: 0, order, ack: 0 };
    roster.add(member);
    // It came last of all: nobody here is polite towards it.
    const notice: RoomNotice = { type: "peer-joined", seq: nextSeq(), ...shownAs(member, false) };
    // What becomes of its former self is part of what it finds.
    const told = gone.deliveries.map((delivery) => toOthers(peer, delivery.notice));
    return delivered([...told, { ...toOthers(peer, notice), newcomer: peer }], gone.departures);
  }

  leave({ peer, reason }: Of<"leave">): Outcome {
    const member = this.#interior.roster.find(peer);
    if (member === undefined) return refused("not-in-room", "you are in no room");
    return this.remove([member], reason);
  }

  drop({ peer, incarnation }: Of<"drop">): Outcome {
    const member = this.#interior.roster.find(peer);
    if (member?.incarnation !== incarnation || !member.connected) return unheard;
    return deliveredOne(this.#lose(member));
  }

  expire({ peer, incarnation }: Of<"expire">): Outcome {
    const member = this.#interior.roster.find(peer);
    if (member?.incarnation !== incarnation || member.connected) return unheard;
    return this.remove([member], "lost");
  }

  resume({ peer, user, secretHash, rights }: Of<"resume">, process: ProcessId): Outcome {
    const { nextSeq } = this.#interior;
    const member = this.#proved({ peer, user, secretHash });
    // One answer for all that is wrong: who tries learns nothing of who is here.
    if (member === undefined) return refused("unknown-peer", "there is nothing to resume");
    const wasLost = !member.connected;
    member.process = process;
    member.connected = true;
    member.incarnation++;
    const deliveries: Delivery[] = [];
    if (wasLost) deliveries.push(toOthers(peer, { type: "peer-reconnected", seq: nextSeq(), peer }));
    if (rights !== undefined)
      deliveries.push(...this.#standing.change({ type: "rights", peer, rights }).deliveries);
    return delivered(deliveries);
  }

  loseProcess({ process }: Of<"process-gone">): Outcome {
    const { roster } = this.#interior;
    const lost = [...roster].filter((member) => member.process === process && member.connected);
    return delivered(lost.map((member) => this.#lose(member)));
  }

  /** Those who are out, and who is host after them. */
  remove(leavers: readonly MemberRecord[], reason: LeaveReason): Outcome {
    const { roster, nextSeq } = this.#interior;
    for (const { peer } of leavers) roster.delete(peer);
    const deliveries = leavers.map(({ peer }) =>
      toOthers(peer, { type: "peer-left", seq: nextSeq(), peer, reason }),
    );
    const departures = leavers.map((member) => ({ member, reason }));
    return delivered([...deliveries, ...this.#standing.succeed()], departures);
  }

  /** The member that somebody has been, and has the secret of. */
  #proved({ peer, user, secretHash }: Proof): RoomMember | undefined {
    const member = this.#interior.roster.find(peer);
    const isSame = member?.user === user && sameHash(member.secretHash, secretHash);
    return isSame ? member : undefined;
  }

  #lose(member: RoomMember): Delivery {
    member.connected = false;
    member.incarnation++;
    const { peer } = member;
    return toOthers(peer, { type: "peer-reconnecting", seq: this.#interior.nextSeq(), peer });
  }
}
