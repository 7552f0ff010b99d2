/** The reconnecting client over our own `WebSocket`: with request headers, compression and what else Node can do. */

import { connectionDefaults } from "../connection/connection-options.ts";
import type { UrlSource } from "../reconnect/attempt.ts";
import { ReconnectingWebSocket as AnyReconnectingWebSocket } from "../reconnect/reconnect.ts";
import {
  type ReconnectingWebSocketOptions as AnyOptions,
  queueDefaults,
} from "../reconnect/reconnect-options.ts";
import { WebSocket, type WebSocketOptions } from "./client.ts";

export interface ReconnectingWebSocketOptions extends AnyOptions {
  /** For each socket that is made. */
  readonly socket?: Omit<WebSocketOptions, "signal"> | undefined;
}

/** As `barewire/websocket/reconnect`, which browsers load; here the sockets are ours where `connect` makes no others. */
export class ReconnectingWebSocket<Data = string | ArrayBuffer> extends AnyReconnectingWebSocket<Data> {
  /** @throws {TypeError|RangeError|SyntaxError} on arguments that make no sense */
  constructor(
    source: UrlSource,
    subprotocols: string | readonly string[] = [],
    { socket, ...options }: ReconnectingWebSocketOptions = {},
  ) {
    // All that has waited for a connection has room in the socket, too, or the last close() could not send it.
    const waiting = options.queue === false ? 0 : (options.queue?.maxBytes ?? queueDefaults.maxBytes);
    const maxBufferedBytes = connectionDefaults.maxBufferedBytes + waiting;
    const connect = (url: string, names: string[]): WebSocket =>
      new WebSocket(url, names, { maxBufferedBytes, ...socket });
    const ours = options.connect === undefined && options.WebSocket === undefined;
    super(source, subprotocols, ours ? { ...options, connect } : options);
  }
}
