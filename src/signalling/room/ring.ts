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
import type { PeerId } from "../protocol.ts";
import { KeptTexts, noPlace, type Place } from "./kept-texts.ts";
import type { Audience, Delivery } from "./outcome.ts";

/** How much is kept. */
export interface RingLimits {
  readonly notices: number;
  /** Octets of notices, as JSON. */
  readonly size: number;
}

/** For whom a notice was, and where its text is kept. It is used again for another when it is forgotten. */
interface Kept extends Mutable<Audience>, Place {
  seq: number;
  /** When it was said, in milliseconds. */
  at: number;
}

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** See the head of this file. */
export class Ring {
  readonly #limits: RingLimits;
  readonly #start: number;
  #end: number;
  #joint: number;
  #size = 0;
  /** In a circle: the oldest is at `#first`, and those behind the last one are free. */
  #slots: Kept[] = [];
  #first = 0;
  #length = 0;
  #texts = new KeptTexts();
  /** Of what is forgotten, the last that was for all, and of chat the last. */
  #lost: LastLost = nothingLost;
  #lostChat: LastLost = nothingLost;
  /** And the last that was for each alone. */
  readonly #lostTo = new Map<PeerId, number>();
  /** For whom it has changed whether chat is for it: up to where it was the contrary of now. */
  readonly #turned = new Map<PeerId, number>();

  /** @param seq of the last notice before it begins */
  constructor(limits: RingLimits, seq: number) {
    this.#limits = limits;
    this.#start = seq;
    this.#end = seq;
    this.#joint = seq;
  }

  /** When the oldest that is kept was said; undefined when nothing is kept. */
  get oldest(): number | undefined {
    return this.#length === 0 ? undefined : this.#kept(0).at;
  }

  /** Octets of memory in which it keeps texts; what each notice needs beside that is not counted. */
  get held(): number {
    return this.#texts.held;
  }

  /** How many notices are kept. */
  get length(): number {
    return this.#length;
  }

