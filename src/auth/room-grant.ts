/** What somebody may do in a room, as far as logins are concerned: words to carry, whose meaning is signalling's. */

/** All roles. */
export const roomRoles = ["host", "member", "viewer"] as const;

/** A host may kick, ban and lock; a viewer may neither send media nor chat, unless its token says so. */
export type RoomRole = (typeof roomRoles)[number];

/** Leave to be in one room, for a time. */
export interface RoomGrant {
  readonly room: string;
  readonly role: RoomRole;
  /** Send media, and chat. */
  readonly publish: boolean;
  /** Receive media, and what is said to all. */
  readonly subscribe: boolean;
  /** In seconds since the epoch. */
  readonly expiresAt: number;
}
