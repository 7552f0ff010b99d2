/**
 * WebRTC signalling: rooms in which peers find each other and pass on what a call needs.
 *
 * {@link SignallingServer} is the server; {@link Hub} and {@link parseCommand} are its rules, for whoever
 * brings their own sockets; {@link Bus} is what lies between several processes. The browser's side is in `client/`.
 */
export type { AnnouncementListener } from "./announcements.ts";
export type { Bus, BusSink, OpenedLog } from "./bus.ts";
export type {
  Entry,
  EntryRefusal,
  LogRecord,
  MemberRecord,
  ProcessId,
  RoomSettings,
  RoomState,
} from "./entries.ts";
export { type Access, type Identity, type RoomGrant, rightsOf } from "./grants.ts";
export type { PeerRates, Rate, RoomRates } from "./hub/budgets.ts";
export type { HubCounts } from "./hub/counts.ts";
export type { Effect } from "./hub/effects.ts";
export { Hub } from "./hub/hub.ts";
export type { HubOptions, IceServers, IceServersMember } from "./hub/hub-options.ts";
export type { Arrival } from "./hub/peer.ts";
export { type IceUrl, IceUrlError, parseIceUrl, stunUrl } from "./ice-url.ts";
export { LocalBus, type LocalBusOptions } from "./local-bus.ts";
export { parseCommand } from "./parse-command.ts";
export {
  type Candidate,
  type Command,
  type CommandId,
  closeCodes,
  type Description,
  type IceServer,
  type LeaveReason,
  limits,
  type Member,
  type Notice,
  type PeerId,
  type Presence,
  type Refusal,
  type RefusalCode,
  type Resume,
  type Rights,
  type Role,
  type RoomName,
  type RoomNotice,
  subprotocol,
} from "./protocol.ts";
export {
  openRedisBus,
  type RedisBus,
  RedisBusError,
  type RedisBusErrorCode,
  type RedisBusOptions,
  type RedisClient,
} from "./redis/index.ts";
export { RoomError } from "./room-requests.ts";
export type { RoomDetails, RoomSummary } from "./room-summary.ts";
export { SignallingServer } from "./server.ts";
export type { SignallingServerOptions, SignallingSocket } from "./server-options.ts";
export {
  defaultTurnLifetime,
  type IceServersOptions,
  iceServersOf,
  maxTurnLifetime,
  type TurnCredentials,
  type TurnCredentialsRequest,
  turnCredentials,
} from "./turn-credentials.ts";