  /** Keeps what an entry gave rise to. @param text the notice as JSON */
  push({ to, except, chat, notice: { seq }, turns, newcomer }: Delivery, text: string, at: number): void {
    if (this.#length === this.#slots.length) this.#grow();
    const kept = this.#kept(this.#length++);
    this.#texts.keep(text, kept);
    kept.to = to;
    kept.except = except;
    kept.chat = chat;
    kept.seq = seq;
    kept.at = at;
    this.#end = seq;
    if (turns !== undefined) this.#turn(turns);
    if (newcomer !== undefined) this.#lose(newcomer, seq);
    this.#size += kept.end - kept.start;
    while (this.#length > this.#limits.notices || this.#size > this.#limits.size) this.#forget();
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
    while (this.#length > 0) {
      const oldest = this.#kept(0);
      if (oldest.seq > heard && oldest.at > until) return;
      this.#forget();
    }
  }

  /**
   * What `member` has missed that has heard up to `ack`, as JSON; undefined when that is not known any more.
   *
   * @param elsewhere whether it has heard that from another process
   */
  since(
    ack: number,
    { peer, subscribe }: Pick<MemberRecord, "peer" | "subscribe">,
    elsewhere = false,
  ): string[] | undefined {
    if (ack < this.#startFor(peer, subscribe) || ack > this.#end || (elsewhere && ack < this.#joint))
      return undefined;
    const turned = this.#turned.get(peer) ?? 0;
    const missed: string[] = [];
    for (let index = 0; index < this.#length; index++) {
      const kept = this.#kept(index);
      const subscribed = subscribe === kept.seq > turned;
      if (kept.seq > ack && isFor(kept, peer, subscribed)) missed.push(this.#texts.read(kept));
    }
    return missed;
  }

  /** Nobody will ask for this member any more. */
  forgetMember(peer: PeerId): void {
    this.#lostTo.delete(peer);
    this.#turned.delete(peer);
    // What is still kept for it would put it back there once it is forgotten, and nobody would take it out again.
    const others: Kept[] = [];
    for (let index = 0; index < this.#length; index++) {
      const kept = this.#kept(index);
      if (kept.to === peer) this.#release(kept);
      else others.push(kept);
    }
    if (others.length < this.#length) this.#rearrange(others);
    if (this.#texts.held > mostHeldFor(this.#size)) this.#repack();
  }

  /** Who has heard less than this has missed something that is forgotten. */
  #startFor(peer: PeerId, subscribe: boolean): number {
    const turned = this.#turned.get(peer) ?? 0;
    const lost = lostTo(peer, this.#lostChat);
    // Of chat from before, only the last is known that was forgotten: this may be later than what it has missed.
    const chat = subscribe ? (lost > turned ? lost : 0) : Math.min(lost, turned);
    return Math.max(this.#start, chat, lostTo(peer, this.#lost), this.#lostTo.get(peer) ?? 0);
  }

  #turn(peer: PeerId): void {
    // One change is remembered: who has heard nothing since the one before comes anew.
    const before = this.#turned.get(peer);
    if (before !== undefined) this.#lose(peer, before);
    this.#turned.set(peer, this.#end);
  }

  /** What is forgotten last need not be the last of what is not known any more. */
  #lose(peer: PeerId, seq: number): void {
    this.#lostTo.set(peer, Math.max(seq, this.#lostTo.get(peer) ?? 0));
  }

  #forget(): void {
    const oldest = this.#kept(0);
    const { to, chat, seq } = oldest;
    if (to !== undefined) this.#lose(to, seq);
    else if (chat) this.#lostChat = losing(oldest, this.#lostChat);
    else this.#lost = losing(oldest, this.#lost);
    this.#release(oldest);
    this.#first = (this.#first + 1) % this.#slots.length;
    this.#length--;
    if (this.#length === 0) this.#rearrange([]);
  }

  /** The oldest is that with the index 0. */
  #kept(index: number): Kept {
    return this.#slots[(this.#first + index) % this.#slots.length]!;
  }

  #release(kept: Kept): void {
    this.#size -= kept.end - kept.start;
    this.#texts.forget(kept);
  }

  /** What lay between the texts that are left goes back. */
  #repack(): void {
    const texts = new KeptTexts();
    for (let index = 0; index < this.#length; index++) {
      const kept = this.#kept(index);
      texts.keep(this.#texts.read(kept), kept);
    }
    this.#texts = texts;
  }

  #grow(): void {
    const kept = Array.from(this.#slots, (_, index) => this.#kept(index));
    const free = Array.from({ length: Math.max(4, kept.length) }, newSlot);
    this.#rearrange([...kept, ...free], kept.length);
  }

  /** Puts the oldest first. When nothing is kept, nothing is held for it. */
  #rearrange(slots: Kept[], length: number = slots.length): void {
    this.#slots = slots;
    this.#first = 0;
    this.#length = length;
    if (slots.length === 0) this.#texts.clear();
  }
}

/** For so many octets of texts. A block that is not full is not yet a waste. */
function mostHeldFor(size: number): number {
  return 65_536 + 2 * size;
}

function newSlot(): Kept {
  return { to: undefined, except: undefined, chat: false, seq: 0, at: 0, ...noPlace };
}

/** The last that was forgotten of what was for all but one, and the last that was for that one too. */
interface LastLost {
  readonly seq: number;
  readonly except: PeerId | undefined;
  readonly besides: number;
}

const nothingLost: LastLost = { seq: 0, except: undefined, besides: 0 };

function losing({ except, seq }: Kept, last: LastLost): LastLost {
  return { seq, except, besides: except === last.except ? last.besides : last.seq };
}

function lostTo(peer: PeerId, { seq, except, besides }: LastLost): number {
  return peer === except ? besides : seq;
}

/** Whether a member is to hear this. */
export function isFor({ to, except, chat }: Audience, peer: PeerId, subscribe: boolean): boolean {
  if (to !== undefined) return to === peer;
  return except !== peer && (subscribe || !chat);
}
