/**
 * The client of Barewire's signalling: browser-safe, without dependencies.
 *
 * {@link connect} opens a session, {@link Mesh} makes the connections with everybody in its room.
 */
export { SignallingError, type SignallingErrorCode } from "./errors.ts";
export type { Listener, ListenerOptions } from "./events.ts";
export type { Authorize, Backoff, SessionState, StateEvent } from "./link.ts";
export type { Room, RoomEvents } from "./membership.ts";
export { Mesh, type MeshEvents, type MeshOptions, type MeshSession } from "./mesh.ts";
export { Negotiation, type NegotiationOptions, type NegotiationSink } from "./negotiation.ts";
export type { Pace } from "./pacer.ts";
export type { MeshChannel, MeshPeer } from "./pair.ts";
export type {
  ClientSocket,
  ClientSocketConstructor,
  PortOptions,
  Ports,
  Timer,
  TimerOptions,
  Timers,
} from "./ports.ts";
export { connect, type SessionEvents, type SessionOptions, type SignallingSession } from "./session.ts";
export type * from "./webrtc-types.ts";
export {
  type Candidate,
  type Command,
  type Credential,
  type Description,
  type LoginNotice,
  type LoginRefusalCode,
  type Member,
  type Message,
  type Notice,
  type PeerId,
  type RefusalCode,
  subprotocol,
} from "./wire.ts";
