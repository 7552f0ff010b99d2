/**
 * A room as a log has it, while what the members here know of it becomes part of that log.
 *
 * Of what was said in the log while this process was not on it they have heard nothing. They hear it late, and not never.
 */
import type { OpenedLog } from "../bus.ts";
import type { Entry, LogRecord, ProcessId } from "../entries.ts";
import type { Delivery, Outcome } from "../room/outcome.ts";
import { isFor, type RingLimits } from "../room/ring.ts";
import type { Room } from "../room/room.ts";
import { difference, mostLate } from "../room/room-difference.ts";
import { textToTell } from "./notice-text.ts";
import { roomBefore } from "./replay.ts";

export interface MergingOptions {
  /** The room as it is known here; it does not change meanwhile. */
  readonly known: Room;
  /** Up to which position of the log those who are here have heard it; undefined: they were never in it. */
  readonly heardTo: number | undefined;
  /** This one. */
  readonly process: ProcessId;
  /** How much of what was said is kept; of more, the oldest is forgotten. */
  readonly limits: RingLimits;
  /** Of the entry that tells what is known here. */
  readonly ref: number;
}

type Say = Extract<Entry, { type: "say" }>;

/** A notice, for each who is to hear it. */
interface Late {
  readonly deliveries: readonly Delivery[];
  readonly size: number;
}

/** See the head of this file. */
export class Merging {
  readonly room: Room;
  readonly ref: number;
  readonly #options: MergingOptions;
  readonly #limits: RingLimits;
  readonly #late: Late[] = [];
  #size = 0;
  /** The number of the last notice before the last record. */
  #last = 0;

  constructor(log: OpenedLog, options: MergingOptions) {
    const { known, limits, ref } = options;
    this.ref = ref;
    this.#options = options;
    this.#limits = { ...limits, notices: Math.min(limits.notices, mostLate) };
    this.room = roomBefore(known.name, log);
    for (const record of log.records) this.apply(record);
  }

  /** The next record of the log. */
  apply(record: LogRecord): void {
    this.#last = this.room.seq;
    this.#witness(record, this.room.apply(record));
  }

  /** What those are told who are here, once the two are one. What is late comes last, by the numbers that a merge leaves free. */
  outcome(): Outcome {
    const known = this.#options.known.toState();
    const last = Math.max(known.seq, this.#last);
    const { deliveries, ...rest } = difference(known, this.room.toState(), last);
    let seq = this.room.seq - this.#late.length;
    const late = this.#late.flatMap((each) => {
      seq++;
      return each.deliveries.map((delivery) => ({ ...delivery, notice: { ...delivery.notice, seq } }));
    });
    return { ...rest, deliveries: [...deliveries, ...late] };
  }

  #witness({ position, process, entry }: LogRecord, { deliveries }: Outcome): void {
    const { heardTo } = this.#options;
    if (entry.type !== "say" || heardTo === undefined || position <= heardTo) return;
    if (process === this.#options.process && !this.#isUnheard(entry)) return;
    for (const delivery of deliveries) {
      const late = this.#hearers(delivery).map((to) => ({ ...delivery, to, except: undefined }));
      if (late.length > 0) this.#keep({ deliveries: late, size: textToTell(delivery).length });
    }
  }

  /**
   * What was proposed here, those who are here have heard without this log, or will when it is proposed once more. But
   * not what was on its way into it and was not obeyed here since: once more it will have no effect.
   */
  #isUnheard({ from, seq = 0 }: Say): boolean {
    const member = this.#options.known.members.get(from);
    return member !== undefined && seq > member.ack;
  }

  /** Those of this process, connected or lost, who were in the room by then. */
  #hearers(delivery: Delivery): readonly string[] {
    const { known, process: here } = this.#options;
    const hearers: string[] = [];
    for (const { peer, process, subscribe } of known.members.values())
      if (process === here && this.room.members.has(peer) && isFor(delivery, peer, subscribe))
        hearers.push(peer);
    return hearers;
  }

  #keep(late: Late): void {
    this.#late.push(late);
    this.#size += late.size;
    while (this.#late.length > this.#limits.notices || this.#size > this.#limits.size)
      this.#size -= this.#late.shift()!.size;
  }
}
