import type { Deadlines } from "../deadlines.ts";
import type { Log } from "../log.ts";
import type { Bus } from "./bus.ts";
import type { HubOptions } from "./hub/hub-options.ts";
import type { PeerId } from "./protocol.ts";

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
  readonly hub?: Omit<HubOptions, "process" | "iceServers"> | undefined;
  /** What lies between this process and others; by default there are none. The server starts and closes it. */
  readonly bus?: Bus | undefined;
  readonly log?: Log | undefined;
  /** The sweep that tells this server the time; its own when not given. */
  readonly deadlines?: Pick<Deadlines, "add" | "delete" | "now"> | undefined;
  /** Makes a peer id, or a resume secret, of at most 64 characters; 128 random bits when not given. */
  readonly randomId?: (() => PeerId) | undefined;
  /**
   * Writes one text to many sockets. The `broadcast` of `barewire/websocket` frames it only once; without
   * this, each socket is given the same string.
   */
  readonly broadcast?: ((sockets: readonly Socket[], data: string) => void) | undefined;
  /** What each member is given to find its way through the network; see `iceServersOf`. By default nothing. */
  readonly iceServers?: HubOptions["iceServers"];
}
