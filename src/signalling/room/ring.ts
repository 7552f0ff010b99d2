/**
 * What was said in a room of late, kept for those who lost their connection and come back.
 *
 *     … forgotten │ ────────────── kept ──────── end │ to come
 *                       ▲
 *                       a peer that has heard up to here can be told the rest, in order
 *
 * It is bounded by number, by size and by age. Of what is forgotten it is known for whom it was: who has missed none of
 * that can be told the rest, however long ago the last was that it has heard.
 */
import type { MemberRecord } from "../entries.ts";
import type { PeerId, RoomNotice } from "../protocol.ts";
import type { Delivery } from "./outcome.ts";

/** How much is kept. */
export interface RingLimits {
  readonly notices: number;
  /** UTF-16 code units of what was said, about as many bytes of memory. */
  readonly size: number;
}

interface Kept {
  readonly delivery: Delivery;
  readonly size: number;
  /** When it was said, in milliseconds. */
  readonly at: number;
}

/** See the head of this file. */
export class Ring {
  readonly #limits: RingLimits;
  readonly #start: number;
  #end: number;
  #joint: number;
  #size = 0;
  /** The oldest first; those before `#head` are forgotten, and cut off now and then. */
  #kept: Kept[] = [];
  #head = 0;
  /** Of what is forgotten, the last that was for all, and of chat the last. */
  #lost: LastLost = nothingLost;
  #lostChat: LastLost = nothingLost;
  /** And the last that was for each alone. */
  readonly #lostTo = new Map<PeerId, number>();

  /** @param seq of the last notice before it begins */
  constructor(limits: RingLimits, seq: number) {
    this.#limits = limits;
    this.#start = seq;
    this.#end = seq;
    this.#joint = seq;
  }

  /** When the oldest that is kept was said; undefined when nothing is kept. */
  get oldest(): number | undefined {
    return this.#kept[this.#head]?.at;
  }

  /** How many notices are kept. */
  get length(): number {
    return this.#kept.length - this.#head;
  }

  /** Keeps what an entry gave rise to. @param size see {@link RingLimits} */
  push(delivery: Delivery, size: number, at: number): void {
    this.#end = delivery.notice.seq;
    this.#size += size;
    this.#kept.push({ delivery, size, at });
    while (this.length > this.#limits.notices || this.#size > this.#limits.size) this.#forget();
  }

  /** Numbers up to `seq` are in use, whether somebody was told something or not. */
  advance(seq: number): void {
    this.#end = seq;
  }

  /**
   * What was told elsewhere up to `seq` was not always what was told here: processes were cut off from each other.
   *
   * @param known who was known here until then; others have not been told here what they missed
   * @param present who is known now
   */
  join(seq: number, known: ReadonlySet<PeerId>, present: Iterable<PeerId>): void {
    this.#joint = seq;
    for (const peer of present) if (!known.has(peer)) this.#lostTo.set(peer, this.#end);
  }

  /** Forgets what all have heard, or what was said up to a time. */
  trim({ heard = 0, until = -1 }: { readonly heard?: number; readonly until?: number }): void {
    for (let oldest = this.#kept[this.#head]; oldest !== undefined; oldest = this.#kept[this.#head]) {
      if (oldest.delivery.notice.seq > heard && oldest.at > until) return;
      this.#forget();
    }
  }

  /**
   * What `member` has missed that has heard up to `ack`; undefined when that is not known any more.
   *
   * @param elsewhere whether it has heard that from another process
   */
  since(
    ack: number,
    { peer, subscribe }: Pick<MemberRecord, "peer" | "subscribe">,
    elsewhere = false,
  ): RoomNotice[] | undefined {
    if (ack < this.#startFor(peer, subscribe) || ack > this.#end || (elsewhere && ack < this.#joint))
      return undefined;
    const missed: RoomNotice[] = [];
    for (let at = this.#head; at < this.#kept.length; at++) {
      const { delivery } = this.#kept[at]!;
      if (delivery.notice.seq > ack && isFor(delivery, peer, subscribe)) missed.push(delivery.notice);
    }
    return missed;
  }

  /** Nobody will ask for this member any more. */
  forgetMember(peer: PeerId): void {
    this.#lostTo.delete(peer);
    // What is still kept for it would put it back there once it is forgotten, and nobody would take it out again.
    const kept = this.#kept.slice(this.#head);
    const others = kept.filter(({ delivery }) => delivery.to !== peer);
    if (others.length === kept.length) return;
    this.#kept = others;
    this.#head = 0;
    this.#size = others.reduce((sum, { size }) => sum + size, 0);
  }

  /** Who has heard less than this has missed something that is forgotten. */
  #startFor(peer: PeerId, subscribe: boolean): number {
    const chat = subscribe ? lostTo(peer, this.#lostChat) : 0;
    return Math.max(this.#start, chat, lostTo(peer, this.#lost), this.#lostTo.get(peer) ?? 0);
  }

  #forget(): void {
    const oldest = this.#kept[this.#head++]!;
    this.#size -= oldest.size;
    const { to, chat, notice } = oldest.delivery;
    if (to !== undefined) this.#lostTo.set(to, notice.seq);
    else if (chat) this.#lostChat = losing(oldest.delivery, this.#lostChat);
    else this.#lost = losing(oldest.delivery, this.#lost);
    // Half of the array at a time, so that each is moved once on average.
    if (this.#head * 2 < this.#kept.length) return;
    this.#kept = this.#kept.slice(this.#head);
    this.#head = 0;
  }
}

/** The last that was forgotten of what was for all but one, and the last that was for that one too. */
interface LastLost {
  readonly seq: number;
  readonly except: PeerId | undefined;
  readonly besides: number;
}

const nothingLost: LastLost = { seq: 0, except: undefined, besides: 0 };

function losing({ except, notice: { seq } }: Delivery, last: LastLost): LastLost {
  return { seq, except, besides: except === last.except ? last.besides : last.seq };
}

function lostTo(peer: PeerId, { seq, except, besides }: LastLost): number {
  return peer === except ? besides : seq;
}

/** Whether a member is to hear this. */
export function isFor({ to, except, chat }: Delivery, peer: PeerId, subscribe: boolean): boolean {
  if (to !== undefined) return to === peer;
  return except !== peer && (subscribe || !chat);
}

/** About how much memory a delivery takes, in UTF-16 code units. */
export function sizeOf({ notice }: Delivery): number {
  switch (notice.type) {
    case "description":
      return fixed + notice.description.sdp.length;
    case "candidate":
      return fixed + notice.candidate.candidate.length;
    case "message":
      return fixed + notice.text.length;
    case "presence":
      return fixed + JSON.stringify(notice.presence).length;
    case "peer-joined":
      return fixed + (notice.presence === undefined ? 0 : JSON.stringify(notice.presence).length);
    case "end-of-candidates":
    case "peer-left":
    case "peer-reconnecting":
    case "peer-reconnected":
    case "peer-role":
    case "locked":
      return fixed;
  }
}

/** The objects around the text. */
const fixed = 200;
