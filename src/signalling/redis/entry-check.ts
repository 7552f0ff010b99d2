/**
 * Whether something is an entry, a record or a state, as far as a room relies on it.
 *
 * Redis is ours, and its other users make mistakes: what is none of these must not bring a server down. What peers
 * may say was checked before it became an entry, and is not checked again.
 */
import type { Entry, MemberRecord, RoomSettings, RoomState } from "../entries.ts";
import type { Candidate, Rights } from "../protocol.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const truth: Check = (value) => typeof value === "boolean";
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const role: Check = (value) => value === "host" || value === "member" || value === "viewer";
const map: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** Every field of a type is in its table, or it does not compile. */
function object<Type>(fields: Readonly<Record<keyof Type, Check>>): Check {
  const rows = Object.entries<Check>(fields);
  return (value) => {
    if (!map(value)) return false;
    for (const [name, check] of rows) if (!check((value as Record<string, unknown>)[name])) return false;
    return true;
  };
}

type Of<Kind extends Entry["type"]> = Omit<Extract<Entry, { type: Kind }>, "type">;

const rights = { role, publish: truth, subscribe: truth } satisfies Record<keyof Rights, Check>;
const isRights = object<Rights>(rights);
const newcomer = {
  ...{ peer: text, user: text, name: text, process: text, secretHash: text },
  ...{ presence: maybe(map), granted: maybe(truth), ...rights },
};
const isMember = object<MemberRecord>({
  ...newcomer,
  ...{ connected: truth, incarnation: count, order: count, ack: count },
});
const isSettings = object<RoomSettings>({
  capacity: maybe(count),
  locked: maybe(truth),
  keepEmpty: maybe(count),
});

/** Whether this is the state of a room. */
export const isRoomState: (value: unknown) => value is RoomState = object<RoomState>({
  room: text,
  position: count,
  seq: count,
  capacity: maybe(count),
  locked: truth,
  keepEmpty: count,
  succession: truth,
  members: list(isMember),
  banned: list(text),
}) as (value: unknown) => value is RoomState;

const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isCandidate = object<Candidate>({
  ...{ candidate: text, sdpMid: orNull(text), sdpMLineIndex: orNull(count), usernameFragment: maybe(text) },
});

/** What may be said, without `type`. */
const sayings: Readonly<Record<Of<"say">["saying"]["type"], Check>> = {
  description: object<{ description: unknown }>({
    description: object<{ type: unknown; sdp: unknown }>({ type: text, sdp: text }),
  }),
  candidate: object<{ candidate: unknown }>({ candidate: isCandidate }),
  "end-of-candidates": () => true,
  message: object<{ text: unknown }>({ text }),
};

const entries: { readonly [Kind in Entry["type"]]: Check } = {
  join: object<Of<"join">>({
    ...{ member: object(newcomer), capacity: count, succession: truth },
    replaces: maybe(object<{ peer: unknown; secretHash: unknown }>({ peer: text, secretHash: text })),
  }),
  leave: object<Of<"leave">>({ peer: text, reason: text }),
  drop: object<Of<"drop">>({ peer: text, incarnation: count }),
  expire: object<Of<"expire">>({ peer: text, incarnation: count }),
  resume: object<Of<"resume">>({ peer: text, user: text, secretHash: text, rights: maybe(isRights) }),
  say: object<Of<"say">>({
    ...{ from: text, seq: maybe(count), to: maybe(text), saying: typed(sayings), plain: maybe(truth) },
  }),
  presence: object<Of<"presence">>({ peer: text, seq: maybe(count), presence: map }),
  kick: object<Of<"kick">>({ by: maybe(text), peer: text, ban: truth }),
  unban: object<Of<"unban">>({ by: maybe(text), user: text }),
  lock: object<Of<"lock">>({ by: maybe(text), locked: truth }),
  rights: object<Of<"rights">>({ peer: text, rights: isRights, granted: maybe(truth) }),
  configure: object<Of<"configure">>({ settings: isSettings }),
  end: () => true,
  "process-gone": object<Of<"process-gone">>({ process: text }),
  merge: object<Of<"merge">>({ state: isRoomState }),
};

const isTypedEntry = typed(entries);

/** Whether this is an entry. */
export function isEntry(value: unknown): value is Entry {
  return isTypedEntry(value);
}

/** An object whose `type` says which check is its own. */
function typed(checks: Readonly<Record<string, Check>>): Check {
  const byType = new Map(Object.entries(checks));
  return (value) => map(value) && byType.get((value as { type: string }).type)?.(value) === true;
}
