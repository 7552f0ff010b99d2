/**
 * What has to be looked after in open rooms as time goes by: who has not come back, what is too old to be kept, what
 * failed and is tried again, and rooms that are kept though nobody is in them.
 */
import type { ProcessId } from "../entries.ts";
import type { PeerId, RoomName } from "../protocol.ts";
import { Agenda } from "./agenda.ts";
import type { HubSettings } from "./hub-options.ts";
import type { Proposal } from "./proposals.ts";
import type { Local, Replica } from "./replica.ts";

/** What upkeep needs of the rooms. */
export interface UpkeepOptions<Peer extends Local<unknown>> {
  readonly find: (room: RoomName) => Replica<Peer> | undefined;
  /** Whether anybody can know what becomes of those on this process. */
  readonly reaches: (process: ProcessId) => boolean;
  readonly insist: (replica: Replica<Peer>, proposal: Proposal<Peer>, now: number) => void;
  readonly reopen: (room: RoomName) => void;
  readonly release: (replica: Replica<Peer>, now: number) => void;
}

type Task<Peer> =
  | { readonly type: "expire"; readonly room: RoomName; readonly peer: PeerId; readonly incarnation: number }
  | { readonly type: "insist"; readonly room: RoomName; readonly proposal: Proposal<Peer> }
  | { readonly type: "trim" | "release" | "reopen"; readonly room: RoomName };

/** How long until what has failed is tried again. */
const retryAfter = 1_000;
/** The process that lost a member is the first to say that it has not come back; the others say it if that one died. */
const patience = 5_000;
/** A dead network shows itself within this time, and only then does the time for coming back begin. */
const silence = 60_000;

/** See the head of this file. Times are milliseconds. */
export class Upkeep<Peer extends Local<unknown>> {
  readonly #settings: Pick<HubSettings, "process" | "resumeWithin">;
  readonly #options: UpkeepOptions<Peer>;
  readonly #agenda = new Agenda<Task<Peer>>();

  constructor(settings: Pick<HubSettings, "process" | "resumeWithin">, options: UpkeepOptions<Peer>) {
    this.#settings = settings;
    this.#options = options;
  }

  get nextTimeout(): number {
    return this.#agenda.next;
  }

  /** Those who are lost have so long to come back; or the one that is meant. */
  awaitLost({ name: room, room: state }: Replica<Peer>, now: number, only?: PeerId): void {
    const { process, resumeWithin } = this.#settings;
    for (const member of state!.members.values()) {
      if (member.connected || (only !== undefined && member.peer !== only)) continue;
      const { peer, incarnation } = member;
      const at = now + resumeWithin + (member.process === process ? 0 : patience);
      this.#agenda.add(at, { type: "expire", room, peer, incarnation });
    }
  }

  /** This process keeps a room for as long as its configuration says, though nobody is in it. */
  hold(replica: Replica<Peer>, now: number): void {
    replica.heldUntil = now + replica.room!.keepEmpty;
    this.#awaitRelease(replica);
  }

  /** Proposes something once more. */
  retry({ name: room }: Replica<Peer>, proposal: Proposal<Peer>, now: number): void {
    this.#agenda.add(now + retryAfter, { type: "insist", room, proposal });
  }

  /** Opens a room anew whose log was lost. */
  reopen({ name: room }: Replica<Peer>, now: number): void {
    this.#agenda.add(now + retryAfter, { type: "reopen", room });
  }

  /** Forgets what was said so long ago that nobody can come back to it. */
  trim(replica: Replica<Peer>, now: number): void {
    const ring = replica.ring!;
    const keepFor = this.#settings.resumeWithin + silence;
    ring.trim({ until: now - keepFor });
    if (replica.trimAt < Number.POSITIVE_INFINITY || ring.oldest === undefined) return;
    replica.trimAt = ring.oldest + keepFor;
    this.#agenda.add(replica.trimAt, { type: "trim", room: replica.name });
  }

  handleTimeout(now: number): void {
    for (let task = this.#agenda.take(now); task !== undefined; task = this.#agenda.take(now)) {
      const replica = this.#options.find(task.room);
      if (replica !== undefined) this.#attend(replica, task, now);
    }
  }

  /** One task for each room, however often it is entered and left: a room may be kept for a month. */
  #awaitRelease(replica: Replica<Peer>): void {
    if (replica.releaseAt <= replica.heldUntil) return;
    replica.releaseAt = replica.heldUntil;
    this.#agenda.add(replica.releaseAt, { type: "release", room: replica.name });
  }

  #attend(replica: Replica<Peer>, task: Task<Peer>, now: number): void {
    switch (task.type) {
      case "expire": {
        const { peer, incarnation } = task;
        const member = replica.room?.members.get(peer);
        if (member?.incarnation !== incarnation || member.connected) return;
        // Nobody can say whether somebody is lost who is on a process that cannot be reached.
        if (this.#options.reaches(member.process))
          this.#options.insist(replica, { entry: { type: "expire", peer, incarnation } }, now);
        return;
      }
      case "insist":
        this.#options.insist(replica, task.proposal, now);
        return;
      case "trim":
        // That of a room of this name that was given up since has no effect.
        if (now < replica.trimAt) return;
        replica.trimAt = Number.POSITIVE_INFINITY;
        this.trim(replica, now);
        return;
      case "release":
        // As above.
        if (now < replica.releaseAt) return;
        replica.releaseAt = Number.POSITIVE_INFINITY;
        if (now < replica.heldUntil) this.#awaitRelease(replica);
        else this.#options.release(replica, now);
        return;
      case "reopen":
        if (replica.phase === "merging") this.#options.reopen(replica.name);
        return;
    }
  }
}
