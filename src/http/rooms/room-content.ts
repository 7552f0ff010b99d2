/** What the routes of rooms read in a request: the settings of a room, a token that is wanted, a page of a list. */
import { defaultRoomTokenLifetime, type RoomRole, roomRoles, type Session } from "../../auth/index.ts";
import { type Members, optionalFlagOf, optionalTextOf } from "../auth/auth-content.ts";
import { HttpProblem } from "../message/problem.ts";
import type { RoomSettings, WantedRoomToken } from "./rooms-port.ts";

/** The most members that a room can be given. */
export const maxCapacity = 10_000;

/** The longest that a room can be kept while nobody is in it, in seconds: 30 days. */
export const maxKeepEmpty: number = 30 * 24 * 3_600;

/** How long a room that is made ahead is kept until somebody comes, in seconds: one hour. */
export const defaultKeepEmpty = 3_600;

/** How many rooms a list has, unless told otherwise, and at most. */
export const pageLimits = { usual: 100, most: 1_000 } as const;

/** @throws {HttpProblem} 400, 422 */
export function settingsOf(members: Members): RoomSettings {
  const keepEmpty = integerOf(members, "keep_empty", 0, maxKeepEmpty);
  return {
    capacity: integerOf(members, "capacity", 1, maxCapacity),
    locked: optionalFlagOf(members, "locked"),
    keepEmpty: keepEmpty === undefined ? undefined : keepEmpty * 1000,
  };
}

/**
 * The token that `members` ask for; without a word about it, one for who asks, as a member. Values that no token can
 * have are found when it is minted.
 *
 * @throws {HttpProblem} 400, 422
 */
export function wantedTokenOf(members: Members, room: string, session: Session): WantedRoomToken {
  const user = optionalTextOf(members, "user") ?? session.accountId;
  const ownName = user === session.accountId ? session.username : user;
  const role = roleOf(optionalTextOf(members, "role") ?? "member");
  return {
    room,
    user,
    name: optionalTextOf(members, "name") ?? ownName,
    role,
    publish: optionalFlagOf(members, "publish") ?? role !== "viewer",
    subscribe: optionalFlagOf(members, "subscribe") ?? true,
    lifetime: integerOf(members, "expires_in", 1, Number.MAX_SAFE_INTEGER) ?? defaultRoomTokenLifetime,
  };
}

/** Which part of a list is asked for: what comes after a name, and how many. @throws {HttpProblem} 400 */
export function pageOf(query: URLSearchParams): { readonly after: string; readonly limit: number } {
  const [after = "", ...others] = query.getAll("after");
  const [limit = String(pageLimits.usual), ...more] = query.getAll("limit");
  const count = /^[1-9]\d{0,3}$/.test(limit) ? Number(limit) : Number.NaN;
  if (others.length > 0 || more.length > 0 || !(count <= pageLimits.most)) {
    const detail = `"limit" is a number from 1 to ${pageLimits.most}, "after" the name of a room; each once.`;
    throw new HttpProblem(400, "http/malformed-query", detail);
  }
  return { after, limit: count };
}

/** Whether the parameter `ban` is there and true. @throws {HttpProblem} 400 for what is neither true nor false */
export function banOf(query: URLSearchParams): boolean {
  const values = query.getAll("ban");
  if (values.length === 0) return false;
  if (values.length === 1 && /^(?:true|false)$/.test(values[0]!)) return values[0] === "true";
  throw new HttpProblem(400, "http/malformed-query", 'The parameter "ban" is true or false.');
}

function roleOf(text: string): RoomRole {
  const role = roomRoles.find((each) => each === text);
  if (role !== undefined) return role;
  throw new HttpProblem(422, "rooms/invalid-grant", `A role is one of ${roomRoles.join(", ")}.`);
}

function integerOf(members: Members, name: string, least: number, most: number): number | undefined {
  const value = Object.hasOwn(members, name) ? members[name] : undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new HttpProblem(400, "http/malformed-content", `"${name}" must be a whole number.`);
  }
  if (value >= least && value <= most) return value;
  throw new HttpProblem(422, "rooms/invalid-settings", `"${name}" must be from ${least} to ${most}.`);
}
