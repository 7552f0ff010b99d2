/** Servers put together: one's own with logins, and the whole application. */
export { type ApplicationOptions, createApplication } from "./application.ts";
export {
  createServer,
  defaultSocketPath,
  type RouteContext,
  type Server,
  type ServerOptions,
  type SocketOptions,
} from "./server.ts";
