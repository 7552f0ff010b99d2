/**
 * The shell around the {@link Hub}: sockets, the clock and random peer ids. It holds no rules.
 *
 *     socket ── text ──▶ parseCommand ──▶ Hub ──▶ effects ──▶ sockets
 */
import { randomBytes } from "node:crypto";
import { Deadlines, type Machine } from "../deadlines.ts";
import { type Log, silentLog } from "../log.ts";
import { type Effect, Hub, type HubOptions } from "./hub.ts";
import { type Notice, type PeerId, parseCommand } from "./protocol.ts";
import type { Identity } from "./room.ts";

/**
 * What the server needs of a WebSocket; that of `barewire/websocket` and that of `ws` have it. Neither method
 * may throw: a socket that is no longer open discards what it is given.
 */
export interface SignallingSocket {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** `data` is a string in a text message and anything else in a binary one. */
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number }) => void): void;
}

export interface SignallingServerOptions<Socket extends SignallingSocket = SignallingSocket> {
  readonly hub?: HubOptions | undefined;
  readonly log?: Log | undefined;
  /** The sweep that tells this server the time; its own when not given. */
  readonly deadlines?: Pick<Deadlines, "add" | "delete" | "now"> | undefined;
  /** Makes a peer id of at most 64 characters; 128 random bits when not given. */
  readonly randomId?: (() => PeerId) | undefined;
  /**
   * Writes one text to many sockets. The `broadcast` of `barewire/websocket` frames it only once; without
   * this, each socket is given the same string.
   */
  readonly broadcast?: ((sockets: readonly Socket[], data: string) => void) | undefined;
}

/**
 * A signalling server for WebSockets that have been accepted and authenticated elsewhere.
 *
 * Sockets come in through {@link add}; nothing here listens on a port.
 */
export class SignallingServer<Socket extends SignallingSocket = SignallingSocket> implements Machine {
  readonly #hub: Hub;
  readonly #log: Log;
  readonly #deadlines: Pick<Deadlines, "add" | "delete" | "now">;
  readonly #randomId: () => PeerId;
  readonly #broadcast: (sockets: readonly Socket[], data: string) => void;
  readonly #sockets = new Map<PeerId, Socket>();
  readonly #effects: Effect[] = [];
  #performing = false;
  #closed = false;

  constructor(options: SignallingServerOptions<Socket> = {}) {
    this.#hub = new Hub(options.hub);
    this.#log = options.log ?? silentLog;
    this.#deadlines = options.deadlines ?? new Deadlines();
    this.#randomId = options.randomId ?? (() => randomBytes(16).toString("base64url"));
    this.#broadcast = options.broadcast ?? sendToEach;
    this.#deadlines.add(this);
  }

  get peerCount(): number {
    return this.#hub.peerCount;
  }

  get roomCount(): number {
    return this.#hub.roomCount;
  }

  get nextTimeout(): number {
    return this.#hub.nextTimeout;
  }

  handleTimeout(now: number): void {
    this.#perform(this.#hub.handleTimeout(now));
  }

  /**
   * Takes over an open socket whose user is known. From here on the server reads it, answers it and may close
   * it; whoever accepted it may close it too, for example with 4401 when its login ends.
   */
  add(socket: Socket, identity: Identity): void {
    if (this.#closed) {
      socket.close(goingAway, "the server is stopping");
      return;
    }
    const id = this.#unusedId();
    this.#sockets.set(id, socket);
    this.#log.debug("signalling.connected", { peer: id, user: identity.user });
    socket.addEventListener("message", ({ data }) => this.#receive(id, data));
    socket.addEventListener("close", ({ code }) => {
      this.#log.debug("signalling.disconnected", { peer: id, user: identity.user, code });
      this.#sockets.delete(id);
      this.#perform(this.#hub.disconnect(id));
    });
    this.#perform(this.#hub.connect(id, identity, this.#deadlines.now()));
  }

  /** Closes every socket with 1001 and takes no more. */
  close(): void {
    this.#closed = true;
    this.#deadlines.delete(this);
    for (const socket of [...this.#sockets.values()]) socket.close(goingAway, "the server is stopping");
  }

  #receive(id: PeerId, data: unknown): void {
    if (typeof data !== "string") this.#perform(this.#hub.receiveBinary(id));
    else this.#perform(this.#hub.receive(id, parseCommand(data), this.#deadlines.now()));
  }

  /**
   * Performs effects in order. A socket that closes reports it at once, from within an effect; what follows
   * from that waits its turn, or two rooms' worth of notices would be mixed.
   */
  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#effects.push(effect);
    if (this.#performing) return;
    this.#performing = true;
    try {
      for (const effect of this.#effects) this.#performOne(effect);
    } finally {
      this.#effects.length = 0;
      this.#performing = false;
    }
  }

  #performOne(effect: Effect): void {
    switch (effect.type) {
      case "send":
        this.#sockets.get(effect.to)?.send(encode(effect.notice));
        return;
      case "broadcast": {
        const sockets = effect.to.flatMap((id) => this.#sockets.get(id) ?? []);
        this.#broadcast(sockets, encode(effect.notice));
        return;
      }
      case "close": {
        const { peer, code, reason } = effect;
        this.#log.info("signalling.closed", { peer, code, reason });
        this.#sockets.get(peer)?.close(code, reason);
        return;
      }
    }
  }

  #unusedId(): PeerId {
    const id = this.#randomId();
    return this.#sockets.has(id) ? this.#unusedId() : id;
  }
}

/** RFC 6455 §7.4.1: an endpoint is going away, such as a server going down. */
const goingAway = 1001;

/** A notice on the wire. JSON.stringify leaves out what is undefined, and escapes lone surrogates. */
function encode(notice: Notice): string {
  return JSON.stringify(notice);
}

function sendToEach(sockets: readonly SignallingSocket[], data: string): void {
  for (const socket of sockets) socket.send(data);
}
