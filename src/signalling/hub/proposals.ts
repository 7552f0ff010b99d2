/** What a process has proposed for the log of a room, until it comes back from there. */
import type { Entry } from "../entries.ts";
import type { CommandId, Resume } from "../protocol.ts";

/** An entry that was proposed here and has not come back yet. */
export interface Proposal<Peer> {
  readonly entry: Entry;
  /** Whose command it was. */
  readonly peer?: Peer | undefined;
  readonly id?: CommandId | undefined;
  /** What the peer wanted to resume; also with the `join` that follows when it cannot. */
  readonly resume?: Resume | undefined;
  /** The number of a request to the server's own API. */
  readonly request?: number | undefined;
}

/** Whether it has to come into the log, if not now then later: nobody would say it again. */
export function mustBeSaid({ entry, peer, request }: Proposal<unknown>): boolean {
  return entry.type === "leave" || (peer === undefined && request === undefined);
}

interface Link<Peer> {
  readonly ref: number;
  readonly proposal: Proposal<Peer>;
  next: Link<Peer> | undefined;
}

/** Proposals that are on their way, by their numbers. They come back in order, so the one that is asked for is the first. */
export class Proposals<Peer> {
  #first: Link<Peer> | undefined;
  #last: Link<Peer> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(ref: number, proposal: Proposal<Peer>): void {
    const link: Link<Peer> = { ref, proposal, next: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.next = link;
    this.#last = link;
    this.#size++;
  }

  /** Takes one out; undefined when it is not there. */
  take(ref: number): Proposal<Peer> | undefined {
    let before: Link<Peer> | undefined;
    let link = this.#first;
    while (link !== undefined && link.ref !== ref) {
      before = link;
      link = link.next;
    }
    if (link === undefined) return undefined;
    if (before === undefined) this.#first = link.next;
    else before.next = link.next;
    if (this.#last === link) this.#last = before;
    this.#size--;
    return link.proposal;
  }

  /** Takes all out, in order. */
  takeAll(): Proposal<Peer>[] {
    const all: Proposal<Peer>[] = [];
    for (let link = this.#first; link !== undefined; link = link.next) all.push(link.proposal);
    this.#first = this.#last = undefined;
    this.#size = 0;
    return all;
  }
}
