/**
 * A WebSocket server: on a port of its own, attached to somebody's HTTP server, or fed with upgrades by hand. It
 * performs what `handshake.ts` decides and counts who is connected.
 */
import type { IncomingMessage } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { connectionDefaults } from "../connection/connection.ts";
import { type MessageData, SharedMessage } from "../connection/message.ts";
import type { SendOptions } from "../connection/outgoing.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { completeEndpointOptions, type EndpointOptions } from "../endpoint/endpoint-options.ts";
import { type BaseEvent, Events } from "../endpoint/events.ts";
import { OPEN } from "../endpoint/ready-state.ts";
import { Tap, type TappedFrame } from "../endpoint/tap.ts";
import { destroy } from "../endpoint/transport.ts";
import { WebSocketClosedError } from "../errors.ts";
import { type Accepted, type Refused, refuse } from "../handshake/handshake.ts";
import type { UpgradeRequest } from "../handshake/upgrade-request.ts";
import { encodeClose } from "../wire/close.ts";
import { Acceptance, checked, type Decided, WELCOME } from "./acceptance.ts";
import { Admission } from "./admission.ts";
import { attachTo, detachFrom } from "./attachment.ts";
import { checkDrainOptions, drain } from "./drain.ts";
import { Http2Opening } from "./http2-opening.ts";
import { Http1Opening, type Opening } from "./opening.ts";
import { OwnPort } from "./own-port.ts";
import {
  checkServerOptions,
  DEFAULT_HANDSHAKE_TIMEOUT,
  type DrainOptions,
  type WebSocketServerOptions,
  type Welcome,
} from "./server-options.ts";
import { ServerSocket } from "./server-socket.ts";

export interface WebSocketServerEvents {
  connection: BaseEvent<"connection", WebSocketServer> & {
    readonly socket: Endpoint;
    readonly request: UpgradeRequest;
    /** What `accept` found out about it. */
    readonly context: unknown;
  };
  /** An opening handshake was answered with a refusal. */
  refused: BaseEvent<"refused", WebSocketServer> & {
    readonly request: UpgradeRequest;
    readonly status: number;
    readonly detail: string;
  };
  /** The port could not be opened, a connection could not be taken (files run out), or `accept` threw. */
  error: BaseEvent<"error", WebSocketServer> & { readonly error: Error };
}

export class WebSocketServer extends Events<WebSocketServerEvents> implements AsyncDisposable {
  /** Resolves when connections are accepted; rejects when the port cannot be opened. */
  readonly listening: Promise<void>;
  readonly #options: WebSocketServerOptions;
  readonly #endpointOptions: EndpointOptions;
  readonly #paths: readonly string[] | undefined;
  readonly #clients = new Set<Endpoint>();
  readonly #admission: Admission;
  readonly #acceptance: Acceptance | undefined;
  readonly #ownPort: OwnPort | undefined;
  readonly #taps = new Set<(frame: TappedFrame<Endpoint>) => void>();
  #closing = false;

