/** Several WebSocket servers, each with its path, on one `node:http` or `node:https` server. */
import type { IncomingMessage, Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { Duplex } from "node:stream";
import { refuse } from "./handshake.ts";
import { writeRefusal } from "./response.ts";
import { UpgradeRequest } from "./upgrade-request.ts";

/** What an HTTP server's upgrades are handed to. */
export interface UpgradeTarget {
  serves(path: string): boolean;
  upgrade(message: IncomingMessage, stream: Duplex, head: Buffer): void;
}

interface Attachment {
  readonly servers: Set<UpgradeTarget>;
  readonly listener: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
}
const attachments = new WeakMap<Server | SecureServer, Attachment>();

/** Hands the upgrades of `http` to `server` where it serves their path; what nobody serves gets 404. */
export function attachTo(http: Server | SecureServer, server: UpgradeTarget): void {
  const attachment = attachments.get(http) ?? listenTo(http);
  attachment.servers.add(server);
}

function listenTo(http: Server | SecureServer): Attachment {
  const servers = new Set<UpgradeTarget>();
  const listener: Attachment["listener"] = (message, stream, head) => {
    const { path } = new UpgradeRequest(message);
    const server = [...servers].find((one) => one.serves(path));
    if (server !== undefined) server.upgrade(message, stream, head);
    else writeRefusal(stream, refuse(404, "nothing is served at this path"));
  };
  http.on("upgrade", listener);
  const attachment = { servers, listener };
  attachments.set(http, attachment);
  return attachment;
}

/** Undoes {@link attachTo}. */
export function detachFrom(http: Server | SecureServer, server: UpgradeTarget): void {
  const attachment = attachments.get(http);
  if (attachment?.servers.delete(server) !== true || attachment.servers.size > 0) return;
  http.off("upgrade", attachment.listener);
  attachments.delete(http);
}
