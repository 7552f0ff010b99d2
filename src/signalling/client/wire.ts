/**
 * The words of `barewire.signal.v1` as the client knows them; the server's view is `../protocol.ts`.
 *
 * They are written down twice because this folder imports nothing outside it: a page loads it as it is, and
 * may be older or newer than its server. A test keeps the two the same.
 */

/** The WebSocket subprotocol that names this protocol and its version. */
export const subprotocol = "barewire.signal.v1";

/** Names a peer for as long as it is in a room, over its reconnects too. */
export type PeerId = string;

/** A host may kick, ban and lock; a viewer may neither send media nor chat, unless its grant says so. */
export type Role = "host" | "member" | "viewer";

/** What a peer tells about itself to all in the room: any JSON object, up to 4,096 characters. */
export type Presence = Readonly<Record<string, unknown>>;

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

/** An RTCIceServer, ready to be given to an `RTCPeerConnection`. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** What a peer may do: `publish`: send media, and chat; `subscribe`: receive media, and what is said to all. */
export interface Rights {
  readonly role: Role;
  readonly publish: boolean;
  readonly subscribe: boolean;
}

/** Another peer in the room. `user` is its account, `name` is for people; `polite`: whether *we* yield to it. */
export interface Member extends Rights {
  readonly peer: PeerId;
  readonly user: string;
  readonly name: string;
  readonly polite: boolean;
  readonly presence?: Presence | undefined;
  /** Its connection with the server is lost, and it has not left yet. */
  readonly reconnecting?: true | undefined;
}

/** Why a peer is out of the room: by itself; its connection was lost for too long; a host; its grant; its room ended. */
export type LeaveReason = "left" | "lost" | "kicked" | "banned" | "expired" | "closed";

/** Said in a room, and numbered there, so that it is obeyed once however often it is sent. */
export type Saying =
  | { readonly type: "description"; readonly to: PeerId; readonly description: Description }
  | { readonly type: "candidate"; readonly to: PeerId; readonly candidate: Candidate }
  | { readonly type: "end-of-candidates"; readonly to: PeerId }
  | { readonly type: "message"; readonly to?: PeerId | undefined; readonly text: string }
  | { readonly type: "presence"; readonly presence: Presence };

/** Asked of the server, and void when the connection is lost before the answer. */
export type Request =
  | {
      readonly type: "join";
      readonly room: string;
      readonly presence?: Presence | undefined;
      readonly resume?: { readonly peer: PeerId; readonly secret: string; readonly ack: number } | undefined;
    }
  | { readonly type: "leave" }
  | { readonly type: "kick"; readonly peer: PeerId; readonly ban?: boolean | undefined }
  | { readonly type: "unban"; readonly user: string }
  | { readonly type: "lock"; readonly locked: boolean }
  | { readonly type: "ping"; readonly ack?: number | undefined }
  | ({ readonly type: "auth" } & Credential);

/** What this client says. */
export type Command = (Request | (Saying & { readonly seq?: number })) & { readonly id?: number | undefined };

/** What a login is shown with in band: an access token, or a ticket where no script has one. */
export type Credential = { readonly token: string } | { readonly ticket: string };

/** Why the server refused something. A newer server may have more reasons. */
export type RefusalCode =
  | "malformed"
  | "unknown-type"
  | "not-in-room"
  | "already-in-room"
  | "unknown-peer"
  | "unreachable"
  | "room-full"
  | "room-locked"
  | "banned"
  | "forbidden"
  | "rate-limited"
  | "too-many-rooms"
  | "unavailable";

/** Why the server refused a {@link Credential}. */
export type LoginRefusalCode =
  | "token/invalid"
  | "token/expired"
  | "token/revoked"
  | "ticket/invalid"
  | "auth/insufficient-scope"
  | "auth/other-account";

interface Answer {
  readonly id?: number | undefined;
}

interface Entered extends Answer, Rights {
  readonly room: string;
  readonly self: PeerId;
  readonly iceServers: readonly IceServer[];
  /** Milliseconds for which the credentials in `iceServers` are good; newer ones come in time. */
  readonly iceServersLifetime?: number | undefined;
}

export interface Welcome {
  readonly type: "welcome";
  readonly self: PeerId;
  readonly user: string;
  readonly name: string;
}

