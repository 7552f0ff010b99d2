/**
 * A WebSocket server: on a port of its own, attached to somebody's HTTP server, or fed with upgrades by hand. It
 * performs what `handshake.ts` decides and counts who is connected.
 */
import type { IncomingMessage } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { Admission } from "./admission.ts";
import { attachTo, detachFrom } from "./attachment.ts";
import { encodeClose } from "./close.ts";
import { connectionDefaults } from "./connection.ts";
import { drain } from "./drain.ts";
import { Endpoint } from "./endpoint.ts";
import { type BaseEvent, Events } from "./events.ts";
import { type Accepted, checkHandshakeOptions, type Refused, refuse } from "./handshake.ts";
import { Http2Opening } from "./http2-opening.ts";
import { type MessageData, SharedMessage } from "./message.ts";
import { Http1Opening, type Opening } from "./opening.ts";
import type { SendOptions } from "./outgoing.ts";
import { OwnPort } from "./own-port.ts";
import { OPEN } from "./ready-state.ts";
import {
  DEFAULT_HANDSHAKE_TIMEOUT,
  type Decision,
  type DrainOptions,
  type WebSocketServerOptions,
} from "./server-options.ts";
import { Tap, type TappedFrame } from "./tap.ts";
import { startTimer } from "./timer.ts";
import { destroy } from "./transport.ts";
import type { UpgradeRequest } from "./upgrade-request.ts";

export interface WebSocketServerEvents {
  connection: BaseEvent<"connection", WebSocketServer> & {
    readonly socket: Endpoint;
    readonly request: UpgradeRequest;
  };
  /** The port could not be opened, a connection could not be taken (files run out), or `accept` threw. */
  error: BaseEvent<"error", WebSocketServer> & { readonly error: Error };
}

export class WebSocketServer extends Events<WebSocketServerEvents> implements AsyncDisposable {
  /** Resolves when connections are accepted; rejects when the port cannot be opened. */
  readonly listening: Promise<void>;
  readonly #options: WebSocketServerOptions;
  readonly #paths: readonly string[] | undefined;
  readonly #clients = new Set<Endpoint>();
  readonly #admission: Admission;
  /** Ends the wait for one application's decision each. */
  readonly #undecided = new Set<(refused: Refused) => void>();
  readonly #ownPort: OwnPort | undefined;
  readonly #taps = new Set<(frame: TappedFrame<Endpoint>) => void>();
  #closing = false;

