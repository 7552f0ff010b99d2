/**
 * The words of `barewire.signal.v1` as the client knows them; the server's view is `../protocol.ts`.
 *
 * They are written down twice because this folder imports nothing outside it: a page loads it as it is, and
 * may be older or newer than its server. A test keeps the two the same.
 */

/** The WebSocket subprotocol that names this protocol and its version. */
export const subprotocol = "barewire.signal.v1";

/** Names a peer for as long as it is connected; after a reconnect it has another. */
export type PeerId = string;

/** A session description, as `RTCPeerConnection` makes and takes it. */
export interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** An ICE candidate, as `RTCPeerConnection` makes and takes it. */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment?: string;
}

/** Another peer in the room. `user` is its account, `name` is for people; `polite`: whether *we* yield to it. */
export interface Member {
  readonly peer: PeerId;
  readonly user: string;
  readonly name: string;
  readonly polite: boolean;
}

/** What this client says. */
export type Command =
  | { readonly type: "join"; readonly room: string; readonly id?: number }
  | { readonly type: "leave"; readonly id?: number }
  | { readonly type: "description"; readonly to: PeerId; readonly description: Description }
  | { readonly type: "candidate"; readonly to: PeerId; readonly candidate: Candidate | null }
  | { readonly type: "message"; readonly to?: PeerId; readonly text: string; readonly id?: number }
  | ({ readonly type: "auth"; readonly id?: number } & Credential)
  | { readonly type: "ping" };

/** What a login is shown with in band: an access token, or a ticket where no script has one. */
export type Credential = { readonly token: string } | { readonly ticket: string };

/** Why the server refused something. A newer server may have more reasons. */
export type RefusalCode =
  | "malformed"
  | "unknown-type"
  | "not-in-room"
  | "already-in-room"
  | "unknown-peer"
  | "room-full"
  | "rate-limited"
  | "forbidden"
  | "too-many-rooms";

/** Why the server refused a {@link Credential}. */
export type LoginRefusalCode =
  | "token/invalid"
  | "token/expired"
  | "token/revoked"
  | "ticket/invalid"
  | "auth/insufficient-scope"
  | "auth/other-account";

export interface Welcome {
  readonly type: "welcome";
  readonly self: PeerId;
  readonly user: string;
  readonly name: string;
}

export interface Joined {
  readonly type: "joined";
  readonly id?: number;
  readonly room: string;
  readonly self: PeerId;
  readonly peers: readonly Member[];
}

export interface Refused {
  readonly type: "error";
  readonly id?: number;
  readonly code: RefusalCode;
  readonly message: string;
}

/** Chat: to all in the room, or to us alone when `to` is given. */
export interface Message {
  readonly type: "message";
  readonly from: PeerId;
  readonly user: string;
  readonly name: string;
  readonly text: string;
  readonly to?: PeerId;
}

/** The login of this connection is good until then, in seconds since the epoch. */
export interface LoginAccepted {
  readonly type: "auth";
  readonly event: "accepted";
  readonly id?: number;
  readonly expires_at: number;
}

export interface LoginRefused {
  readonly type: "auth";
  readonly event: "refused";
  readonly id?: number;
  readonly code: LoginRefusalCode;
}

/** Another session of our account was ended: its refresh token came twice, so somebody had a copy. */
export interface SessionEnded {
  readonly type: "auth";
  readonly event: "session-ended";
  readonly reason: "reused";
  readonly session: string;
  /** What the session ran on, in its own words: the User-Agent field of its requests. */
  readonly device?: string;
}

/** What the server says in band about logins. */
export type LoginNotice = LoginAccepted | LoginRefused | SessionEnded;

/** What this client hears. */
export type Notice =
  | LoginNotice
  | Welcome
  | Joined
  | Refused
  | Message
  | ({ readonly type: "peer-joined" } & Member)
  | { readonly type: "peer-left"; readonly peer: PeerId }
  | { readonly type: "description"; readonly from: PeerId; readonly description: Description }
  | { readonly type: "candidate"; readonly from: PeerId; readonly candidate: Candidate | null }
  | { readonly type: "ok"; readonly id: number }
  | { readonly type: "pong" };

type Kind = "string" | "number" | "boolean" | "object";

/** What must be there before a notice is believed. Our server sends no less; a newer one may send more. */
const required: Readonly<Record<Notice["type"], Readonly<Record<string, Kind>>>> = {
  welcome: { self: "string", user: "string", name: "string" },
  joined: { room: "string", self: "string", peers: "object" },
  error: { code: "string", message: "string" },
  message: { from: "string", user: "string", name: "string", text: "string" },
  "peer-joined": { peer: "string", user: "string", name: "string", polite: "boolean" },
  "peer-left": { peer: "string" },
  description: { from: "string", description: "object" },
  candidate: { from: "string" },
  ok: { id: "number" },
  pong: {},
  auth: { event: "string" },
};

/** The same for each `event` of the notices about logins. */
const requiredOfLogin: Readonly<Record<LoginNotice["event"], Readonly<Record<string, Kind>>>> = {
  accepted: { expires_at: "number" },
  refused: { code: "string" },
  "session-ended": { reason: "string", session: "string" },
};

/** Returns the notice, or undefined when the data is none that this client knows. Never throws. */
export function parseNotice(data: unknown): Notice | undefined {
  const value = typeof data === "string" ? parseJson(data) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as {
    readonly type?: unknown;
    readonly peers?: unknown;
    readonly event?: unknown;
    readonly [name: string]: unknown;
  };
  const { type, peers, event } = fields;
  if (!isKey(required, type) || !hasAll(fields, required[type])) return undefined;
  if (type === "joined" && !Array.isArray(peers)) return undefined;
  if (type === "auth" && !(isKey(requiredOfLogin, event) && hasAll(fields, requiredOfLogin[event])))
    return undefined;
  return value as Notice;
}

function isKey<Table extends object>(table: Table, name: unknown): name is keyof Table {
  return typeof name === "string" && Object.hasOwn(table, name);
}

function hasAll(fields: Readonly<Record<string, unknown>>, kinds: Readonly<Record<string, Kind>>): boolean {
  return Object.entries(kinds).every(([name, kind]) => typeof fields[name] === kind && fields[name] !== null);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
