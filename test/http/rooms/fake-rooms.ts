/** Rooms in memory, in place of those of a signalling server. */
import type { RoomPeer, RoomSettings, RoomSummary, RoomsPort } from "../../../src/http/index.ts";

export const grace: RoomPeer = {
  peer: "p1",
  user: "guest-7",
  name: "Grace",
  role: "member",
  connected: true,
};

/** How the peers of a room are called, and a record of what was asked for. */
export class FakeRooms implements RoomsPort {
  readonly calls: unknown[] = [];
  readonly #rooms = new Map<string, RoomSummary>();

  /** A room with Grace in it. */
  with(...names: readonly string[]): this {
    for (const room of names) this.#set({ ...newRoom(room), peers: [grace], members: 1, connected: 1 });
    return this;
  }

  list(): Promise<readonly RoomSummary[]> {
    return Promise.resolve([...this.#rooms.values()]);
  }

  find(room: string): Promise<RoomSummary | undefined> {
    return Promise.resolve(this.#rooms.get(room));
  }

  configure(room: string, settings: RoomSettings): Promise<void> {
    this.calls.push(["configure", room, settings]);
    const { capacity, locked } = settings;
    const known = this.#rooms.get(room) ?? newRoom(room);
    this.#set({ ...known, capacity: capacity ?? known.capacity, locked: locked ?? known.locked });
    return Promise.resolve();
  }

  end(room: string): Promise<void> {
    this.calls.push(["end", room]);
    this.#rooms.delete(room);
    return Promise.resolve();
  }

  kick(room: string, peer: string, how: { readonly ban: boolean }): Promise<void> {
    this.calls.push(["kick", room, peer, how]);
    const known = this.#rooms.get(room)!;
    this.#set({ ...known, peers: known.peers.filter((each) => each.peer !== peer) });
    return Promise.resolve();
  }

  #set(room: RoomSummary): void {
    this.#rooms.set(room.room, room);
  }
}

function newRoom(room: string): RoomSummary {
  return { room, members: 0, connected: 0, capacity: 16, locked: false, peers: [] };
}
