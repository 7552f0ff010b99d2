import type { Member, PeerId, RoomName } from "./protocol.ts";

/** Who a peer is. `user` is the account, the same on each of a user's devices; `name` is what people read. */
export interface Identity {
  readonly user: string;
  readonly name: string;
}

/**
 * Who is in one room, in the order they came.
 *
 * The order decides who is polite: of each pair, the one that came later. Any rule would do, as long as
 * both sides are told the same; this one costs nothing to keep, and holds for as long as both stay.
 */
export class Room {
  readonly name: RoomName;
  readonly #capacity: number;
  readonly #members = new Map<PeerId, Identity>();

  constructor(name: RoomName, capacity: number) {
    this.name = name;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#members.size;
  }

  get full(): boolean {
    return this.#members.size >= this.#capacity;
  }

  has(peer: PeerId): boolean {
    return this.#members.has(peer);
  }

  /** Lets a peer in. Returns the others as the newcomer sees them: it is polite towards all of them. */
  add(peer: PeerId, identity: Identity): readonly Member[] {
    const others = Array.from(this.#members, ([id, other]) => member(id, other, true));
    this.#members.set(peer, identity);
    return others;
  }

  remove(peer: PeerId): void {
    this.#members.delete(peer);
  }

  /** All members but one: who hears what this one does. */
  others(peer: PeerId): readonly PeerId[] {
    const others: PeerId[] = [];
    for (const id of this.#members.keys()) if (id !== peer) others.push(id);
    return others;
  }
}

/** A member as another sees it; `polite` is whether that other is the polite one of the two. */
export function member(peer: PeerId, { user, name }: Identity, polite: boolean): Member {
  return { peer, user, name, polite };
}