  /**
   * @throws {TypeError} on an option of another type
   * @throws {RangeError} on one that is out of range
   */
  constructor(options: WebSocketServerOptions = {}) {
    super();
    const { port, server, path } = options;
    if (port !== undefined && server !== undefined) {
      throw new TypeError("give either a port or a server, not both");
    }
    checkHandshakeOptions(options);
    new Endpoint(options); // for what it throws
    this.#options = options;
    this.#paths = typeof path === "string" ? [path] : path;
    this.#admission = new Admission(options.maxConnections, options.maxConnectionsPerAddress);
    if (server !== undefined) attachTo(server, this);
    this.#ownPort = port === undefined ? undefined : this.#open(port);
    this.listening = this.#ownPort?.listen() ?? Promise.resolve();
    this.listening.catch((error) => this.#report(error));
  }

  /** The open sockets. */
  get clients(): ReadonlySet<Endpoint> {
    return this.#clients;
  }

  /** Where we listen; undefined before `listening` and without a port of our own. */
  get address(): AddressInfo | undefined {
    return this.#ownPort?.address;
  }

  /** How a port of our own is read, once it is `listening`. */
  get readPath(): "direct" | "portable" {
    return this.#ownPort?.readPath ?? "portable";
  }

  /** Whether requests for `path` are ours. */
  serves(path: string): boolean {
    return this.#paths?.includes(path) ?? true;
  }

  /** Answers one upgrade request: what a `node:http` server's `upgrade` event hands over. */
  upgrade(message: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (stream.destroyed) return; // its `close` event, which would count it out, has been
    this.#take(Http1Opening.of(message, stream, head));
  }

  /**
   * Answers an extended CONNECT of HTTP/2 (RFC 8441): what a session's `stream` event hands over.
   *
   * @param rawHeaders its last argument: names and values in turn, pseudo-header fields too
   */
  upgradeHttp2(stream: ServerHttp2Stream, rawHeaders: readonly string[]): void {
    const opening = stream.destroyed ? undefined : Http2Opening.of(stream, rawHeaders);
    if (opening !== undefined) this.#take(opening);
  }

  /**
   * Shows every frame of the connections that are opened from now on, control frames too, in both directions,
   * and compressed messages also inflated. Without a tap it costs nothing.
   *
   * @returns what ends it
   */
  tap(listener: (frame: TappedFrame<Endpoint>) => void): () => void {
    this.#taps.add(listener);
    return () => void this.#taps.delete(listener);
  }

  /**
   * Refuses new connections with 503, closes all with 1001, and resolves when the last is gone, after the
   * deadline at the latest. The port stays open, so that those who come are told; {@link close} closes it.
   *
   * @throws {RangeError} when the code may not be sent
   */
  async drain(options: DrainOptions = {}): Promise<void> {
    encodeClose(options.code); // may it be sent?
    this.#closing = true;
    for (const giveUp of this.#undecided) giveUp(goingAway());
    const closeTimeout = this.#options.closeTimeout ?? connectionDefaults.closeTimeout;
    await drain([...this.#clients], options, closeTimeout);
  }

  /**
   * Drains, and stops listening. A server that we are attached to goes on without us.
   */
  async close(code = 1001, reason = "the server is going away"): Promise<void> {
    await this.drain({ code, reason, deadline: Number.POSITIVE_INFINITY });
    if (this.#options.server !== undefined) detachFrom(this.#options.server, this);
    await this.#ownPort?.close();
  }

  /** As {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // ── Admission ───────────────────────────────────────────────────────────────────────────────────

  #admit(address: string): Refused | undefined {
    if (this.#closing) return goingAway();
    if (this.#admission.enter(address)) return undefined;
    return refuse(503, "too many connections", [["Retry-After", "10"]]);
  }

  #take(opening: Opening): void {
    const { request, stream } = opening;
    const refused = this.#admit(request.remoteAddress);
    stream.on("error", destroy);
    if (refused !== undefined) {
      opening.refuse(refused);
      return;
    }
    const address = request.remoteAddress; // and not the request, which is to be forgotten
    stream.once("close", () => this.#admission.leave(address));
    this.#answer(opening);
  }

  #answer(opening: Opening): void {
    const { request } = opening;
    const answer = this.serves(request.path)
      ? opening.decide(this.#options)
      : refuse(404, "nothing is served at this path");
    if (!answer.accepted) opening.refuse(answer);
    else if (this.#options.accept === undefined) this.#perform(opening, answer, undefined);
    else this.#decide(request).then((decision) => this.#perform(opening, answer, decision));
  }

  /** Asks the application, which may take until its time is over. */
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
      this.#report(error as Error);
      return refuse(500, "the server could not decide");
    } finally {
      stopTimer();
      this.#undecided.delete(giveUp);
    }
  }

  #perform(opening: Opening, answer: Accepted, decision: Decision): void {
    if (!opening.isPending) return;
    if (this.#closing) decision = goingAway();
    if (decision !== undefined && !("close" in decision)) {
      opening.refuse(decision);
      return;
    }
    const socket = new ServerSocket(this.#options, this.#clients);
    socket.subprotocol = answer.subprotocol;
    socket.extensions = answer.extensions;
    const { deflate } = answer;
    const established = {
      ...opening.accept(answer),
      role: "server",
      deflate,
      tap: this.#tapFor(socket, answer),
    } as const;
    // The application gets its socket before the first message that came in the same segment.
    socket.attach(established, () => {
      if (decision !== undefined) socket.close(decision.close.code, decision.close.reason);
      else this.emit("connection", { type: "connection", target: this, socket, request: opening.request });
    });
  }

  #tapFor(socket: Endpoint, { deflate }: Accepted): Tap<Endpoint> | undefined {
    if (this.#taps.size === 0) return undefined;
    const { maxMessageBytes = connectionDefaults.maxMessageBytes } = this.#options;
    return new Tap(socket, { role: "server", deflate, maxMessageBytes }, (frame) => {
      for (const listener of this.#taps) listener(frame);
    });
  }

  #report(error: Error): void {
    this.emit("error", { type: "error", target: this, error });
  }

  #open(port: number): OwnPort {
    const {
      host,
      backlog,
      readPath = "direct",
      handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT,
    } = this.#options;
    return new OwnPort(
      { port, host, backlog, readPath, handshakeTimeout },
      {
        admit: (address) => this.#admit(address),
        left: (address) => this.#admission.leave(address),
        opening: (opening) => this.#answer(opening),
        error: (error) => this.#report(error),
      },
    );
  }
}

/** A socket that is among its server's clients from its beginning to its end. */
class ServerSocket extends Endpoint {
  readonly #clients: Set<Endpoint>;

  constructor(options: WebSocketServerOptions, clients: Set<Endpoint>) {
    super(options);
    this.#clients = clients;
    clients.add(this);
  }

  protected override ended(): void {
    this.#clients.delete(this);
  }
}

function goingAway(): Refused {
  return refuse(503, "the server is going away");
}

/**
 * Sends one message to many sockets of a server, encoded once: also compressed, for those that agreed to compression
 * without context takeover, if it is not over 16 KiB. Those that are not open are passed over.
 */
export function broadcast(
  sockets: Iterable<Endpoint>,
  data: MessageData,
  options?: Pick<SendOptions, "compress">,
): void {
  const message = new SharedMessage(data);
  for (const socket of sockets) {
    if (socket.readyState === OPEN) socket.sendShared(message, options);
  }
}
