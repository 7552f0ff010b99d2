/**
 * A WebSocket server: on a port of its own, attached to somebody's `node:http` or `node:https` server, or
 * fed with upgrades by hand. It performs what `handshake.ts` decides and counts who is connected.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Admission } from "./admission.ts";
import { attachTo, detachFrom } from "./attachment.ts";
import { type CloseStatus, encodeClose } from "./close.ts";
import { Endpoint, type EndpointOptions, OPEN } from "./endpoint.ts";
import { type BaseEvent, Events } from "./events.ts";
import { type Accepted, acceptUpgrade, type HandshakeOptions, type Refused, refuse } from "./handshake.ts";
import { encodeMessage, type MessageData } from "./message.ts";
import { responseHead, statusOf, writeRefusal } from "./response.ts";
import { startTimer } from "./timer.ts";
import { UpgradeRequest } from "./upgrade-request.ts";

/** An application's answer to a handshake that is in order: go on, refuse with a status, or accept and close. */
export type Decision = undefined | Refused | { readonly close: CloseStatus };

export interface WebSocketServerOptions extends EndpointOptions, HandshakeOptions {
  /** Listen on a port of our own; 0 picks a free one. */
  readonly port?: number | undefined;
  /** The address to listen on; default all. */
  readonly host?: string | undefined;
  /** Take the upgrades of this server instead. Several WebSocketServers with different paths may share it. */
  readonly server?: Server | SecureServer | undefined;
  /** The one path that is served, without a query; default all. Others get 404. */
  readonly path?: string | undefined;
  /**
   * Decides about a handshake that obeys the RFC, for example by its cookie. A browser shows a page only
   * 1006 for a refusal; to tell it why, accept and close with a code from 4000 on.
   */
  readonly accept?: ((request: UpgradeRequest) => Decision | Promise<Decision>) | undefined;
  /** How long an opening handshake may take, `accept` included, in milliseconds. Default 10 s. */
  readonly handshakeTimeout?: number | undefined;
  /** Default 100,000; beyond it 503. */
  readonly maxConnections?: number | undefined;
  /** Default 1,000; beyond it 503. */
  readonly maxConnectionsPerAddress?: number | undefined;
}

export interface WebSocketServerEvents {
  connection: BaseEvent<"connection", WebSocketServer> & {
    readonly socket: Endpoint;
    readonly request: UpgradeRequest;
  };
  /** The port could not be opened, a connection could not be taken (files run out), or `accept` threw. */
  error: BaseEvent<"error", WebSocketServer> & { readonly error: Error };
}

/** An opening handshake that obeys the RFC, while it waits for the application's decision. */
interface Handshake {
  readonly request: UpgradeRequest;
  readonly stream: Duplex;
  readonly head: Buffer;
  readonly answer: Accepted;
}

const DEFAULT_HANDSHAKE_TIMEOUT = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;

export class WebSocketServer extends Events<WebSocketServerEvents> {
  /** Resolves when connections are accepted; rejects when the port cannot be opened. */
  readonly listening: Promise<void>;
  readonly #options: WebSocketServerOptions;
  readonly #clients = new Set<Endpoint>();
  readonly #admission: Admission;
  /** Ends the wait for one application's decision each. */
  readonly #undecided = new Set<(refused: Refused) => void>();
  #ownServer: Server | undefined;
  #closing = false;

  constructor(options: WebSocketServerOptions = {}) {
    super();
    this.#options = options;
    this.#admission = new Admission(options.maxConnections, options.maxConnectionsPerAddress);
    if (options.port !== undefined && options.server !== undefined) {
      throw new TypeError("give either a port or a server, not both");
    }
    if (options.server !== undefined) attachTo(options.server, this);
    this.listening = options.port === undefined ? Promise.resolve() : this.#listen(options.port);
    this.listening.catch((error) => this.emit("error", { type: "error", target: this, error }));
  }

  /** The open sockets. */
  get clients(): ReadonlySet<Endpoint> {
    return this.#clients;
  }

  /** Where we listen; undefined before `listening` and without a port of our own. */
  get address(): AddressInfo | undefined {
    const address = this.#ownServer?.address();
    return typeof address === "object" && address !== null ? address : undefined;
  }

  /** Whether requests for `path` are ours. */
  serves(path: string): boolean {
    return this.#options.path === undefined || this.#options.path === path;
  }

