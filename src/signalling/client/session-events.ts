import type { SignallingError, SignallingErrorCode } from "./errors.ts";
import type {
  Candidate,
  Description,
  IceServer,
  Joined,
  LeaveReason,
  Member,
  Message,
  PeerId,
  Resumed,
  Rights,
  SessionEnded,
} from "./wire.ts";

/** `connecting`: a socket is being opened. `offline`: waiting for the next try. `ended`: there will be none. */
export type SessionState = "connecting" | "online" | "offline" | "ended";

/** How a session's connection changed. `code` and `reason` are those of RFC 6455 §7.1.5 and §7.1.6. */
export type StateEvent =
  | { readonly state: "connecting" | "online" }
  | {
      readonly state: "offline";
      readonly code: number;
      readonly reason: string;
      /** Milliseconds until the next try. */
      readonly retryIn: number;
    }
  | { readonly state: "ended"; readonly code: number; readonly reason: string };

/** A room as it was when we joined it. */
export type Room = Omit<Joined, "type" | "id" | "seq" | "secret">;

/** What a session tells its listeners. */
export interface SessionEvents {
  state: StateEvent;
  /**
   * We are in the room as somebody new: by `join`, or after a reconnect that came too late. Of the peers of before,
   * none remains.
   */
  joined: Room;
  /** We are back after a reconnect, as who we were. What we have missed follows. */
  resumed: Omit<Resumed, "type" | "id" | "ack">;
  /** We are out of the room for good: by `leave`, at the end, or because the server no longer has us in. */
  left: { readonly room: string; readonly reason: SignallingErrorCode };
  "peer-joined": Member;
  "peer-left": Member & { readonly reason: LeaveReason };
  /** Its connection with the server is lost. It will come back as who it was, or leave. */
  "peer-reconnecting": Member;
  "peer-reconnected": Member;
  /** What a peer may do has changed; it may be our own. */
  "peer-role": { readonly peer: PeerId } & Rights;
  presence: Member;
  locked: { readonly locked: boolean; readonly by?: PeerId | undefined };
  description: { readonly from: PeerId; readonly description: Description };
  candidate: { readonly from: PeerId; readonly candidate: Candidate };
  "end-of-candidates": { readonly from: PeerId };
  message: Omit<Message, "type">;
  "ice-servers": { readonly iceServers: readonly IceServer[] };
  /** `local`: peers of other server processes cannot be reached for now. */
  service: { readonly rooms: "local" | "shared" };
  /** Something was refused that nobody waits for, such as a candidate for a peer that has just left. */
  refused: Pick<SignallingError, "code" | "message">;
  /** Another session of our account was ended, because a copied login of it was used. This one goes on. */
  "session-ended": Omit<SessionEnded, "type" | "event">;
  /** The way into the network may have changed; told once it has been calm for half a second. */
  network: object;
}
