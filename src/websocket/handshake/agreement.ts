/** RFC 6455 §4: what the two halves of the opening handshake have in common. */
import { hash } from "node:crypto";
import type { DeflateParameters } from "../deflate/permessage-deflate.ts";

/** RFC 6455 §4.1, item 9: "The value of this header field MUST be 13." */
export const VERSION = "13";

/** RFC 6455 §1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The value of `Sec-WebSocket-Accept` that proves a key was read (RFC 6455 §4.2.2, item 5.4). */
export function acceptValue(key: string): string {
  // In one call: less than half of what createHash, update and digest take.
  return hash("sha1", key + GUID, "base64");
}

/** What the two ends agreed on, besides to speak WebSocket. */
export interface Agreement {
  /** The subprotocol in use; empty when there is none. */
  readonly subprotocol: string;
  /** The extensions in use, as the server wrote them; empty when there are none. */
  readonly extensions: string;
  /** How messages are compressed; undefined when they are not. */
  readonly deflate: DeflateParameters | undefined;
}
