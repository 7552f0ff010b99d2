/**
 * The log of a room: what has happened in it, in one order that all server processes see.
 *
 * An entry is a proposal of one process. Each process that has the room open applies the entries in the order of
 * the log with the same pure {@link Room}, so all come to the same state, and what is refused is refused by all
 * alike. Entries, records and states are plain JSON: they cross between processes as they are.
 */
import type {
  Candidate,
  Description,
  LeaveReason,
  PeerId,
  Presence,
  RefusalCode,
  Rights,
  RoomName,
} from "./protocol.ts";

/** Names a server process, for as long as it lives. */
export type ProcessId = string;

/** A member of a room as all processes know it. */
export interface MemberRecord extends Rights {
  readonly peer: PeerId;
  readonly user: string;
  readonly name: string;
  /** Where its connection is, or was. */
  readonly process: ProcessId;
  /** Whether it has a connection. */
  readonly connected: boolean;
  /** How often it has been connected or lost: so that what is meant for an earlier state has no effect. */
  readonly incarnation: number;
  /** SHA-256 of the resume secret, in base64url. */
  readonly secretHash: string;
  /** Its place in the order of coming; of two with the same place, the greater peer id came later. */
  readonly order: number;
  /** The highest `seq` of its commands that was obeyed. */
  readonly ack: number;
  readonly presence?: Presence | undefined;
  /** Its rights come from a grant, and go with it. */
  readonly granted?: boolean | undefined;
}

/** What a newcomer brings; the log gives the rest. */
export type Newcomer = Omit<MemberRecord, "order" | "ack" | "connected" | "incarnation">;

/** How a room is kept; what is missing is as it was, or as the defaults are. */
export interface RoomSettings {
  /** How many members. */
  readonly capacity?: number | undefined;
  readonly locked?: boolean | undefined;
  /** Milliseconds that the room is kept while nobody is in it. Default 0. */
  readonly keepEmpty?: number | undefined;
}

/** What one member says to another or to all. */
export type Saying =
  | { readonly type: "description"; readonly description: Description }
  | { readonly type: "candidate"; readonly candidate: Candidate }
  | { readonly type: "end-of-candidates" }
  | { readonly type: "message"; readonly text: string };

export type Entry =
  /**
   * `capacity` is that of a room that nobody has configured; `succession`: some member is always host, though never a
   * viewer. `replaces`: which member the newcomer was, that could not be told all that it has missed. If it proves that
   * it takes that member's place, whether anybody else could come in or not.
   */
  | {
      readonly type: "join";
      readonly member: Newcomer;
      readonly capacity: number;
      readonly succession: boolean;
      readonly replaces?: Pick<MemberRecord, "peer" | "secretHash"> | undefined;
    }
  | { readonly type: "leave"; readonly peer: PeerId; readonly reason: LeaveReason }
  /** The connection of `incarnation` is lost. */
  | { readonly type: "drop"; readonly peer: PeerId; readonly incarnation: number }
  /** Nobody has come back in time for the member lost as `incarnation`. */
  | { readonly type: "expire"; readonly peer: PeerId; readonly incarnation: number }
  /** Without `rights`, those of before. */
  | {
      readonly type: "resume";
      readonly peer: PeerId;
      readonly user: string;
      readonly secretHash: string;
      readonly rights?: Rights | undefined;
    }
  | {
      readonly type: "say";
      readonly from: PeerId;
      readonly seq?: number | undefined;
      readonly to?: PeerId | undefined;
      readonly saying: Saying;
      /** Whether nothing in its strings has to be escaped in JSON, as far as is known. Default false. */
      readonly plain?: boolean | undefined;
    }
  | {
      readonly type: "presence";
      readonly peer: PeerId;
      readonly seq?: number | undefined;
      readonly presence: Presence;
    }
  /** Without `by`: by the server's own API. */
  | {
      readonly type: "kick";
      readonly by?: PeerId | undefined;
      readonly peer: PeerId;
      readonly ban: boolean;
    }
  /** A user may come back who was banned. */
  | { readonly type: "unban"; readonly by?: PeerId | undefined; readonly user: string }
  | { readonly type: "lock"; readonly by?: PeerId | undefined; readonly locked: boolean }
  /** `granted` is false when they are those that all have who show no grant; default true. */
  | {
      readonly type: "rights";
      readonly peer: PeerId;
      readonly rights: Rights;
      readonly granted?: boolean | undefined;
    }
  | { readonly type: "configure"; readonly settings: RoomSettings }
  /** The room is over: all are out of it. */
  | { readonly type: "end" }
  /** A process is gone without a word: all connections it had are lost. */
  | { readonly type: "process-gone"; readonly process: ProcessId }
  /** What a process knew of the room while it was cut off from the others. */
  | { readonly type: "merge"; readonly state: RoomState };

/** An entry at its place in the log. */
export interface LogRecord {
  /** One more than that of the record before. */
  readonly position: number;
  /** Who proposed it. */
  readonly process: ProcessId;
  /** The proposer's own number for it, so that it knows it again. */
  readonly ref: number;
  readonly entry: Entry;
}

/** All that a room is, after the entry at `position`. */
export interface RoomState {
  readonly room: RoomName;
  readonly position: number;
  /** The number of the last notice. An entry can give rise to several, so it runs ahead of `position`. */
  readonly seq: number;
  readonly capacity: number | undefined;
  readonly locked: boolean;
  readonly keepEmpty: number;
  readonly succession: boolean;
  readonly members: readonly MemberRecord[];
  /** Users who may not come back. */
  readonly banned: readonly string[];
}

/** Why an entry had no effect. */
export interface EntryRefusal {
  readonly code: RefusalCode;
  readonly message: string;
}
