import type { Entry, RoomSettings } from "./entries.ts";
import type { PeerId, RoomName } from "./protocol.ts";
import { type RoomDetails, type RoomSummary, roomOf, roomsOf } from "./room-summary.ts";

/** What may be asked of rooms, and done to them, by who runs the server: each room is that of all processes. */
export abstract class RoomAdministration {
  /** The rooms of all processes that can be reached. */
  rooms(): Promise<readonly RoomSummary[]> {
    return roomsOf((topic) => this.ask(topic));
  }

  /** One of them; undefined when there is none of this name now. */
  room(name: RoomName): Promise<RoomDetails | undefined> {
    return roomOf(name, (topic) => this.ask(topic));
  }

  /**
   * Makes a room before anybody enters it, or changes how it is kept.
   *
   * @throws {RoomError} when the room cannot be opened
   */
  configure(room: RoomName, settings: RoomSettings): Promise<void> {
    return this.administer(room, { type: "configure", settings });
  }

  /** Ends a room: all are out of it. @throws {RoomError} as {@link configure} */
  end(room: RoomName): Promise<void> {
    return this.administer(room, { type: "end" });
  }

  /** Puts a peer out of a room; with `ban`, all peers of its user, for as long as the room is. @throws {RoomError} */
  kick(
    room: RoomName,
    peer: PeerId,
    { ban = false }: { readonly ban?: boolean | undefined } = {},
  ): Promise<void> {
    return this.administer(room, { type: "kick", peer, ban });
  }

  /** Lets a user come back who was banned from a room. @throws {RoomError} as {@link configure} */
  unban(room: RoomName, user: string): Promise<void> {
    return this.administer(room, { type: "unban", user });
  }

  /** Proposes an entry for a room. Rejected with {@link RoomError}. */
  protected abstract administer(room: RoomName, entry: Entry): Promise<void>;

  /** Asks all processes. */
  protected abstract ask(topic: string): Promise<readonly string[]>;
}