  /** Answers one upgrade request: what a `node:http` server's `upgrade` event hands over. */
  upgrade(message: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (stream.destroyed) return; // its `close` event, which would count it out, has been
    const request = new UpgradeRequest(message);
    const leave = this.#admission.enter(request.remoteAddress);
    stream.once("close", () => leave?.());
    stream.on("error", () => stream.destroy());
    const answer = this.#refusal(request, leave !== undefined) ?? acceptUpgrade(request, this.#options);
    if (!answer.accepted) {
      writeRefusal(stream, answer);
      return;
    }
    const handshake: Handshake = { request, stream, head, answer };
    if (this.#options.accept === undefined) this.#perform(handshake, undefined);
    else this.#decide(request).then((decision) => this.#perform(handshake, decision));
  }

  /**
   * Stops: refuses new connections with 503, closes all with 1001, and resolves when the last is gone,
   * after the close timeout at the latest. A server that we are attached to goes on without us.
   */
  async close(code = 1001, reason = "the server is going away"): Promise<void> {
    this.#closing = true;
    for (const giveUp of this.#undecided) giveUp(refuse(503, "the server is going away"));
    const gone = [...this.#clients].map(
      (socket) => new Promise<void>((resolve) => socket.addEventListener("close", () => resolve())),
    );
    for (const socket of this.#clients) socket.close(code, reason);
    await Promise.all(gone);
    if (this.#options.server !== undefined) detachFrom(this.#options.server, this);
    const server = this.#ownServer;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  // ── Admission ───────────────────────────────────────────────────────────────────────────────────

  #refusal(request: UpgradeRequest, admitted: boolean): Refused | undefined {
    if (this.#closing) return refuse(503, "the server is going away");
    if (!admitted) return refuse(503, "too many connections", [["Retry-After", "10"]]);
    return this.serves(request.path) ? undefined : refuse(404, "nothing is served at this path");
  }

  /** Asks the application, which may take until the handshake's time is over. */
  async #decide(request: UpgradeRequest): Promise<Decision> {
    const { accept, handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT } = this.#options;
    let giveUp: (refused: Refused) => void = () => {};
    const givenUp = new Promise<Refused>((resolve) => {
      giveUp = resolve;
    });
    this.#undecided.add(giveUp);
    const stopTimer = startTimer(handshakeTimeout, () =>
      giveUp(refuse(503, "the server took too long to decide")),
    );
    try {
      const decision = await Promise.race([accept?.(request), givenUp]);
      if (decision !== undefined && "close" in decision) encodeClose(decision.close.code); // may it be sent?
      return decision;
    } catch (error) {
      this.emit("error", { type: "error", target: this, error: error as Error });
      return refuse(500, "the server could not decide");
    } finally {
      stopTimer();
      this.#undecided.delete(giveUp);
    }
  }

  #perform(handshake: Handshake, decision: Decision): void {
    const { request, stream, head, answer } = handshake;
    if (!stream.writable) return; // it is gone, or was refused for an earlier request
    if (this.#closing) decision = refuse(503, "the server is going away");
    if (decision !== undefined && !("close" in decision)) {
      writeRefusal(stream, decision);
      return;
    }
    if ("setNoDelay" in stream) (stream as Socket).setNoDelay(true).setTimeout(0);
    stream.write(responseHead(101, answer.headers));
    const socket = new Endpoint(this.#options);
    socket.subprotocol = answer.subprotocol;
    this.#clients.add(socket);
    socket.addEventListener("close", () => this.#clients.delete(socket));
    // The application gets its socket before the first message that came in the same segment.
    socket.addEventListener("open", () => {
      if (decision !== undefined) socket.close(decision.close.code, decision.close.reason);
      else this.emit("connection", { type: "connection", target: this, socket, request });
    });
    socket.attach(stream, "server", head);
  }

  // ── A port of our own ───────────────────────────────────────────────────────────────────────────

  #listen(port: number): Promise<void> {
    const { handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT, host } = this.#options;
    const limit = Number.isFinite(handshakeTimeout) ? handshakeTimeout : 0; // 0: none
    const server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limit,
      requestTimeout: limit,
      connectionsCheckingInterval: Math.min(1_000, handshakeTimeout),
      requireHostHeader: false, // acceptUpgrade says it in our words
    });
    this.#ownServer = server;
    server.on("upgrade", (request, stream, head) => this.upgrade(request, stream, head));
    server.on("request", (request) => {
      const answer = acceptUpgrade(new UpgradeRequest(request), { origins: "any" });
      const refusal = answer.accepted ? refuse(426, "this address speaks WebSocket") : answer;
      writeRefusal(request.socket, refusal);
    });
    server.on("clientError", (error: NodeJS.ErrnoException, stream) => {
      writeRefusal(stream, refuse(statusOf(error), "the request could not be read"));
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
        server.off("error", reject);
        server.on("error", (error) => this.emit("error", { type: "error", target: this, error }));
        resolve();
      });
    });
  }
}

/** Sends one message to many sockets of a server, encoded once. Those that are not open are passed over. */
export function broadcast(sockets: Iterable<Endpoint>, data: MessageData): void {
  const frames = encodeMessage(data);
  for (const socket of sockets) {
    if (socket.readyState === OPEN) socket.sendFrames(frames);
  }
}
