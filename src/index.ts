/**
 * Barewire's paved path: a server with accounts, routes and sockets in one call. Each layer below it is an entry of
 * its own (`barewire/websocket`, `barewire/jwt`, …).
 */
export {
  type ApplicationOptions,
  createApplication,
  createServer,
  type RoomsOptions,
  type RouteContext,
  type Server,
  type ServerOptions,
  type SocketOptions,
  type StunOptions,
  StunPortError,
  type TurnOptions,
} from "./app/index.ts";
export { jsonLog, type Log, type LogFields, type LogLevel, silentLog } from "./log.ts";
