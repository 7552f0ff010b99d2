/** What a peer may do in which room: by a grant that its login carries, or by how the server is set up. */
import { type Refusal, type Rights, type Role, type RoomName, refuse } from "./protocol.ts";

/** Leave to be in one room, for a time. */
export interface RoomGrant extends Rights {
  readonly room: RoomName;
  /** In seconds since the epoch, as a JWT's "exp" (RFC 7519 §4.1.4). */
  readonly expiresAt: number;
}

/**
 * Who a peer is. `user` is the account, the same on each of a user's devices; `name` is what people read. With a
 * grant the peer may enter the room of the grant, and no other.
 */
export interface Identity {
  readonly user: string;
  readonly name: string;
  readonly grant?: RoomGrant | undefined;
  /** The name or address by which its connection reached this server: others of its servers may be there too. */
  readonly host?: string | undefined;
}

/**
 * What peers without a grant may do. `open`: enter any room as a member; the first to enter is its host, and when
 * no host is left, whoever came first of those that are there. `granted`: nothing.
 */
export type Access = "open" | "granted";

/** What a role may do when nothing else is said. */
export function rightsOf(role: Role): Rights {
  return { role, publish: role !== "viewer", subscribe: true };
}

/** What a peer may do in a room, or why it may not enter it. */
export function rightsIn(room: RoomName, { grant }: Identity, access: Access): Rights | Refusal {
  if (grant === undefined) {
    return access === "open" ? rightsOf("member") : refuse("forbidden", "this server asks for a room token");
  }
  if (grant.room !== room) return refuse("forbidden", "your room token is for another room");
  const { role, publish, subscribe } = grant;
  return { role, publish, subscribe };
}

/** Whether a member may do neither more nor less than this. */
export function hasRights(member: Rights | undefined, { role, publish, subscribe }: Rights): boolean {
  return member?.role === role && member.publish === publish && member.subscribe === subscribe;
}
