/**
 * How peers come into rooms and out of them: what of it is proposed, and what each is told when its entry is in the
 * log.
 *
 *     join ─────────────────────────────────▶ entry `join` ── refused ──▶ lobby
 *     join with `resume` ──▶ entry `resume` ──┐     └────────────────────▶ inside: `joined`
 *                                │            └─ refused, or too much was missed ──▶ entry `join`
 *                                └──────────────────────────────────────▶ inside: `resumed`, and what was missed
 */
import type { Entry, EntryRefusal, MemberRecord } from "../entries.ts";
import { hasRights, type Identity, rightsIn } from "../grants.ts";
import {
  type Command,
  type CommandId,
  type LeaveReason,
  type Refusal,
  type Rights,
  refuse,
} from "../protocol.ts";
import { secretHash } from "../room/resume-secret.ts";
import { joined, resumed } from "./answers.ts";
import type { Counting } from "./counts.ts";
import type { Effects } from "./effects.ts";
import type { HubSettings } from "./hub-options.ts";
import { IceRenewals } from "./ice-renewals.ts";
import type { Peer } from "./peer.ts";
import type { Proposal } from "./proposals.ts";
import type { Replica } from "./replica.ts";
import type { Rooms } from "./rooms.ts";

type Join = Extract<Command, { type: "join" }>;
type Joining = Extract<Entry, { type: "join" }>;

/** What the entrance needs of the hub. */
export interface EntranceOptions<Connection> {
  readonly settings: HubSettings;
  readonly rooms: Rooms<Connection, Peer<Connection>>;
  readonly counting: Counting;
  readonly effects: Effects<Connection>;
  readonly refuse: (peer: Peer<Connection>, refusal: Refusal) => void;
  /** The peer is inside or in the lobby: what it has said meanwhile may be obeyed. */
  readonly settled: (peer: Peer<Connection>) => void;
}

/** See the head of this file. */
export class Entrance<Connection> {
  readonly #options: EntranceOptions<Connection>;
  readonly #ice: IceRenewals<Connection>;

  constructor(options: EntranceOptions<Connection>) {
    this.#options = options;
    this.#ice = new IceRenewals(options.settings);
  }

  get nextTimeout(): number {
    return this.#ice.next;
  }

  handleTimeout(now: number): void {
    for (const peer of this.#ice.take(now)) {
      const { iceServers, lifetime: iceServersLifetime } = this.#ice.serversOf(peer, now);
      const notice = { type: "ice-servers", iceServers, iceServersLifetime } as const;
      this.#options.effects.send(peer.connection, notice);
    }
  }

