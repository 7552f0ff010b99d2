/** A room as one process has it: its state, what was said in it of late, and those of its members who are here. */

import type { Entry, LogRecord, MemberRecord, ProcessId, Saying } from "../entries.ts";
import type { PeerId, RoomName } from "../protocol.ts";
import type { Ring } from "../room/ring.ts";
import type { Room } from "../room/room.ts";
import type { RoomBudgets } from "./budgets.ts";
import type { Merging } from "./merging.ts";
import { type Proposal, Proposals } from "./proposals.ts";

/** A member whose connection is on this process. */
export interface Local<Connection> {
  readonly connection: Connection;
  /** Whether it may send media and chat. */
  publish: boolean;
  /** Whether it hears what is said to all. */
  subscribe: boolean;
  /** The `seq` up to which it says that it has heard everything. */
  readonly ack: number;
}

/**
 *     opening ── its log is here ──▶ open ── the bus has changed ──▶ merging ── our state is in the log ──▶ open
 *
 * While it is not open, proposals wait.
 */
export type ReplicaPhase = "opening" | "open" | "merging";

/** How many records lie at most between two states that are stored. */
const landmarkEach = 512;

/**
 * And how many UTF-16 code units of what was said: four times what a ring keeps by default. What lies behind them is all
 * that a bus has to keep, so this bounds what a room of long descriptions takes there.
 */
const landmarkSize = 1_048_576;

/** How many proposals of one room may wait for their place in the log. */
export const maxProposals = 10_000;

/** See the head of this file. */
export class Replica<Peer extends Local<unknown>> {
  readonly name: RoomName;
  readonly #process: ProcessId;
  readonly budgets: RoomBudgets;
  phase: ReplicaPhase = "opening";
  /** As the members here know it; undefined while it is opened for the first time. */
  room: Room | undefined;
  ring: Ring | undefined;
  /** As the log has it, while what the members here know is merged into it. */
  merging: Merging | undefined;
  readonly peers: Map<PeerId, Peer> = new Map();
  /** Those that are on their way. */
  readonly proposed: Proposals<Peer> = new Proposals();
  readonly waiting: Proposal<Peer>[] = [];
  /** Not to be given up before, in milliseconds. */
  heldUntil = 0;
  /** When it is looked at next whether it is to be given up; Infinity: never. */
  releaseAt: number = Number.POSITIVE_INFINITY;
  /** Others may still take members for connected here who have left since: they are to be told, when they can be. */
  cutOff = false;
  /** Up to where the log that all share was told to those who are here, since they parted from it. */
  heardTo: number | undefined;
  /** What was on its way into that log then: it has arrived, or not. */
  unsure: readonly Entry[] = [];
  /** The member that resumes now, as it was before. */
  #returning: MemberRecord | undefined;
  /** When the age of what the ring keeps is looked after; Infinity: nothing is kept. */
  trimAt: number = Number.POSITIVE_INFINITY;

  #sinceLandmark = 0;

  constructor(name: RoomName, budgets: RoomBudgets, process: ProcessId) {
    this.name = name;
    this.budgets = budgets;
    this.#process = process;
  }

  /** The log begins here, from a state that was stored or from its first record. */
  beginLog(records: readonly LogRecord[]): void {
    this.#sinceLandmark = 0;
    for (const record of records) this.isLandmark(record);
  }

  /** Whether the state after this record, the next one, is to be stored: all processes say the same of the same record. */
  isLandmark({ position, entry }: LogRecord): boolean {
    if (entry.type === "say") this.#sinceLandmark += lengthOf(entry.saying);
    if (position % landmarkEach !== 0 && this.#sinceLandmark < landmarkSize) return false;
    this.#sinceLandmark = 0;
    return true;
  }

  get full(): boolean {
    return this.proposed.size + this.waiting.length >= maxProposals;
  }

  /**
   * Its log is gone: what was proposed is to be proposed again in another, before anything newer.
   *
   * @param shared whether it was the one that all share
   */
  part(shared: boolean): void {
    const proposed = this.proposed.takeAll();
    if (shared && this.phase === "open") {
      this.heardTo = this.room!.position;
      this.unsure = proposed.map(({ entry }) => entry).filter(isNumbered);
    }
    this.merging = undefined;
    this.waiting.unshift(...proposed);
    if (this.room !== undefined) this.phase = "merging";
  }

  /** What was known here has become part of a log. @param shared as in {@link part} */
  take(room: Room, shared: boolean): void {
    this.room = room;
    this.merging = undefined;
    if (!shared) return;
    this.heardTo = undefined;
    this.unsure = [];
  }

  /** A member is about to resume. */
  awaitReturn(peer: PeerId): void {
    const member = this.room!.members.get(peer);
    this.#returning = member && { ...member };
  }

  /** What it has missed that resumes now, having heard up to `ack`; undefined when that is not known any more. */
  missed(ack: number): string[] | undefined {
    const member = this.#returning!;
    return this.ring!.since(ack, member, member.process !== this.#process);
  }

  /** Those who are here may do what the room says that they may. */
  refreshRights(): void {
    for (const [id, peer] of this.peers) {
      const member = this.room!.members.get(id);
      if (member === undefined) continue;
      peer.publish = member.publish;
      peer.subscribe = member.subscribe;
    }
  }

  /** The `seq` up to which all have heard everything; 0 when somebody is elsewhere. */
  get heardByAll(): number {
    if (this.room === undefined || this.peers.size < this.room.size) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (const { ack } of this.peers.values()) least = Math.min(least, ack);
    return least;
  }

  /** Whether nobody here needs it any more. */
  unused(process: string, now: number): boolean {
    if (this.phase !== "open" || this.cutOff || this.peers.size > 0 || now < this.heldUntil) return false;
    if (this.proposed.size > 0 || this.waiting.length > 0) return false;
    // Who was lost here is waited for here.
    for (const member of this.room!.members.values()) if (member.process === process) return false;
    return true;
  }
}

/** Whether saying it once more has no effect if it was heard. */
function isNumbered(entry: Entry): boolean {
  return entry.type === "say" && entry.seq !== undefined;
}

/** Of what may be long: candidates and the rest are bounded by their number. */
function lengthOf(saying: Saying): number {
  if (saying.type === "description") return saying.description.sdp.length;
  return saying.type === "message" ? saying.text.length : 0;
}