/** We are in the room, as somebody new. */
export interface Joined extends Entered {
  readonly type: "joined";
  readonly seq: number;
  readonly locked: boolean;
  readonly peers: readonly Member[];
  readonly secret: string;
  /** Milliseconds for which a lost connection keeps its place. */
  readonly resumeWithin: number;
  readonly resumed?: false | undefined;
}

/** We are who we were. What we have missed follows. */
export interface Resumed extends Entered {
  readonly type: "resumed";
  readonly ack: number;
}

export interface Refused extends Answer {
  readonly type: "error";
  readonly code: RefusalCode;
  readonly message: string;
  readonly retryAfter?: number | undefined;
}

/** Chat: to all in the room, or to us alone when `to` is given. */
export interface Message {
  readonly type: "message";
  readonly from: PeerId;
  readonly user: string;
  readonly name: string;
  readonly text: string;
  readonly to?: PeerId | undefined;
}

/** The login of this connection is good until then, in seconds since the epoch. */
export interface LoginAccepted extends Answer {
  readonly type: "auth";
  readonly event: "accepted";
  readonly expires_at: number;
}

export interface LoginRefused extends Answer {
  readonly type: "auth";
  readonly event: "refused";
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

/** What happens in the room; numbered, so that a resume begins behind the last that was heard. */
export type RoomNotice = { readonly seq: number } & (
  | ({ readonly type: "peer-joined" } & Member)
  | { readonly type: "peer-left"; readonly peer: PeerId; readonly reason: LeaveReason }
  | { readonly type: "peer-reconnecting" | "peer-reconnected"; readonly peer: PeerId }
  | ({ readonly type: "peer-role"; readonly peer: PeerId } & Rights)
  | { readonly type: "presence"; readonly peer: PeerId; readonly presence: Presence }
  | { readonly type: "description"; readonly from: PeerId; readonly description: Description }
  | { readonly type: "candidate"; readonly from: PeerId; readonly candidate: Candidate }
  | { readonly type: "end-of-candidates"; readonly from: PeerId }
  | Message
  | { readonly type: "locked"; readonly locked: boolean; readonly by?: PeerId | undefined }
);

/** What this client hears. */
export type Notice =
  | RoomNotice
  | LoginNotice
  | Welcome
  | Joined
  | Resumed
  | Refused
  | { readonly type: "left"; readonly room: string; readonly reason: LeaveReason }
  | {
      readonly type: "ice-servers";
      readonly iceServers: readonly IceServer[];
      readonly iceServersLifetime?: number | undefined;
    }
  | { readonly type: "service"; readonly rooms: "local" | "shared" }
  | { readonly type: "ok"; readonly id: number }
  | ({ readonly type: "pong"; readonly ack: number } & Answer);

/** What a name stands for is the same in all notices: a string, if it is not one of these. */
const kinds: Readonly<Record<string, "number" | "array">> = {
  id: "number",
  seq: "number",
  ack: "number",
  expires_at: "number",
  peers: "array",
  iceServers: "array",
};

const entered = "room self role iceServers ";

/**
 * What must be there before a notice is believed on which the session itself stands. Our server sends no less; a newer
 * one may send more. All others are only passed on.
 */
const required: { readonly [Type in Notice["type"] | `auth ${LoginNotice["event"]}`]?: string } = {
  welcome: "self user name",
  joined: `${entered}seq peers secret`,
  resumed: `${entered}ack`,
  left: "room reason",
  error: "code message",
  ok: "id",
  pong: "ack",
  "ice-servers": "iceServers",
  "auth accepted": "expires_at",
  "auth refused": "code",
};

/** Returns the notice, or undefined when the data is none that this client knows. Never throws. */
export function parseNotice(data: unknown): Notice | undefined {
  try {
    const notice = JSON.parse(data as string);
    const { type, event } = notice;
    const names = required[(type === "auth" ? `auth ${event}` : type) as keyof typeof required];
    const believed = names?.split(" ").every((name) => kindOf(notice[name]) === (kinds[name] ?? "string"));
    return (believed ?? typeof type === "string") ? notice : undefined;
  } catch {
    // No JSON, no object, or a type that is none: nothing to believe, whatever it is.
    return undefined;
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}
