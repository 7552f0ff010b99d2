/**
 * The protocol `barewire.signal.v1`: what peers say to the server (commands) and hear from it (notices).
 *
 * Each WebSocket text message is one JSON object (RFC 8259) with a `type`. A command may carry an `id`; then
 * exactly one answer carries the same: `joined`, `resumed`, `pong`, `ok` or `error`. Unknown fields are ignored
 * and unknown types refused, so that later versions can add fields without harm.
 *
 * What is said in a room is numbered, both ways, so that nothing is lost or heard twice over a reconnect:
 *
 *     server ─ notices with `seq` ──▶ peer      the peer says what it has heard: `ping.ack`, `join.resume.ack`
 *     peer ─ commands with `seq` ──▶ server     the server says what it has done: `pong.ack`, `resumed.ack`
 *
 * Here are the words. How they are read from a stranger's text is in `parse-command.ts`.
 */

/** The WebSocket subprotocol (RFC 6455 §1.9) that names this protocol and its version. */
export const subprotocol = "barewire.signal.v1";

/** The longest that each part of a command may be, in UTF-16 code units. */
export const limits = {
  command: 65_536,
  id: 64,
  room: 64,
  peer: 64,
  user: 128,
  secret: 64,
  sdp: 32_768,
  candidate: 1024,
  /** `a=mid` (RFC 5888 §4) is a token of a few characters everywhere. */
  mid: 64,
  /** RFC 8839 §5.4: an ice-ufrag has 4 to 256 characters. */
  usernameFragment: 256,
  text: 4096,
  /** As JSON. */
  presence: 4096,
  /** How many objects and arrays within each other: some parsers of JSON bear no more than 100. */
  presenceDepth: 32,
} as const;

/** Names a peer for as long as it is in a room, over its reconnects too. Chosen by the server, nobody can take another's. */
export type PeerId = string;

/**
 * 1 to 64 of the characters that a URL leaves as they are: `A–Z a–z 0–9 - . _ ~` (RFC 3986 §2.3); not `.` or `..`,
 * which no path can hold (§5.2.4).
 */
export type RoomName = string;

/** What a command was called by its sender, so that the answer can be told apart. */
export type CommandId = string | number;

/** A host may kick, ban and lock; a viewer may neither send media nor chat, unless its grant says so. */
export type Role = "host" | "member" | "viewer";

/** What a peer tells about itself to all in the room, such as a raised hand: any JSON object, up to 4,096 characters. */
export type Presence = Readonly<Record<string, unknown>>;

/** A session description (RFC 8866), offered or answered as RFC 3264 says. */
export interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** An ICE candidate as browsers give and take it; `candidate` is the attribute of RFC 8839 §5.1. */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment?: string;
}

/** An RTCIceServer as W3C WebRTC §4.2.2 has it: ready to be given to an `RTCPeerConnection`. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** Proof that a peer is who it was before its connection was lost, and what it has heard until then. */
export interface Resume {
  readonly peer: PeerId;
  /** From `joined`. */
  readonly secret: string;
  /** The `seq` of the last notice that was heard; that of `joined`, when there was none. */
  readonly ack: number;
}

interface Answerable {
  readonly id?: CommandId | undefined;
}

/** Said in a room. `seq` counts 1, 2, 3, … from the `joined`; one that has been obeyed already is not obeyed again. */
interface Numbered extends Answerable {
  readonly seq?: number | undefined;
}

interface Directed extends Numbered {
  readonly to: PeerId;
}

/** What a peer asks of the server. */
export type Command =
  | (Answerable & {
      readonly type: "join";
      readonly room: RoomName;
      readonly presence?: Presence | undefined;
      readonly resume?: Resume | undefined;
    })
  | (Answerable & { readonly type: "leave" })
  | (Directed & { readonly type: "description"; readonly description: Description })
  | (Directed & { readonly type: "candidate"; readonly candidate: Candidate })
  /** RFC 8838 §13: there are no more candidates. */
  | (Directed & { readonly type: "end-of-candidates" })
  | (Numbered & { readonly type: "message"; readonly to?: PeerId | undefined; readonly text: string })
  | (Numbered & { readonly type: "presence"; readonly presence: Presence })
  | (Answerable & { readonly type: "kick"; readonly peer: PeerId; readonly ban?: boolean | undefined })
  | (Answerable & { readonly type: "unban"; readonly user: string })
  | (Answerable & { readonly type: "lock"; readonly locked: boolean })
  | (Answerable & { readonly type: "ping"; readonly ack?: number | undefined });

/** Why a command was not obeyed. */
export type RefusalCode =
  | "malformed"
  | "unknown-type"
  | "not-in-room"
  | "already-in-room"
  | "unknown-peer"
  /** The peer is known, but on another server process that cannot be reached now. */
  | "unreachable"
  | "room-full"
  | "room-locked"
  | "banned"
  | "forbidden"
  | "rate-limited"
  | "too-many-rooms"
  /** The room cannot be opened now: what is behind this process does not answer. */
  | "unavailable";

