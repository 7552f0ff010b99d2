/** What both ends can be told, and how it is completed. */
import { randomFillSync } from "node:crypto";
import { type ConnectionOptions, connectionDefaults } from "./connection-options.ts";
import type { PerMessageDeflateOptions } from "./permessage-deflate.ts";

export interface EndpointOptions
  extends Partial<Omit<ConnectionOptions, "random" | "threshold" | "level" | "maxInflateRatio">> {
  /** Most bytes of messages that an iterator or a stream holds unread, default 1 MiB; reading pauses then. */
  readonly maxUnreadBytes?: number | undefined;
  /** Compression (RFC 7692): on, off, or on with these parameters. Default off. */
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** What binary messages are delivered as, default `buffer`. */
  readonly binaryType?: BinaryType | undefined;
}

export type BinaryType = "buffer" | "arraybuffer";

/** All of it, completed and checked: one object for all sockets of a server. */
export interface ResolvedOptions extends ConnectionOptions {
  readonly maxUnreadBytes: number;
  readonly binaryType: BinaryType;
}
