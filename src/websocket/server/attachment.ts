/** Several WebSocket servers, each with its path, on one server of `node:http`, `node:https` or `node:http2`. */
import type { IncomingMessage, Server } from "node:http";
import type { Http2SecureServer, Http2Server, ServerHttp2Stream } from "node:http2";
import type { Server as SecureServer } from "node:https";
import type { Duplex } from "node:stream";
import { destroy } from "../endpoint/transport.ts";
import { readExtendedConnect } from "../handshake/extended-connect.ts";
import { type Refused, refuse } from "../handshake/handshake.ts";
import { UpgradeRequest } from "../handshake/upgrade-request.ts";
import { interceptConnects, writeHttp2Refusal } from "./http2.ts";
import { writeRefusal } from "./response.ts";

/**
 * Whose upgrades WebSocket servers can take. One made with `http2.createSecureServer({ allowHTTP1: true })`
 * has both kinds on one port: a client's TLS chooses (RFC 7301).
 */
export type HttpServer = Server | SecureServer | Http2Server | Http2SecureServer;

/** What an HTTP server's upgrades are handed to. */
export interface UpgradeTarget {
  serves(path: string): boolean;
  /** Answers an upgrade of HTTP/1.1. */
  upgrade(message: IncomingMessage, stream: Duplex, head: Buffer): void;
  /**
   * Answers an extended CONNECT of HTTP/2 (RFC 8441).
   *
   * @param rawHeaders names and values in turn, pseudo-header fields too: the last argument of `stream` events
   */
  upgradeHttp2(stream: ServerHttp2Stream, rawHeaders: readonly string[]): void;
}

class Attachment {
  readonly servers = new Set<UpgradeTarget>();
  readonly #http: HttpServer;

  constructor(http: HttpServer) {
    this.#http = http;
    if ("updateSettings" in http) interceptConnects(http, this.#takeConnect);
  }

  add(server: UpgradeTarget): void {
    // A secure HTTP/2 server has this event, too, with allowHTTP1.
    if (this.servers.size === 0) (this.#http as Server).on("upgrade", this.#takeUpgrade);
    this.servers.add(server);
  }

  delete(server: UpgradeTarget): void {
    this.servers.delete(server);
    if (this.servers.size === 0) this.#http.off("upgrade", this.#takeUpgrade);
  }

  readonly #takeUpgrade = (message: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const server = this.#serverOf(new UpgradeRequest(message).path);
    if (server !== undefined) {
      server.upgrade(message, stream, head);
    } else {
      stream.on("error", destroy); // node:http listens no more, and a peer that resets would end the process
      writeRefusal(stream, notFound());
    }
  };

  readonly #takeConnect = (stream: ServerHttp2Stream, rawHeaders: readonly string[]): boolean => {
    const connect = readExtendedConnect(rawHeaders);
    // Sessions outlive us, and their requests are the application's again.
    if (connect === undefined || this.servers.size === 0) return false;
    const server = this.#serverOf(connect.path.split("?", 1)[0]!);
    if (server !== undefined) {
      server.upgradeHttp2(stream, rawHeaders);
    } else {
      stream.on("error", destroy);
      writeHttp2Refusal(stream, notFound());
    }
    return true;
  };

  #serverOf(path: string): UpgradeTarget | undefined {
    return [...this.servers].find((server) => server.serves(path));
  }
}

function notFound(): Refused {
  return refuse(404, "nothing is served at this path");
}

const attachments = new WeakMap<HttpServer, Attachment>();

/**
 * Hands the upgrades of `http` to `server` where it serves their path; what nobody serves gets 404. HTTP/2
 * sessions that are open by then are left as they are: their client was told that it may not ask.
 */
export function attachTo(http: HttpServer, server: UpgradeTarget): void {
  const attachment = attachments.get(http) ?? new Attachment(http);
  attachments.set(http, attachment);
  attachment.add(server);
}

/** Undoes {@link attachTo}. */
export function detachFrom(http: HttpServer, server: UpgradeTarget): void {
  attachments.get(http)?.delete(server);
}