  /** A peer in the lobby wants to enter. */
  join(peer: Peer<Connection>, command: Join, now: number): Refusal | undefined {
    const { settings, rooms } = this.#options;
    const { room, id, resume, presence } = command;
    if (peer.grantEnds <= now) return refuse("forbidden", "your room token has expired", id);
    const rights = rightsIn(room, peer.identity, settings.access);
    if ("code" in rights) return { ...rights, id };
    const replica = rooms.open(room, now);
    if (replica === undefined) return refuse("too-many-rooms", "there is no place for another room", id);
    const { user } = peer.identity;
    const returns = resume !== undefined && replica.room?.members.get(resume.peer)?.user === user;
    const wait = replica.budgets.takeEntry(user, returns, now);
    if (wait > 0) {
      rooms.release(replica, now);
      return { ...refuse("rate-limited", "too many enter this room", id), retryAfter: wait };
    }
    peer.phase = "moving";
    peer.replica = replica;
    peer.entering = { presence, returns };
    if (resume === undefined) this.#proposeJoin(replica, { peer, id }, now);
    else {
      const { peer: self, secret } = resume;
      const granted = peer.identity.grant === undefined ? undefined : rights;
      this.#propose(replica, {
        entry: { type: "resume", peer: self, user, secretHash: secretHash(secret), rights: granted },
        ...{ peer, id, resume },
      });
    }
    return undefined;
  }

  /** A peer has shown a newer login, which may give it other rights. */
  renew(peer: Peer<Connection>, identity: Identity, now: number): void {
    const { user, name, grant } = peer.identity;
    peer.identity = { ...identity, user, name };
    if (peer.phase === "inside") this.#heedLogin(peer, now, { hadGrant: grant !== undefined });
  }

  /** A peer that is inside leaves, or has to. */
  leave(peer: Peer<Connection>, reason: LeaveReason, now: number, id?: CommandId): void {
    peer.phase = "moving";
    // Nobody may be kept in a room: what cannot be proposed now is proposed later.
    this.#options.rooms.insist(
      peer.replica!,
      { entry: { type: "leave", peer: peer.id, reason }, peer, id },
      now,
    );
  }

  /** A connection has ended. @param resumable whether its peer may come back */
  disconnected(peer: Peer<Connection>, resumable: boolean, now: number): void {
    const { rooms, counting } = this.#options;
    const { replica, phase } = peer;
    peer.gone = resumable ? "lost" : "left";
    this.#ice.delete(peer);
    // One that is leaving hears no more; one that is coming is not there yet.
    if (replica?.peers.get(peer.id) === peer) replica.peers.delete(peer.id);
    if (phase !== "inside" || replica === undefined) return;
    peer.replica = undefined;
    // While the room is opened anew, it will be seen then that nobody is here any more.
    const member = replica.room!.members.get(peer.id);
    if (member === undefined) return;
    if (resumable) counting.lost++;
    if (!resumable) rooms.state(replica, { type: "leave", peer: peer.id, reason: "left" }, now);
    else rooms.state(replica, { type: "drop", peer: peer.id, incarnation: member.incarnation }, now);
  }

  /** The entry of a `join`, a `resume` or a `leave` is in the log, or was refused. */
  settled(
    replica: Replica<Peer<Connection>>,
    proposal: Proposal<Peer<Connection>>,
    { refusal, now }: { readonly refusal: EntryRefusal | undefined; readonly now: number },
  ): void {
    const { entry } = proposal;
    const peer = proposal.peer!;
    if (entry.type === "join" && refusal !== undefined) replica.budgets.giveEntryBack(peer.entering?.returns);
    if (entry.type === "leave") {
      // One that was put out meanwhile is refused, is in the lobby already, and may be on its way to another room.
      if (proposal.id !== undefined && !peer.gone)
        this.#options.effects.send(peer.connection, { type: "ok", id: proposal.id });
    } else if (peer.gone) this.#undo(replica, proposal, { refusal, now });
    else if (refusal === undefined) this.#enter(replica, proposal, now);
    else if (entry.type === "resume" && refusal.code === "unknown-peer")
      this.#proposeJoin(replica, proposal, now);
    else this.#turnAway(replica, proposal, { refusal, now });
  }

  /** A member who is here is out of its room. */
  departed(peer: Peer<Connection>, { name: room }: Replica<Peer<Connection>>, reason: LeaveReason): void {
    // It knows already, if it has asked for it; another connection of this peer may have done so.
    const knows = reason === "left" && peer.phase === "moving";
    this.#toLobby(peer);
    if (peer.gone) return;
    if (!knows) this.#options.effects.send(peer.connection, { type: "left", room, reason });
    this.#options.settled(peer);
  }

  #proposeJoin(
    replica: Replica<Peer<Connection>>,
    { peer, id, resume }: Pick<Proposal<Peer<Connection>>, "peer" | "id" | "resume">,
    now: number,
  ): void {
    const { settings } = this.#options;
    const { self, secret, identity, entering } = peer!;
    const { user, name } = identity;
    const rights = rightsIn(replica.name, identity, settings.access);
    if ("code" in rights) {
      this.#turnAway(replica, { peer, id }, { refusal: rights, now });
      return;
    }
    this.#propose(replica, {
      entry: {
        type: "join",
        member: {
          ...{ peer: self, user, name, ...rights },
          process: settings.process,
          secretHash: secretHash(secret),
          presence: entering?.presence,
          granted: identity.grant === undefined ? undefined : true,
        },
        capacity: settings.maxPeersPerRoom,
        succession: settings.access === "open",
        replaces: resume && { peer: resume.peer, secretHash: secretHash(resume.secret) },
      },
      ...{ peer, id, resume },
    });
  }

  #propose(replica: Replica<Peer<Connection>>, proposal: Proposal<Peer<Connection>>): void {
    if (this.#options.rooms.propose(replica, proposal)) return;
    const { peer, id } = proposal;
    this.#toLobby(peer!);
    this.#options.refuse(peer!, refuse("unavailable", "too much waits for this room", id));
  }

  #enter(replica: Replica<Peer<Connection>>, proposal: Proposal<Peer<Connection>>, now: number): void {
    const { settings, counting, effects } = this.#options;
    const { entry, id, resume } = proposal;
    const peer = proposal.peer!;
    const self = entry.type === "resume" ? entry.peer : peer.self;
    const member = replica.room!.members.get(self)!;
    const missed = resume && entry.type === "resume" ? replica.missed(resume.ack) : [];
    if (missed === undefined) {
      // It is who it says, but what it has missed is not known any more. It takes the place of the one it was.
      this.#proposeJoin(replica, proposal, now);
      return;
    }
    this.#settle(replica, peer, member);
    const told = { room: replica.room!, member, ice: this.#ice.serversOf(peer, now), id };
    if (entry.type === "resume") {
      counting.resumed++;
      peer.ack = resume!.ack;
      effects.send(peer.connection, resumed(told));
      for (const text of missed) effects.add({ type: "send", to: peer.connection, text });
    } else {
      if (resume !== undefined) counting.rejoined++;
      peer.ack = replica.room!.seq;
      const { secret } = peer;
      const { resumeWithin } = settings;
      const anew = resume === undefined ? undefined : false;
      effects.send(peer.connection, joined(told, { secret, resumeWithin, resumed: anew }));
    }
    // Its login may have changed or ended on the way.
    const asked = entry.type === "resume" ? entry.rights : (entry as Joining).member;
    this.#heedLogin(peer, now, { asked, hadGrant: member.granted });
    this.#options.settled(peer);
  }

  /**
   * What the login of a member says: it may have to leave, or may do more or less than before.
   *
   * @param was with what rights it has just come in, and whether a grant has let it have those that it has
   */
  #heedLogin(
    peer: Peer<Connection>,
    now: number,
    was: { readonly asked?: Rights | undefined; readonly hadGrant: boolean | undefined },
  ): void {
    const { rooms, settings } = this.#options;
    const { identity, grantEnds } = peer;
    const replica = peer.replica!;
    const rights = rightsIn(replica.name, identity, settings.access);
    if (grantEnds <= now || "code" in rights) this.leave(peer, "expired", now);
    else if (identity.grant !== undefined) {
      if (hasRights(was.asked, rights)) return;
      rooms.state(replica, { type: "rights", peer: peer.id, rights }, now);
    } else if (was.hadGrant) {
      // A grant that is not shown any more has an end that nobody heeds any more.
      rooms.state(replica, { type: "rights", peer: peer.id, rights, granted: false }, now);
    }
  }

  #settle(replica: Replica<Peer<Connection>>, peer: Peer<Connection>, member: MemberRecord): void {
    peer.id = member.peer;
    peer.phase = "inside";
    peer.entering = undefined;
    peer.publish = member.publish;
    peer.subscribe = member.subscribe;
    replica.peers.set(peer.id, peer);
  }

  /** Whoever asked is gone. Who has not heard that it is inside will not come back; who has resumed may do it again. */
  #undo(
    replica: Replica<Peer<Connection>>,
    { entry, peer }: Proposal<Peer<Connection>>,
    { refusal, now }: { readonly refusal: EntryRefusal | undefined; readonly now: number },
  ): void {
    const { rooms } = this.#options;
    if (refusal !== undefined) rooms.release(replica, now);
    else if (entry.type === "join")
      rooms.state(replica, { type: "leave", peer: entry.member.peer, reason: "lost" }, now);
    else if (entry.type === "resume" && peer?.gone === "left")
      rooms.state(replica, { type: "leave", peer: entry.peer, reason: "left" }, now);
  }

  #turnAway(
    replica: Replica<Peer<Connection>>,
    { peer, id }: Pick<Proposal<Peer<Connection>>, "peer" | "id">,
    { refusal, now }: { readonly refusal: EntryRefusal; readonly now: number },
  ): void {
    this.#toLobby(peer!);
    this.#options.refuse(peer!, refuse(refusal.code, refusal.message, id));
    this.#options.rooms.release(replica, now);
    this.#options.settled(peer!);
  }

  #toLobby(peer: Peer<Connection>): void {
    peer.phase = "lobby";
    peer.replica = undefined;
    peer.entering = undefined;
    peer.id = peer.self;
    this.#ice.delete(peer);
  }
}