  /**
   * @throws {TypeError} on an option of another type
   * @throws {RangeError} on one that is out of range
   */
  constructor(options: WebSocketServerOptions = {}) {
    super();
    const { port, server, path, accept, handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT } = options;
    checkServerOptions(options);
    this.#options = options;
    this.#endpointOptions = completeEndpointOptions(options);
    this.#paths = typeof path === "string" ? [path] : path;
    this.#acceptance = accept && new Acceptance(accept, handshakeTimeout, (error) => this.#report(error));
    this.#admission = new Admission(options.maxConnections, options.maxConnectionsPerAddress);
    if (server !== undefined) attachTo(server, this);
    this.#ownPort = port === undefined ? undefined : this.#open(port);
    this.listening = this.#listen();
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

  /**
   * Answers one upgrade request: what a `node:http` server's `upgrade` event hands over.
   *
   * @param given for who has asked already who it is, in place of `accept`: the `connection` event has its context
   */
  upgrade(message: IncomingMessage, stream: Duplex, head: Buffer, given?: Welcome): void {
    if (stream.destroyed) return; // its `close` event, which would count it out, has been
    this.#take(Http1Opening.of(message, stream, head), given && checked(given));
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
    encodeClose(options.code, "", true); // may it be sent?
    checkDrainOptions(options);
    this.#closing = true;
    this.#acceptance?.giveUp(goingAway());
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

  #take(opening: Opening, given?: Decided): void {
    const { request, stream } = opening;
    // The address, and not the request, which is to be forgotten.
    const address = this.#options.clientAddress?.(request) ?? request.remoteAddress;
    const refused = this.#admit(address);
    stream.on("error", destroy);
    if (refused !== undefined) {
      this.#refuse(opening, refused);
      return;
    }
    stream.once("close", () => this.#admission.leave(address));
    this.#answer(opening, given);
  }

  /** @param given what an application without `accept` has decided already */
  #answer(opening: Opening, given?: Decided): void {
    const { request } = opening;
    const answer = this.serves(request.path)
      ? opening.decide(this.#options)
      : refuse(404, "nothing is served at this path");
    if (!answer.accepted) this.#refuse(opening, answer);
    else if (given !== undefined) this.#perform(opening, answer, given);
    else if (this.#acceptance === undefined) this.#perform(opening, answer, WELCOME);
    else this.#acceptance.decide(request).then((decided) => this.#perform(opening, answer, decided));
  }

  #perform(opening: Opening, answer: Accepted, decided: Decided): void {
    if (!opening.isPending) return;
    if (this.#closing) decided = goingAway();
    if ("status" in decided) {
      this.#refuse(opening, decided);
      return;
    }
    const { request } = opening;
    const close = "close" in decided ? decided.close : undefined;
    const { context, headers = [] } = "close" in decided ? WELCOME : decided;
    const socket = new ServerSocket(this.#endpointOptions, this.#clients);
    const { subprotocol, extensions, deflate } = answer;
    socket.subprotocol = subprotocol;
    socket.extensions = extensions;
    const wire = opening.accept({ ...answer, headers: [...answer.headers, ...headers] });
    // The application gets its socket before the first message that came in the same segment.
    socket.attach({ ...wire, role: "server", deflate, tap: this.#tapFor(socket, answer) }, () => {
      if (close !== undefined) socket.close(close.code, close.reason);
      else this.emit("connection", { type: "connection", target: this, socket, request, context });
    });
  }

  #refuse(opening: Opening, refused: Refused): void {
    const { request } = opening;
    const { status, detail } = refused;
    opening.refuse(refused);
    this.emit("refused", { type: "refused", target: this, request, status, detail });
  }

  #tapFor(socket: Endpoint, { deflate }: Accepted): Tap<Endpoint> | undefined {
    if (this.#taps.size === 0) return undefined;
    const { maxMessageBytes = connectionDefaults.maxMessageBytes } = this.#options;
    return new Tap(socket, { role: "server", deflate, maxMessageBytes }, (frame) => {
      for (const listener of this.#taps) listener(frame);
    });
  }

  /**
   * An async listener of `connection` that reads `for await` learns by an exception that its peer is gone: that is
   * no fault. Other errors are for who listens to `error`, and end the process where nobody does.
   */
  protected override listenerFailed(error: unknown, type: keyof WebSocketServerEvents): void {
    if (error instanceof WebSocketClosedError) return;
    if (error instanceof Error && type !== "error" && this.hasListener("error")) this.#report(error);
    else super.listenerFailed(error, type);
  }

  #report(error: Error): void {
    this.emit("error", { type: "error", target: this, error });
  }

  /** Who listens to `error` need not wait for `listening`; where nobody does either, Node says what went wrong. */
  async #listen(): Promise<void> {
    try {
      await this.#ownPort?.listen();
    } catch (error) {
      if (this.hasListener("error")) {
        this.listening.catch(() => {});
        this.#report(error as Error);
      }
      throw error;
    }
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
