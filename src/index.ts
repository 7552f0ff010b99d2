/**
 * Barewire's paved path: the whole server in one call. Each layer below it is an entry of its own
 * (`barewire/websocket`, `barewire/jwt`, …).
 */
export { createServer, type Server, type ServerOptions } from "./app.ts";
export { jsonLog, type Log, type LogFields, type LogLevel, silentLog } from "./log.ts";
