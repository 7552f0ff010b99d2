/**
 * The client of Barewire's signalling: browser-safe, without dependencies.
 *
 * {@link connect} opens a session, {@link Mesh} makes the connections with everybody in its room.
 */
export { SignallingError, type SignallingErrorCode } from "./errors.ts";
export type { Listener, ListenerOptions } from "./events.ts";
export type { Authorize, Backoff, TokenSource } from "./link.ts";
export { Mesh, type MeshOptions } from "./mesh.ts";
export { Negotiation, type NegotiationOptions, type NegotiationSink } from "./negotiation.ts";
export type { Pace } from "./pacer.ts";
export type { MeshChannel, MeshEvents, MeshPeer, MeshSession } from "./pair.ts";
export type {
  ClientSocket,
  ClientSocketConstructor,
  Given,
  PortOptions,
  Ports,
  Timer,
  TimerOptions,
  Timers,
} from "./ports.ts";
export { connect, type SessionOptions, type SignallingSession } from "./session.ts";
export type { Room, SessionEvents, SessionState, StateEvent } from "./session-events.ts";
export type { PeerStats } from "./stats.ts";
export type * from "./webrtc-types.ts";
export {
  type Candidate,
  type Command,
  type Credential,
  type Description,
  type IceServer,
  type Joined,
  type LeaveReason,
  type LoginNotice,
  type LoginRefusalCode,
  type Member,
  type Message,
  type Notice,
  type PeerId,
  type Presence,
  type RefusalCode,
  type Resumed,
  type Rights,
  type Role,
  subprotocol,
} from "./wire.ts";
