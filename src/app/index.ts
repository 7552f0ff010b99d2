/** Servers put together: one's own with logins, and the whole application. */
export { type ApplicationOptions, createApplication } from "./application.ts";
export type { TurnOptions } from "./ice-servers.ts";
export { createServer, type Server } from "./server.ts";
export {
  defaultSocketPath,
  type RoomsOptions,
  type RouteContext,
  type ServerOptions,
  type SocketOptions,
} from "./server-options.ts";
export { type StunOptions, StunPortError } from "./stun-port.ts";
