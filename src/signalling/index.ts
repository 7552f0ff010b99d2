/**
 * WebRTC signalling: rooms in which peers find each other and pass on what a call needs.
 *
 * {@link SignallingServer} is the server; {@link Hub} and {@link parseCommand} are its rules, for whoever
 * brings their own sockets. The browser's side is in `client/`.
 */
export { closeCodes, type Effect, Hub, type HubOptions } from "./hub.ts";
export {
  type Candidate,
  type Command,
  type CommandId,
  type Description,
  limits,
  type Member,
  type Notice,
  type PeerId,
  parseCommand,
  type Refusal,
  type RefusalCode,
  type RoomName,
  subprotocol,
} from "./protocol.ts";
export type { Identity } from "./room.ts";
export { SignallingServer, type SignallingServerOptions, type SignallingSocket } from "./server.ts";
