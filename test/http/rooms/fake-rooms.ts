/** Rooms in memory, in place of those of a signalling server. */
import type { RoomDetails, RoomPeer, RoomSettings, RoomSummary, RoomsPort } from "../../../src/http/index.ts";

export const grace: RoomPeer = {
  peer: "p1",
  user: "guest-7",
  name: "Grace",
  role: "member",
  connected: true,
};

/** The user who is banned from each room. */
export const mallory = "mallory";

/** How the peers of a room are called, and a record of what was asked for. */
export class FakeRooms implements RoomsPort {
  readonly calls: unknown[] = [];
  readonly #rooms = new Map<string, RoomDetails>();

  /** A room with Grace in it, and without Mallory. */
  with(...names: readonly string[]): this {
    const people = { peers: [grace], members: 1, connected: 1, banned: [mallory] };
    for (const room of names) this.#set({ ...newRoom(room), ...people });
    return this;
  }

  list(): Promise<readonly RoomSummary[]> {
    return Promise.resolve(Array.from(this.#rooms.values(), ({ banned: _, ...summary }) => summary));
  }

  find(room: string): Promise<RoomDetails | undefined> {
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
    const peers = known.peers.filter((each) => each.peer !== peer);
    const out = known.peers.filter((each) => each.peer === peer && how.ban);
    this.#set({ ...known, peers, banned: [...known.banned, ...out.map(({ user }) => user)] });
    return Promise.resolve();
  }

  unban(room: string, user: string): Promise<void> {
    this.calls.push(["unban", room, user]);
    const known = this.#rooms.get(room)!;
    this.#set({ ...known, banned: known.banned.filter((each) => each !== user) });
    return Promise.resolve();
  }

  #set(room: RoomDetails): void {
    this.#rooms.set(room.room, room);
  }
}

function newRoom(room: string): RoomDetails {
  return { room, members: 0, connected: 0, capacity: 16, locked: false, peers: [], banned: [] };
}
