/** The profile hostile: peers that mean harm, and what a decent peer may spend on them. */
import type { Case } from "../case.ts";
import type { Trial } from "../peer/trial.ts";
import type { ServerTrial } from "../server/server-trial.ts";
import { hostileConnections } from "./rfc6455/10.4-connections.ts";
import { hostileMessages } from "./rfc6455/10.4-messages.ts";

/** For servers and clients. */
export const hostile: readonly Case<Trial>[] = hostileMessages;
export const hostileForServers: readonly Case<ServerTrial>[] = hostileConnections;
