/** What a connection may be told, and the defaults: the limits on all that a peer can make grow or last. */

import type { DeflateParameters } from "../deflate/permessage-deflate.ts";
import type { CompleteDeflateOptions } from "../deflate/permessage-deflate-options.ts";
import type { mask } from "../wire/mask.ts";
import type { BacklogOptions } from "./backlog.ts";
import type { HeartbeatOptions } from "./heartbeat.ts";

export type Role = "client" | "server";

/** One object for all connections of a server. Times are milliseconds. */
export interface ConnectionOptions extends HeartbeatOptions, BacklogOptions {
  /** Longest message, in bytes, however it is fragmented, inflated. Default 1 MiB; beyond it 1009. */
  readonly maxMessageBytes: number;
  /** Most frames in one message. Default 1,048,576; beyond it 1008. */
  readonly maxFragments: number;
  /** How long to wait for the peer's half of a closing handshake. Default 5 s. */
  readonly closeTimeout: number;
  /** Hand messages on in parts, as they arrive, and hold none whole. Such a connection does without compression. */
  readonly inParts: boolean;
  /** Which messages are compressed, and how far they may inflate, where the handshake agreed on compression. */
  readonly perMessageDeflate: CompleteDeflateOptions | undefined;
  /** Fills a buffer with unpredictable bytes, for masking keys (RFC 6455 §5.3) and the jitter of Pings. */
  readonly random: (bytes: Buffer) => void;
}

/** What is different from one connection to the next. */
export interface ConnectionTraits {
  /** What the opening handshake agreed on; undefined for no compression. */
  readonly deflate?: DeflateParameters | undefined;
  /** Received chunks are usually lent: their memory is used again after the call, so what is kept of it is copied. */
  readonly lent?: boolean | undefined;
  /** Unmasks in place; default `mask`. */
  readonly unmask?: typeof mask | undefined;
}

/** Everything of {@link ConnectionOptions} that has a default. */
export const connectionDefaults: Omit<ConnectionOptions, "random"> = {
  maxMessageBytes: 1024 * 1024,
  maxFragments: 1024 * 1024,
  maxBufferedBytes: 1024 * 1024,
  overflow: "close",
  inParts: false,
  perMessageDeflate: undefined,
  closeTimeout: 5_000,
  heartbeatInterval: 30_000,
  heartbeatMisses: 2,
};
