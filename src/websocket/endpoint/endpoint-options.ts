/** What both ends can be told; checked and completed, by a server once for all its sockets. */
import { randomFillSync } from "node:crypto";
import { type ConnectionOptions, connectionDefaults } from "../connection/connection-options.ts";
import {
  completeDeflateOptions,
  type PerMessageDeflateOptions,
} from "../deflate/permessage-deflate-options.ts";

/** What binary messages are delivered as. */
export type BinaryType = "buffer" | "arraybuffer";

/** Each limit has its default, also where it is undefined. Times are milliseconds; Infinity means none. */
export interface EndpointOptions extends Partial<Omit<ConnectionOptions, "random" | "perMessageDeflate">> {
  /**
   * Compression (RFC 7692): off, on, or on with these parameters. Default off: it costs more CPU than most
   * messages are worth, and what secrets share a message with a stranger's words leak through its length.
   */
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Most bytes of messages that an iterator or a stream holds unread, default 1 MiB; reading pauses then. */
  readonly maxUnreadBytes?: number | undefined;
  /** Default `buffer`. */
  readonly binaryType?: BinaryType | undefined;
}

export interface CompleteEndpointOptions extends ConnectionOptions {
  readonly maxUnreadBytes: number;
  readonly binaryType: BinaryType;
}

const defaults: CompleteEndpointOptions = {
  ...connectionDefaults,
  maxUnreadBytes: 1024 * 1024,
  binaryType: "buffer",
  random: randomFillSync,
};

const choices: Readonly<Record<string, readonly string[]>> = {
  overflow: ["close", "drop-oldest", "drop-newest", "coalesce", "wait"],
  binaryType: ["buffer", "arraybuffer"],
};

const completed = new WeakSet<EndpointOptions>();

/**
 * What is complete already comes back as it is.
 *
 * @throws {TypeError} on a value of another type
 * @throws {RangeError} on a number below 0, or a word that is no choice
 */
export function completeEndpointOptions(given: EndpointOptions): CompleteEndpointOptions {
  if (completed.has(given)) return given as CompleteEndpointOptions;
  const options: { [name: string]: unknown; perMessageDeflate?: unknown } = { ...defaults };
  for (const name of Object.keys(defaults)) {
    const value = given[name as keyof EndpointOptions];
    if (value === undefined || name === "random" || name === "perMessageDeflate") continue;
    check(name, value, typeof defaults[name as keyof CompleteEndpointOptions]);
    options[name] = value;
  }
  options.perMessageDeflate = completeDeflateOptions(given.perMessageDeflate);
  const complete = options as unknown as CompleteEndpointOptions;
  if (complete.inParts && complete.perMessageDeflate !== undefined) {
    throw new TypeError("messages in parts are not compressed: leave out inParts or perMessageDeflate");
  }
  completed.add(complete);
  return complete;
}

function check(name: string, value: unknown, type: string): void {
  if (typeof value !== type) throw new TypeError(`the option ${name} is a ${type}`);
  if (typeof value === "number" && !(value >= 0)) throw new RangeError(`the option ${name} is 0 or more`);
  const words = choices[name];
  if (words !== undefined && !words.includes(String(value))) {
    throw new RangeError(`the option ${name} is one of ${words.join(", ")}`);
  }
}