/** In place of a command that is none, or in place of its effects when the hub refuses it. */
export interface Refusal extends Answerable {
  readonly type: "refusal";
  readonly code: RefusalCode;
  readonly message: string;
  /** Milliseconds after which the same would be obeyed; for `rate-limited`. */
  readonly retryAfter?: number | undefined;
}

/**
 * Another member of the room, as one member sees it. `polite` is about the reader: whether it is the
 * polite side of this pair, the one that takes its own offer back when two collide.
 */
export interface Member extends Rights {
  readonly peer: PeerId;
  readonly user: string;
  readonly name: string;
  readonly polite: boolean;
  readonly presence?: Presence | undefined;
  /** Its connection is lost, and it has not left yet. */
  readonly reconnecting?: true | undefined;
}

/** Why a peer is out of the room: by itself; its connection was lost for too long; a host; its grant; its room ended. */
export type LeaveReason = "left" | "lost" | "kicked" | "banned" | "expired" | "closed";

/** What a peer may do in the room it is in. */
export interface Rights {
  readonly role: Role;
  /** Send media, and chat. */
  readonly publish: boolean;
  /** Receive media, and what is said to all. */
  readonly subscribe: boolean;
}

/** The part that the answers to `join` have in common. */
interface Entered extends Answerable, Rights {
  readonly room: RoomName;
  readonly self: PeerId;
  readonly iceServers: readonly IceServer[];
  /** Milliseconds for which the credentials in `iceServers` are good; newer ones come in time. */
  readonly iceServersLifetime?: number | undefined;
}

/** What happens in a room; `seq` grows from one to the next, with gaps. */
export type RoomNotice = { readonly seq: number } & (
  | ({ readonly type: "peer-joined" } & Member)
  | { readonly type: "peer-left"; readonly peer: PeerId; readonly reason: LeaveReason }
  /** Its connection is lost: it comes back within the time that `joined.resumeWithin` says, or has left. */
  | { readonly type: "peer-reconnecting"; readonly peer: PeerId }
  | { readonly type: "peer-reconnected"; readonly peer: PeerId }
  /** What it may do has changed: by a newer grant, or because the last host has gone. */
  | ({ readonly type: "peer-role"; readonly peer: PeerId } & Rights)
  | { readonly type: "description"; readonly from: PeerId; readonly description: Description }
  | { readonly type: "candidate"; readonly from: PeerId; readonly candidate: Candidate }
  | { readonly type: "end-of-candidates"; readonly from: PeerId }
  | {
      readonly type: "message";
      readonly from: PeerId;
      readonly user: string;
      readonly name: string;
      readonly text: string;
      readonly to?: PeerId | undefined;
    }
  | { readonly type: "presence"; readonly peer: PeerId; readonly presence: Presence }
  | { readonly type: "locked"; readonly locked: boolean; readonly by?: PeerId | undefined }
);

/** What the server tells a peer. */
export type Notice =
  | RoomNotice
  | {
      readonly type: "welcome";
      readonly version: 1;
      /** The peer id that a `join` will get; a peer that resumes keeps the one it had. */
      readonly self: PeerId;
      readonly user: string;
      readonly name: string;
    }
  | (Entered & {
      readonly type: "joined";
      /** Where the numbers of the notices begin for this peer. */
      readonly seq: number;
      readonly locked: boolean;
      readonly peers: readonly Member[];
      /** What to show in `join.resume.secret` after a reconnect. */
      readonly secret: string;
      /** Milliseconds for which a lost connection keeps its place. */
      readonly resumeWithin: number;
      /** False when resuming was asked for and is no longer possible: all of before is void. */
      readonly resumed?: false | undefined;
    })
  /** The peer is who it was. What it has missed follows, in order. */
  | (Entered & { readonly type: "resumed"; readonly ack: number })
  /** The peer is out of its room without having asked for it. */
  | { readonly type: "left"; readonly room: RoomName; readonly reason: LeaveReason }
  | {
      readonly type: "ice-servers";
      readonly iceServers: readonly IceServer[];
      readonly iceServersLifetime?: number | undefined;
    }
  /** `local`: peers of other server processes cannot be reached for now. */
  | { readonly type: "service"; readonly rooms: "local" | "shared" }
  | { readonly type: "ok"; readonly id: CommandId }
  | (Answerable & { readonly type: "pong"; readonly ack: number })
  | (Answerable & {
      readonly type: "error";
      readonly code: RefusalCode;
      readonly message: string;
      readonly retryAfter?: number | undefined;
    });

/** Builds a {@link Refusal}. The message is ours alone: nothing of what the peer sent is repeated in it. */
export function refuse(code: RefusalCode, message: string, id?: CommandId): Refusal {
  return { type: "refusal", code, message, ...(id === undefined ? {} : { id }) };
}

/** With which codes sockets are closed: RFC 6455 §7.4.1, the registry of §11.7, and §7.4.2 for codes of our own. */
export const closeCodes = {
  goingAway: 1001,
  unsupportedData: 1003,
  policyViolation: 1008,
  tryAgainLater: 1013,
  idle: 4408,
  /** The peer has resumed on another connection. */
  resumedElsewhere: 4409,
} as const;
