/** Every case there is, by what is under test. */
import type { Case } from "../case.ts";
import type { ClientTrial } from "../client/client-trial.ts";
import type { Trial } from "../peer/trial.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { core, coreForClients, coreForServers } from "./core.ts";
import { deflate, deflateForClients, deflateForServers } from "./deflate.ts";
import { handshakeForClients, handshakeForServers } from "./handshake.ts";
import { hostile, hostileForServers } from "./hostile.ts";
import { http2ForServers } from "./http2.ts";
import { perf, perfForServers } from "./perf.ts";

const common: readonly Case<Trial>[] = [...core, ...deflate, ...hostile, ...perf];

/** What a server is held against. */
export const serverCases: readonly Case<ServerTrial>[] = [
  ...handshakeForServers,
  ...coreForServers,
  ...forRole("server", common),
  ...deflateForServers,
  ...http2ForServers,
  ...[...coreForServers, ...forRole("server", common)].filter(({ overHttp2 }) => overHttp2).map(overHttp2),
  ...hostileForServers,
  ...perfForServers,
];

/** What a client is held against. */
export const clientCases: readonly Case<ClientTrial>[] = [
  ...handshakeForClients,
  ...coreForClients,
  ...forRole("client", common),
  ...deflateForClients,
];

function forRole(role: "server" | "client", cases: readonly Case<Trial>[]): readonly Case<Trial>[] {
  return cases.filter(({ roles }) => roles.includes(role));
}

/**
 * The same case on a stream of HTTP/2. RFC 8441 §5: the peers "should proceed with the WebSocket Protocol … using the
 * HTTP/2 stream from the CONNECT transaction as if it were the TCP connection".
 */
function overHttp2<T>(item: Case<T>): Case<T> {
  return { ...item, id: `h2:${item.id}`, profile: "h2", autobahn: [] };
}
