/** What the routes of rooms ask for: HTTP knows nothing of signalling, and whoever joins the two brings this. */
import type { RoomGrant, RoomRole, RoomTokenRequest, Session } from "../../auth/index.ts";

/** Somebody who is in a room. */
export interface RoomPeer {
  readonly peer: string;
  readonly user: string;
  readonly name: string;
  readonly role: RoomRole;
  /** False while its connection is lost and its place is kept. */
  readonly connected: boolean;
}

/** A room as those see it who administer it. */
export interface RoomSummary {
  readonly room: string;
  readonly members: number;
  readonly connected: number;
  /** Undefined while nobody has configured the room or entered it. */
  readonly capacity: number | undefined;
  readonly locked: boolean;
  readonly peers: readonly RoomPeer[];
}

/** A room that was asked for by its name. */
export interface RoomDetails extends RoomSummary {
  /** Users who may not come back. */
  readonly banned: readonly string[];
}

/** How a room is kept; what is missing stays as it is, or as the defaults are. */
export interface RoomSettings {
  readonly capacity?: number | undefined;
  readonly locked?: boolean | undefined;
  /** Milliseconds that the room is kept while nobody is in it. */
  readonly keepEmpty?: number | undefined;
}

/**
 * The rooms of all processes. A call that cannot be carried out rejects with an `HttpProblem`: `rooms/unknown`,
 * `rooms/unknown-peer` or `rooms/unavailable`.
 */
export interface RoomsPort {
  list(): Promise<readonly RoomSummary[]>;
  /** One of them, if it is there. */
  find(room: string): Promise<RoomDetails | undefined>;
  configure(room: string, settings: RoomSettings): Promise<void>;
  end(room: string): Promise<void>;
  kick(room: string, peer: string, how: { readonly ban: boolean }): Promise<void>;
  unban(room: string, user: string): Promise<void>;
}

/** A room token that is asked for, with nothing left open. */
export type WantedRoomToken = Required<{
  readonly [Name in keyof RoomTokenRequest]: NonNullable<RoomTokenRequest[Name]>;
}>;

/** Whether somebody who does not administer rooms may have a certain token. */
export type MayGrant = (session: Session, wanted: WantedRoomToken) => boolean | Promise<boolean>;

/** Mints a token. @throws {AuthError} `rooms/invalid-grant` */
export type MintRoomToken = (request: RoomTokenRequest) => {
  readonly token: string;
  readonly grant: RoomGrant;
};
